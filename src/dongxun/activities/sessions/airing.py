"""What a live class asks of its session: who holds it, where it is seen, who is there."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dongxun.activities.contracts import SessionState
from dongxun.activities.models import Session
from dongxun.activities.presence import people_at
from dongxun.activities.sessions.rows import own_session, subs_of
from dongxun.activities.sessions.venues import Venues, venues
from dongxun.activities.sessions.visible import seen, visible
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Airing:
    """A session as its live class needs it; of a sub-venue, the main session is meant.

    ``seen_id`` is what the actor sees of it: the session itself, or only a sub-venue of it.
    ``shares`` are the minutes of each topic; together they are ``minutes``.
    """

    id: UUID
    seen_id: UUID
    season_id: UUID
    title: str
    host_id: UUID
    host: str
    host_lft: int
    starts_at: datetime
    ends_at: datetime
    state: str
    topics: tuple[tuple[UUID, str], ...]
    shares: tuple[tuple[UUID, int], ...]
    minutes: int
    lecturers: tuple[str, ...]

    @property
    def is_held(self) -> bool:
        """Whether people were told of it, and it was not called off."""
        return self.state in {SessionState.PUBLISHED, SessionState.ARCHIVED}

    @property
    def is_called_off(self) -> bool:
        """Whether it was cancelled."""
        return self.state == SessionState.CANCELLED


def airing(session_id: UUID, *, by: Actor) -> Airing:
    """Return the session whose class this is, for whoever may see it or one of its sub-venues.

    Raises:
        NotFound: absent, or hidden from the actor.
    """
    row = _seen_somewhere(session_id, by=by)
    seen_id = row.id
    if row.main_session_id:
        row = Session.objects.select_related("host").get(id=row.main_session_id)
    return _airing(row, seen_id)


def _seen_somewhere(session_id: UUID, *, by: Actor) -> Session:
    """Return a session that the actor sees, else one of its sub-venues."""
    try:
        return seen(session_id, by=by)
    except NotFound:
        subs = visible(by).filter(main_session_id=session_id)
        found = subs.exclude(state=SessionState.CANCELLED).order_by("id").first()
        if found is None:
            raise
        return found


def own_airing(session_id: UUID, *, by: Actor) -> Airing:
    """Return a session that the actor plans.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
    """
    row = own_session(session_id, by=by)
    return airing(row.id, by=by) if row.main_session_id else _airing(row, row.id)


def _airing(row: Session, seen_id: UUID) -> Airing:
    bookings = row.bookings.exclude(state="declined").select_related("lecturer").order_by("id")
    topics = row.topics.select_related("topic").order_by("topic__number")
    return Airing(
        id=row.id,
        seen_id=seen_id,
        season_id=row.season_id,
        title=row.title,
        host_id=row.host_id,
        host=row.host.short_name,
        host_lft=row.host.lft,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        state=row.state,
        topics=tuple((part.topic_id, part.topic.name) for part in topics),
        shares=tuple((part.topic_id, part.minutes) for part in topics),
        minutes=row.credit_minutes,
        lecturers=tuple(booking.lecturer.name for booking in bookings),
    )


def airing_ids(*, by: Actor) -> set[UUID]:
    """Return the main sessions of all that the actor may see."""
    rows = visible(by).exclude(state=SessionState.CANCELLED)
    return {main or key for key, main in rows.values_list("id", "main_session_id")}


def airing_venues(session_id: UUID, *, by: Actor) -> Venues | None:
    """Return the venues of a session with their rolls; None when it has one only."""
    return venues(Session.objects.select_related("host", "place").get(id=session_id), by=by)


def people_at_venues(session_id: UUID, person_ids: Collection[UUID] | None = None) -> set[UUID]:
    """Return who checked in at any venue of a session, each once; of these people where named."""
    main = Session.objects.get(id=session_id)
    rows = [main, *subs_of(main)]
    return people_at((row.id for row in rows), person_ids)
