"""What phones may send to this room: what was seen and done at a door, step by step."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.differences import shown_elsewhere
from dongxun.kernel.errors import DomainError
from dongxun.kernel.sync import Item, ItemAnswer, accept
from dongxun.needs.contracts import SPOKEN
from dongxun.visits import neighbours
from dongxun.visits.contracts import (
    KINDS,
    MOST_WORDS,
    Outcome,
    Said,
    SignedHow,
    Step,
    TopicPart,
)
from dongxun.visits.models import Stop
from dongxun.visits.services import take
from dongxun.visits.services.photos import door_of

MOST_TOPICS = 20


def take_visits(by: Actor, items: Sequence[Item]) -> list[ItemAnswer]:
    """Take ``visit_step`` and ``visit_done`` items; a malformed one never spoils the others."""
    answers: list[ItemAnswer] = []
    said: list[Said] = []
    for item in items:
        try:
            said.append(_read(item))
        except (KeyError, ValueError, TypeError, OverflowError):
            answers.append(ItemAnswer(item.id, SyncAnswer.REJECTED, "malformed"))
    return answers + take(by=by, items=said)


def _read(item: Item) -> Said:
    """Return ``{stop, step, occurred_at, outcome, started_at, minutes, topics, words, ...}``.

    Raises:
        ValueError: it is not what a phone sends.
    """
    body = item.body
    ends = item.kind == "visit_done"
    step = Step.DONE if ends else Step(str(body["step"]))
    if not ends and step == Step.DONE:
        raise ValueError(item.id)
    return Said(
        id=item.id,
        stop_id=UUID(str(body["stop"])),
        step=step,
        occurred_at=clock.parse_moment(body["occurred_at"]),
        started_at=clock.parse_moment(body["started_at"]) if body.get("started_at") else None,
        outcome=Outcome(str(body["outcome"])) if ends else "",
        minutes=_whole(body.get("minutes", 0)),
        topics=_topics(body.get("topics", [])) if ends else (),
        words=str(body.get("words", "")).strip()[:MOST_WORDS],
        signed=SignedHow(str(body.get("signed", ""))),
        why_unsigned=str(body.get("why_unsigned", ""))[:120],
        skewed=item.skewed,
    )


def _whole(raw: Any) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw < 10_000:
        raise ValueError(raw)
    return raw


def _topics(raw: Any) -> tuple[TopicPart, ...]:
    """Return the parts, each topic once, in the order of their ids."""
    if not isinstance(raw, list) or len(raw) > MOST_TOPICS:
        raise ValueError(raw)
    parts = {UUID(str(one["topic"])): _whole(one["minutes"]) for one in raw}
    return tuple(TopicPart(key, parts[key]) for key in sorted(parts))


def take_receipts(by: Actor, items: Sequence[Item]) -> list[ItemAnswer]:
    """Take ``receipt`` items ``{stop, line, how, occurred_at, received_by, relation}``."""
    return [_one(by, item, _receipt) for item in items]


def take_needs(by: Actor, items: Sequence[Item]) -> list[ItemAnswer]:
    """Take ``need`` items ``{stop, text, spoken, occurred_at}``: what was hard at a door.

    ``spoken`` is 1 where a recording follows instead of words.
    """
    return [_one(by, item, _need) for item in items]


def _one(by: Actor, item: Item, take_it: Callable[[Actor, Item, Stop], ItemAnswer]) -> ItemAnswer:
    """Answer one item by itself, so that a bad one never spoils its neighbours."""
    try:
        with transaction.atomic():
            return take_it(by, item, door_of(UUID(str(item.body["stop"])), by=by))
    except DomainError as error:
        return ItemAnswer(item.id, SyncAnswer.REJECTED, error.code)
    except (KeyError, ValueError, TypeError, OverflowError):
        return ItemAnswer(item.id, SyncAnswer.REJECTED, "malformed")


def _receipt(by: Actor, item: Item, stop: Stop) -> ItemAnswer:
    body = item.body
    return neighbours.sign_for(
        by=by,
        item_id=item.id,
        line_id=UUID(str(body["line"])),
        how=str(body["how"]),
        occurred_at=clock.parse_moment(body["occurred_at"]),
        received_by=str(body.get("received_by", ""))[:80],
        relation=str(body.get("relation", ""))[:40],
        skewed=item.skewed,
        stop=stop,
    )


def _need(by: Actor, item: Item, stop: Stop) -> ItemAnswer:
    known = neighbours.raise_need(
        by=by,
        item_id=item.id,
        stop=stop,
        text=str(item.body["text"]).strip()[:MOST_WORDS] or _spoken(item),
        occurred_at=item.by_our_clock(clock.parse_moment(item.body["occurred_at"])),
    )
    return ItemAnswer(item.id, SyncAnswer.DUPLICATE if known else SyncAnswer.STORED)


def _spoken(item: Item) -> str:
    return SPOKEN if item.body.get("spoken") == "1" else ""


accept("visit_step", take_visits)
accept("visit_done", take_visits)
accept("receipt", take_receipts)
accept("need", take_needs)
shown_elsewhere(KINDS)
