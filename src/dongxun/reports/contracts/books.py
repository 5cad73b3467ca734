"""Workbooks: what their sheets are made of."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from dongxun.reports.contracts.common import Imprint, OfYear
from dongxun.reports.contracts.week import Grid


@dataclass(frozen=True, slots=True)
class Definition:
    """One figure in words, as the season defines it."""

    term: str
    formula: str
    counts: str
    excludes: str
    version: str
    since: date


@dataclass(frozen=True, slots=True)
class CoverageBook:
    """The coverage workbook but for its names, which are streamed beside it.

    ``years`` are the calendar years whose hours stand beside each name.
    """

    season: str
    organisation: str
    grid: Grid
    definitions: tuple[Definition, ...]
    imprint: Imprint
    years: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class YearBook:
    """The workbook of hours by calendar year but for its names."""

    season: str
    organisation: str
    years: tuple[int, ...]
    definitions: tuple[Definition, ...]
    imprint: Imprint


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One person's season; ``topics`` holds a state per topic, in the grid's order.

    ``years`` holds the hours of each calendar year, in the book's order.
    """

    town: str
    branch: str
    name: str
    category: str
    mode: str
    state: str
    hours: Decimal
    required: Decimal
    topics: tuple[str, ...]
    note: str = ""
    years: tuple[OfYear, ...] = ()


@dataclass(frozen=True, slots=True)
class SignInBook:
    """The sign-in workbook but for its rows."""

    season: str
    organisation: str
    period: str
    imprint: Imprint


@dataclass(frozen=True, slots=True)
class SignInState:
    """One expected or present person at one session, and how that is known."""

    day: date
    activity: str
    place: str
    branch: str
    name: str
    state: str
    method: str = ""
    at: datetime | None = None
    minutes: int | None = None
    note: str = ""
