"""A person decides about a door: which record counts."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.kernel.ids import new_id
from dongxun.visits.contracts import Source, StopState
from dongxun.visits.models import Claim, Stop
from dongxun.visits.services.doors import lock_stops
from dongxun.visits.services.records import COLUMNS, refresh


@transaction.atomic
def settle(*, by: Actor, stop_id: UUID, claim_id: UUID | None, at: datetime | None = None) -> None:
    """Decide a dispute: this claim counts, or (None) what counts now stays. Nothing is deleted.

    The door is held meanwhile: of two decisions made at once the later one counts, and a
    record that arrives just then is merged after it. A home taken off its round comes back
    with the claim; where it was put on again, the claim goes to it there.

    Args:
        at: the moment to count it with, when the phone's clock was wrong.

    Raises:
        NotFound: the stop or claim is not this actor's.
    """
    doors = _held(stop_id)
    stop = next((door for door in doors if door.id == stop_id), None)
    if stop is None or not by.reaches(stop.round.organisation.lft):
        raise NotFound
    claims = Claim.objects.filter(stop=stop)
    if claim_id is not None:
        chosen = claims.filter(id=claim_id).first()
        if chosen is None:
            raise NotFound
        _count(chosen, _there(stop, doors), by, at)
    claims.update(settled=True)
    refresh(doors, by=by)
    audit.write(
        "visits.settle",
        by=by,
        subject=("visit", stop.id),
        organisation_id=stop.round.organisation_id,
    )


def _held(stop_id: UUID) -> list[Stop]:
    """Return a door, and with it whatever else of its round leads to the same person."""
    which = Q(id=stop_id)
    if known := Stop.objects.filter(id=stop_id).exclude(person=None).first():
        which |= Q(round=known.round_id, person=known.person_id)
    return list(lock_stops(which).select_related("round__organisation"))


def _there(stop: Stop, doors: list[Stop]) -> Stop:
    """Return the door at which a claim counts: on the round it is not twice."""
    live = (door for door in doors if door.state != StopState.DROPPED)
    return stop if stop.state != StopState.DROPPED else next(live, stop)


def _count(chosen: Claim, stop: Stop, by: Actor, at: datetime | None) -> None:
    """Let a claim count at a door: above all others at its own, beside them at another."""
    if stop.id == chosen.stop_id:
        stop.generation += 1
        if stop.state == StopState.DROPPED:
            stop.state = StopState.WAITING
        stop.save(update_fields=["generation", "state"])
    row = {name: getattr(chosen, name) for name in COLUMNS}
    decided = {
        "id": new_id(),
        "stop_id": stop.id,
        "occurred_at": at or chosen.occurred_at,
        "started_at": None if at else chosen.started_at,
        "generation": stop.generation,
        "source": Source.DESK,
        "waits": False,
        "recorded_by": by.label[:120],
        "recorded_at": clock.now(),
    }
    Claim.objects.create(**row | decided)
