"""Shapes of attendance inside this room."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from dongxun.activities.contracts import Method
from dongxun.kernel.contracts import SyncAnswer
from dongxun.people.contracts import RollLine


@dataclass(frozen=True, slots=True)
class Presence:
    """One statement: this person was seen at that moment.

    ``id`` is minted where the statement was made and never reused;
    ``skewed`` marks a phone whose clock could not be trusted, ``kept`` one that
    waited on a phone: it already happened, so it may come late and is flagged.
    """

    id: UUID
    person_id: UUID
    method: Method
    occurred_at: datetime
    reason: str = ""
    confirmed: bool = True
    skewed: bool = False
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one statement; ``check_in_id`` is the effect it is part of."""

    id: UUID
    answer: SyncAnswer
    reason: str = ""
    check_in_id: UUID | None = None


class RollState(models.TextChoices):
    """Where a person of the roll stands.

    ``AWAY`` learns at home or elsewhere; ``OTHER`` checked in at another venue of this session.
    """

    PRESENT = "present", _("present")
    DECLARED = "declared", _("declared, not confirmed")
    ON_LEAVE = "leave", _("on leave")
    AWAY = "away", _("learns elsewhere")
    OTHER = "other", _("at another venue")
    MISSING = "missing", _("not here yet")


@dataclass(frozen=True, slots=True)
class RollRow:
    """One line of a roll: somebody expected, on leave or present."""

    person: RollLine
    state: RollState
    mode: str = ""
    check_in_id: UUID | None = None
    method: str = ""
    occurred_at: datetime | None = None
    is_guest: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A statement that was taken although its moment is odd, for a person to look at."""

    person: RollLine
    skewed: bool
    late: bool
    occurred_at: datetime
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class BranchTally:
    """How many of a branch are here, of how many expected."""

    branch_id: UUID
    name: str
    present: int
    expected: int


@dataclass(frozen=True, slots=True)
class Tally:
    """The live count of a session; guests are counted apart from the expected."""

    present: int
    expected: int
    guests: int
    declared: int
    on_leave: int
    walk_ins: int
    branches: tuple[BranchTally, ...] = ()
    latest: tuple[tuple[str, str, datetime], ...] = ()
