"""What the library tells the ledger: a lesson finished, by its evidence; what was learned elsewhere."""

from collections.abc import Collection, Mapping
from uuid import UUID

from dongxun.kernel import clock
from dongxun.kernel.ids import derived_id
from dongxun.ledger.contracts import FactKind, Mode, NewFact
from dongxun.library.models import Lesson, OutsideRecord, Progress

SOURCE = "library.studied_online"
OBJECT = "lesson"
OUTSIDE = "library.learned_outside"
OUTSIDE_OBJECT = "outside"


COUNTED = "counted where it was attended"
"""Why a lesson's facts are struck when what it repeats was attended; they may come back."""
MOVED = "moved to another topic"
"""Why they are struck when the lesson was put under another topic, where they are told anew."""
REWEIGHED = "worth something else by now"
"""Why they are struck when what it repeats was corrected, and told anew."""


def studied_online(
    row: Progress,
    lesson: Lesson,
    *,
    branch_id: UUID,
    seconds: int,
    struck: int = 0,
    moved: int = 0,
) -> list[NewFact]:
    """Return what a finished lesson is worth, ``seconds`` by topic; nothing until it is finished.

    The id hangs on the moment it was finished, so the same steps in any order give the
    same facts, and a fact struck out never comes back. ``struck`` counts how often they were
    taken out because the person had attended, which may turn out wrong; ``moved`` how often
    because the lesson was put under another topic, or is worth something else by now.
    """
    if row.finished_at is None:
        return []
    parts = shares_of(lesson, seconds)
    whole = {lesson.topic_id: seconds}
    return [
        NewFact(
            id=derived_id(
                row.finished_at,
                SOURCE,
                row.lesson_id,
                row.person_id,
                *([topic_id] if parts else []),
                *([f"again {struck}"] if struck else []),
                *([f"moved {moved}"] if moved else []),
            ),
            kind=FactKind.STUDIED,
            person_id=row.person_id,
            branch_id=branch_id,
            season_id=lesson.season_id,
            topic_id=topic_id,
            seconds=worth,
            mode=Mode.ONLINE,
            format="online",
            occurred_at=row.finished_at,
            object_kind=OBJECT,
            object_id=row.id,
            source=SOURCE,
        )
        for topic_id, worth in (parts or whole).items()
    ]


def shares_of(lesson: Lesson, seconds: int) -> dict[UUID, int]:
    """Return how many of the seconds of a lesson belong to each of its topics; empty when it has one."""
    parts = {share.topic_id: share.minutes for share in lesson.shares.all()}
    return split(seconds, parts) if len(parts) > 1 and any(parts.values()) else {}


def split(seconds: int, parts: Mapping[UUID, int]) -> dict[UUID, int]:
    """Return time split as its parts are to each other, to the second; nothing is lost."""
    whole, so_far = sum(parts.values()), 0
    found: dict[UUID, int] = {}
    for topic_id, minutes in parts.items():
        before, so_far = seconds * so_far // whole, so_far + minutes
        found[topic_id] = seconds * so_far // whole - before
    return found


def learned_outside(record: OutsideRecord) -> NewFact:
    """Return what a record of an outside platform is worth, by the season's rule for those."""
    day = clock.moment(record.learned_on)
    return NewFact(
        id=derived_id(day, OUTSIDE, record.id, record.version),
        kind=FactKind.STUDIED,
        person_id=record.person_id,
        branch_id=record.branch_id,
        season_id=record.season_id,
        topic_id=record.topic_id,
        seconds=record.seconds,
        mode=Mode.EXTERNAL,
        format="external",
        occurred_at=day,
        object_kind=OUTSIDE_OBJECT,
        object_id=record.id,
        source=OUTSIDE,
    )


def lesson_titles(ids: Collection[UUID]) -> Mapping[UUID, str]:
    """Return what lessons are called, by the progress in them."""
    rows = Progress.objects.filter(id__in=ids)
    return dict(rows.values_list("id", "lesson__title"))


def outside_titles(ids: Collection[UUID]) -> Mapping[UUID, str]:
    """Return where and what was learned elsewhere, by the record."""
    rows = OutsideRecord.objects.filter(id__in=ids)
    found = rows.values_list("id", "platform__name", "course")
    return {key: f"{platform} · {course}" for key, platform, course in found}
