"""What rooms above ask about bookings: who was asked and answered what, who teaches when.

Who teaches is no secret; the caller has asked whether its own page may be seen.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count

from dongxun.activities.contracts import SessionState
from dongxun.activities.models import Booking
from dongxun.activities.sessions.rows import own_session, plan_of
from dongxun.activities.sessions.shapes import SessionPlan
from dongxun.kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class BookingLine:
    """A lecturer asked for a session; ``state`` is ``asked confirmed declined``."""

    id: UUID
    session_id: UUID
    lecturer_id: UUID
    lecturer: str
    state: str
    reason: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Taken:
    """A time at which a lecturer teaches, or was asked to."""

    lecturer_id: UUID
    session_id: UUID
    starts_at: datetime
    ends_at: datetime
    host: str
    is_confirmed: bool
    place_id: UUID | None = None


def bookings_of(session_ids: Collection[UUID]) -> dict[UUID, list[BookingLine]]:
    """Return who was asked for each session, the latest last; one query."""
    found: dict[UUID, list[BookingLine]] = {}
    rows = Booking.objects.filter(session_id__in=list(session_ids)).select_related("lecturer")
    for row in rows.order_by("id"):
        line = BookingLine(
            id=row.id,
            session_id=row.session_id,
            lecturer_id=row.lecturer_id,
            lecturer=row.lecturer.name,
            state=row.state,
            reason=row.reason,
            answered_at=row.answered_at,
        )
        found.setdefault(row.session_id, []).append(line)
    return found


def taken(lecturer_ids: Collection[UUID], first: datetime, last: datetime) -> list[Taken]:
    """Return when these lecturers teach between two moments, in time order; one query."""
    rows = (
        Booking.objects.filter(
            lecturer_id__in=list(lecturer_ids),
            session__starts_at__lt=last,
            session__ends_at__gt=first,
        )
        .exclude(state="declined")
        .exclude(session__state=SessionState.CANCELLED)
        .select_related("session__host")
    )
    return [
        Taken(
            lecturer_id=row.lecturer_id,
            session_id=row.session_id,
            starts_at=row.session.starts_at,
            ends_at=row.session.ends_at,
            host=row.session.host.short_name,
            is_confirmed=row.state == "confirmed",
            place_id=None if row.session.went_online_reason else row.session.place_id,
        )
        for row in rows.order_by("session__starts_at", "id")
    ]


def lessons_of(season_id: UUID) -> dict[UUID, int]:
    """Return how many sessions of a season each lecturer gives, gave or was asked for."""
    rows = Booking.objects.filter(session__season_id=season_id).exclude(state="declined")
    rows = rows.exclude(session__state=SessionState.CANCELLED).order_by()
    return dict(rows.values_list("lecturer_id").annotate(n=Count("id")))


def plan_to_change(session_id: UUID, *, by: Actor) -> SessionPlan:
    """Return a session as it would be typed, for whoever plans for its host.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
    """
    return plan_of(own_session(session_id, by=by))
