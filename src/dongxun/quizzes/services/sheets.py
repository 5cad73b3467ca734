"""A quiz answered by somebody without a name: a sheet, and what it came to; nothing is kept."""

from collections.abc import Mapping
from uuid import UUID

from django.utils.translation import gettext as _

from dongxun.kernel import clock
from dongxun.kernel.errors import Invalid, NotFound
from dongxun.quizzes import judging
from dongxun.quizzes.contracts import (
    Given,
    Kind,
    Marked,
    NotYetOpen,
    PaperShort,
    Question,
    QuizOver,
    QuizState,
    Told,
)
from dongxun.quizzes.models import Quiz, Version
from dongxun.quizzes.queries.bank import drawable
from dongxun.quizzes.services.answering import drawn
from dongxun.seasons.contracts import SeasonClosed, was_closed


def _open(quiz_id: UUID) -> Quiz:
    """Return a quiz that can be answered now.

    Raises:
        NotFound, NotYetOpen, QuizOver, SeasonClosed.
    """
    quiz = Quiz.objects.select_related("organisation", "season").filter(id=quiz_id).first()
    if quiz is None or quiz.state == QuizState.DRAFT:
        raise NotFound
    now = clock.now()
    if was_closed(quiz.season, now):
        raise SeasonClosed
    if quiz.opens_at and now < quiz.opens_at:
        raise NotYetOpen
    if quiz.state == QuizState.CLOSED or (quiz.closes_at and quiz.closes_at <= now):
        raise QuizOver(_("The time for this quiz is over."))
    return quiz


def sheet(quiz_id: UUID) -> tuple[Question, ...]:
    """Return the questions of a quiz, drawn anew where it is random. The caller limits the rate.

    Raises:
        NotFound, NotYetOpen, QuizOver, SeasonClosed.
        PaperShort: every question has been retired meanwhile.
    """
    wanted = drawn(_open(quiz_id))
    rows = Version.objects.in_bulk(wanted)
    if not rows:
        raise PaperShort
    return tuple(_question(rows[key]) for key in wanted if key in rows)


def _question(row: Version) -> Question:
    words = judging.labels(row.kind, row.options) if row.kind != Kind.FILL else ()
    return Question(row.id, Kind(row.kind), row.text, tuple(words))


def mark(quiz_id: UUID, answers: Mapping[UUID, Given]) -> Marked:
    """Return what answers came to, in their order; those left open count as not known.

    Raises:
        NotFound, NotYetOpen, QuizOver, SeasonClosed.
        Invalid: nothing, or questions of another quiz.
    """
    quiz = _open(quiz_id)
    rows = {row.id: row for row in drawable(quiz).filter(id__in=list(answers))}
    if not rows or rows.keys() != answers.keys():
        raise Invalid(_("These are not the questions of this quiz any more; begin again."))
    lines = tuple(_told(rows[key], given) for key, given in answers.items())
    right = sum(line.is_right for line in lines)
    return Marked(right, len(lines), right * 100 >= quiz.pass_mark * len(lines), lines)


def _told(row: Version, given: Given) -> Told:
    fits = judging.fits(row.kind, len(row.options), given)
    is_right = fits and judging.is_right(row.kind, row.right, given)
    return Told(row.text, is_right, _right(row), row.why)


def _right(row: Version) -> str:
    if row.kind == Kind.FILL:
        return "、".join(str(words) for words in row.right[:1])
    words = judging.labels(row.kind, row.options)
    return "；".join(words[place] for place in row.right)
