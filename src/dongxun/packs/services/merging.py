"""Two rows were one person: who is on a list twice is on it once, with all receipts."""

from uuid import UUID

from django.db import transaction

from dongxun.packs.models import IssueLine, Receipt
from dongxun.packs.services import receipts


@transaction.atomic
def follow_merge(kept_id: UUID, merged_id: UUID) -> None:
    """Move lines to the survivor. Safe to repeat.

    Where both were on one list, the receipts move to the survivor's line and the other
    line goes; its goods were counted once too often and are told by the stock-taking.
    """
    IssueLine.objects.filter(courier_id=merged_id).update(courier_id=kept_id)
    own = dict(IssueLine.objects.filter(person_id=kept_id).values_list("list_id", "id"))
    for line in IssueLine.objects.filter(person_id=merged_id):
        if line.list_id not in own:
            line.person_id = kept_id
            line.save(update_fields=["person"])
            continue
        stays = IssueLine.objects.get(id=own[line.list_id])
        Receipt.objects.filter(line=line).update(line=stays)
        line.delete()
        if not stays.returned_at:
            receipts.settle(stays)
