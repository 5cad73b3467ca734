"""Words and shapes of coverage."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dongxun.seasons.contracts import StudyMode, TopicRule, Wording

Text = str | Promise
SEASON_ROW: Final = UUID(int=0)
"""The ``topic_id`` of the counters that speak of the season as a whole."""


class EndState(models.TextChoices):
    """The one state in which each eligible person ends; decisions.md section 3."""

    GROUP = "group", _("trained together")
    MAKEUP = "makeup", _("made up")
    HOME = "home", _("taught at home")
    ONLINE = "online", _("floating, online")
    LEAVE = "leave", _("on leave, to be made up")
    UNTRAINED = "untrained", _("not trained")


class What(StrEnum):
    """Whom a list of names holds: the people behind one number."""

    ELIGIBLE = "eligible"
    MET = "met"
    NOT_MET = "not-met"
    STARTED = "started"
    NOTHING = "nothing"
    REACHED = "reached"
    NOT_REACHED = "not-reached"
    EFFECT = "effect"
    NOT_EFFECT = "not-effect"
    GROUP = "group"
    MAKEUP = "makeup"
    HOME = "home"
    ONLINE = "online"
    LEAVE = "leave"
    UNTRAINED = "untrained"
    OVERLAPPING = "overlapping"
    LATE = "late"
    STRUCK = "struck"


_UNCOUNTED: Final = frozenset({What.OVERLAPPING, What.LATE, What.STRUCK})


class Kind(StrEnum):
    """How a grid is divided."""

    CHILDREN = "children"
    GEO = "geo"
    JOINT = "joint"


class Numbers(NamedTuple):
    """The counters of one organisation or zone, in the order of the table's columns."""

    eligible: int = 0
    expected_group: int = 0
    reached: int = 0
    rigor: int = 0
    effect: int = 0
    met: int = 0
    started: int = 0
    s_group: int = 0
    s_makeup: int = 0
    s_home: int = 0
    s_online: int = 0
    s_leave: int = 0
    s_untrained: int = 0

    def people(self, what: What) -> int | None:
        """Return how many people ``what`` means; None when no counter knows."""
        if what in _UNCOUNTED:
            return None
        if what is What.NOTHING:
            return self.eligible - self.met - self.started
        name = what.value
        if name.startswith("not-"):
            return self.eligible - int(getattr(self, name.removeprefix("not-")))
        field = name if name in self._fields else f"s_{name}"
        return int(getattr(self, field))


def summed(parts: Iterable[Numbers]) -> Numbers:
    """Return the sum of counters whose people are distinct."""
    rows = list(parts)
    if len(rows) == 1:
        return rows[0]
    return Numbers(*map(sum, zip(*rows, strict=True))) if rows else Numbers()


@dataclass(frozen=True, slots=True)
class Column:
    """A topic as a column of a grid: whether it has opened, and where its plan line stands.

    ``plan`` is in percent.
    """

    topic: TopicRule
    opened: bool
    due: bool
    plan: Decimal


@dataclass(frozen=True, slots=True)
class Row:
    """An organisation or zone in a grid; ``topics`` in the order of the columns.

    ``met`` of ``due`` are person-topics of the topics opened so far; ``plan``
    is their mean plan line in percent, ``gap`` the points above or below it.
    """

    id: UUID
    name: str
    group: str
    is_zone: bool
    season: Numbers
    topics: tuple[Numbers, ...]
    met: int
    due: int
    plan: Decimal
    gap: Decimal | None
    behind: bool

    @property
    def plan_met(self) -> Decimal:
        """The plan in person-topics, for the tick on a bar."""
        return self.plan * self.due / 100


