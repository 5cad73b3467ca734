"""What phones send when the network returns: kept as received, then answered item by item.

A room registers what it takes under a kind, in its ``sync.py``::

    accept("presence", take_presences)

The taker gets all items of its kind at once and answers each. What somebody can be reached
by lies sealed in the kept body (``sealed=("phone",)``). A body is kept
before it is answered; an id once answered gets the same answer again, and the
same id with another body is kept beside the first, for a person to look at.
"""

import logging
import math
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import QuerySet

from dongxun.kernel import bodies, bulk, clock, hot, passed
from dongxun.kernel.actors import Actor
from dongxun.kernel.bulk import chunks
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.errors import DomainError, Invalid, LinkNeeded
from dongxun.kernel.ids import derived_id, new_id
from dongxun.kernel.models import SyncItem, SyncVariant

log = logging.getLogger(__name__)

MOST_ITEMS = 500
PORTION = 10
"""So many items of one kind are taken in one transaction."""
REST = 3.0
"""So many times as long as a portion took others may hold up the next: a quarter is left."""
SKEW_S = 300
MOST_SKEW_S = 2_000_000_000
"""What is kept of a clock that is off by more, some 60 years."""


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

    def by_our_clock(self, at: datetime) -> datetime:
        """Return a moment of the phone, put right where its clock could not be trusted."""
        return at - timedelta(seconds=self.skew_s or 0) if self.skewed else at


@dataclass(frozen=True, slots=True)
class ItemAnswer:
    """The server's word on one item; ``reason`` is a code for ``conflict`` and ``rejected``.

    ``passing``: told to the sender alone, not kept as the item's own, so nobody has to deal with
    it; sent again, the item is taken anew.
    """

    id: UUID
    answer: SyncAnswer
    reason: str = ""
    passing: bool = False


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
_KNOWN = hot.statement(
    "SELECT id, body_hash, answer, reason FROM {item} WHERE id IN %ids", item=SyncItem
)
_ANSWER = hot.statement(
    "UPDATE {item} SET answer = %s, reason = %s WHERE answer = '' AND id IN %ids", item=SyncItem
)
_HASH = _COLUMNS.index("body_hash")
_OTHERS = (
    "id",
    "item_id",
    "kind",
    "device",
    "body",
    "body_hash",
    "received_at",
    "sent_by",
    "skew_s",
    "settled_by",
)
OTHER_BODY = "same_id_other_body"
PASSING = frozenset({OTHER_BODY, passed.FAULT, "not_found", "not_allowed", LinkNeeded.code})
"""Answers that hang on who asks, or on a fault of ours, and are not kept as the item's own."""
NO_RECORD = frozenset({"malformed", "unknown_kind"})

Taker = Callable[[Actor, Sequence[Item]], Sequence[ItemAnswer]]
_takers: dict[str, Taker] = {}


def accept(kind: str, taker: Taker, *, sealed: Sequence[str] = ()) -> None:
    """Register who takes items of a kind; a second taker is a bug.

    Args:
        sealed: names in the body under which nothing is kept readable.
    """
    if _takers.setdefault(kind, taker) is not taker:
        raise ValueError(kind)
    bodies.seal_under(kind, sealed)


def kinds() -> frozenset[str]:
    """Return the kinds that some room takes."""
    return frozenset(_takers)


def receive(
    items: Sequence[Item],
    *,
    by: Actor,
    device: str = "",
    aside: Callable[[float], object] | None = None,
) -> list[ItemAnswer]:
    """Keep, deliver and answer items, in their order.

    Safe to repeat with any split or order. One bad item never refuses its
    neighbours: a portion whose taker fails as a whole is retried item by item.

    Args:
        aside: waits at most so many seconds for whoever else is to be served; called between
            portions, no transaction open, so that a large upload holds nobody up.

    Raises:
        Invalid: more than ``MOST_ITEMS``.
    """
    if len(items) > MOST_ITEMS:
        raise Invalid(code="too_many_items")
    begun = time.thread_time()
    answers, others = _keep(items, by, device)
    waiting: defaultdict[str, list[Item]] = defaultdict(list)
    for place, item in enumerate(items):
        if item.id not in answers and place not in others:
            waiting[item.kind].append(item)
    for kind, part in ((k, p) for k, group in waiting.items() for p in chunks(group, PORTION)):
        if aside:
            aside((time.thread_time() - begun) * REST)
            begun = time.thread_time()
        answers |= {answer.id: answer for answer in _deliver(kind, list(part), by)}
    passed.note(answers.values(), PASSING, by=by)
    return [
        ItemAnswer(item.id, SyncAnswer.CONFLICT, OTHER_BODY)
        if place in others
        else answers[item.id]
        for place, item in enumerate(items)
    ]


