"""志愿时长: a filled sheet entered, hours approved by a human, refused, taken back."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, NotFound, Text
from dongxun.kernel.rules import allows
from dongxun.volunteers.contracts import HoursState, SheetEntered, SheetMark, Source, TooLate
from dongxun.volunteers.models import Turn
from dongxun.volunteers.services.duty import note_from_paper
from dongxun.volunteers.services.rows import (
    any_service,
    any_shift,
    home_of,
    lock_person,
    managed_turn,
)
from dongxun.volunteers.services.turns import (
    make_turn,
    refuse_overlap,
    same_minute,
    write_times,
)


@transaction.atomic
def enter_sheet(
    *,
    by: Actor,
    marks: Mapping[tuple[str, UUID, UUID], SheetMark],
) -> SheetEntered:
    """Make the record say what a filled hours sheet or shift table says.

    Entered again unchanged it writes nothing. Whoever the sheet does not show any more
    is taken back where only paper had stated it; what a phone stated is kept and named.

    Args:
        marks: by ("shift" or "service", its id, person id).

    Raises:
        NotFound: a shift, service or person is not the actor's.
        Invalid: each time that cannot be and each shift called off, with ``<place id>.<person id>.<field>``.
    """
    written = taken_back = 0
    kept: list[UUID] = []
    bad: list[tuple[str, Text]] = []
    for (kind, place_id, person_id), mark in marks.items():
        where = f"{place_id}.{person_id}"
        try:
            with transaction.atomic():
                done = _enter(by, kind, place_id, person_id, mark)
        except (Invalid, Conflict) as error:
            bad.append((f"{where}.{error.where or 'on'}", str(error)))
            continue
        written += done == "written"
        taken_back += done == "taken back"
        if done == "kept":
            kept.append(person_id)
    if bad:
        raise Invalid(details=bad)
    if written or taken_back:
        audit.write("volunteers.enter_sheet", by=by, written=written, taken_back=taken_back)
    return SheetEntered(written, taken_back, tuple(kept))


def _enter(by: Actor, kind: str, place_id: UUID, person_id: UUID, mark: SheetMark) -> str:
    shift = any_shift(place_id) if kind == "shift" else None
    service = any_service(place_id) if kind != "shift" else None
    owner = shift.post.organisation if shift else service.organisation if service else None
    if owner is None or not allows("volunteers.manage", by, owner.lft):
        raise NotFound
    if shift and shift.cancelled_at and mark.on_at is not None:
        raise TooLate(_("This shift was called off. If it was served, add it to the post again."))
    lock_person(person_id)
    live = Turn.objects.filter(shift=shift, service=service, person_id=person_id)
    turn = live.filter(given_back_at=None).first()
    if mark.on_at is None or mark.off_at is None:
        return _with_note(turn, mark, _absent(turn, mark))
    if turn is None:
        times = shift or service
        assert times is not None  # noqa: S101 - for the type
        refuse_overlap(person_id, times.starts_at, times.ends_at)
        turn = make_turn(by, home_of(person_id, by=by), person_id, shift=shift, service=service)
    elif _differs(turn, mark.on_at, mark.off_at):
        return _with_note(turn, mark, "kept")
    fresh = write_times(turn, mark.on_at, mark.off_at, Source.PAPER, mark.travel_minutes)
    return _with_note(turn, mark, "written" if fresh else "same")


def _differs(turn: Turn, on_at: datetime, off_at: datetime) -> bool:
    """Whether the paper says other times than those that a phone stated."""
    by_phone = turn.on_source == turn.off_source == Source.AUTO
    said = (same_minute(turn.on_at, on_at), same_minute(turn.off_at, off_at))
    return by_phone and said != (turn.on_at, turn.off_at)


def _with_note(turn: Turn | None, mark: SheetMark, done: str) -> str:
    """Write 交接事项 of the paper beside the times; what phones noted stays."""
    if mark.handover is None or (turn is None and not mark.handover.strip()):
        return done
    if turn is None or turn.on_at is None:
        raise Invalid(_("Say when they were there, too."), where="on")
    fresh = note_from_paper(turn, mark.handover)
    return "written" if fresh and done == "same" else done


def _is_still_there(turn: Turn | None, mark: SheetMark) -> bool:
    """Whether the paper says of somebody on duty when they came, as it is known, and no more."""
    if turn is None or turn.off_at or mark.off_at or mark.on_at is None:
        return False
    return same_minute(turn.on_at, mark.on_at) == turn.on_at


def _absent(turn: Turn | None, mark: SheetMark) -> str:
    if _is_still_there(turn, mark):
        return "same"
    if mark.on_at is not None or mark.off_at is not None:
        raise Invalid(_("Both times, please, or neither."), where="off" if mark.on_at else "on")
    if turn is None or turn.on_at is None:
        return "same"
    if Source.PAPER not in {turn.on_source, turn.off_source}:
        return "kept"
    if turn.certified_at is not None:
        raise Conflict(_("These hours stand on a certificate; they no longer change."))
    turn.on_at = turn.off_at = turn.hours = turn.decided_at = turn.published_on = None
    turn.on_source = turn.off_source = turn.hours_state = turn.decided_by = ""
    turn.travel_minutes = 0
    turn.save()
    note_from_paper(turn, "")
    return "taken back"


@transaction.atomic
def approve_hours(*, by: Actor, turn_ids: Collection[UUID]) -> int:
    """Approve hours that wait; from today they hang out inside the unit. Safe to repeat.

    Raises:
        NotFound: one is not the actor's.
        Conflict: one is their own; nobody approves their own hours.
    """
    approved = 0
    for turn_id in turn_ids:
        turn = managed_turn(turn_id, by=by)
        if turn.person_id in by.persons:
            raise Conflict(_("Nobody approves their own hours; ask somebody else."))
        if turn.hours_state != HoursState.WAITING:
            continue
        _decide(turn, by, HoursState.APPROVED)
        approved += 1
    if approved:
        audit.write("volunteers.approve_hours", by=by, turns=approved)
    return approved


def _decide(turn: Turn, by: Actor, state: HoursState, reason: str = "") -> None:
    turn.hours_state, turn.reason = state, reason.strip()[:200]
    turn.decided_by, turn.decided_at = by.label[:120], clock.now()
    turn.published_on = clock.today() if state == HoursState.APPROVED else None
    turn.save(update_fields=["hours_state", "reason", "decided_by", "decided_at", "published_on"])


@transaction.atomic
def refuse_hours(*, by: Actor, turn_id: UUID, reason: str) -> None:
    """Refuse hours, or take an approval back after an objection. Safe to repeat.

    Raises:
        NotFound; Invalid: no reason; Conflict: they stand on a certificate, or nothing is over.
    """
    turn = managed_turn(turn_id, by=by)
    if turn.hours_state == HoursState.REFUSED:
        return
    if not reason.strip():
        raise Invalid(_("Say why; they read it."), where="reason")
    if turn.certified_at is not None:
        raise Conflict(_("These hours stand on a certificate; they no longer change."))
    if turn.hours_state not in {HoursState.WAITING, HoursState.APPROVED}:
        raise Conflict(_("There are no hours here to decide on."))
    _decide(turn, by, HoursState.REFUSED, reason)
    _tell(by, turn)


def _tell(by: Actor, turn: Turn) -> None:
    audit.write(
        "volunteers.refuse_hours",
        by=by,
        subject=("turn", turn.id),
        organisation_id=turn.organisation_id,
        person=str(turn.person_id),
    )
