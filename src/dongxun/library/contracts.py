"""Shapes and errors of the library."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from dongxun.files.contracts import MediaKind
from dongxun.kernel.errors import Conflict, Invalid, Text

MOST_CHAPTERS = 40
MOST_QUESTIONS = 10
MOST_OPTIONS = 6
MOST_MINUTES = 240
MOST_EDITION = 32_767
MOST_BYTES = 512 * 1024 * 1024


MOST_WANTED = 999
TRACKS = ("理论课堂", "思辨课堂", "特色课堂")
"""The tracks that every unit has; it may add its own."""


class Form(models.TextChoices):
    """How a lesson comes."""

    AUDIO = "audio", _("to hear")
    TEXT = "text", _("to read")
    VIDEO = "video", _("to watch")
    PICTURES = "pictures", _("pictures and comics")


class LessonState(models.TextChoices):
    """Whether members see it."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")


PLAYS = {
    Form.AUDIO: MediaKind.AUDIO,
    Form.TEXT: MediaKind.AUDIO,
    Form.VIDEO: MediaKind.VIDEO,
    Form.PICTURES: MediaKind.PICTURE,
}
"""What a chapter of such a lesson may play; one to read may be read out."""


class MediaState(models.TextChoices):
    """Where a file is on its way to the phones."""

    WAITING = "waiting", _("waiting")
    CONVERTING = "converting", _("being converted")
    READY = "ready", _("ready")
    REFUSED = "refused", _("refused")


class NotReady(Invalid):
    """A lesson that cannot be published yet; ``details`` says what is missing."""

    code = "not_ready"
    message = _("Something is still missing before members can learn this.")


class NoEngine(Conflict):
    """No speech engine is named for this installation, or its program is not here."""

    code = "no_engine"
    message = _("This machine has no voice that could read this out.")


SYNC_REASONS: dict[str, Text] = {
    "before_season": _("This was before the season began; it does not count."),
    "chapter_gone": _("This lesson has changed; open it again."),
}
"""What is said of a step through a lesson that is not taken, by code."""


@dataclass(frozen=True, slots=True)
class LessonDraft:
    """What an author writes about a lesson; ``minutes`` is what it is worth when finished.

    ``shares`` says how many minutes of what it repeats belong to each of several topics; its own
    minutes are split alike. None leaves that as it is.
    """

    title: str
    topic_id: UUID
    form: Form
    minutes: int
    summary: str = ""
    track: str = ""
    lecturer: str = ""
    course_id: UUID | None = None
    cohort_id: UUID | None = None
    shares: tuple[tuple[UUID, int], ...] | None = None


@dataclass(frozen=True, slots=True)
class TargetDraft:
    """How many lessons a unit means to have made by a day; see ``models.Target``."""

    title: str
    wanted: int
    due_on: date
    owner: str = ""
    note: str = ""
    track: str = ""
    course_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ChapterDraft:
    """A part of a lesson. ``text`` is read, or follows the voice: ``[12:11] words`` a line."""

    title: str
    text: str = ""
    media_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class QuestionDraft:
    """One question of the short check; ``right`` counts the options from 0."""

    text: str
    options: tuple[str, ...]
    right: int
    why: str


@dataclass(frozen=True, slots=True)
class Step:
    """What a phone says of a lesson: a place in a chapter, its end, or answers to the check.

    ``at`` is in seconds. ``answers`` maps ids of questions to the number chosen. ``edition`` is
    the one that the phone showed; None from a page that did not say.
    """

    lesson_id: UUID
    person_id: UUID
    occurred_at: datetime
    chapter_id: UUID | None = None
    at: int = 0
    ended: bool = False
    answers: dict[UUID, int] = field(default_factory=dict)
    edition: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a transcript; ``second`` None where the voice is not followed."""

    second: int | None
    text: str