@transaction.atomic
def _keep(
    items: Sequence[Item], by: Actor, device: str
) -> tuple[dict[UUID, ItemAnswer], frozenset[int]]:
    """Store bodies; return the answers of those already answered, and where another body came."""
    found = hot.rows(_KNOWN, [], (UUID, str, str, str), ids=[item.id for item in items])
    known = {key: kept for key, *kept in found}
    answers: dict[UUID, ItemAnswer] = {}
    fresh: dict[UUID, tuple[Any, ...]] = {}
    others: dict[int, tuple[Any, ...]] = {}
    for place, item in enumerate(items):
        if item.id not in known:
            digest = bodies.digest(item.kind, item.body)
            kept = fresh.setdefault(item.id, _row(item, digest, device))
            if kept[_HASH] != digest:
                others[place] = _variant(item, digest, by, device)
            continue
        body_hash, answer, reason = known[item.id]
        if not bodies.is_same(item.kind, item.body, body_hash):
            digest = bodies.digest(item.kind, item.body)
            others[place] = _variant(item, digest, by, device)
        elif answer == SyncAnswer.STORED:
            answers[item.id] = ItemAnswer(item.id, SyncAnswer.DUPLICATE)
        elif answer:
            answers[item.id] = ItemAnswer(item.id, SyncAnswer(answer), reason)
    written = bulk.insert(SyncItem, _COLUMNS, fresh.values(), on_conflict="DO NOTHING")
    if 0 <= written < len(fresh):  # another request was quicker with an id: look again
        return _keep(items, by, device)
    if others:
        bulk.insert(SyncVariant, _OTHERS, others.values(), on_conflict="DO NOTHING")
    return answers, frozenset(others)


def _variant(item: Item, digest: str, by: Actor, device: str) -> tuple[Any, ...]:
    head = (
        new_id(),
        item.id,
        item.kind[:40],
        device[:64],
        bodies.closed(item.kind, item.body),
        digest,
    )
    return (*head, clock.now(), by.label[:120], item.skew_s, "")


def _row(item: Item, digest: str, device: str) -> tuple[Any, ...]:
    head = (item.id, item.kind[:40], device[:64], bodies.closed(item.kind, item.body), digest)
    return (*head, clock.now(), "", "", item.skew_s)


def _deliver(kind: str, group: list[Item], by: Actor) -> Sequence[ItemAnswer]:
    """Have a group taken and its answers remembered, in one transaction."""
    taker = _takers.get(kind)
    if taker is None:
        return _note([ItemAnswer(item.id, SyncAnswer.REJECTED, "unknown_kind") for item in group])
    try:
        with transaction.atomic():
            return _note(taker(by, group))
    except (OperationalError, InterfaceError):
        raise
    except DomainError as error:
        if len(group) == 1:
            return _note([ItemAnswer(group[0].id, SyncAnswer.REJECTED, error.code)])
    except Exception:  # a fault in one item must not hold its neighbours back for ever
        if len(group) == 1:
            log.exception("could not take item %s of kind %s", group[0].id, kind)
            return [ItemAnswer(group[0].id, SyncAnswer.REJECTED, passed.FAULT)]
    return [answer for item in group for answer in _deliver(kind, [item], by)]


def _note(answers: Sequence[ItemAnswer]) -> Sequence[ItemAnswer]:
    """Remember what was answered, once; a conflict over an id leaves its first answer standing.

    That something is not the sender's is no word on the item: another may send it rightly.
    """
    groups: defaultdict[tuple[str, str], list[UUID]] = defaultdict(list)
    for answer in answers:
        is_kept = not answer.passing and answer.reason not in PASSING
        if is_kept and answer.answer != SyncAnswer.DUPLICATE:
            groups[answer.answer, answer.reason[:200]].append(answer.id)
    for (word, reason), ids in groups.items():
        hot.run(_ANSWER, [str(word), reason], ids=ids)
    return answers


