"""What phones send when the network returns: kept as received, then answered item by item.

A room registers what it takes under a kind, in its ``sync.py``::

    accept("presence", take_presences)

The taker gets all items of its kind at once and answers each. A body is kept
before it is answered; an id once answered gets the same answer again, and the
same id with another body is a conflict that a person looks at.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from dongxun.kernel import bulk, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.errors import DomainError, Invalid
from dongxun.kernel.models import SyncItem

MOST_ITEMS = 500
SKEW_S = 300


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that happened on a phone. ``skew_s``: how far its clock was off when sent."""

    id: UUID
    kind: str
    body: Mapping[str, Any]
    skew_s: int | None = None

    @property
    def skewed(self) -> bool:
        """Whether the phone's clock could not be trusted."""
        return self.skew_s is not None and abs(self.skew_s) > SKEW_S


@dataclass(frozen=True, slots=True)
class ItemAnswer:
    """The server's word on one item; ``reason`` is a code for ``conflict`` and ``rejected``."""

    id: UUID
    answer: SyncAnswer
    reason: str = ""


_COLUMNS = (
    "id",
    "kind",
    "device",
    "body",
    "body_hash",
    "received_at",
    "answer",
    "reason",
    "skew_s",
)
_HASH = _COLUMNS.index("body_hash")

Taker = Callable[[Actor, Sequence[Item]], Sequence[ItemAnswer]]
_takers: dict[str, Taker] = {}


def accept(kind: str, taker: Taker) -> None:
    """Register who takes items of a kind; a second taker is a bug."""
    if _takers.setdefault(kind, taker) is not taker:
        raise ValueError(kind)


def receive(items: Sequence[Item], *, by: Actor, device: str = "") -> list[ItemAnswer]:
    """Keep, deliver and answer items, in their order.

    Safe to repeat with any split or order. One bad item never refuses its
    neighbours: a kind whose taker fails as a whole is retried item by item.

    Raises:
        Invalid: more than ``MOST_ITEMS``.
    """
    if len(items) > MOST_ITEMS:
        raise Invalid(code="too_many_items")
    answers = _keep(items, device)
    waiting: defaultdict[str, list[Item]] = defaultdict(list)
    for item in items:
        if item.id not in answers:
            waiting[item.kind].append(item)
    for kind, group in waiting.items():
        for answer in _deliver(kind, group, by):
            answers[answer.id] = answer
    _note(answers.values())
    return [answers[item.id] for item in items]


@transaction.atomic
def _keep(items: Sequence[Item], device: str) -> dict[UUID, ItemAnswer]:
    """Store bodies; return the answers of those already answered, and conflicts."""
    known = {row.id: row for row in SyncItem.objects.filter(id__in=[i.id for i in items])}
    answers: dict[UUID, ItemAnswer] = {}
    fresh: dict[UUID, tuple[Any, ...]] = {}
    for item in items:
        digest = _digest(item)
        row = known.get(item.id)
        if row is None:
            kept = fresh.setdefault(item.id, _row(item, digest, device))
            if kept[_HASH] != digest:
                answers[item.id] = ItemAnswer(item.id, SyncAnswer.CONFLICT, "same_id_other_body")
        elif row.body_hash != digest:
            answers[item.id] = ItemAnswer(item.id, SyncAnswer.CONFLICT, "same_id_other_body")
        elif row.answer == SyncAnswer.STORED:
            answers[item.id] = ItemAnswer(item.id, SyncAnswer.DUPLICATE)
        elif row.answer:
            answers[item.id] = ItemAnswer(item.id, SyncAnswer(row.answer), row.reason)
    bulk.insert(SyncItem, _COLUMNS, fresh.values(), on_conflict="DO NOTHING")
    return answers


def _row(item: Item, digest: str, device: str) -> tuple[Any, ...]:
    head = (item.id, item.kind[:40], device[:64], dict(item.body), digest)
    return (*head, clock.now(), "", "", item.skew_s)


def _digest(item: Item) -> str:
    text = json.dumps([item.kind, item.body], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _deliver(kind: str, group: list[Item], by: Actor) -> Sequence[ItemAnswer]:
    taker = _takers.get(kind)
    if taker is None:
        return [ItemAnswer(item.id, SyncAnswer.REJECTED, "unknown_kind") for item in group]
    try:
        with transaction.atomic():
            return taker(by, group)
    except DomainError as error:
        if len(group) == 1:
            return [ItemAnswer(group[0].id, SyncAnswer.REJECTED, error.code)]
    return [answer for item in group for answer in _deliver(kind, [item], by)]


def _note(answers: Iterable[ItemAnswer]) -> None:
    """Remember what was answered; a conflict over an id leaves its first answer standing."""
    groups: defaultdict[tuple[str, str], list[UUID]] = defaultdict(list)
    for answer in answers:
        if answer.answer != SyncAnswer.DUPLICATE and answer.reason != "same_id_other_body":
            groups[answer.answer, answer.reason[:200]].append(answer.id)
    for (word, reason), ids in groups.items():
        SyncItem.objects.filter(id__in=ids, answer="").update(answer=word, reason=reason)


def parse(body: object) -> list[Item]:
    """Return the items of a request body ``{"sent_at": ..., "items": [{id, kind, payload}]}``.

    Raises:
        Invalid: the shape does not fit; says at which item.
    """
    if not isinstance(body, dict) or not isinstance(body.get("items"), list):
        raise Invalid(where="items")
    skew = _skew(body.get("sent_at"))
    found: list[Item] = []
    for number, raw in enumerate(body["items"]):
        try:
            item_id, kind, content = UUID(str(raw["id"])), str(raw["kind"]), raw["payload"]
        except (KeyError, TypeError, ValueError) as error:
            raise Invalid(where=f"items[{number}]") from error
        if not isinstance(content, dict):
            raise Invalid(where=f"items[{number}].payload")
        found.append(Item(item_id, kind, content, skew))
    return found


def _skew(sent_at: object) -> int | None:
    """Return the seconds by which the phone's clock is ahead of ours; None if it did not say."""
    try:
        moment = datetime.fromisoformat(str(sent_at))
    except ValueError:
        return None
    return int((moment - clock.now()).total_seconds()) if moment.tzinfo else None
