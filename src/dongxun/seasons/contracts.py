"""Words and shapes that other rooms may hold."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import NamedTuple, NewType, Protocol
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from dongxun.kernel.actors import Interval
from dongxun.kernel.errors import Conflict

SeasonId = NewType("SeasonId", UUID)
TopicId = NewType("TopicId", UUID)


class SeasonState(models.TextChoices):
    """A season is drawn up, runs, and is closed."""

    DRAFT = "draft", _("draft")
    RUNNING = "running", _("running")
    CLOSED = "closed", _("closed")


class StudyMode(models.TextChoices):
    """集中, 送学, 流动."""

    GROUP = "group", _("together")
    HOME = "home", _("at home")
    FLOATING = "floating", _("floating")


class HomeReason(models.TextChoices):
    """Why somebody is taught at home: a code, never a diagnosis."""

    AGED = "aged", _("advanced age")
    MOBILITY = "mobility", _("hard to move about")
    ILL = "ill", _("serious illness")
    DISABLED = "disabled", _("unable to work")
    HARDSHIP = "hardship", _("hardship")


class Owing(models.TextChoices):
    """Whose hours a requirement speaks of; a secretary is one before being a member (ADR 0011)."""

    FULL = "full", _("full member")
    PROBATIONARY = "probationary", _("probationary member")
    SECRETARY = "secretary", _("branch secretary")


class GivenBy(models.TextChoices):
    """Who speaks at the sessions of a task: the three tiers of 书记带头、队伍宣讲、党员传播."""

    ANYBODY = "", _("anybody")
    SECRETARY = "secretary", _("the secretary")
    TEAM = "team", _("the speakers' team")
    MEMBERS = "members", _("members themselves")


class CreditMethod(models.TextChoices):
    """How minutes become hours."""

    FIXED = "fixed", _("fixed hours a session")
    PER_MINUTE = "per_minute", _("by the minute")
    STEPS = "steps", _("in steps of the day's sum")


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a season may set; defaults from product.md C9. Stored as JSON."""

    member_hours_year: Decimal = Decimal(32)
    secretary_hours_year: Decimal = Decimal(56)
    season_hours: Decimal = Decimal(8)
    quiz_pass: int = 60
    participation_target: int = 95
    makeup_window_days: int = 15
    home_study_min_minutes: int = 10
    floating_contact_days: int = 90
    veteran_years: int = 50
    behind_points: int = 8
    show_individual_rank: bool = False
    check_in_opens_minutes: int = 60
    check_in_closes_minutes: int = 120
    volunteer_min_fraction: Decimal = Decimal("0.6")
    duty_register_days: int = 30
    ticket_first_reply_days: int = 1
    ticket_due_days: int = 5
    redo_escalate: int = 3
    retention_years: int = 5


