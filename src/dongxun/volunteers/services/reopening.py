"""A turn that was given back, swapped or called off counts again: it was served all the same."""

from dongxun.volunteers.models import Handover, Service, Shift, Turn
from dongxun.volunteers.services.rows import lock_person
from dongxun.volunteers.services.turns import refuse_overlap


def reopen(turn: Turn) -> None:
    """Bring a turn back, and the shift or activity that was called off; the row is not saved.

    A person has decided so; who took the place meanwhile keeps it.

    Raises:
        TurnsOverlap: by the record they were elsewhere then.
    """
    lock_person(turn.person_id)
    refuse_overlap(turn.person_id, turn.starts_at, turn.ends_at)
    if turn.shift is not None and turn.shift.cancelled_at is not None:
        _bring_back(turn, turn.shift)
    if turn.service_id is not None:
        Service.objects.filter(id=turn.service_id).update(cancelled_at=None, cancel_reason="")
    turn.given_back_at, turn.give_back_reason, turn.offered_at = None, "", None


def _bring_back(turn: Turn, shift: Shift) -> None:
    """Let a shift be there again; where the same was laid anew, the turn moves to that one."""
    same = {"post": shift.post_id, "starts_at": shift.starts_at, "ends_at": shift.ends_at}
    twin = Shift.objects.filter(cancelled_at=None, **same).first()
    if twin is None:
        Shift.objects.filter(id=shift.id).update(cancelled_at=None, cancel_reason="")
        return
    Handover.objects.filter(turn=turn).update(shift=twin)
    turn.shift = twin
