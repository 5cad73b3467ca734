"""What phones may send to this room: evidence of an item, and a report-in by name."""

from collections.abc import Sequence

from django.db import transaction

from dongxun.exchanges.floating import kept
from dongxun.exchanges.services.evidence import Kept, note_evidence
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.errors import DomainError
from dongxun.kernel.sync import Item, ItemAnswer, accept


def take_evidence(by: Actor, items: Sequence[Item]) -> list[ItemAnswer]:
    """Take ``exchange_evidence`` items ``{slot, words, before, occurred_at}``, each by itself.

    ``before`` are the words the page showed; its picture comes to an address of its own.
    """
    return [_one(by, item) for item in items]


def _one(by: Actor, item: Item) -> ItemAnswer:
    body = item.body
    try:
        with transaction.atomic():
            word = Kept(
                id=item.id,
                slot_id=int(body["slot"]),
                words=str(body["words"]),
                before=str(body.get("before", "")),
                at=clock.parse_moment(body["occurred_at"]),
            )
            return note_evidence(by=by, kept=word)
    except DomainError as error:
        return ItemAnswer(item.id, SyncAnswer.REJECTED, error.code)
    except (KeyError, ValueError, TypeError, OverflowError):
        return ItemAnswer(item.id, SyncAnswer.REJECTED, "malformed")


accept("exchange_evidence", take_evidence)
accept(kept.KIND, kept.take_named, sealed=kept.SEALED)
