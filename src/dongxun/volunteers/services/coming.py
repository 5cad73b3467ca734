"""到岗, 离岗 as phones said it, perhaps hours later: every word is kept, the turn shows their sum.

In whatever order, split and repetition words arrive, they end in the same times: the first
coming and the last going, of clocks that could be trusted if there are any. What an organiser
or a paper sheet said stands; a phone that says otherwise is kept beside it, and a person decides.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.differences import answer_anew
from dongxun.kernel.errors import NotFound
from dongxun.kernel.sync import ItemAnswer
from dongxun.volunteers.contracts import DutyMark, HoursState, Source
from dongxun.volunteers.models import DutyClaim, Turn
from dongxun.volunteers.services.reopening import reopen
from dongxun.volunteers.services.rows import managed_turn, own_turn
from dongxun.volunteers.services.turns import OPENS, reckon, write_times

Moment = datetime | None
TURN_OFF = "turn_off"
"""The turn was given back, swapped or called off before this word of it came."""
BY_HAND = frozenset({Source.MANUAL.value, Source.PAPER.value})


@transaction.atomic
def note_duty(*, by: Actor, marks: Sequence[DutyMark]) -> list[ItemAnswer]:
    """Take comings and goings that waited on a phone, and answer each.

    Returns: ``stored`` when it changed the turn, ``merged`` when it was kept beside what is
        known, ``conflict`` with ``duty_differs`` or ``turn_off`` when a person decides,
        ``rejected`` with ``not_found``, ``too_early``, ``turn_over``.

    Raises:
        SeasonClosed: by the phone's word it happened after the closing.
    """
    return [_note(by, mark) for mark in marks]


def _note(by: Actor, mark: DutyMark) -> ItemAnswer:
    if DutyClaim.objects.filter(id=mark.id).exists():
        return ItemAnswer(mark.id, SyncAnswer.DUPLICATE)
    try:
        turn = own_turn(mark.turn_id, by=by, kept=mark.occurred_at, past=True)
    except NotFound:
        return ItemAnswer(mark.id, SyncAnswer.REJECTED, "not_found")
    reason = _refusal(by, turn, mark)
    if reason:
        return ItemAnswer(mark.id, SyncAnswer.REJECTED, reason)
    DutyClaim.objects.create(
        id=mark.id,
        turn=turn,
        coming=mark.coming,
        occurred_at=mark.occurred_at,
        recorded_at=clock.now(),
        skewed=mark.skewed,
    )
    if turn.given_back_at is not None:
        return ItemAnswer(mark.id, SyncAnswer.CONFLICT, TURN_OFF)
    return ItemAnswer(mark.id, *_settle(by, turn, mark))


def _refusal(by: Actor, turn: Turn, mark: DutyMark) -> str:
    """Return why a word is not taken, empty when it is; a clock that is off is never the reason."""
    if turn.person_id not in by.persons or turn.errand_id is not None:
        return "not_found"
    if mark.skewed or not mark.coming:
        return ""
    if mark.occurred_at < turn.starts_at - OPENS:
        return "too_early"
    return "turn_over" if mark.occurred_at >= turn.ends_at else ""


def _settle(by: Actor, turn: Turn, mark: DutyMark) -> tuple[SyncAnswer, str]:
    """Write what all words of a turn come to; answer the one that has just come."""
    on_at, off_at = effect(turn, list(DutyClaim.objects.filter(turn=turn)))
    stands = turn.on_at if mark.coming else turn.off_at
    source = turn.on_source if mark.coming else turn.off_source
    changed = (on_at, off_at) != (turn.on_at, turn.off_at)
    differs = source in BY_HAND and stands != mark.occurred_at
    if differs or (changed and turn.certified_at is not None):
        return SyncAnswer.CONFLICT, "duty_differs"
    if not changed:
        return (SyncAnswer.STORED if stands is None else SyncAnswer.MERGED), ""
    turn.skewed = turn.skewed or mark.skewed
    _write(turn, on_at, off_at)
    audit.write(
        "volunteers.go_on_duty" if mark.coming else "volunteers.go_off_duty",
        by=by,
        subject=("turn", turn.id),
        organisation_id=turn.organisation_id,
        person=str(turn.person_id),
        source=Source.AUTO.value,
    )
    return SyncAnswer.STORED, ""


def _write(turn: Turn, on_at: Moment, off_at: Moment) -> None:
    turn.on_source = turn.on_source if on_at == turn.on_at else Source.AUTO
    turn.off_source = turn.off_source if off_at == turn.off_at else Source.AUTO
    turn.on_at, turn.off_at = on_at, off_at
    if on_at and off_at:
        reckon(turn)
    else:
        turn.hours, turn.hours_state = None, HoursState.NONE
    turn.save()


def effect(turn: Turn, claims: Iterable[DutyClaim]) -> tuple[Moment, Moment]:
    """Return when somebody came and went by all that is known; a going before any coming waits."""
    every = list(claims)
    on_at, off_at = turn.on_at, turn.off_at
    if turn.on_source not in BY_HAND:
        on_at = min(_said(every, on_at, coming=True), default=None)
    if turn.off_source not in BY_HAND:
        off_at = max(_said(every, off_at, coming=False), default=None)
        if off_at and (on_at is None or off_at <= on_at):
            off_at = None
    return on_at, off_at


def _said(claims: Sequence[DutyClaim], stands: Moment, *, coming: bool) -> list[datetime]:
    """Return the moments said of a coming or going; those of clocks that are off only if alone.

    ``stands`` is the turn's own; where no phone's word is behind it, it was a tap online.
    """
    kind = [claim for claim in claims if claim.coming is coming]
    sure = [claim.occurred_at for claim in kind if not claim.skewed]
    if stands and not any(claim.occurred_at == stands for claim in kind):
        sure.append(stands)
    return sure or [claim.occurred_at for claim in kind]


@transaction.atomic
def believe(*, by: Actor, turn_id: UUID, coming: bool, at: datetime) -> None:
    """Let a phone's word count after all, as an organiser's own: it stood against theirs.

    Of a turn that was given back, swapped or called off every word counts then, for it is there
    again.

    Raises:
        NotFound: not the actor's. Invalid: the times cannot be. Conflict: on a certificate, or
            by the record they were elsewhere then.
    """
    turn = managed_turn(turn_id, by=by, past=True)
    on_at, off_at = (at, turn.off_at) if coming else (turn.on_at, at)
    if turn.given_back_at is not None:
        _take_back(turn)
    elif on_at and off_at:
        write_times(turn, on_at, off_at, Source.MANUAL, turn.travel_minutes)
    elif turn.certified_at is None:
        turn.on_at, turn.off_at = on_at, off_at
        turn.on_source = Source.MANUAL if on_at else ""
        turn.off_source = Source.MANUAL if off_at else ""
        turn.save(update_fields=["on_at", "off_at", "on_source", "off_source"])
    audit.write(
        "volunteers.correct_turn",
        by=by,
        subject=("turn", turn.id),
        organisation_id=turn.organisation_id,
        person=str(turn.person_id),
    )


def _take_back(turn: Turn) -> None:
    """Let a turn be there again with what its phones said of it; they are told so."""
    reopen(turn)
    claims = list(DutyClaim.objects.filter(turn=turn))
    turn.skewed = any(claim.skewed for claim in claims)
    _write(turn, *effect(turn, claims))
    answer_anew([ItemAnswer(claim.id, SyncAnswer.STORED) for claim in claims])
