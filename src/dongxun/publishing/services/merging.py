"""Two rows were one person: what either wrote, the survivor has written."""

from uuid import UUID

from django.db import transaction

from dongxun.publishing.models import Note, Thank


@transaction.atomic
def follow_merge(kept_id: UUID, merged_id: UUID) -> None:
    """Give the words and thanks of the merged row to the survivor. Safe to repeat."""
    Note.objects.filter(person_id=merged_id).update(person_id=kept_id)
    own = Thank.objects.filter(person_id=kept_id).values_list("note_id", flat=True)
    Thank.objects.filter(person_id=merged_id, note_id__in=list(own)).delete()
    Thank.objects.filter(person_id=merged_id).update(person_id=kept_id)
    Thank.objects.filter(person_id=kept_id, note__person_id=kept_id).delete()
