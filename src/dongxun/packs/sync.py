"""What phones may send to this room: that a line was received, taken without network."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db import transaction

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.errors import DomainError
from dongxun.kernel.sync import Item, ItemAnswer, accept
from dongxun.packs.contracts import CAME_BACK, RECEIVED_BEFORE, ReceiptHow
from dongxun.packs.services import receipts

KIND = "pack_receipt"
NOON = time(12)
REASONS = {SyncAnswer.MERGED: RECEIVED_BEFORE, SyncAnswer.CONFLICT: CAME_BACK}


def take_receipts(by: Actor, items: Sequence[Item]) -> list[ItemAnswer]:
    """Take ``{line, how, occurred_at, on, received_by, relation, note}``, each by itself.

    ``on`` is the day it was handed over, where that is not the day of ``occurred_at``.
    A line received before answers ``merged`` and keeps both receipts; one noted as come
    back answers ``conflict``.
    """
    return [_one(by, item) for item in items]


def _one(by: Actor, item: Item) -> ItemAnswer:
    body = item.body
    try:
        with transaction.atomic():
            found = receipts.sign_for(
                by=by,
                item_id=item.id,
                line_id=UUID(str(body["line"])),
                how=ReceiptHow(str(body["how"])),
                occurred_at=_moment(body),
                received_by=str(body.get("received_by", "")),
                relation=str(body.get("relation", "")),
                note=str(body.get("note", "")),
                skewed=item.skewed,
            )
    except DomainError as error:
        return ItemAnswer(item.id, SyncAnswer.REJECTED, error.code)
    except (KeyError, ValueError, TypeError, OverflowError):
        return ItemAnswer(item.id, SyncAnswer.REJECTED, "malformed")
    return ItemAnswer(item.id, found.answer, REASONS.get(found.answer, ""))


def _moment(body: Mapping[str, Any]) -> datetime:
    written = clock.parse_moment(body["occurred_at"])
    day = date.fromisoformat(str(body.get("on") or clock.day_of(written)))
    return written if day == clock.day_of(written) else clock.moment(day, NOON)


accept(KIND, take_receipts)
