"""What quizzes tell the ledger: a quiz passed, by its answers."""

from collections.abc import Collection, Mapping
from uuid import UUID

from dongxun.kernel.ids import derived_id
from dongxun.ledger.contracts import FactKind, Mode, NewFact
from dongxun.quizzes.models import Attempt, Quiz

SOURCE = "quizzes.passed"
OBJECT = "quiz"


def passed(attempt: Attempt, quiz: Quiz, *, branch_id: UUID) -> NewFact | None:
    """Return the evidence that a person knows a topic; worth no minutes.

    None for an attempt that does not count. The id hangs on quiz and person, so a second
    pass could not write a second fact.
    """
    if not attempt.counts or attempt.handed_in_at is None:
        return None
    return NewFact(
        id=derived_id(quiz.created_at, SOURCE, quiz.id, attempt.person_id),
        kind=FactKind.PASSED,
        person_id=attempt.person_id,
        branch_id=branch_id,
        season_id=quiz.season_id,
        topic_id=quiz.topic_id,
        seconds=0,
        mode=Mode.NONE,
        format="test",
        occurred_at=min(attempt.handed_in_at, quiz.season.closed_at or attempt.handed_in_at),
        object_kind=OBJECT,
        object_id=attempt.id,
        source=SOURCE,
    )


def titles(ids: Collection[UUID]) -> Mapping[UUID, str]:
    """Return what quizzes are called, by the try that passed."""
    return dict(Attempt.objects.filter(id__in=ids).values_list("id", "quiz__title"))
