"""What phones may send to this room: answers given without network, and a try handed in."""

from collections.abc import Callable, Sequence
from uuid import UUID

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.errors import DomainError
from dongxun.kernel.sync import Item, ItemAnswer, accept
from dongxun.quizzes.contracts import LONGEST_OPTION, MOST_OPTIONS, AnsweredOtherwise, Given
from dongxun.quizzes.services.answering import answer, hand_in


def take_answers(by: Actor, items: Sequence[Item]) -> list[ItemAnswer]:
    """Take ``quiz_answer`` items; a malformed one never spoils the others."""
    return [_told(item, lambda one: _answer(one, by)) for item in items]


def take_hand_ins(by: Actor, items: Sequence[Item]) -> list[ItemAnswer]:
    """Take ``quiz_hand_in`` items."""
    return [_told(item, lambda one: _hand_in(one, by)) for item in items]


def _told(item: Item, take: Callable[[Item], None]) -> ItemAnswer:
    try:
        take(item)
    except AnsweredOtherwise as error:
        return ItemAnswer(item.id, SyncAnswer.CONFLICT, error.code)
    except DomainError as error:
        return ItemAnswer(item.id, SyncAnswer.REJECTED, error.code)
    except (KeyError, ValueError, TypeError, OverflowError, AttributeError):
        return ItemAnswer(item.id, SyncAnswer.REJECTED, "malformed")
    return ItemAnswer(item.id, SyncAnswer.STORED)


def _answer(item: Item, by: Actor) -> None:
    """Take ``{attempt, place, options?, words?, occurred_at}``."""
    body = item.body
    options = body.get("options", [])
    words = body.get("words", "")
    if not isinstance(options, list) or len(options) > MOST_OPTIONS:
        raise TypeError(options)
    if not isinstance(words, str) or len(words) > LONGEST_OPTION:
        raise TypeError(words)
    answer(
        by=by,
        attempt_id=UUID(str(body["attempt"])),
        place=int(body["place"]),
        given=Given(tuple(int(one) for one in options), words),
        occurred_at=item.by_our_clock(clock.parse_moment(body["occurred_at"])),
    )


def _hand_in(item: Item, by: Actor) -> None:
    """Take ``{attempt}``."""
    hand_in(by=by, attempt_id=UUID(str(item.body["attempt"])))


accept("quiz_answer", take_answers)
accept("quiz_hand_in", take_hand_ins)
