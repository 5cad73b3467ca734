"""What a page has shown of a quiz, its rules or a survey: has somebody written since?"""

from collections.abc import Iterable, Sequence
from dataclasses import astuple

from dongxun.kernel.marks import mark, of_row
from dongxun.quizzes.contracts import PartDraft
from dongxun.quizzes.models import Part, Quiz, Survey

_QUIZ = ("title", "topic_id", "organisation_id", "paper", "pass_mark", "tries", "opens_at")
_PART = ("count", "tag", "topic", "difficulty")


def of_quiz(row: Quiz) -> str:
    """Return the mark of what a quiz says about itself, its paper left out."""
    return of_row(row, (*_QUIZ, "closes_at", "summary"))


def drafts_of(rows: Iterable[Part]) -> list[PartDraft]:
    """Return the rules of a random paper as they would be written."""
    return [PartDraft(*(getattr(row, name) for name in _PART)) for row in rows]


def of_parts(drafts: Sequence[PartDraft]) -> str:
    """Return the mark of rules in their order."""
    return mark([astuple(draft) for draft in drafts])


def of_survey(row: Survey) -> str:
    """Return the mark of what a survey asks whom, and until when."""
    return of_row(row, ("title", "organisation_id", "lead", "closes_on", "questions"))
