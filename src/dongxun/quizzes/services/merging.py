"""Two rows were one person: what either has answered, the survivor has."""

from uuid import UUID

from django.db import transaction
from django.db.models import Max

from dongxun.kernel.actors import Actor
from dongxun.ledger import api as ledger
from dongxun.quizzes import facts
from dongxun.quizzes.models import Attempt, Invited, Reply, Survey
from dongxun.quizzes.queries.surveys import key_of

SYSTEM = Actor.system("quizzes")
TWICE = "passed on another row of the same person"


@transaction.atomic
def follow_merge(kept_id: UUID, merged_id: UUID) -> None:
    """Give the attempts and replies of the merged row to the survivor. Safe to repeat.

    Of two open attempts the survivor's stays open and the other is left as it stands, handed
    in; of two that count the earlier one does, and the ledger holds it alone.
    """
    for row in Attempt.objects.filter(person_id=merged_id).order_by("begun_at", "id"):
        own = Attempt.objects.filter(quiz_id=row.quiz_id, person_id=kept_id)
        last = own.aggregate(n=Max("number"))["n"] or 0
        if row.handed_in_at is None and own.filter(handed_in_at=None).exists():
            row.handed_in_at = row.begun_at
        first = own.filter(counts=True).first()
        if row.counts and first is not None:
            at, other = row.handed_in_at, first.handed_in_at
            if at and other and at < other:
                first.counts = False
                first.save(update_fields=["counts"])
                _strike(first)
            else:
                row.counts = False
                _strike(row)
        row.person_id, row.number = kept_id, last + 1
        row.save()
    kept = Invited.objects.filter(person_id=kept_id).values_list("quiz_id", flat=True)
    Invited.objects.filter(person_id=merged_id, quiz_id__in=list(kept)).delete()
    Invited.objects.filter(person_id=merged_id).update(person_id=kept_id)
    _follow_replies(kept_id, merged_id)


def _strike(row: Attempt) -> None:
    told = ledger.facts_about(row.id).filter(source=facts.SOURCE)
    ledger.void(told.values_list("pk", flat=True), by=SYSTEM, reason=TWICE)


def _follow_replies(kept_id: UUID, merged_id: UUID) -> None:
    """Let one person count once in a survey; nobody reads from a reply whose it is."""
    ids = Survey.objects.values_list("id", flat=True)
    theirs = {key_of(key, merged_id): key for key in ids}
    for row in Reply.objects.filter(key__in=list(theirs)):
        key = key_of(theirs[row.key], kept_id)
        own = Reply.objects.filter(survey_id=row.survey_id, key=key).first()
        if own is not None and own.day >= row.day:
            row.delete()
            continue
        if own is not None:
            own.delete()
        row.key = key
        row.save(update_fields=["key"])
