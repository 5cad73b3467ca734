"""What a page has shown of a lesson or an aim, by a short name: has somebody written since?"""

from collections.abc import Sequence

from dongxun.kernel.marks import mark, of_row
from dongxun.library.contracts import ChapterDraft, QuestionDraft
from dongxun.library.models import Chapter, Lesson, Question, Target

_LESSON = ("title", "topic_id", "course_id", "organisation_id", "cohort_id", "form", "minutes")
_TARGET = ("title", "wanted", "organisation_id", "course_id", "track", "owner", "due_on", "note")


def of_lesson(row: Lesson) -> str:
    """Return the mark of what a lesson says about itself, its parts left out."""
    return of_row(row, (*_LESSON, "track", "lecturer", "summary"))


def of_target(row: Target) -> str:
    """Return the mark of an aim."""
    return of_row(row, _TARGET)


def of_chapters(rows: Sequence[Chapter | ChapterDraft]) -> str:
    """Return the mark of chapters in their order, written or about to be."""
    return mark([(row.title.strip(), row.text, row.media_id) for row in rows])


def of_questions(rows: Sequence[Question | QuestionDraft]) -> str:
    """Return the mark of questions in their order, written or about to be."""
    return mark([(row.text.strip(), [*row.options], row.right, row.why.strip()) for row in rows])
