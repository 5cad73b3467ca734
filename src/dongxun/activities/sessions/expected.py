"""Who should come to a session: computed from participation, never stored."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from uuid import UUID

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from dongxun.activities.contracts import Audience, SessionState
from dongxun.activities.models import MakeupItem, Session, SessionOrganisation, SignUp
from dongxun.activities.presence import people_at
from dongxun.activities.sessions.shapes import BranchCount, SessionPlan
from dongxun.kernel import clock
from dongxun.kernel.actors import Interval
from dongxun.organisations import api as organisations
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import StudyMode

_BY_NAMES = frozenset({Audience.SECRETARIES, Audience.COHORT, Audience.MAKEUP})


def expected(session: Session) -> dict[UUID, UUID]:
    """Return who should come, as person → home branch.

    Of the organisations taking part: everybody who learns together and counts
    on that day, or those its audience names. An organisation with a quota
    sends its named delegates only; a sub-venue's people come there and not to the
    main one. Three queries at most.
    """
    whole, all_parts = _intervals(session)
    day = clock.day_of(session.starts_at)
    signed = _signed(session)
    if session.audience == Audience.DELEGATES:
        return signed
    if session.audience == Audience.MAKEUP:
        return _owing(session, all_parts) | signed
    here = seasons.eligible_ids(
        session.season_id,
        day,
        whole,
        modes=(StudyMode.GROUP,) if session.audience == Audience.ALL else (),
        cohort_id=session.cohort_id if session.audience == Audience.COHORT else None,
        secretaries_only=session.audience == Audience.SECRETARIES,
    )
    return here | signed


def expected_subtrees(session: Session) -> list[Interval]:
    """Return the subtrees that take part, without those that another venue expects."""
    return _intervals(session)[1]


def expected_elsewhere(sessions: Iterable[Session], lft: int) -> set[UUID]:
    """Return the sessions that somebody at a position goes to at another of its venues; one query."""
    rows = list(sessions)
    venues = _by_main(_parts(rows))
    return {
        row.id
        for row in rows
        if any(
            lft in hole for hole in _holes(row.id, venues.get(row.main_session_id or row.id, ()))
        )
    }


@dataclass(frozen=True, slots=True)
class _Part:
    """A subtree's part in one venue of a session; ``main_id`` is shared by all its venues."""

    session_id: UUID
    main_id: UUID
    interval: Interval
    quota: int | None


def _intervals(session: Session) -> tuple[list[Interval], list[Interval]]:
    """Return the subtrees expected whole, and all that take part."""
    parts = _parts([session])
    own = [part for part in parts if part.session_id == session.id]
    holes = _holes(session.id, parts)
    whole = [part.interval for part in own if part.quota is None]
    return without(whole, holes), without([part.interval for part in own], holes)


def _parts(sessions: Iterable[Session]) -> list[_Part]:
    """Return who takes part in these sessions and in their other venues; one query."""
    rows = list(sessions)
    mains = {row.main_session_id or row.id for row in rows}
    venues = Session.objects.filter(Q(id__in=mains) | Q(main_session__in=mains)).values("id")
    found = (
        SessionOrganisation.objects.filter(session__in=venues)
        .exclude(~Q(session__in=rows), session__state=SessionState.CANCELLED)
        .values_list(
            "session_id",
            Coalesce(F("session__main_session_id"), F("session_id")),
            "organisation__lft",
            "organisation__rgt",
            "quota",
        )
    )
    return [_Part(key, main, Interval(lft, rgt), quota) for key, main, lft, rgt, quota in found]


def _by_main(parts: Iterable[_Part]) -> dict[UUID, list[_Part]]:
    venues: dict[UUID, list[_Part]] = {}
    for part in parts:
        venues.setdefault(part.main_id, []).append(part)
    return venues


def _holes(session_id: UUID, parts: Sequence[_Part]) -> list[Interval]:
    """Return the subtrees whose people another venue of the same session expects.

    The smaller subtree keeps its people, and a sub-venue goes before the main one.
    """
    own = [part for part in parts if part.session_id == session_id]
    return [
        other.interval
        for other in parts
        if other.session_id != session_id
        and other.quota is None
        and any(_goes_before(other, part) for part in own)
    ]


def _goes_before(other: _Part, own: _Part) -> bool:
    inside = other.interval.lft in own.interval and other.interval.rgt in own.interval
    is_main = other.session_id == other.main_id
    return inside and not (is_main and other.interval == own.interval)


def without(intervals: Iterable[Interval], holes: Iterable[Interval]) -> list[Interval]:
    """Return the positions of ``intervals`` that lie in none of ``holes``."""
    left = list(intervals)
    for hole in holes:
        left = [part for interval in left for part in _cut(interval, hole)]
    return left


