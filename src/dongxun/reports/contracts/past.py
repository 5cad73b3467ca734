"""A past day as known now beside the same day as known then, as a workbook."""

from dataclasses import dataclass
from datetime import date, datetime

from dongxun.reports.contracts.common import Imprint
from dongxun.reports.contracts.week import Cell


@dataclass(frozen=True, slots=True)
class PastRow:
    """One figure, topic or unit; ``then`` is None where that evening was not kept."""

    words: str
    then: Cell | None
    now: Cell
    late: int | None = None
    struck: int | None = None


@dataclass(frozen=True, slots=True)
class ChangedName:
    """A person whose records of that day changed afterwards."""

    branch: str
    name: str
    late: int
    struck: int


@dataclass(frozen=True, slots=True)
class PastBook:
    """The workbook but for its names; ``causes`` are sentences."""

    season: str
    organisation: str
    day: date
    computed_at: datetime
    then_at: datetime | None
    causes: tuple[str, ...]
    figures: tuple[PastRow, ...]
    topics: tuple[PastRow, ...]
    units: tuple[PastRow, ...]
    imprint: Imprint
