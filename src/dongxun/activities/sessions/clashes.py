"""Who or what would be in two places at once; shown before saving, never in the way."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dongxun.activities.contracts import Audience, SessionState
from dongxun.activities.models import Session
from dongxun.activities.sessions.named import Named, Wants, named
from dongxun.activities.sessions.shapes import Clash, SessionPlan, Slot, Warnings
from dongxun.activities.sessions.visible import visible
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, Interval
from dongxun.organisations import api as organisations
from dongxun.people import api as people
from dongxun.seasons import api as seasons

STARTS = (time(9, 0), time(14, 0), time(18, 30))
"""When sessions usually begin; free slots are sought there."""
LOOK_AHEAD_DAYS = 21
WANTED_SLOTS = 2
NAMES_SHOWN = 3
Key = UUID | Interval | frozenset[UUID]
"""What is wanted twice: a place or lecturer, a subtree, or people by name."""


@dataclass(frozen=True, slots=True)
class Use:
    """What one session takes up, for a time: places, lecturers, people.

    ``people`` are subtrees expected whole; ``named`` those it expects by name, with
    the positions of their homes; ``also`` the places of its sub-venues.
    """

    id: UUID | None
    title: str
    main_id: UUID | None
    starts_at: datetime
    ends_at: datetime
    place_id: UUID | None
    lecturers: frozenset[UUID] = field(default=frozenset())
    people: tuple[Interval, ...] = ()
    named: Named = field(default_factory=dict, hash=False)
    also: frozenset[UUID] = field(default=frozenset())

    @property
    def places(self) -> frozenset[UUID]:
        """Every place it takes."""
        return self.also | ({self.place_id} if self.place_id else frozenset())


def uses_between(season_id: UUID, first: datetime, last: datetime) -> list[Use]:
    """Return what the season's live sessions take up between two moments.

    Four queries, two more where somebody invites secretaries, three where cohorts are expected,
    and two for each further day on which one of these first meets.
    """
    rows = (
        Session.objects.filter(season_id=season_id, starts_at__lt=last, ends_at__gt=first)
        .exclude(state=SessionState.CANCELLED)
        .prefetch_related("bookings", "parts__organisation")
        .order_by("starts_at")
    )
    return uses_of(rows)


def uses_of(rows: Iterable[Session]) -> list[Use]:
    """Return what sessions of one season take up; wants bookings and parts prefetched."""
    every = list(rows)
    names = named([_wants(row) for row in every])
    return [_use(row, names.get(row.id, {})) for row in every]


def _wants(row: Session) -> Wants:
    return Wants(
        row.id,
        row.season_id,
        clock.day_of(row.starts_at),
        row.audience,
        row.cohort_id,
        tuple(
            Interval(part.organisation.lft, part.organisation.rgt)
            for part in row.parts.all()
            if part.quota is None
        ),
    )


def _use(row: Session, names: Named) -> Use:
    return Use(
        id=row.id,
        title=row.title,
        main_id=row.main_session_id or row.id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        place_id=None if row.went_online_reason else row.place_id,
        lecturers=frozenset(b.lecturer_id for b in row.bookings.all() if b.state != "declined"),
        people=_wants(row).intervals if row.audience == Audience.ALL else (),
        named=names,
    )


def _wanted(plan: SessionPlan, session_id: UUID | None, also: Iterable[UUID]) -> Use:
    ids = [plan.host_id, *(p.organisation_id for p in (*plan.co_hosts, *plan.invited))]
    quotas = {p.organisation_id: p.quota for p in (*plan.co_hosts, *plan.invited)}
    nodes = organisations.nodes(ids)
    whole = tuple(n.interval for key, n in nodes.items() if quotas.get(key) is None)
    day = clock.day_of(plan.starts_at)
    wants = Wants(session_id, plan.season_id, day, plan.audience, plan.cohort_id, whole)
    return Use(
        id=session_id,
        title=plan.title,
        main_id=plan.main_session_id or session_id,
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        place_id=plan.place_id,
        lecturers=frozenset(one.lecturer_id for one in plan.lecturers),
        people=whole if plan.audience == Audience.ALL else (),
        named=named([wants]).get(session_id, {}),
        also=frozenset(also),
    )


def overlap(one: Use, other: Use) -> bool:
    """Return whether two uses are of different sessions at the same time."""
    if one.id == other.id or (one.main_id and one.main_id == other.main_id):
        return False
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def common_people(one: Use, other: Use) -> list[Interval]:
    """Return the subtrees whose people both expect: the smaller of each overlapping pair."""
    return [
        min(a, b, key=lambda i: i.rgt - i.lft)
        for a in one.people
        for b in other.people
        if a.lft <= b.rgt and b.lft <= a.rgt
    ]


def common_names(one: Use, other: Use) -> frozenset[UUID]:
    """Return who is expected by name at one of them and at the other, too, by name or home.

    Those of a subtree that both expect whole are left out.
    """
    whole = common_people(one, other)
    return frozenset(
        person_id
        for these, those in ((one, other), (other, one))
        for person_id, lft in these.named.items()
        if person_id in those.named or any(lft in interval for interval in those.people)
        if not any(lft in interval for interval in whole)
    )


def kinds(one: Use, other: Use) -> Iterator[tuple[str, Key]]:
    """Yield what two overlapping uses both want."""
    if not overlap(one, other):
        return
    for place in sorted(one.places & other.places):
        yield "place", place
    for lecturer in sorted(one.lecturers & other.lecturers):
        yield "lecturer", lecturer
    for interval in common_people(one, other):
        yield "people", interval
    if both := common_names(one, other):
        yield "people", both


def warnings(
    plan: SessionPlan,
    *,
    by: Actor,
    session_id: UUID | None = None,
    also: Iterable[UUID | None] = (),
) -> Warnings:
    """Return what clashes with a plan, and two free slots of the same length when it does.

    Args:
        also: the places of its sub-venues.
    """
    want = _wanted(plan, session_id, filter(None, also))
    first = clock.moment(clock.day_of(plan.starts_at))
    uses = uses_between(plan.season_id, first, first + timedelta(days=LOOK_AHEAD_DAYS + 1))
    hits = [(use, kind, key) for use in uses for kind, key in kinds(want, use)]
    if not hits:
        return Warnings()
    shown = set(
        visible(by).filter(id__in=[use.id for use, _k, _w in hits]).values_list("id", flat=True)
    )
    words = _names((key for _use, _kind, key in hits), by)
    found = [
        Clash(
            kind=kind,
            what=words[key],
            title=use.title if use.id in shown else "",
            starts_at=use.starts_at,
            ends_at=use.ends_at,
            session_id=use.id if use.id in shown else None,
        )
        for use, kind, key in hits
    ]
    return Warnings(tuple(dict.fromkeys(found)), tuple(_free(want, uses, plan.season_id)))


def _names(keys: Iterable[Key], by: Actor) -> dict[Key, str]:
    wanted = set(keys)
    ids = [key for key in wanted if isinstance(key, UUID)]
    found: dict[Key, str] = {}
    found |= {key: site.name for key, site in organisations.sites(ids).items()}
    found |= {key: lecturer.name for key, lecturer in people.lecturer_names(ids).items()}
    for key in wanted:
        if isinstance(key, Interval):
            found[key] = organisations.subtree_top(key)
        elif isinstance(key, frozenset):
            found[key] = _people_words(key, by)
    return found


def _people_words(ids: frozenset[UUID], by: Actor) -> str:
    """Return how many people, and the names of the first the actor organises."""
    cards = sorted(people.names(ids).values(), key=lambda card: (card.branch_lft, card.name))
    own = [card.name for card in cards if by.reaches(card.branch_lft)][:NAMES_SHOWN]
    if not own:
        return ngettext("%(n)d person by name", "%(n)d people by name", len(ids)) % {"n": len(ids)}
    if len(own) == len(ids):
        return "、".join(own)
    return _("%(names)s and others, %(n)d in all") % {"names": "、".join(own), "n": len(ids)}


def _free(want: Use, uses: list[Use], season_id: UUID) -> Iterator[Slot]:
    """Yield the next usual times at which nothing clashes, in the future and in the season."""
    length = want.ends_at - want.starts_at
    last = seasons.rules(season_id).ends_on
    found = 0
    for starts_at in _candidates(clock.day_of(want.starts_at), last):
        moved = replace(want, starts_at=starts_at, ends_at=starts_at + length)
        if starts_at <= clock.now() or any(list(kinds(moved, use)) for use in uses):
            continue
        yield Slot(moved.starts_at, moved.ends_at)
        found += 1
        if found == WANTED_SLOTS:
            return


def _candidates(first: date, last: date) -> Iterator[datetime]:
    for ahead in range(LOOK_AHEAD_DAYS):
        day = first + timedelta(days=ahead)
        if day > last:
            return
        for start in STARTS:
            yield clock.moment(day, start)


def clashing_ids(uses: list[Use]) -> dict[UUID, set[str]]:
    """Return which sessions clash with another, and how; ``uses`` in time order."""
    found: dict[UUID, set[str]] = {}
    running: list[Use] = []
    for use in uses:
        running = [old for old in running if old.ends_at > use.starts_at]
        for old in running:
            for kind, _key in kinds(use, old):
                for one in (use, old):
                    if one.id:
                        found.setdefault(one.id, set()).add(kind)
        running.append(use)
    return found
