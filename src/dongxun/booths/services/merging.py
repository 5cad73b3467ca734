"""Two rows were one person: what either has, the survivor has."""

from uuid import UUID

from django.db import transaction

from dongxun.booths.models import Prize, Stamp
from dongxun.kernel import clock


@transaction.atomic
def follow_merge(kept_id: UUID, merged_id: UUID) -> None:
    """Give stamps and prizes of the merged row to the survivor. Safe to repeat."""
    own = Stamp.objects.filter(person_id=kept_id, voided_at=None)
    twice = Stamp.objects.filter(
        person_id=merged_id, voided_at=None, booth__in=list(own.values_list("booth_id", flat=True))
    )
    twice.update(voided_at=clock.now())
    Stamp.objects.filter(person_id=merged_id).update(person_id=kept_id)
    given = list(Prize.objects.filter(person_id=kept_id).values_list("card_id", flat=True))
    Prize.objects.filter(person_id=merged_id, card__in=given).delete()
    Prize.objects.filter(person_id=merged_id).update(person_id=kept_id)
