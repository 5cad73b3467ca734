"""The words about an errand, and the errand brought to what they add up to.

Words are kept as they were said, in whatever order they come; the errand, its hours and the
answers to phones follow from all of them together. Who took it first runs it; what was done was
taken, too. Words by hand, on a page or decided by a person, stand before those of phones. Nobody
confirms for themselves that something arrived.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from dongxun.kernel import clock
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.differences import answer_anew
from dongxun.kernel.errors import Conflict, NotFound
from dongxun.kernel.ids import new_id
from dongxun.kernel.sync import ItemAnswer
from dongxun.people import api as people
from dongxun.volunteers.contracts import ErrandOff, ErrandState, ErrandTaken, HoursState, Source
from dongxun.volunteers.models import Errand, ErrandWord, Turn, Word
from dongxun.volunteers.services.turns import reckon

OWN_RECEIPT = "errand_own_receipt"
DECIDED = frozenset({HoursState.APPROVED.value, HoursState.REFUSED.value})


@dataclass(frozen=True, slots=True)
class Heard:
    """Which item of a phone a word is, and when it was said there; nothing for a page."""

    id: UUID | None = None
    at: datetime | None = None


PAGE = Heard()


@dataclass(frozen=True, slots=True)
class Ran:
    """Who runs it since when, and which words say that it is done and that it arrived.

    ``said`` are all of the runner's words that it is done.
    """

    runner_id: UUID | None = None
    taken_at: datetime | None = None
    done: ErrandWord | None = None
    received: ErrandWord | None = None
    said: tuple[ErrandWord, ...] = ()


def merge(words: Collection[ErrandWord]) -> Ran:
    """Return what these words add up to. Pure: the same words in any order, the same answer."""
    steps = [word for word in words if word.what != Word.RECEIVED]
    first = min(steps, key=_rank, default=None)
    runner = first.person_id if first else None
    own = [word for word in steps if word.person_id == runner]
    done = [word for word in own if word.what == Word.DONE]
    came = [word for word in words if word.what == Word.RECEIVED]
    others = [word for word in came if str(runner) not in word.persons]
    return Ran(
        runner_id=runner,
        taken_at=min((word.occurred_at for word in own), default=None),
        done=min(done, key=_rank, default=None),
        received=min(others, key=_rank, default=None),
        said=tuple(done),
    )


def _rank(word: ErrandWord) -> tuple[bool, datetime, int]:
    return (not word.by_hand, word.occurred_at, word.id.int)


def keep(errand: Errand, what: Word, heard: Heard, **said: Any) -> None:
    """Write down one word, once; without a phone's moment it was said by hand."""
    now = clock.now()
    ErrandWord.objects.get_or_create(
        id=heard.id or new_id(),
        defaults={
            "errand": errand,
            "what": what,
            "occurred_at": min(heard.at or now, now),
            "recorded_at": now,
            "by_hand": heard.at is None,
            **said,
        },
    )


def forget(errand: Errand) -> None:
    """Let the words so far count no more: it was given back and waits again."""
    _steps(errand).update(live=False)


def _steps(errand: Errand) -> QuerySet[ErrandWord]:
    return ErrandWord.objects.filter(errand=errand, live=True).exclude(what=Word.RECEIVED)


def settle(errand: Errand) -> bool:
    """Bring an errand and its hours to what its words add up to; return whether that changed it.

    Hours that somebody has decided about stand: what would change them waits for a person. So
    does what was done of an errand that was called off meanwhile.
    """
    if errand.state == ErrandState.CANCELLED:
        return False
    ran = merge(list(ErrandWord.objects.filter(errand=errand, live=True)))
    before = _stands(errand)
    turn = Turn.objects.filter(errand=errand, given_back_at=None).first()
    if turn is None or not (turn.hours_state in DECIDED or turn.certified_at):
        _write_turn(errand, turn, ran)
        errand.runner_id, errand.taken_at = ran.runner_id, _at(errand, ran.taken_at)
        errand.done_at = _at(errand, ran.done.occurred_at if ran.done else None)
        errand.done_words = ran.done.words if ran.done else ""
    errand.received_at = _at(errand, ran.received.occurred_at if ran.received else None)
    errand.received_how = ran.received.how if ran.received else ""
    errand.received_note = ran.received.words[:200] if ran.received else ""
    errand.state = _state(errand)
    errand.save()
    return _stands(errand) != before


def _at(errand: Errand, moment: datetime | None) -> datetime | None:
    """Return a moment of an errand: nothing can have happened before it was asked for."""
    return max(moment, errand.asked_at) if moment else None


