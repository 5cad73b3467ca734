"""What the library tells the ledger: a lesson finished, by its evidence."""

from uuid import UUID

from dongxun.kernel.ids import derived_id
from dongxun.ledger.contracts import FactKind, Mode, NewFact
from dongxun.library.models import Lesson, Progress

SOURCE = "library.studied_online"
OBJECT = "lesson"


def studied_online(row: Progress, lesson: Lesson, *, branch_id: UUID) -> NewFact | None:
    """Return what a finished lesson is worth, None until it is finished.

    The id hangs on the moment it was finished, so the same steps in any order give the
    same fact, and a fact struck out never comes back.
    """
    if row.finished_at is None:
        return None
    return NewFact(
        id=derived_id(row.finished_at, SOURCE, row.lesson_id, row.person_id),
        kind=FactKind.STUDIED,
        person_id=row.person_id,
        branch_id=branch_id,
        season_id=lesson.season_id,
        topic_id=lesson.topic_id,
        seconds=lesson.minutes * 60,
        mode=Mode.ONLINE,
        format="online",
        occurred_at=row.finished_at,
        object_kind=OBJECT,
        object_id=row.id,
        source=SOURCE,
    )