@dataclass(frozen=True, slots=True)
class Grid:
    """Organisations × topics. ``as_of`` is the day, ``taken_at`` the moment of a frozen one.

    ``missing`` names the organisations in which nobody is expected; ``wordings`` are the
    season's own words for its figures.
    """

    season_id: UUID
    node_id: UUID
    node_name: str
    kind: Kind
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: Row
    as_of: date
    taken_at: datetime | None
    definition_version: int
    missing: tuple[str, ...] = ()
    wordings: tuple[Wording, ...] = ()

    @property
    def opened(self) -> int:
        """How many topics have opened."""
        return sum(column.opened for column in self.columns)

    @property
    def behind(self) -> tuple[Row, ...]:
        """The rows behind plan, worst first."""
        late = [row for row in self.rows if row.behind and row.gap is not None]
        return tuple(sorted(late, key=lambda row: row.gap or Decimal(0)))


@dataclass(frozen=True, slots=True)
class Definition:
    """What is printed behind the question mark of a figure, and on the page 口径."""

    key: str
    name: Text
    formula: Text
    counts: Text
    excludes: Text
    dedupe: Text
    version: int
    since: date
    owner: Text


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with everything it must carry: part of whole, its definition and its names.

    ``rest`` is the list of those who are missing from it.
    """

    key: str
    name: Text
    part: int
    whole: int
    definition: Definition
    what: What
    rest: What


class YearHours(NamedTuple):
    """Hours of the season that fell into a calendar year, and what the category owes a year."""

    year: int
    hours: Decimal
    owed: Decimal

    @property
    def lacking(self) -> Decimal:
        """The hours still to come; nothing once the year is met."""
        return max(self.owed - self.hours, Decimal(0))


@dataclass(frozen=True, slots=True)
class YearFigure:
    """How many of a unit have the hours of a calendar year; ``short`` are the others."""

    year: int
    met: int
    whole: int
    definition: Definition

    @property
    def short(self) -> int:
        """How many people have fewer hours than they owe that year."""
        return self.whole - self.met


@dataclass(frozen=True, slots=True)
class Name:
    """A person behind a number. ``seconds`` of ``needed`` are those of the topic, if any.

    ``years`` are the hours by calendar year, where the list is of today.
    """

    person_id: UUID
    name: str
    branch_id: UUID
    branch: str
    mode: str
    state: str
    words: Text
    seconds: int
    hours: Decimal
    met_topics: int
    overlapping: bool
    years: tuple[YearHours, ...] = ()

    @property
    def minutes(self) -> int:
        """Whole minutes."""
        return self.seconds // 60

    @property
    def way(self) -> Text:
        """The way of learning, in words."""
        return StudyMode(self.mode).label


class TopicStand(NamedTuple):
    """Where a person stands in one topic, for their own page."""

    topic: TopicRule
    seconds: int
    met: bool
    state: str
    words: Text


@dataclass(frozen=True, slots=True)
class PersonStand:
    """Where a person stands in the season, for their own page and the branch's list.

    ``season_hours`` and ``year_hours`` are what their category owes.
    """

    person_id: UUID
    eligible: bool
    mode: str
    hours: Decimal
    hours_by_year: dict[str, str]
    season_hours: Decimal
    year_hours: Decimal
    met_topics: int
    state: str
    words: Text
    overlapping: bool
    topics: tuple[TopicStand, ...]
    years: tuple[YearHours, ...] = ()


class Stand(NamedTuple):
    """Where a person stands, as a row of a workbook; ``topics``: met, begun, state by topic.

    ``owing`` is the category whose hours the person owes; ``hours_by_year`` as it is kept.
    """

    person_id: UUID
    name: str
    category: str
    branch_id: UUID
    branch: str
    branch_lft: int
    owing: str
    mode: str
    state: str
    reached: bool
    rigor: bool
    hours: Decimal
    hours_by_year: dict[str, str]
    topics: dict[UUID, tuple[bool, bool, str]]

    def has_met(self, topic_id: UUID) -> bool:
        """Return whether the topic is met."""
        return topic_id in self.topics and self.topics[topic_id][0]

    def has_begun(self, topic_id: UUID) -> bool:
        """Return whether there is any time on the topic without its being met."""
        found = self.topics.get(topic_id)
        return found is not None and found[1] and not found[0]
