"""What phones may send to this room: comings, goings, notes, lines of a register."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, ActorKind
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.errors import DomainError, Invalid
from dongxun.kernel.sync import Item, ItemAnswer, accept
from dongxun.organisations import api as organisations
from dongxun.people import api as people
from dongxun.volunteers.contracts import (
    Asker,
    DutyMark,
    EntryDraft,
    ErrandDraft,
    ErrandStep,
    HandoverDraft,
    Receipt,
)
from dongxun.volunteers.services import coming, duty, errands
from dongxun.volunteers.services.errands import receive_errand
from dongxun.volunteers.services.running import Heard
from dongxun.volunteers.services.steps import note_step

SEALED_OF_ASKED = ("for_name", "address", "phone", "asker_name", "asker_phone")
ASKED = ("kind", "words", *SEALED_OF_ASKED)


def take_entries(by: Actor, items: Sequence[Item]) -> list[ItemAnswer]:
    """Take ``duty_entry`` items ``{post, occurred_at, plate, person, remark, direction}``.

    A clock that is off is flagged, never dropped; everything else is answered item by item.
    """
    answers: list[ItemAnswer] = []
    entries: list[EntryDraft] = []
    for item in items:
        try:
            entries.append(_read(item))
        except (KeyError, ValueError):
            answers.append(ItemAnswer(item.id, SyncAnswer.REJECTED, "malformed"))
    return answers + duty.write_entries(by=by, entries=entries)


def _read(item: Item) -> EntryDraft:
    body = item.body
    occurred_at = clock.parse_moment(body["occurred_at"])
    direction = str(body.get("direction", "in"))
    if direction not in {"in", "out"}:
        raise ValueError(item.id)
    return EntryDraft(
        id=item.id,
        post_id=UUID(str(body["post"])),
        occurred_at=occurred_at,
        plate=str(body.get("plate", "")),
        person_note=str(body.get("person", "")),
        remark=str(body.get("remark", "")),
        direction=direction,
        skewed=item.skewed or occurred_at > clock.now(),
        kept=True,
    )


def take_marks(by: Actor, items: Sequence[Item]) -> list[ItemAnswer]:
    """Take ``duty_mark`` items ``{turn, what: on or off, occurred_at}``."""
    answers: list[ItemAnswer] = []
    marks: list[DutyMark] = []
    for item in items:
        try:
            marks.append(_read_mark(item))
        except (KeyError, ValueError):
            answers.append(ItemAnswer(item.id, SyncAnswer.REJECTED, "malformed"))
    return answers + coming.note_duty(by=by, marks=marks)


def _read_mark(item: Item) -> DutyMark:
    occurred_at = clock.parse_moment(item.body["occurred_at"])
    what = str(item.body["what"])
    if what not in {"on", "off"}:
        raise ValueError(item.id)
    return DutyMark(
        id=item.id,
        turn_id=UUID(str(item.body["turn"])),
        coming=what == "on",
        occurred_at=occurred_at,
        skewed=item.skewed or occurred_at > clock.now(),
    )


def take_notes(by: Actor, items: Sequence[Item]) -> list[ItemAnswer]:
    """Take ``duty_note`` items ``{turn, words, occurred_at}``: what a shift leaves to the next."""
    return [_note(by, item) for item in items]


def _note(by: Actor, item: Item) -> ItemAnswer:
    try:
        occurred_at = clock.parse_moment(item.body["occurred_at"])
        note = HandoverDraft(
            id=item.id,
            turn_id=UUID(str(item.body["turn"])),
            words=str(item.body["words"]),
            occurred_at=occurred_at,
            skewed=item.skewed or occurred_at > clock.now(),
        )
        with transaction.atomic():
            fresh = duty.keep_handover(by=by, note=note)
    except DomainError as error:
        return ItemAnswer(item.id, SyncAnswer.REJECTED, error.code)
    except (KeyError, ValueError, TypeError, OverflowError):
        return ItemAnswer(item.id, SyncAnswer.REJECTED, "malformed")
    return ItemAnswer(item.id, SyncAnswer.STORED if fresh else SyncAnswer.DUPLICATE)


def take_steps(by: Actor, items: Sequence[Item]) -> list[ItemAnswer]:
    """Take ``errand_step`` items ``{errand, person, what: take or done, words, minutes}``."""
    return [_answer(item, lambda one: note_step(by=by, step=_step(one, by))) for item in items]


def _step(item: Item, by: Actor) -> ErrandStep:
    body = item.body
    what = str(body["what"])
    if what not in {"take", "done"}:
        raise ValueError(item.id)
    return ErrandStep(
        id=item.id,
        errand_id=UUID(str(body["errand"])),
        person_id=people.meant(UUID(str(body["person"])), by=by),
        done=what == "done",
        at=clock.parse_moment(body["occurred_at"]),
        words=str(body.get("words", "")),
        minutes=int(body.get("minutes") or 0),
    )


def take_asked(by: Actor, items: Sequence[Item]) -> list[ItemAnswer]:
    """Take ``errand_asked`` items ``{branch, kind, words, for_name, address, ..., occurred_at}``.

    ``branch`` is what was typed, its name or id; ``asker`` says for oneself or for another.
    """
    return [_asked(by, item) for item in items]


def _asked(by: Actor, item: Item) -> ItemAnswer:
    try:
        at = clock.parse_moment(item.body["occurred_at"])
        with transaction.atomic():
            found = errands.ask_errand(by=by, draft=_draft(item), at=at)
    except DomainError as error:
        fields = [where for where, _words in error.details]
        codes = [errands.NOT_TAKEN[where][0] for where in fields if where in errands.NOT_TAKEN]
        is_nobodys = bool(codes) and by.kind is ActorKind.PUBLIC  # only the sender can mend it
        code = codes[0] if codes else error.code
        return ItemAnswer(item.id, SyncAnswer.REJECTED, code, passing=is_nobodys)
    except (KeyError, ValueError, TypeError, OverflowError):
        return ItemAnswer(item.id, SyncAnswer.REJECTED, "malformed")
    return ItemAnswer(item.id, SyncAnswer.DUPLICATE if found.repeated else SyncAnswer.STORED)


def _draft(item: Item) -> ErrandDraft:
    def said(name: str) -> str:
        return str(item.body.get(name, ""))

    asker, day = Asker(said("asker")), said("wanted_day")
    if asker == Asker.BRANCH:
        raise ValueError(item.id)
    try:
        unit = organisations.named(said("branch"))
    except organisations.NoUnit as error:
        raise Invalid(details=[("branch", str(error))]) from error
    typed: dict[str, Any] = {name: said(name) for name in ASKED}
    return ErrandDraft(
        id=item.id,
        organisation_id=unit.id,
        asker=asker,
        wanted_by=errands.until(date.fromisoformat(day)) if day else None,
        **typed,
    )


def take_receipts(by: Actor, items: Sequence[Item]) -> list[ItemAnswer]:
    """Take ``errand_received`` items ``{errand, code, occurred_at}`` of whoever asked."""

    def receive(item: Item) -> ItemAnswer | None:
        return receive_errand(
            by=by,
            errand_id=UUID(str(item.body["errand"])),
            how=Receipt.CODE,
            code=str(item.body["code"]),
            heard=Heard(item.id, clock.parse_moment(item.body["occurred_at"])),
        )

    return [_answer(item, receive) for item in items]


def _answer(item: Item, take: Callable[[Item], ItemAnswer | None]) -> ItemAnswer:
    """Answer one item by itself, so that a bad one never spoils its neighbours."""
    try:
        with transaction.atomic():
            return take(item) or ItemAnswer(item.id, SyncAnswer.STORED)
    except DomainError as error:
        return ItemAnswer(item.id, SyncAnswer.REJECTED, error.code)
    except (KeyError, ValueError, TypeError, OverflowError):
        return ItemAnswer(item.id, SyncAnswer.REJECTED, "malformed")


accept("errand_asked", take_asked, sealed=SEALED_OF_ASKED)
accept("errand_step", take_steps)
accept("errand_received", take_receipts, sealed=("code",))
accept(duty.ENTRY, take_entries, sealed=("plate", "person", "remark"))
accept("duty_mark", take_marks)
accept("duty_note", take_notes)
