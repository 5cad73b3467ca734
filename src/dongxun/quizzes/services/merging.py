"""Two rows were one person: what either has answered, the survivor has."""

from uuid import UUID

from django.db import transaction
from django.db.models import Max

from dongxun.quizzes.models import Attempt, Invited


@transaction.atomic
def follow_merge(kept_id: UUID, merged_id: UUID) -> None:
    """Give the attempts of the merged row to the survivor. Safe to repeat.

    Of two open attempts the survivor's stays open and the other is left as it stands, handed
    in; of two that count the earlier one does.
    """
    for row in Attempt.objects.filter(person_id=merged_id).order_by("begun_at", "id"):
        own = Attempt.objects.filter(quiz_id=row.quiz_id, person_id=kept_id)
        last = own.aggregate(n=Max("number"))["n"] or 0
        if row.handed_in_at is None and own.filter(handed_in_at=None).exists():
            row.handed_in_at = row.begun_at
        if row.counts and own.filter(counts=True).exists():
            row.counts = False
        row.person_id, row.number = kept_id, last + 1
        row.save()
    kept = Invited.objects.filter(person_id=kept_id).values_list("quiz_id", flat=True)
    Invited.objects.filter(person_id=merged_id, quiz_id__in=list(kept)).delete()
    Invited.objects.filter(person_id=merged_id).update(person_id=kept_id)
