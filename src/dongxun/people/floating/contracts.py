"""Shapes of the register of floating members that other rooms may hold."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dongxun.kernel import clock
from dongxun.kernel.errors import Conflict, Invalid
from dongxun.people.contracts import AwayReason, ContactWay, StayState, StayStep


class NotRecognised(Invalid):
    """Name and digits fit nobody of that branch, or more than one; the two read alike."""

    code = "not_recognised"
    message = _(
        "Name and digits fit nobody of that branch. Check them, or call your branch secretary."
    )


class ReportOver(Invalid):
    """A report from before the member came back."""

    code = "report_over"
    message = _("They have come back home since; ask the branch secretary.")


class HostIsHome(Invalid):
    """The station belongs to the member's own place."""

    code = "host_is_home"
    message = _("This station belongs to the member's own place; nobody reports in at home.")


class StayOver(Conflict):
    """The line is closed: the member came back."""

    code = "stay_is_over"
    message = _("This member came back; open a new line when they leave again.")


@dataclass(frozen=True, slots=True)
class StayDraft:
    """What is written in the register of somebody who lives elsewhere; None leaves it."""

    left_on: date | None = None
    reason: str | None = None
    direction: str | None = None
    host_words: str | None = None
    host_contact: str | None = None
    education: str | None = None
    card_number: str | None = None
    study: str | None = None
    dues: str | None = None
    review: str | None = None
    note: str | None = None

    def given(self) -> dict[str, object]:
        """Return the fields that say something."""
        values = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: value for name, value in values if value is not None}


@dataclass(frozen=True, slots=True)
class Report:
    """A report-in: where, when, and what both sides said."""

    id: UUID
    host_id: UUID
    host: str
    place_id: UUID | None
    place: str
    reported_at: datetime
    host_at: datetime | None
    home_at: datetime | None
    host_contact: str = ""

    @property
    def is_settled(self) -> bool:
        """Whether both sides have said yes."""
        return self.host_at is not None and self.home_at is not None


@dataclass(frozen=True, slots=True)
class StayLine:
    """One line of the register as lists show it; nothing private in it."""

    id: UUID
    person_id: UUID
    name: str
    sex: str
    joined_on: date | None
    branch_id: UUID
    branch: str
    branch_lft: int
    state: str
    is_confirmed: bool
    left_on: date | None
    reason: str
    direction: str
    host_words: str
    host_contact: str
    education: str
    card_number: str
    study: str
    dues: str
    review: str
    note: str
    contacted_on: date | None
    contacted_by: str
    lost_on: date | None
    lost_reason: str
    back_on: date | None
    version: int
    created_at: datetime
    report: Report | None = None

    @property
    def state_words(self) -> str:
        """Return where the member stands, in words."""
        return str(StayState(self.state).label)

    @property
    def reason_words(self) -> str:
        """Return why the member lives elsewhere, in words."""
        return str(AwayReason(self.reason).label) if self.reason else ""

    @property
    def way_words(self) -> str:
        """Return how the member was last contacted, in words."""
        return str(ContactWay(self.contacted_by).label) if self.contacted_by else ""

    @property
    def host(self) -> str:
        """Return who received the member, else what the register says."""
        return self.report.host if self.report else self.host_words

    @property
    def last_heard_on(self) -> date:
        """Return the day of the last contact; before the first, the day of the line."""
        return self.contacted_on or clock.day_of(self.created_at)


@dataclass(frozen=True, slots=True)
class StayEvent:
    """One line of a stay's timeline; ``days`` since the line before."""

    at: datetime
    step: str
    who: str
    place: str
    words: str
    days: int | None = None

    @property
    def step_words(self) -> str:
        """Return what happened, in words."""
        return str(StayStep(self.step).label)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many floating members wait for something of the actor."""

    for_host: int = 0
    for_home: int = 0
    contact_due: int = 0

    @property
    def in_all(self) -> int:
        """Return how many things there are to do."""
        return self.for_host + self.for_home + self.contact_due
