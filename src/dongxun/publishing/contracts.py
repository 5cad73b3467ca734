"""Shapes and errors of publishing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from dongxun.kernel.errors import Conflict, Invalid

MOST_TEXT = 2000
MOST_GOLDEN = 100
MOST_A_DAY = 60
MOST_BASES = 20
MOST_PICTURES = 9
MOST_SOUND_BYTES = 100 * 1024 * 1024
MOST_SOUND_S = 300
MOST_VIDEO_S = 180
MOST_OUTCOME = 300
PLEDGE_DAYS = 30
"""After so many days a pledge is asked about."""
AGAIN_DAYS = 14
"""After so many more, when the answer was: not yet."""


class NoteKind(models.TextChoices):
    """What somebody wrote."""

    NOTE = "note", _("study note")
    REFLECTION = "reflection", _("reflection")
    PLEDGE = "pledge", _("pledge")
    GOLDEN = "golden", _("golden sentence")
    WORK = "work", _("work of one's own")
    SUGGESTION = "suggestion", _("suggestion")
    VIEW = "view", _("how I see it")
    MEASURE = "measure", _("a measure, how to do it")
    INVENTION = "invention", _("something new to try")


SPOKEN = (NoteKind.VIEW, NoteKind.MEASURE, NoteKind.INVENTION)
"""思想性, 措施性, 创造性: what discussions come to."""


class Audience(models.TextChoices):
    """Whom the author wants to read it; only ``OWN`` needs nobody's look."""

    OWN = "own", _("only me")
    BRANCH = "branch", _("my branch")
    ALL = "all", _("everybody")


class NoteState(models.TextChoices):
    """Where it stands."""

    PRIVATE = "private", _("only for the author")
    WAITING = "waiting", _("waiting to be looked at")
    PUBLISHED = "published", _("published")
    RETURNED = "returned", _("returned")
    HIDDEN = "hidden", _("hidden")


class SoundState(models.TextChoices):
    """Where the recording of a note is on its way to be heard."""

    WAITING = "waiting", _("being made fit for phones")
    READY = "ready", _("ready to be heard")
    REFUSED = "refused", _("cannot be played")


class Medium(models.TextChoices):
    """What somebody's words come with, in the gallery."""

    PICTURE = "picture", _("with pictures")
    VIDEO = "video", _("with a video")
    SOUND = "sound", _("to be heard")


class Kept(models.TextChoices):
    """What became of a pledge."""

    KEPT = "kept", _("kept")
    PARTLY = "partly", _("partly kept")
    NOT = "not", _("not kept")


class Decision(models.TextChoices):
    """What a secretary or organiser does with it."""

    PUBLISH = "publish", _("Publish")
    RETURN = "return", _("Return")
    HIDE = "hide", _("Hide")


COUNTS = frozenset({NoteKind.REFLECTION.value, NoteKind.PLEDGE.value})
"""Kinds that are a reflection for coverage once they are accepted."""


class WordsRefused(Invalid):
    """Words cannot be kept; ``code`` and message say why."""

    code = "words_refused"


class ThreadClosed(Conflict):
    """Nothing more is said in a discussion."""

    code = "thread_closed"
    message = _("This discussion is closed.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One writing of a note, as a phone says it.

    ``id`` is minted by whoever writes; the first writing of a note has the note's own id.
    ``bases`` are the writings that its author had before them.
    """

    id: UUID
    note_id: UUID
    person_id: UUID
    kind: NoteKind
    text: str
    audience: Audience
    written_at: datetime
    topic_id: UUID | None = None
    bases: Sequence[UUID] = ()
    about_kind: str = ""
    about_id: UUID | None = None
    thread_id: UUID | None = None
    reply_to: UUID | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of somebody's own words, to be put on a poster."""

    id: UUID
    text: str
    kind: str
    topic_id: UUID | None
    written_at: datetime
