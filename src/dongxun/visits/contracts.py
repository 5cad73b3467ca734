"""Words, shapes and errors that other rooms may hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from dongxun.kernel.errors import Conflict
from dongxun.seasons.contracts import SeasonClosed


class RoundKind(models.TextChoices):
    """What a round of visits is for."""

    STUDY = "study", _("study at home")
    CONDOLENCE = "condolence", _("condolence visit")


class RoundState(models.TextChoices):
    """Where a round stands."""

    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")
    CANCELLED = "cancelled", _("cancelled")


class StopState(models.TextChoices):
    """What became of one door."""

    WAITING = "waiting", _("not yet visited")
    BEGUN = "begun", _("begun")
    DONE = "done", _("visited")
    ABSENT = "absent", _("nobody at home")
    LATER = "later", _("another day")
    DROPPED = "dropped", _("taken off the round")


REACHED = frozenset({StopState.DONE, StopState.ABSENT, StopState.LATER})
"""A visitor has been there, or has said why not."""


class Step(models.TextChoices):
    """The steps of a door record; each is saved by itself."""

    GREETING = "greeting", _("greeting and check")
    LESSON = "lesson", _("a short lesson")
    PHOTO = "photo", _("photo")
    DONE = "done", _("done")
    CARE = "care", _("difficulties")


class Outcome(models.TextChoices):
    """How a visit ended."""

    DONE = "done", _("visited")
    ABSENT = "absent", _("nobody at home")
    LATER = "later", _("another day")


class SignedHow(models.TextChoices):
    """How the visited person confirmed it."""

    UNSAID = "", _("not asked")
    SIGNED = "signed", _("signed")
    THUMB = "thumb", _("thumb print")
    UNABLE = "unable", _("cannot sign")


class Target(models.TextChoices):
    """Why somebody is visited: a code, never a diagnosis."""

    AGED = "aged", _("advanced age")
    MOBILITY = "mobility", _("hard to move about")
    ILL = "ill", _("serious illness")
    DISABLED = "disabled", _("unable to work")
    HARDSHIP = "hardship", _("hardship")
    STAYED = "stayed", _("stayed at the works")
    LOW_INCOME = "low_income", _("low-income household")
    IMPAIRED = "impaired", _("disabled person")


class Language(models.TextChoices):
    """How somebody is spoken with at home: a code."""

    ANY = "", _("as usual")
    DIALECT = "dialect", _("in dialect")
    SIGN = "sign", _("in sign language")


TAG_OF = {Language.DIALECT.value: "方言", Language.SIGN.value: "手语"}
"""The tag on the roster of those who speak so."""


class Source(models.TextChoices):
    """How a record reached us."""

    PHONE = "phone", _("phone")
    PAPER = "paper", _("paper sheet")
    DESK = "desk", _("decided at the desk")


SOURCE = "visits.studied_at_home"
"""The source under which the ledger knows what was learned at home."""
KINDS = ("visit_step", "visit_done", "receipt", "need")
"""What phones send to this room."""
REASONS = {
    SeasonClosed.code: SeasonClosed.message,
    "round_cancelled": _("This round had been called off by then."),
    "stop_dropped": _(
        "This home was taken off the round; the branch decides, your record is kept."
    ),
    "minutes_impossible": _("The minutes cannot be right."),
    "topic_unknown": _("This topic is not of this season."),
    "before_round": _("This was before the round opened; look at the phone's clock."),
    "too_late": _("More than 90 days ago; have it entered from paper."),
    "visits_differ": _("Another record says otherwise; the branch decides, both are kept."),
    "clock_impossible": _("The phone's clock cannot be right; the branch enters the time."),
}
"""Why a record is not taken, or not yet, by its code."""
LATE_DAYS = 90
"""A phone may come back this long after the visit; later it is entered from paper."""
MOST_MINUTES = 240
MOST_WORDS = 2000
MOST_STOPS = 60


class RoundOver(Conflict):
    """Nothing more is planned in a round that was closed or cancelled."""

    code = "round_is_over"
    message = _("This round is closed or was cancelled; open a new one.")


class LinkInUse(Conflict):
    """A visitor's phone has the round by a link that a new one would stop."""

    code = "link_in_use"
    message = _("The link is open on a phone already.")


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody visited who is not on the roster: no more than what finds the door."""

    name: str
    address: str = ""
    target: str = ""
    branch_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Wishes:
    """When somebody may be visited and by whom; ``weekdays`` are digits from Monday's 1 on.

    Nothing said means any day, any hour; ``two`` visitors come together.
    """

    weekdays: str = ""
    opens: time | None = None
    closes: time | None = None
    language: str = ""
    two: bool = False


@dataclass(frozen=True, slots=True)
class TopicPart:
    """A topic and its minutes."""

    topic_id: UUID
    minutes: int


@dataclass(frozen=True, slots=True)
class RoundDraft:
    """What is typed for a round; ``id`` is minted by the caller, so sending twice is one round.

    The homes are visited from one to the nearest next, unless ``as_given``. ``times`` say when
    somebody is expected, from and until. ``from_paper``: it is over, and its sheet is entered.
    """

    id: UUID
    season_id: UUID
    organisation_id: UUID
    title: str
    day: date
    kind: str = RoundKind.STUDY
    starts_at: time | None = None
    ends_at: time | None = None
    topics: tuple[TopicPart, ...] = ()
    lesson_title: str = ""
    lesson_text: str = ""
    lesson_audio: str = ""
    materials: str = ""
    goods: str = ""
    person_ids: tuple[UUID, ...] = ()
    guests: tuple[Guest, ...] = ()
    as_given: bool = False
    from_paper: bool = False
    times: Mapping[UUID, tuple[time, time]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Said:
    """One statement about a door, as a phone, a paper sheet or the desk makes it.

    ``step`` is ``Step.DONE`` for the end of a visit and for 没人在家 and 改天; only then
    ``outcome``, ``minutes`` and ``topics`` count.
    """

    id: UUID
    stop_id: UUID
    step: str
    occurred_at: datetime
    outcome: str = ""
    started_at: datetime | None = None
    minutes: int = 0
    topics: tuple[TopicPart, ...] = ()
    words: str = ""
    signed: str = ""
    why_unsigned: str = ""
    skewed: bool = False


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line of a visit record sheet as it came back on paper; an empty one is left out."""

    stop_id: UUID
    outcome: str = ""
    at: time | None = None
    minutes: int = 0
    words: str = ""
    signed: str = ""
    why_unsigned: str = ""
