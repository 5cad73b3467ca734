"""What papers need to know of sessions: plain values, for the room that prints."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from dongxun.activities.attendance import expected
from dongxun.activities.attendance.contracts import RollRow
from dongxun.activities.contracts import ActivityType, Audience, Part, SessionState
from dongxun.activities.models import (
    Booking,
    CheckIn,
    Leave,
    MakeupItem,
    Session,
    SessionOrganisation,
)
from dongxun.activities.sessions.expected import expected_sizes
from dongxun.activities.sessions.telling import place_words
from dongxun.activities.sessions.visible import seen, visible
from dongxun.kernel import clock
from dongxun.kernel.actors import ORGANISERS, Actor, Interval
from dongxun.organisations.api import within

ON_PAPER = (SessionState.PUBLISHED, SessionState.ARCHIVED)


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session as papers print it; ``topics`` are (id, name, minutes)."""

    id: UUID
    code: str
    season_id: UUID
    title: str
    type_name: str
    format: str
    host_id: UUID
    host: str
    host_lft: int
    co_hosts: tuple[str, ...]
    invited: tuple[str, ...]
    audience_name: str
    starts_at: datetime
    ends_at: datetime
    place: str
    organiser: str
    credit_minutes: int
    topics: tuple[tuple[UUID, str, int], ...]
    lecturers: tuple[tuple[str, str], ...]
    is_first_lesson: bool
    state: str
    expected: int = 0
    is_sub_venue: bool = False
    note: str = ""
    tags: tuple[str, ...] = ()
    online_url: str = ""
    brand: str = ""

    @property
    def is_over(self) -> bool:
        """Return whether it has ended."""
        return self.ends_at < clock.now()


@dataclass(frozen=True, slots=True)
class SessionOutline:
    """What a dossier asks of a session before it is made."""

    id: UUID
    title: str
    starts_at: datetime
    has_lecturer: bool


@dataclass(frozen=True, slots=True)
class LeaveLine:
    """An approved leave."""

    session_id: UUID
    person_id: UUID
    name: str
    branch: str
    reason: str
    window_until: date
    approved_by: str = ""


@dataclass(frozen=True, slots=True)
class MakeupLine:
    """A topic that somebody owes; ``offer`` is the session offered for it."""

    id: UUID
    person_id: UUID
    name: str
    branch_id: UUID
    branch: str
    topic_id: UUID
    topic: str
    window_until: date
    offer: SessionLine | None


def _full(rows: QuerySet[Session]) -> QuerySet[Session]:
    return rows.select_related("host", "place").prefetch_related(
        "topics__topic", "parts__organisation", "bookings__lecturer"
    )


def _line(row: Session, expected_people: int = 0) -> SessionLine:
    parts = sorted(row.parts.all(), key=lambda part: part.organisation.lft)

    def named(kind: str) -> tuple[str, ...]:
        return tuple(p.organisation.short_name for p in parts if p.part == kind)

    booked = [b.lecturer for b in row.bookings.all() if b.state != "declined"]
    return SessionLine(
        id=row.id,
        code=row.code,
        season_id=row.season_id,
        title=row.title,
        type_name=str(ActivityType(row.type).label),
        format=row.format,
        host_id=row.host_id,
        host=row.host.short_name,
        host_lft=row.host.lft,
        co_hosts=named(Part.CO_HOST),
        invited=named(Part.INVITED),
        audience_name=str(Audience(row.audience).label),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        place=place_words(row),
        organiser=row.organiser_name,
        credit_minutes=row.credit_minutes,
        topics=tuple((t.topic_id, t.topic.name, t.minutes) for t in row.topics.all()),
        lecturers=tuple((found.name, found.title) for found in booked),
        is_first_lesson=row.is_first_lesson,
        state=row.state,
        expected=expected_people,
        is_sub_venue=row.main_session_id is not None,
        note=row.note,
        tags=tuple(row.tags),
        online_url=row.online_url,
        brand=row.host.brand,
    )


def _touching(interval: Interval) -> Exists:
    """Return the condition that a subtree, or somebody above it, takes part."""
    inside = Q(organisation__lft__gte=interval.lft, organisation__lft__lte=interval.rgt)
    above = Q(organisation__lft__lte=interval.lft, organisation__rgt__gte=interval.rgt)
    return Exists(SessionOrganisation.objects.filter(inside | above, session=OuterRef("pk")))


def _between(
    season_id: UUID, interval: Interval, by: Actor, first: date | None, last: date | None
) -> QuerySet[Session]:
    rows = visible(by).filter(_touching(interval), season_id=season_id, state__in=ON_PAPER)
    if first:
        rows = rows.filter(starts_at__gte=clock.moment(first))
    if last:
        rows = rows.filter(starts_at__lt=clock.moment(last + timedelta(days=1)))
    return rows.order_by("starts_at", "id")


def paper_ids(
    season_id: UUID,
    interval: Interval,
    *,
    by: Actor,
    first: date | None = None,
    last: date | None = None,
) -> list[UUID]:
    """Return the published sessions that touch a subtree between two days, in time order."""
    return list(_between(season_id, interval, by, first, last).values_list("id", flat=True))


