"""Shapes and errors of booths and stamp cards."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from dongxun.kernel.errors import Conflict, Invalid

LONGEST_TITLE = 60
LONGEST_PLACE = 60
LONGEST_TASK = 200
MOST_BOOTHS = 24
MOST_AT_ONCE = 500


class CardState(models.TextChoices):
    """Whether stamps are given."""

    DRAFT = "draft", _("draft")
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")


class Source(models.TextChoices):
    """How a stamp came."""

    QUIZ = "quiz", _("questions passed")
    DESK = "desk", _("stamped at the booth")
    PAPER = "paper", _("from the paper card")


class CardNotReady(Invalid):
    """Something is missing before a card can be opened; ``details`` says what."""

    code = "card_not_ready"
    message = _("Something is still missing before stamps can be given.")


class CardNotOpen(Conflict):
    """No stamps are given now."""

    code = "card_not_open"
    message = _("No stamps are given here now.")


class NotFull(Conflict):
    """A prize is wanted for a card that is not full."""

    code = "card_not_full"
    message = _("This card is not full yet.")


class NoPrizeLeft(Conflict):
    """All prizes were given."""

    code = "no_prize_left"
    message = _("No prize is left.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CardDraft:
    """What an organiser writes about a card; ``stock`` None means prizes are not counted."""

    title: str
    needed: int
    prize: str = ""
    stock: int | None = None
    session_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoothDraft:
    """What is written about a booth; without a quiz it is stamped by hand."""

    title: str
    place: str = ""
    task: str = ""
    quiz_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Got:
    """One stamp: when, and how it came."""

    at: datetime
    source: Source


@dataclass(frozen=True, slots=True)
class Holder:
    """Whoever has stamps of a card: a person, or a guest by number."""

    person_id: UUID | None
    guest: str
    name: str
    branch: str
    stamps: int
    full_at: datetime | None
    prize_at: datetime | None

    @property
    def who(self) -> str:
        """Return what a form calls them."""
        return str(self.person_id or self.guest)


@dataclass(frozen=True, slots=True)
class BoothCount:
    """A booth with how many members and guests have its stamp."""

    id: UUID
    title: str
    place: str
    code: str
    quiz: str
    members: int
    guests: int


@dataclass(frozen=True, slots=True)
class Spot:
    """A booth on somebody's card."""

    id: UUID
    title: str
    place: str
    code: str
    got: Got | None


@dataclass(frozen=True, slots=True)
class BoothSheet:
    """What the printed sheet of a booth says."""

    code: str
    title: str
    place: str
    task: str
    has_quiz: bool


@dataclass(frozen=True, slots=True)
class CardText:
    """What papers say of a card."""

    title: str
    season: str
    issuer: str
    issuer_id: UUID
    needed: int
    prize: str
    when: tuple[datetime, datetime] | None
    place: str
    booths: tuple[BoothSheet, ...]
