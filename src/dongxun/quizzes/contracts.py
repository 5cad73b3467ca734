"""Shapes and errors of the item bank and of quizzes."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from dongxun.kernel.errors import Conflict, Invalid

LONGEST_TEXT = 500
LONGEST_OPTION = 200
LONGEST_WHY = 500
LONGEST_TAG = 20
MOST_OPTIONS = 8
MOST_TAGS = 8
LETTERS = "ABCDEFGH"
"""What stands before options, by place."""
MOST_ASKED = 100
MOST_PARTS = 10
MOST_TRIES = 50
LATE_HOURS = 24
"""An answer given in time may arrive so much later: the phone had no network."""


class Kind(models.TextChoices):
    """How a question is answered."""

    SINGLE = "single", _("one answer")
    MULTIPLE = "multiple", _("several answers")
    JUDGE = "judge", _("true or false")
    FILL = "fill", _("fill in")


class Difficulty(models.TextChoices):
    """How hard a question is."""

    EASY = "easy", _("easy")
    MIDDLE = "middle", _("middling")
    HARD = "hard", _("hard")


class Paper(models.TextChoices):
    """Where the questions of a quiz come from."""

    LIST = "list", _("the same for everybody")
    RANDOM = "random", _("drawn anew for each try")


class QuizState(models.TextChoices):
    """Whether members see it."""

    DRAFT = "draft", _("draft")
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")


class PaperShort(Invalid):
    """A quiz whose paper cannot be filled; ``details`` says what is missing."""

    code = "paper_short"
    message = _("Something is still missing before members can answer this.")


class QuizOver(Conflict):
    """The window is over, or the organiser has closed the quiz."""

    code = "quiz_over"
    message = _(
        "The time for this quiz is over. What was answered in time is kept and counts;"
        " this answer came too late."
    )


class NotYetOpen(Conflict):
    """The window has not begun."""

    code = "quiz_not_yet"
    message = _("This quiz is not open yet.")


class NoTryLeft(Conflict):
    """Every try was used."""

    code = "no_try_left"
    message = _("No try is left. The best one counts.")


class AnsweredOtherwise(Conflict):
    """A second, different answer to the same question."""

    code = "answered_otherwise"
    message = _("This question was answered before; the first answer stands.")


class HandedIn(Conflict):
    """An answer to a quiz that has been handed in."""

    code = "handed_in"
    message = _("This try is handed in already; nothing can be added to it.")


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """What an author writes. ``right`` counts the options from 0; ``accepted`` is for fill-ins."""

    kind: Kind
    text: str
    options: tuple[str, ...] = ()
    right: tuple[int, ...] = ()
    accepted: tuple[str, ...] = ()
    why: str = ""
    difficulty: Difficulty = Difficulty.MIDDLE
    topic: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QuizDraft:
    """What an organiser writes about a quiz; ``tries`` 0 means as often as wanted."""

    title: str
    paper: Paper
    topic_id: UUID | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    pass_mark: int = 60
    tries: int = 0
    summary: str = ""


@dataclass(frozen=True, slots=True)
class PartDraft:
    """One rule of a random paper: so many questions of a tag, a topic and a difficulty."""

    count: int
    tag: str = ""
    topic: str = ""
    difficulty: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """An answer: numbers of options from 0, or the words filled in."""

    options: tuple[int, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What handing in came to; ``score`` is in hundredths of the whole, rounded down."""

    attempt_id: UUID
    right: int
    whole: int
    score: int
    passed: bool
    repeated: bool


MOST_QUESTIONS = 6
"""A survey fits on one screen."""
MOST_CHOICES = 10


class Asks(models.TextChoices):
    """How a question of a survey is answered."""

    TOPICS = "topics", _("which topics of the season")
    ONE = "one", _("one of these")
    SOME = "some", _("any of these")
    SCORE = "score", _("1 to 5")
    WORDS = "words", _("in words")


class SurveyOver(Conflict):
    """Nothing can be answered any more, or not yet."""

    code = "survey_over"
    message = _("This survey takes no answers now. Whoever asks it can open it again.")


@dataclass(frozen=True, slots=True)
class QuestionDraft:
    """One question of a survey as it is written."""

    text: str
    asks: Asks
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SurveyDraft:
    """A survey as it is written; ``closes_on`` is its last day."""

    title: str
    closes_on: date
    questions: tuple[QuestionDraft, ...]
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question as a sheet without a name asks it; its options as they are drawn."""

    id: UUID
    kind: Kind
    text: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What a sheet without a name says of one answer afterwards."""

    text: str
    is_right: bool
    right: str
    why: str


@dataclass(frozen=True, slots=True)
class Marked:
    """What a sheet without a name came to."""

    right: int
    whole: int
    passed: bool
    lines: tuple[Told, ...]
