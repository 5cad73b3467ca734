"""What the room above asks to plan around sessions, and to find those of an accepted plan."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from dongxun.activities.contracts import Audience, SessionState
from dongxun.activities.models import Session, SessionOrganisation, SessionTopic, SignUp
from dongxun.activities.presence import live
from dongxun.activities.sessions.expected import expected_sizes
from dongxun.kernel import clock
from dongxun.kernel.actors import ORGANISERS, Actor, Interval
from dongxun.organisations import api as organisations

LIVE = (SessionState.DRAFT, SessionState.PUBLISHED)


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """A session that is not called off, as a plan around it needs it.

    ``line`` is its plan line, empty for one planned by hand; ``lecturers`` are those who did
    not decline, ``declined`` those who did; ``is_sub`` one that follows another venue.
    ``quotas`` belong to ``parts`` one by one: so many delegates, None for everybody; with
    ``cohort_id`` for everybody of that cohort. ``capacity`` is the limit of the session itself,
    whatever its hall holds.
    """

    id: UUID
    line: str
    title: str
    state: str
    starts_at: datetime
    ends_at: datetime
    place_id: UUID | None
    host_id: UUID
    topics: tuple[UUID, ...]
    lecturers: tuple[UUID, ...]
    declined: tuple[UUID, ...]
    parts: tuple[UUID, ...]
    is_attended: bool
    is_sub: bool
    is_online: bool
    quotas: tuple[int | None, ...] = ()
    cohort_id: UUID | None = None
    audience: str = Audience.ALL
    type: str = ""
    capacity: int | None = None

    @property
    def sent(self) -> tuple[tuple[UUID, int | None], ...]:
        """Return who takes part, each with how many they send; None: everybody."""
        return tuple(zip(self.parts, self.quotas or (None,) * len(self.parts), strict=True))


def planned_sessions(
    season_id: UUID,
    *,
    by: Actor,
    within: Interval,
    line: str = "",
    ahead: bool = False,
    ids: Collection[UUID] | None = None,
) -> list[PlannedSession]:
    """Return live sessions hosted in a subtree of the actor's, in time order; four queries.

    Args:
        line: only those whose plan line begins so.
        ahead: only those that have not begun.
        ids: only these.
    """
    own = Q() if by.is_system else organisations.within(by.intervals(ORGANISERS), "host__lft")
    rows = Session.objects.filter(
        own, organisations.within([within], "host__lft"), season_id=season_id
    ).exclude(state=SessionState.CANCELLED)
    if line:
        rows = rows.filter(plan_line__startswith=line)
    if ids is not None:
        rows = rows.filter(id__in=list(ids))
    if ahead:
        rows = rows.filter(starts_at__gt=clock.now(), state__in=LIVE)
    return [_planned(row) for row in _fetched(rows)]


def sizes_of(ids: Collection[UUID]) -> dict[UUID, int]:
    """Return how many should come to each of these sessions; see ``expected_sizes``."""
    return expected_sizes(Session.objects.filter(id__in=list(ids)))


@dataclass(frozen=True, slots=True)
class Signed:
    """Somebody of a branch at ``lft`` who is on the list of a session ahead.

    ``topics`` are those of the session; ``is_named``: an organisation sends them.
    """

    session_id: UUID
    person_id: UUID
    lft: int
    topics: frozenset[UUID]
    starts_at: datetime
    ends_at: datetime
    is_named: bool


def signed_ahead(season_id: UUID) -> list[Signed]:
    """Return who is on the lists of published sessions that have not begun; two queries.

    Ids and positions only, so nobody is asked who reads.
    """
    ahead = {
        "session__season_id": season_id,
        "session__state": SessionState.PUBLISHED,
        "session__starts_at__gt": clock.now(),
    }
    topics: dict[UUID, set[UUID]] = {}
    for key, topic in SessionTopic.objects.filter(**ahead).values_list("session_id", "topic_id"):
        topics.setdefault(key, set()).add(topic)
    rows = SignUp.objects.filter(**ahead, cancelled_at=None).order_by("session_id", "person_id")
    found = rows.values_list(
        "session_id",
        "person_id",
        "branch__lft",
        "session__starts_at",
        "session__ends_at",
        "named_by_id",
    )
    return [
        Signed(key, person, lft, frozenset(topics.get(key, ())), begins, ends, by is not None)
        for key, person, lft, begins, ends, by in found
    ]


@dataclass(frozen=True, slots=True)
class Taught:
    """So many minutes of a topic in one session, for everybody of a subtree."""

    session_id: UUID
    people: Interval
    topic_id: UUID
    minutes: int


def taught(season_id: UUID, topic_ids: Collection[UUID], *, within: Interval) -> list[Taught]:
    """Return what published and held sessions teach whole subtrees, whoever hosts them.

    Those for delegates and for some of their people only are left out. Positions are no secret,
    so nobody is asked who reads; two queries.
    """
    parts = SessionOrganisation.objects.filter(
        organisation__lft__lte=within.rgt,
        organisation__rgt__gte=within.lft,
        quota=None,
        session__season_id=season_id,
        session__audience=Audience.ALL,
        session__state__in=(SessionState.PUBLISHED, SessionState.ARCHIVED),
    )
    spans: dict[UUID, list[Interval]] = {}
    for key, lft, rgt in parts.values_list("session_id", "organisation__lft", "organisation__rgt"):
        spans.setdefault(key, []).append(Interval(lft, rgt))
    topics = SessionTopic.objects.filter(
        topic_id__in=list(topic_ids), session__season_id=season_id
    ).order_by("session_id", "topic_id")
    return [
        Taught(session, span, topic, minutes)
        for session, topic, minutes in topics.values_list("session_id", "topic_id", "minutes")
        for span in spans.get(session, ())
    ]


def audiences_ahead(season_id: UUID, topic_id: UUID, *, within: Interval) -> list[Interval]:
    """Return the subtrees that published sessions ahead teach a topic, whoever hosts them.

    Those that send only delegates, and sessions for some of their people only, are left out.
    Positions are no secret, so nobody is asked who reads; one query.
    """
    rows = SessionOrganisation.objects.filter(
        organisation__lft__lte=within.rgt,
        organisation__rgt__gte=within.lft,
        quota=None,
        session__season_id=season_id,
        session__topics__topic_id=topic_id,
        session__state=SessionState.PUBLISHED,
        session__audience__in=(Audience.ALL, Audience.MAKEUP),
        session__starts_at__gt=clock.now(),
    )
    found = rows.values_list("organisation__lft", "organisation__rgt").distinct()
    return [Interval(lft, rgt) for lft, rgt in found]


def _fetched(rows: QuerySet[Session]) -> Iterable[Session]:
    here = live().filter(session_id=OuterRef("pk"))
    rows = rows.annotate(is_attended=Exists(here))
    return rows.prefetch_related("bookings", "parts", "topics").order_by("starts_at", "id")


def _planned(row: Session) -> PlannedSession:
    asked = sorted(row.bookings.all(), key=lambda one: one.id)
    return PlannedSession(
        id=row.id,
        line=row.plan_line or "",
        title=row.title,
        state=row.state,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        place_id=row.place_id,
        host_id=row.host_id,
        topics=tuple(part.topic_id for part in row.topics.all()),
        lecturers=tuple(one.lecturer_id for one in asked if one.state != "declined"),
        declined=tuple(one.lecturer_id for one in asked if one.state == "declined"),
        parts=tuple(part.organisation_id for part in row.parts.all()),
        quotas=tuple(part.quota for part in row.parts.all()),
        is_attended=vars(row)["is_attended"],
        is_sub=row.main_session_id is not None,
        is_online=bool(row.went_online_reason),
        cohort_id=row.cohort_id,
        audience=row.audience,
        type=row.type,
        capacity=row.capacity,
    )