@dataclass(frozen=True, slots=True)
class Other:
    """A second body under one id: which came first, which later, and whether it was answered."""

    id: UUID
    item_id: UUID
    kind: str
    first: Mapping[str, Any]
    first_at: datetime
    body: Mapping[str, Any]
    received_at: datetime
    sent_by: str


def others(kinds: Collection[str]) -> QuerySet[SyncVariant]:
    """Return the second bodies of some kinds that nobody has looked at."""
    return SyncVariant.objects.filter(settled_at=None, kind__in=kinds)


def open_others(kinds: Collection[str]) -> list[Other]:
    """Return the second bodies of some kinds that nobody has looked at, oldest first.

    For the rooms that take these kinds, which ask who may see them.
    """
    rows = list(others(kinds).order_by("received_at", "id"))
    firsts = SyncItem.objects.in_bulk({row.item_id for row in rows})
    return [
        Other(
            *(row.id, row.item_id, row.kind, first.body, first.received_at),
            *(row.body, row.received_at, row.sent_by),
        )
        for row in rows
        if (first := firsts.get(row.item_id))
    ]


@transaction.atomic
def settle_other(other_id: UUID, *, by: Actor, take: bool) -> ItemAnswer | None:
    """Note that a person has looked at a second body; ``take`` it as an item of its own.

    Safe to repeat: taken twice it has the same id. The caller has asked who may.
    """
    row = SyncVariant.objects.select_for_update().filter(id=other_id).first()
    if row is None or row.settled_at is not None:
        return None
    row.settled_at, row.settled_by = clock.now(), by.label[:120]
    row.save(update_fields=["settled_at", "settled_by"])
    if not take:
        return None
    key = derived_id(row.received_at, "sync.other", row.item_id, row.body_hash)
    body = bodies.opened(row.kind, row.body)
    [answer] = receive([Item(key, row.kind, body, row.skew_s)], by=by, device=row.device)
    return answer


def answer_since(item_id: UUID, kind: str, since: datetime) -> str:
    """Return what was said of an item of a kind that came after a moment; "" for none."""
    rows = SyncItem.objects.filter(id=item_id, kind=kind, received_at__gte=since)
    return rows.values_list("answer", flat=True).first() or ""


@dataclass(frozen=True, slots=True)
class Refused:
    """What was not taken and why; it lies here and on the phone."""

    id: UUID
    kind: str
    body: Mapping[str, Any]
    received_at: datetime
    reason: str


def open_refused(kinds: Collection[str]) -> list[Refused]:
    """Return what was refused of some kinds and nobody has looked at, oldest first.

    What was no record at all is left out. For the rooms that take these kinds, which ask who
    may see them.
    """
    columns = ("id", "kind", "body", "received_at", "reason")
    rows = not_taken(kinds).order_by("received_at", "id")
    return [Refused(*row) for row in rows.values_list(*columns)]


def not_taken(kinds: Collection[str]) -> QuerySet[SyncItem]:
    """Return the rows of :func:`open_refused`, for whoever only counts."""
    rows = SyncItem.objects.filter(answer=SyncAnswer.REJECTED, settled_at=None)
    return rows.filter(kind__in=sorted(kinds)).exclude(reason__in=NO_RECORD)


def settle_refused(item_id: UUID) -> bool:
    """Note that a person has looked at what was refused; False if one had. The caller asks who."""
    rows = SyncItem.objects.filter(id=item_id, answer=SyncAnswer.REJECTED, settled_at=None)
    return bool(rows.update(settled_at=clock.now()))


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


def storable(value: Any) -> Any:
    """Return what a phone sent without what no database keeps: NUL, half characters, no numbers."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode(errors="replace").decode()
    if isinstance(value, dict):
        return {storable(key): storable(each) for key, each in value.items()}
    if isinstance(value, list):
        return [storable(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _skew(sent_at: object) -> int | None:
    """Return the seconds by which the phone's clock is ahead of ours; None if it did not say."""
    try:
        moment = datetime.fromisoformat(str(sent_at))
    except ValueError:
        return None
    if not moment.tzinfo:
        return None
    seconds = int((moment - clock.now()).total_seconds())
    return max(-MOST_SKEW_S, min(seconds, MOST_SKEW_S))
