"""Sessions that were held, with those who taught there and the stars they got."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse

from dongxun.activities import api as activities
from dongxun.activities.contracts import SessionState
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.kernel.rules import allows
from dongxun.lecturers.models import Order, Rating


@dataclass(frozen=True, slots=True)
class Taught:
    """Somebody who taught at a session; ``stars`` 0 where nobody has said how."""

    lecturer_id: UUID
    name: str
    stars: int
    words: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """A session that was held; one that was ordered is rated with its order."""

    id: UUID
    title: str
    host: str
    starts_at: datetime
    season_id: UUID
    order_id: UUID | None
    taught: tuple[Taught, ...]

    @property
    def url(self) -> str:
        """Return where it is rated."""
        if self.order_id is not None:
            return reverse("lecturers:order", args=[self.order_id])
        return reverse("lecturers:lesson", args=[self.id])


def held(session_id: UUID, *, by: Actor) -> Lesson | None:
    """Return a session of the actor's units as its lecturers are rated for it.

    None where it is not theirs, is a sub-venue, or was not held yet.
    """
    try:
        airing = activities.airing(session_id, by=by)
    except NotFound:
        return None
    is_over = airing.ends_at <= clock.now() or airing.state == SessionState.ARCHIVED
    is_own = airing.id == session_id and allows("lecturers.order", by, airing.host_lft)
    if not (is_own and airing.is_held and is_over):
        return None
    orders = Order.objects.filter(session_id=airing.id, withdrawn_at=None, refused_at=None)
    order_id = orders.values_list("id", flat=True).first()
    given = Rating.objects.filter(session_id=airing.id)
    given = given.filter(order_id=order_id) if order_id else given.filter(order=None)
    said = {row.lecturer_id: row for row in given}
    return Lesson(
        id=airing.id,
        title=airing.title,
        host=airing.host,
        starts_at=airing.starts_at,
        season_id=airing.season_id,
        order_id=order_id,
        taught=tuple(
            _taught(one, said.get(one.lecturer_id))
            for one in activities.bookings_of([airing.id]).get(airing.id, [])
            if one.state != "declined"
        ),
    )


def _taught(one: activities.BookingLine, row: Rating | None) -> Taught:
    stars, words = (row.stars, row.words) if row else (0, "")
    return Taught(one.lecturer_id, one.lecturer, stars, words)