def _stands(errand: Errand) -> tuple[object, ...]:
    moments = (errand.taken_at, errand.done_at, errand.received_at)
    return (str(errand.state), errand.runner_id, *moments)


def _state(errand: Errand) -> ErrandState:
    if errand.done_at is None:
        return ErrandState.TAKEN if errand.runner_id else ErrandState.WAITING
    return ErrandState.RECEIVED if errand.received_at else ErrandState.DONE


def _write_turn(errand: Errand, turn: Turn | None, ran: Ran) -> None:
    """Write whose hours it is; another's are given back, and what was put right stays."""
    if turn is not None and (ran.done is None or turn.person_id != ran.runner_id):
        turn.given_back_at, turn.give_back_reason = clock.now(), ErrandTaken.code
        turn.save(update_fields=["given_back_at", "give_back_reason"])
        turn = None
    if ran.done is None or ran.runner_id is None:
        return
    done = max(ran.done.occurred_at, errand.asked_at)
    if turn is not None and errand.done_at == done and not _is_as_said(turn, done, ran.said):
        return
    begun = done - timedelta(minutes=ran.done.minutes)
    row = turn or _turn_of(errand, ran.runner_id)
    row.taken_at = _at(errand, ran.taken_at) or done
    row.starts_at, row.ends_at, row.on_at, row.off_at = begun, done, begun, done
    row.on_source = row.off_source = Source.MANUAL
    reckon(row)
    row.save()


def _is_as_said(turn: Turn, done: datetime, said: Collection[ErrandWord]) -> bool:
    """Whether hours are what one of the runner's words made them, and nobody put them right."""
    begun = {done - timedelta(minutes=word.minutes) for word in said}
    return turn.off_at == done and turn.on_at in begun


def _turn_of(errand: Errand, person_id: UUID) -> Turn:
    return Turn(
        season_id=errand.season_id,
        organisation_id=errand.organisation_id,
        person_id=person_id,
        branch_id=people.branches_of([person_id])[person_id].branch_id,
        errand=errand,
    )


def answers(errand: Errand) -> list[ItemAnswer]:
    """Return what each word of a phone is answered, now that all of them are known.

    Whoever was slower is told so; what they did all the same waits for a person.
    """
    return [_answer(errand, word) for word in ErrandWord.objects.filter(errand=errand, live=True)]


def _answer(errand: Errand, word: ErrandWord) -> ItemAnswer:
    if errand.state == ErrandState.CANCELLED:
        is_done = word.what == Word.DONE
        answer = SyncAnswer.CONFLICT if is_done else SyncAnswer.REJECTED
        return ItemAnswer(word.id, answer, ErrandOff.code)
    if word.what == Word.RECEIVED:
        own = str(errand.runner_id) in word.persons
        reason = OWN_RECEIPT if own else ""
        return ItemAnswer(word.id, SyncAnswer.REJECTED if own else SyncAnswer.STORED, reason)
    if word.person_id == errand.runner_id:
        return ItemAnswer(word.id, SyncAnswer.STORED)
    slower = SyncAnswer.CONFLICT if word.what == Word.DONE else SyncAnswer.REJECTED
    return ItemAnswer(word.id, slower, ErrandTaken.code)


def tell(errand: Errand, word_id: UUID, *, changed: bool) -> ItemAnswer:
    """Answer the word that has just come, and those before it anew where it changes them."""
    found = answers(errand)
    if errand.state != ErrandState.CANCELLED:  # what was told before it was called off stands
        answer_anew([one for one in found if one.id != word_id])
    [own] = [one for one in found if one.id == word_id]
    if own.answer == SyncAnswer.STORED and not changed:
        return ItemAnswer(word_id, SyncAnswer.MERGED)
    return own


def believe(errand: Errand, person_id: UUID) -> None:
    """Let this person's words count, whoever was faster, and though it was called off.

    A person has decided so.

    Raises:
        NotFound: they said nothing of it.
        Conflict: hours are decided about already.
    """
    if not _steps(errand).filter(person_id=person_id).exists():
        raise NotFound
    _steps(errand).update(by_hand=False)
    _steps(errand).filter(person_id=person_id).update(by_hand=True)
    if errand.state == ErrandState.CANCELLED:
        errand.state, errand.cancelled_at = ErrandState.WAITING, None
        errand.cancel_reason = ""
    settle(errand)
    if errand.runner_id != person_id:
        raise Conflict(_("Its hours are decided already; correct them first."))
    answer_anew(answers(errand))
