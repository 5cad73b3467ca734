"""One home on a round: its place in the order, its window, and whether it stays."""

from datetime import time
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid, NotFound
from dongxun.visits.contracts import StopState
from dongxun.visits.models import Stop
from dongxun.visits.services.rounds import live_stops, note, open_row


def stop_row(stop_id: UUID, *, by: Actor) -> Stop:
    """Return a stop whose round may still change.

    Raises:
        NotFound: absent, outside or taken off.
        RoundOver: closed or cancelled.
    """
    found = Stop.objects.filter(id=stop_id).exclude(state=StopState.DROPPED).first()
    if found is None:
        raise NotFound
    found.round = open_row(found.round_id, by=by)
    return found


@transaction.atomic
def move_stop(*, by: Actor, stop_id: UUID, up: bool) -> None:
    """Swap a stop with the one before or after it; at the end nothing happens.

    Raises:
        NotFound: not this actor's.
        RoundOver: closed or cancelled.
    """
    stop = stop_row(stop_id, by=by)
    others = list(live_stops(stop.round).order_by("order", "id"))
    at = next(n for n, other in enumerate(others) if other.id == stop.id)
    to = at - 1 if up else at + 1
    if 0 <= to < len(others):
        others[at], others[to] = others[to], others[at]
        for number, other in enumerate(others, 1):
            Stop.objects.filter(id=other.id).update(order=number)
        note("move_stop", by, stop.round)


@transaction.atomic
def edit_stop(
    *,
    by: Actor,
    stop_id: UUID,
    starts_at: time | None,
    ends_at: time | None,
    goods: str,
) -> None:
    """Set a stop's time window and what is brought there.

    Raises:
        NotFound: not this actor's.
        RoundOver: closed or cancelled.
        Invalid: it ends before it starts.
    """
    stop = stop_row(stop_id, by=by)
    if starts_at and ends_at and ends_at <= starts_at:
        raise Invalid(_("It ends before it starts."), where="ends_at")
    Stop.objects.filter(id=stop.id).update(
        starts_at=starts_at, ends_at=ends_at, goods=goods.strip()[:200]
    )
    note("edit_stop", by, stop.round)


@transaction.atomic
def drop_stop(*, by: Actor, stop_id: UUID) -> None:
    """Take a home off its round; one that was begun or visited stays.

    Raises:
        NotFound: not this actor's.
        Invalid: somebody has been there.
    """
    stop = stop_row(stop_id, by=by)
    waiting = Stop.objects.filter(id=stop.id, state=StopState.WAITING)
    if not waiting.update(state=StopState.DROPPED):
        raise Invalid(_("Somebody has been there; it stays on the round."), where="stop")
    note("drop_stop", by, stop.round)
