"""Two rows were one person: what either has answered, the survivor has."""

from collections import defaultdict
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
    in; of those that passed the earliest counts, and the ledger holds it alone.
    """
    for row in Attempt.objects.filter(person_id=merged_id).order_by("begun_at", "id"):
        own = Attempt.objects.filter(quiz_id=row.quiz_id, person_id=kept_id)
        last = own.aggregate(n=Max("number"))["n"] or 0
        if row.handed_in_at is None and own.filter(handed_in_at=None).exists():
            row.handed_in_at = row.begun_at
        row.counts = row.counts and not own.filter(counts=True).exists()
        row.person_id, row.number = kept_id, last + 1
        row.save()
    _count_earliest(kept_id)
    kept = Invited.objects.filter(person_id=kept_id).values_list("quiz_id", flat=True)
    Invited.objects.filter(person_id=merged_id, quiz_id__in=list(kept)).delete()
    Invited.objects.filter(person_id=merged_id).update(person_id=kept_id)
    _follow_replies(kept_id, merged_id)


def _count_earliest(person_id: UUID) -> None:
    """Let of each quiz the earliest try that passed count, also where an older merge left two.

    One that the ledger holds goes before one that it does not: nobody loses what was credited.
    """
    passed: defaultdict[UUID, list[Attempt]] = defaultdict(list)
    rows = Attempt.objects.filter(person_id=person_id, passed=True).exclude(handed_in_at=None)
    for row in rows.order_by("handed_in_at", "id"):
        passed[row.quiz_id].append(row)
    for tries in passed.values():
        if len(tries) == 1:
            continue
        told = {row.id: ledger.live_about([row.id], facts.SOURCE) for row in tries}
        first = next((row for row in tries if told[row.id]), tries[0])
        later = [row for row in tries if row != first]
        Attempt.objects.filter(id__in=[row.id for row in later], counts=True).update(counts=False)
        Attempt.objects.filter(id=first.id, counts=False).update(counts=True)
        struck = [key for row in later for key in told[row.id]]
        ledger.void(struck, by=SYSTEM, reason=TWICE)


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
