"""Evidence of an item that waited on a phone: words first, its picture when they are there."""

import hashlib
from datetime import datetime
from uuid import UUID

from django.db import transaction

from dongxun.exchanges import queries
from dongxun.exchanges.models import Slot
from dongxun.exchanges.services.planning import keep_file, still_planned
from dongxun.exchanges.services.shared import write_audit
from dongxun.kernel import clock, sync
from dongxun.kernel.actors import Actor
from dongxun.kernel.contracts import SyncAnswer


@transaction.atomic
def note_evidence(*, by: Actor, slot_id: int, words: str, before: str, at: datetime) -> SyncAnswer:
    """Note what a phone without network says was done for an item. Safe to repeat.

    ``before`` are the words it knew. Where somebody has written others since, both are kept
    (``conflict``) and a person decides.

    Raises:
        NotFound, ExchangeOver.
    """
    exchange = queries.slot(slot_id, by=by).exchange
    still_planned(exchange)
    row = Slot.objects.select_for_update().get(id=slot_id)
    said, stands = plain(words)[:500], plain(row.words)
    if not said or said == stands:
        return SyncAnswer.MERGED if said else SyncAnswer.STORED
    if stands and stands != plain(before):
        return SyncAnswer.CONFLICT
    row.words, row.done_at, row.done_by = said, min(at, clock.now()), by.label[:120]
    row.save(update_fields=["words", "done_at", "done_by"])
    write_audit("exchanges.give_evidence", by, exchange, item=row.order)
    return SyncAnswer.STORED


def plain(words: str) -> str:
    """Return words as they compare: a form writes line ends otherwise than a script."""
    return words.replace("\r\n", "\n").strip()


@transaction.atomic
def add_evidence_file(
    *, by: Actor, slot_id: int, name: str, raw: bytes, item_id: UUID | None = None
) -> None:
    """Add the picture or PDF that waited on a phone; the words stay. Safe to repeat.

    A file that was there stays kept, but no longer shown. With an item whose words differ from
    those that stand (``conflict``) it is the other way round: the new one is kept, not shown.

    Args:
        item_id: the phone's item to which the file belongs, if it says so.

    Raises:
        NotFound, ExchangeOver.
        Invalid: the file is too large or of another kind.
    """
    exchange = queries.slot(slot_id, by=by).exchange
    still_planned(exchange)
    row = Slot.objects.select_for_update(of=("self",)).select_related("upload").get(id=slot_id)
    if row.upload and row.upload.sha256 == hashlib.sha256(raw).hexdigest():
        return
    upload_id = keep_file(by, exchange, name, raw)
    if not (row.upload_id and sync.in_conflict(item_id)):
        row.upload_id = upload_id
    if row.done_at is None:
        row.done_at, row.done_by = clock.now(), by.label[:120]
    row.save(update_fields=["upload", "done_at", "done_by"])
    write_audit("exchanges.give_evidence", by, exchange, item=row.order)