def _cut(interval: Interval, hole: Interval) -> Iterable[Interval]:
    if hole.rgt < interval.lft or interval.rgt < hole.lft:
        yield interval
        return
    if interval.lft < hole.lft:
        yield Interval(interval.lft, hole.lft - 1)
    if hole.rgt < interval.rgt:
        yield Interval(hole.rgt + 1, interval.rgt)


def _signed(session: Session) -> dict[UUID, UUID]:
    rows = SignUp.objects.filter(session=session, cancelled_at=None)
    return dict(rows.values_list("person_id", "branch_id"))


def _owing(session: Session, intervals: Sequence[Interval]) -> dict[UUID, UUID]:
    """Return who owed one of its topics when it began; what was made up since counts, too."""
    rows = MakeupItem.objects.filter(
        organisations.within(intervals, "branch__lft"),
        Q(done_at=None) | Q(done_at__gte=session.starts_at, closed_reason=""),
        season_id=session.season_id,
        created_at__lt=session.ends_at,
        topic_id__in=session.topics.values("topic_id"),
    )
    return dict(rows.values_list("person_id", "branch_id"))


def expected_by_branch(session: Session) -> list[BranchCount]:
    """Return how many of each branch should come, in tree order."""
    counted = Counter(expected(session).values())
    nodes = organisations.nodes(counted)
    rows = sorted(nodes.values(), key=lambda node: node.interval.lft)
    return [BranchCount(node.id, node.short_name, counted[node.id]) for node in rows]


def expected_sizes(sessions: Iterable[Session]) -> dict[UUID, int]:
    """Return how many should come to each session by today's participation; for lists.

    Four queries for any number of sessions of one season, and three more for each
    of an audience that follows from names: secretaries, a cohort, people owing a topic.
    """
    rows = list(sessions)
    if not rows:
        return {}
    lfts, sums = _line(rows[0].season_id)
    signed = Counter(
        SignUp.objects.filter(session__in=rows, cancelled_at=None).values_list(
            "session_id", flat=True
        )
    )
    venues = _by_main(_parts(rows))
    sizes = {}
    for row in rows:
        sizes[row.id] = signed[row.id]
        if row.audience in _BY_NAMES:
            sizes[row.id] = len(expected(row))
        elif row.audience == Audience.ALL:
            for interval in _whole(row.id, venues.get(row.main_session_id or row.id, ())):
                below = sums[bisect_left(lfts, interval.lft)]
                sizes[row.id] += sums[bisect_right(lfts, interval.rgt)] - below
    return sizes


def _whole(session_id: UUID, parts: Sequence[_Part]) -> list[Interval]:
    own = [p.interval for p in parts if p.session_id == session_id and p.quota is None]
    return without(outermost(own), _holes(session_id, parts))


def _line(season_id: UUID) -> tuple[list[int], list[int]]:
    """Return the branches' positions in order and the running sums of their people."""
    everywhere = [Interval(0, 2**62)]
    counts = seasons.eligible_counts(season_id, clock.today(), everywhere, modes=(StudyMode.GROUP,))
    nodes = organisations.nodes(counts)
    line = sorted((nodes[key].interval.lft, n) for key, n in counts.items())
    return [lft for lft, _ in line], [0, *accumulate(n for _, n in line)]


def outermost(intervals: Iterable[Interval]) -> list[Interval]:
    """Return the intervals that lie in no other, so nobody is counted twice."""
    found: list[Interval] = []
    for interval in sorted(intervals, key=lambda i: (i.lft, -i.rgt)):
        if not found or interval.lft > found[-1].rgt:
            found.append(interval)
    return found


def size_of(plan: SessionPlan) -> int | None:
    """Return how many would be expected by a plan; None when that depends on names."""
    if plan.audience != Audience.ALL:
        return None
    parts = (*plan.co_hosts, *plan.invited)
    ids = [plan.host_id, *(p.organisation_id for p in parts if p.quota is None)]
    nodes = organisations.nodes(ids)
    counts = seasons.eligible_counts(
        plan.season_id,
        clock.day_of(plan.starts_at),
        [node.interval for node in nodes.values()],
        modes=(StudyMode.GROUP,),
    )
    return sum(counts.values()) + sum(part.quota or 0 for part in parts)


@dataclass(frozen=True, slots=True)
class Count:
    """How many of the expected are here; guests are among those present."""

    expected: int
    present: int
    begun: bool


def counted(session: Session) -> Count:
    """Return how many should come to a session and how many are here; four queries at most."""
    here = len(people_at([session.id]))
    return Count(len(expected(session)), here, session.starts_at <= clock.now())
