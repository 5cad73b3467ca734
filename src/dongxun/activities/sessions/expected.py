"""Who should come to a session: computed from participation, never stored."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import accumulate
from uuid import UUID

from dongxun.activities.contracts import Audience
from dongxun.activities.models import MakeupItem, Session, SessionOrganisation, SignUp
from dongxun.activities.sessions.shapes import BranchCount, SessionPlan
from dongxun.kernel import clock
from dongxun.kernel.actors import Interval
from dongxun.organisations import api as organisations
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import StudyMode


def expected(session: Session) -> dict[UUID, UUID]:
    """Return who should come, as person → home branch.

    Of the organisations taking part: everybody who learns together and counts
    on that day, or those its audience names. An organisation with a quota
    sends its named delegates only. Three queries at most.
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


def _intervals(session: Session) -> tuple[list[Interval], list[Interval]]:
    """Return the subtrees expected whole, and all that take part."""
    rows = SessionOrganisation.objects.filter(session=session).values_list(
        "organisation__lft", "organisation__rgt", "quota"
    )
    parts = [(Interval(lft, rgt), quota) for lft, rgt, quota in rows]
    return [i for i, quota in parts if quota is None], [i for i, _ in parts]


def _signed(session: Session) -> dict[UUID, UUID]:
    rows = SignUp.objects.filter(session=session, cancelled_at=None)
    return dict(rows.values_list("person_id", "branch_id"))


def _owing(session: Session, intervals: Sequence[Interval]) -> dict[UUID, UUID]:
    rows = MakeupItem.objects.filter(
        organisations.within(intervals, "branch__lft"),
        season_id=session.season_id,
        done_at=None,
        topic_id__in=session.topics.values("topic_id"),
    )
    return dict(rows.values_list("person_id", "branch_id"))


def expected_by_branch(session: Session) -> list[BranchCount]:
    """Return how many of each branch should come, in tree order."""
    counted = Counter(expected(session).values())
    nodes = organisations.nodes(counted)
    rows = sorted(nodes.values(), key=lambda node: node.interval.lft)
    return [BranchCount(node.id, node.short_name, counted[node.id]) for node in rows]


def is_expected(session: Session, person_id: UUID) -> bool:
    """Return whether one person should come."""
    return person_id in expected(session)


def expected_sizes(sessions: Iterable[Session]) -> dict[UUID, int]:
    """Return how many should come to each session by today's participation; for lists.

    Four queries for any number of sessions of one season.
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
    parts: dict[UUID, list[Interval]] = {}
    for session_id, lft, rgt in SessionOrganisation.objects.filter(
        session__in=rows, quota=None
    ).values_list("session_id", "organisation__lft", "organisation__rgt"):
        parts.setdefault(session_id, []).append(Interval(lft, rgt))
    sizes = {}
    for row in rows:
        sizes[row.id] = signed[row.id]
        if row.audience == Audience.ALL:
            for interval in outermost(parts.get(row.id, ())):
                below = sums[bisect_left(lfts, interval.lft)]
                sizes[row.id] += sums[bisect_right(lfts, interval.rgt)] - below
    return sizes


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
