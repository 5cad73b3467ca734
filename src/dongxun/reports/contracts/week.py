"""The weekly report."""

from dataclasses import dataclass
from datetime import date

from dongxun.reports.contracts.common import Figure, Imprint


@dataclass(frozen=True, slots=True)
class Cell:
    """So many of so many; ``total`` 0 means the topic has not opened here."""

    value: int
    total: int


@dataclass(frozen=True, slots=True)
class GridRow:
    """One organisation of a grid: a cell per topic, then the sum of all opened."""

    organisation: str
    cells: tuple[Cell, ...]
    overall: Cell
    group: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """Organisations by topics."""

    topics: tuple[str, ...]
    rows: tuple[GridRow, ...]
    total: GridRow


@dataclass(frozen=True, slots=True)
class WeekSession:
    """A session held or to come; ``attended`` is None for one to come."""

    when: str
    activity: str
    place: str
    host: str
    expected: int
    attended: int | None = None


@dataclass(frozen=True, slots=True)
class WeeklyReport:
    """冬训周报: one sentence, its figures, the grid, the week behind and the week ahead."""

    season: str
    office: str
    number: int
    first_day: date
    last_day: date
    headline: str
    paragraphs: tuple[str, ...]
    figures: tuple[Figure, ...]
    grid: Grid
    held: tuple[WeekSession, ...]
    coming: tuple[WeekSession, ...]
    not_reported: tuple[str, ...]
    imprint: Imprint
