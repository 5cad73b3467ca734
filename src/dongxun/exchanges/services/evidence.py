"""Evidence of an item that waited on a phone: words first, its picture when they are there.

Words are kept as they were said. In whatever order they come, they end alike: from what was
typed on the page each word follows the one it knew, of two that knew the same the earlier.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from dongxun.exchanges import queries
from dongxun.exchanges.contracts import EVIDENCE_DIFFERS
from dongxun.exchanges.models import EvidenceWord, Slot
from dongxun.exchanges.services.planning import (
    give_evidence,
    keep_file,
    plain,
    still_planned,
)
from dongxun.exchanges.services.shared import write_audit
from dongxun.files import api as files
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.differences import answer_anew
from dongxun.kernel.errors import NotFound
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.sync import ItemAnswer


@dataclass(frozen=True, slots=True)
class Kept:
    """What a phone kept for an item; ``before`` are the words it knew."""

    id: UUID
    slot_id: int
    words: str
    before: str
    at: datetime


@transaction.atomic
def note_evidence(*, by: Actor, kept: Kept) -> ItemAnswer:
    """Note what a phone without network says was done for an item. Safe to repeat.

    Of two that say different things for what both knew, the earlier stands; the other is kept
    (``conflict``) and a person decides.

    Raises:
        NotFound, ExchangeOver.
    """
    exchange = queries.slot(kept.slot_id, by=by).exchange
    still_planned(exchange)
    row = Slot.objects.select_for_update(of=("self",)).get(id=kept.slot_id)
    words = plain(kept.words)[:500]
    if not words:
        return ItemAnswer(kept.id, SyncAnswer.STORED)
    values = {
        "slot": row,
        "words": words,
        "before": plain(kept.before)[:500],
        "occurred_at": min(kept.at, clock.now()),
        "said_by": by.label[:120],
    }
    EvidenceWord.objects.get_or_create(id=kept.id, defaults=values)
    stood = row.words
    answers = _settle(row)
    answer_anew([one for one in answers.values() if one.id != kept.id])
    if row.words != stood:
        write_audit("exchanges.give_evidence", by, exchange, item=row.order)
    own = answers[kept.id]
    is_new = own.answer != SyncAnswer.STORED or row.words != stood
    return own if is_new else ItemAnswer(kept.id, SyncAnswer.MERGED)


def _settle(row: Slot) -> dict[UUID, ItemAnswer]:
    """Bring an item to what all words add up to; return what each of them is answered."""
    live = list(EvidenceWord.objects.filter(slot=row, live=True))
    chain = follow(row.typed, live)
    said = {word.words for word in chain} | {plain(row.typed)}
    if chain:
        last = chain[-1]
        row.words, row.done_at, row.done_by = last.words, last.occurred_at, last.said_by
    row.upload_id = _shown(row, chain, live)
    row.save(update_fields=["words", "done_at", "done_by", "upload"])
    heard = {word.id for word in chain}
    agree = heard | {word.id for word in live if word.words in said}
    return {word.id: _answer(word.id, agrees=word.id in agree) for word in live}


def _answer(word_id: UUID, *, agrees: bool) -> ItemAnswer:
    if agrees:
        return ItemAnswer(word_id, SyncAnswer.STORED)
    return ItemAnswer(word_id, SyncAnswer.CONFLICT, EVIDENCE_DIFFERS)


def follow(typed: str, words: Collection[EvidenceWord]) -> list[EvidenceWord]:
    """Return the words that follow each other from what was typed; the last stands.

    Pure: the same words in any order, the same answer.
    """
    left = sorted(words, key=lambda word: (word.occurred_at, word.id.int))
    chain: list[EvidenceWord] = []
    stands = plain(typed)
    while left:
        fits = (one for one in left if one.before == stands and one.words != stands)
        word = next(fits, None) or (left[0] if not stands else None)
        if word is None:
            break
        left.remove(word)
        chain.append(word)
        stands = word.words
    return chain


def _shown(row: Slot, chain: list[EvidenceWord], live: Collection[EvidenceWord]) -> UUID | None:
    """Return which picture is shown: of the words that stand, else one from the page, else any."""
    own = [word.upload_id for word in reversed(chain) if word.upload_id]
    others = [word.upload_id for word in live if word.upload_id]
    page = row.upload_id if row.upload_id not in others else None
    return next(iter([*own, *filter(None, [page]), *others]), None)


@transaction.atomic
def believe_words(*, by: Actor, slot_id: int, words: str) -> None:
    """Let words that stood against others count; the picture shown stays.

    Raises:
        NotFound, ExchangeOver.
    """
    give_evidence(by=by, slot_id=slot_id, words=plain(words))


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
    words = EvidenceWord.objects.filter(slot=row, live=True).select_related("upload")
    word = words.filter(id=item_id).first() if item_id else None
    said = EvidenceWord.objects.filter(slot=row, live=False).select_related("upload")
    past = said.filter(id=item_id).first() if item_id else None
    digest = hashlib.sha256(raw).hexdigest()
    if any(one.upload and one.upload.sha256 == digest for one in (row, word, past) if one):
        return
    upload_id = keep_file(by, exchange, name, raw)
    if past is not None:  # somebody has written on the page since its words came
        EvidenceWord.objects.filter(id=past.id).update(upload=upload_id)
        row.upload_id = row.upload_id or upload_id
    elif word is None:
        row.upload_id = upload_id
    elif word.upload_id is None:
        EvidenceWord.objects.filter(id=word.id).update(upload=upload_id)
    row.save(update_fields=["upload"])
    _settle(row)
    if row.done_at is None:
        Slot.objects.filter(id=row.id).update(done_at=clock.now(), done_by=by.label[:120])
    write_audit("exchanges.give_evidence", by, exchange, item=row.order)


KEPT_DAYS = 60
"""How long the file that was decided against is kept, in case it was decided wrongly."""


@transaction.atomic
def decide_files(by: Actor, item_id: UUID, take: bool) -> None:  # noqa: FBT001 - kernel calls it so
    """Show the file of the words that a person decided for; the other is swept later."""
    word = EvidenceWord.objects.select_related("slot").filter(id=item_id).first()
    if word is None:
        return
    row = Slot.objects.select_for_update(of=("self",)).get(id=word.slot_id)
    loser = word.upload_id
    if take and word.upload_id is not None:
        loser, row.upload_id = row.upload_id, word.upload_id
        row.save(update_fields=["upload"])
    if not (take and word.upload_id is None) and loser not in {None, row.upload_id}:
        files.drop_upload(loser, at=clock.now() + timedelta(days=KEPT_DAYS))


def open_word(*, by: Actor, word_id: UUID) -> tuple[str, bytes]:
    """Return the name and bytes of the file that came with a phone's words.

    Raises:
        NotFound: none there, swept by now, or not the actor's to see.
    """
    word = wanted_row(EvidenceWord.objects.filter(id=word_id))
    queries.slot(word.slot_id, by=by)
    if word.upload_id is None:
        raise NotFound
    upload, raw = files.read_upload(word.upload_id)
    return upload.name, raw