def paper_sessions(
    season_id: UUID,
    interval: Interval,
    *,
    by: Actor,
    first: date | None = None,
    last: date | None = None,
) -> list[SessionLine]:
    """Return the same sessions with all that papers print; eleven queries for any number."""
    rows = list(_full(_between(season_id, interval, by, first, last)))
    sizes = expected_sizes(rows)
    return [_line(row, sizes.get(row.id, 0)) for row in rows]


def paper_outlines(season_id: UUID, interval: Interval, *, by: Actor) -> list[SessionOutline]:
    """Return the same sessions in outline; one query."""
    booked = Booking.objects.filter(~Q(state="declined"), session=OuterRef("pk"))
    rows = _between(season_id, interval, by, None, None).annotate(has_lecturer=Exists(booked))
    return [
        SessionOutline(*row) for row in rows.values_list("id", "title", "starts_at", "has_lecturer")
    ]


def paper_session(session_id: UUID, *, by: Actor) -> SessionLine:
    """Return one session.

    Raises:
        NotFound: absent or hidden.
    """
    seen(session_id, by=by)
    return _line(_full(Session.objects.filter(id=session_id)).get())


def paper_roll(session_id: UUID, *, by: Actor, branch_id: UUID | None = None) -> list[RollRow]:
    """Return the roll, in the order in which a returned sheet is entered.

    Raises:
        NotFound: the session is absent or hidden, or nothing of this roll is the actor's.
    """
    session = seen(session_id, by=by)
    return expected.roll(session, by=by, branch_id=branch_id)


def with_check_ins(session_ids: Iterable[UUID]) -> set[UUID]:
    """Return which of these sessions have anybody checked in, or the public counted."""
    ids = list(session_ids)
    rows = CheckIn.objects.filter(session__in=ids, voided_at=None)
    counted = Session.objects.filter(id__in=ids, public_count__gt=0)
    return set(rows.values_list("session_id", flat=True).distinct()) | set(
        counted.values_list("id", flat=True)
    )


def made_up(session_ids: Sequence[UUID]) -> dict[UUID, set[UUID]]:
    """Return who has since made up each of these sessions, told by their make-up items."""
    found: dict[UUID, set[UUID]] = {}
    rows = MakeupItem.objects.filter(missed_session__in=session_ids, closed_reason="")
    rows = rows.exclude(done_at=None)
    for session_id, person_id in rows.values_list("missed_session_id", "person_id"):
        found.setdefault(session_id, set()).add(person_id)
    return found


def leaves_of(session_ids: Sequence[UUID], *, by: Actor) -> list[LeaveLine]:
    """Return the live leaves of these sessions, of the actor's own people, by branch."""
    rows = Leave.objects.filter(session__in=session_ids, withdrawn_at=None, approved=True)
    if not by.is_system:
        rows = rows.filter(within(by.intervals(ORGANISERS), "branch__lft"))
    rows = rows.select_related("person", "branch")
    return [
        LeaveLine(
            row.session_id,
            row.person_id,
            row.person.name,
            row.branch.short_name,
            row.reason,
            row.window_until,
            row.approved_by,
        )
        for row in rows.order_by("session__starts_at", "branch__lft", "person__order", "id")
    ]


def _owed(season_id: UUID, interval: Interval, by: Actor) -> QuerySet[MakeupItem]:
    rows = MakeupItem.objects.filter(
        within([interval], "branch__lft"), season_id=season_id, done_at=None
    )
    if not by.is_system:
        rows = rows.filter(within(by.intervals(ORGANISERS), "branch__lft"))
    return rows


def makeup_topics(season_id: UUID, interval: Interval, *, by: Actor) -> dict[UUID, set[UUID]]:
    """Return the topics that the actor's people of a subtree still owe, by person; one query."""
    found: dict[UUID, set[UUID]] = {}
    rows = _owed(season_id, interval, by)
    for person_id, topic_id in rows.values_list("person_id", "topic_id"):
        found.setdefault(person_id, set()).add(topic_id)
    return found


def makeup_lines(season_id: UUID, interval: Interval, *, by: Actor) -> list[MakeupLine]:
    """Return what the actor's people of a subtree still owe, by branch and person."""
    rows = _owed(season_id, interval, by)
    rows = rows.select_related("person", "branch", "topic").order_by(
        "branch__lft", "person__order", "person_id", "topic__number"
    )
    found = list(rows)
    offered = {row.offered_session_id for row in found if row.offered_session_id}
    offers = _full(Session.objects.filter(id__in=offered))
    lines = {row.id: _line(row) for row in offers}
    return [
        MakeupLine(
            id=row.id,
            person_id=row.person_id,
            name=row.person.name,
            branch_id=row.branch_id,
            branch=row.branch.short_name,
            topic_id=row.topic_id,
            topic=row.topic.name,
            window_until=row.window_until,
            offer=lines.get(row.offered_session_id) if row.offered_session_id else None,
        )
        for row in found
    ]