@dataclass(frozen=True, slots=True)
class CreditTable:
    """One row of the table that turns time into hours.

    ``steps`` are (minutes at least, hours), ascending; ``hours`` is for FIXED,
    ``minutes_an_hour`` for PER_MINUTE (60 unless a unit counts 45).
    """

    format: str
    method: str
    hours: Decimal = Decimal(0)
    minutes_an_hour: int = 60
    steps: tuple[tuple[int, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class TopicRule:
    """A topic as coverage needs it; ``plan`` is the share of people due, linear in time."""

    id: TopicId
    number: int
    name: str
    short_name: str
    minutes: int
    required: bool
    opens_on: date
    due_on: date
    target: Decimal


@dataclass(frozen=True, slots=True)
class RequirementLine:
    """The hours that one category owes in the season and in a calendar year."""

    category: str
    season_hours: Decimal
    year_hours: Decimal


class Wording(NamedTuple):
    """The office's own words for a part of a definition; an empty one leaves the usual words."""

    key: str
    part: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class SeasonRules:
    """Everything that decides a person's standing, as one frozen value.

    ``wordings`` decide nothing; they say it.
    """

    id: SeasonId
    name: str
    root_id: UUID
    starts_on: date
    ends_on: date
    state: str
    parameters: Parameters
    topics: tuple[TopicRule, ...]
    credit: tuple[CreditTable, ...] = field(default=())
    requirements: tuple[RequirementLine, ...] = field(default=())
    wordings: tuple[Wording, ...] = field(default=())

    def owed(self, category: str) -> RequirementLine:
        """Return what a category owes; one without a row of its own owes the season's usual."""
        for line in self.requirements:
            if line.category == category:
                return line
        usual = self.parameters
        is_secretary = category == Owing.SECRETARY
        year = usual.secretary_hours_year if is_secretary else usual.member_hours_year
        return RequirementLine(category, usual.season_hours, year)


class Closable(Protocol):
    """A season as far as its closing goes."""

    state: str
    closed_at: datetime | None


def was_closed(season: Closable, at: datetime) -> bool:
    """Return whether a season took nothing more at a moment.

    What happened before the closing may come later: the phone had no network.
    """
    return season.state == SeasonState.CLOSED and not (season.closed_at and at <= season.closed_at)


class SeasonClosed(Conflict):
    """Nothing more is written to a closed season."""

    code = "season_is_closed"
    message = _("This season is closed; it can be read and printed, not changed.")


class Part(NamedTuple):
    """A person's part in a season, valid while ``valid_from <= day < valid_to``."""

    person_id: UUID
    branch_id: UUID
    mode: str
    reason: str
    valid_from: date
    valid_to: date | None
    excluded_reason: str
    category: str = Owing.FULL.value

    def eligible_on(self, day: date) -> bool:
        """Return whether the person counts in the denominator on ``day``."""
        return (
            not self.excluded_reason
            and self.valid_from <= day
            and (self.valid_to is None or day < self.valid_to)
        )


@dataclass(frozen=True, slots=True)
class TakingPart:
    """A town or agency that takes part, with its zones of both kinds."""

    organisation_id: UUID
    name: str
    short_name: str
    type_code: str
    interval: Interval
    geo_zone_id: UUID | None = None
    joint_zone_id: UUID | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class ZoneRow:
    """A zone of the season with the organisations in it.

    ``organisations``: those that take part and, where a wider one does, the zone's members
    below it. ``members``: all that the zone was made of, with their places in the tree.
    """

    id: UUID
    kind: str
    name: str
    intervals: tuple[Interval, ...]
    organisations: tuple[TakingPart, ...]
    members: tuple[tuple[UUID, Interval], ...] = ()


@dataclass(frozen=True, slots=True)
class SeasonCard:
    """A season as lists and page heads show it."""

    id: SeasonId
    name: str
    root_id: UUID
    root_lft: int
    starts_on: date
    ends_on: date
    state: str
    definition_version: int


@dataclass(frozen=True, slots=True)
class TopicLine:
    """What is typed for one topic; ``number`` is its place in the list."""

    name: str
    minutes: int
    opens_on: date
    due_on: date
    short_name: str = ""
    target: int = 95
    required: bool = True
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StudyDayLine:
    """What is typed for a recurring study day."""

    title: str
    every: str
    at: time
    minutes: int = 90
    weekday: int | None = None
    day: int | None = None


@dataclass(frozen=True, slots=True)
class TaskLine:
    """What is typed for a session that each organisation of a level below holds on its own.

    ``level`` is the type code of those who hold it (``town``, ``village``, ``branch``),
    ``given_by`` a ``GivenBy``, ``target`` how many sessions each holds;
    ``is_first_lesson`` is 第一课, always taught by the secretary.
    """

    title: str
    due_on: date
    level: str = "branch"
    activity_type: str = "lecture"
    topic_id: UUID | None = None
    minutes: int = 60
    is_first_lesson: bool = False
    given_by: str = ""
    target: int = 1


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the difference between two versions of the plan."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the plan: when, by whom, why, and what changed."""

    number: int
    reason: str
    created_at: datetime
    created_by: str
    changes: tuple[Change, ...]
