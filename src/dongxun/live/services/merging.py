"""Two rows were one person: what either watched, passed and said in classes, the survivor did."""

from uuid import UUID

from django.db import transaction

from dongxun.live.models import Presence, Said
from dongxun.live.services import crediting


@transaction.atomic
def follow_merge(kept_id: UUID, merged_id: UUID) -> None:
    """Give the merged row's words and presence to the survivor, once a class. Safe to repeat."""
    Said.objects.filter(person_id=merged_id).update(person_id=kept_id)
    own = {row.live_id: row for row in Presence.objects.filter(person_id=kept_id)}
    for row in Presence.objects.filter(person_id=merged_id):
        if stays := own.get(row.live_id):
            stays.first_at = min(stays.first_at, row.first_at)
            stays.last_at = max(stays.last_at, row.last_at)
            stays.save(update_fields=["first_at", "last_at"])
            row.delete()
        else:
            row.person_id = kept_id
            row.save(update_fields=["person"])
    crediting.follow_merge(kept_id, merged_id)
