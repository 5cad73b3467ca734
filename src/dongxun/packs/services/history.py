"""Loading receipts of the past in bulk: for the demo and for offices that come with lists."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from dongxun.kernel import audit
from dongxun.kernel.actors import Actor
from dongxun.kernel.ids import derived_id
from dongxun.packs.models import IssueLine, Receipt
from dongxun.packs.services.lists import own_list
from dongxun.packs.services.receipts import Signed, check

_BATCH = 500


@transaction.atomic
def write_receipts(*, by: Actor, list_id: UUID, told: Mapping[UUID, Signed]) -> int:
    """Note many receipts of a list at once; lines already received or returned are left alone.

    Safe to repeat. Return how many were new.

    Raises:
        NotFound: the list is absent or elsewhere.
        NotIssued, BeforeIssue, Invalid: as for a single receipt.
    """
    row = own_list(list_id, by=by)
    lines = row.lines.filter(id__in=list(told), received_at=None, returned_at=None)
    waiting = list(lines.select_related("list"))
    receipts = []
    for line in waiting:
        signed = told[line.id]
        check(line, signed)
        line.received_at, line.how = signed.occurred_at, signed.how
        receipts.append(
            Receipt(
                id=derived_id(signed.occurred_at, "packs.history", line.id),
                line=line,
                how=signed.how,
                occurred_at=signed.occurred_at,
                recorded_at=signed.occurred_at,
                recorded_by=by.label[:120],
                received_by=signed.received_by[:80],
                relation=signed.relation[:30],
                note=signed.note[:200],
            )
        )
    Receipt.objects.bulk_create(receipts, batch_size=_BATCH)
    IssueLine.objects.bulk_update(waiting, ["received_at", "how"], batch_size=_BATCH)
    audit.write(
        "packs.write_receipts",
        by=by,
        subject=("issue_list", row.id),
        organisation_id=row.organisation_id,
        received=len(receipts),
    )
    return len(receipts)
