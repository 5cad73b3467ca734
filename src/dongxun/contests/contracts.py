"""Shapes and errors of contests."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from dongxun.kernel.errors import Conflict, Invalid

LONGEST_TITLE = 120
LONGEST_TEXT = 20_000
MOST_CRITERIA = 8
MOST_PRIZES = 8
MOST_TEAM = 12
MOST_ENTRIES = 5_000
TRIM_FROM = 5
"""So many judges are needed before the highest and the lowest sum are left out."""


class Kind(models.TextChoices):
    """What is contested."""

    KNOWLEDGE = "knowledge", _("knowledge contest")
    ESSAY = "essay", _("essay contest")
    SPEECH = "speech", _("speech contest")
    DEBATE = "debate", _("debate contest")
    COLLECTION = "collection", _("collection drive")


class State(models.TextChoices):
    """Where a contest stands."""

    DRAFT = "draft", _("draft")
    CALL = "call", _("call for entries")
    JUDGING = "judging", _("judging")
    DECIDED = "decided", _("results published")
    OFF = "off", _("called off")


class Tie(models.TextChoices):
    """What decides when two stand equal."""

    CRITERIA = "criteria", _("the first scale decides, then the second; else they share the place")
    QUICKER = "quicker", _("the shorter time decides, else they share the place")
    SHARED = "shared", _("they share the place")


class EntryState(models.TextChoices):
    """Where an entry stands."""

    IN = "in", _("entered")
    LATE = "late", _("handed in late")
    OUT = "out", _("withdrawn")


class Source(models.TextChoices):
    """How it came."""

    PHONE = "phone", _("from the phone")
    DESK = "desk", _("entered at the desk")


class Earns(models.TextChoices):
    """What earns points; each is counted from facts that others can see, never from minutes."""

    ATTENDED = "attended", _("came to a session")
    HOME = "home", _("studied at home, with a visitor")
    LESSON = "lesson", _("finished a lesson on the phone")
    PASSED = "passed", _("passed a quiz")
    REFLECTED = "reflected", _("a reflection was accepted")
    STAMPED = "stamped", _("filled a stamp card")
    WON = "won", _("won a prize in a contest")


@dataclass(frozen=True, slots=True)
class PointDraft:
    """One rule: so many points for each, and at most so many of them a day."""

    what: Earns
    points: int
    day_cap: int


DEFAULT_POINTS = (
    PointDraft(Earns.ATTENDED, 5, 10),
    PointDraft(Earns.HOME, 5, 10),
    PointDraft(Earns.LESSON, 2, 6),
    PointDraft(Earns.PASSED, 3, 6),
    PointDraft(Earns.REFLECTED, 2, 4),
    PointDraft(Earns.STAMPED, 3, 3),
    PointDraft(Earns.WON, 10, 20),
)
"""What a season begins with; every number is a setting."""
JUDGED = frozenset({Kind.ESSAY.value, Kind.SPEECH.value})
"""Kinds that judges always score by scales."""
WRITTEN = JUDGED | {Kind.COLLECTION.value}
"""Kinds whose entries have a title and a text or file; a collection is judged if it has scales."""
PLAYED = frozenset({Kind.SPEECH.value, Kind.COLLECTION.value})
"""Kinds whose entries may come with a file."""
LONGEST_HOUSEHOLD = 60


class ContestRefused(Invalid):
    """Something is missing before a contest can go on; ``details`` says what."""

    code = "contest_refused"
    message = _("Something is still missing before it can go on.")


class NotNow(Conflict):
    """A contest is not in the state for this."""

    code = "contest_not_now"
    message = _("The contest has gone on since; open its page again.")


class CalledOff(NotNow):
    """A contest was called off; it can be read, and nothing is written into it."""

    code = "contest_called_off"
    message = _("This contest was called off. What came in can be read; nothing is changed.")


class EnteredAlready(Conflict):
    """A person stands in another entry."""

    code = "entered_already"
    message = _("Already entered. One person stands in one entry; change that one instead.")


class NotBlind(Invalid):
    """Words that tell the judges who wrote them."""

    code = "not_blind"


class OwnInterest(Conflict):
    """A judge who may not judge this."""

    code = "own_interest"
    message = _("This judge belongs to the same unit, or took part, and stands aside here.")


class VotesEqual(Conflict):
    """A debate that the votes do not decide."""

    code = "votes_equal"
    message = _("The votes are equal; an odd number of judges has to vote.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContestDraft:
    """What an organiser writes about a contest; ``team`` is the most people of one entry."""

    title: str
    kind: Kind
    call: str = ""
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    team: int = 1
    tie: Tie = Tie.CRITERIA
    trimmed: bool = False


@dataclass(frozen=True, slots=True)
class ScaleDraft:
    """One scale: what is looked at, and how many points it can bring."""

    name: str
    most: int


@dataclass(frozen=True, slots=True)
class PrizeDraft:
    """One prize and for how many places."""

    name: str
    places: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryDraft:
    """What somebody enters. ``id`` is minted with the form, so sending it twice is one entry.

    A household that is on no roster has its label and its unit, and no ``person_ids``.
    """

    id: UUID
    person_ids: tuple[UUID, ...]
    title: str = ""
    text: str = ""
    recording: str = ""
    team_name: str = ""
    media_id: UUID | None = None
    household: str = ""
    unit_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Blind:
    """An entry as a judge sees it: a number, never a name or a unit."""

    id: UUID
    number: int
    title: str
    text: str
    recording: str
    media_id: UUID | None
    is_done: bool
    is_aside: bool
    points: tuple[int | None, ...]
    note: str


@dataclass(frozen=True, slots=True)
class CertificateText:
    """What the paper of one award says."""

    number: str
    name: str
    branch: str
    season: str
    contest: str
    prize: str
    work: str
    issuer: str
    issuer_id: UUID
    decided_at: datetime
