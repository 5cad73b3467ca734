"""The register of floating members, and the page of a unit for reporting on the spot."""

from dataclasses import dataclass
from datetime import date

from dongxun.reports.contracts.common import Imprint


@dataclass(frozen=True, slots=True)
class AwayRow:
    """One line of 流动党员登记表."""

    name: str
    sex: str
    joined: str
    branch: str
    left_on: date | None
    reason: str
    direction: str
    host: str
    contact: str
    reported: str
    contacted_on: date | None
    way: str
    state: str
    education: str = ""
    card: str = ""
    study: str = ""
    dues: str = ""
    review: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class AwayRegister:
    """流动党员登记表 of a unit; ``blanks`` are empty lines to be written on."""

    season: str
    organisation: str
    rows: tuple[AwayRow, ...]
    imprint: Imprint
    blanks: int = 0


@dataclass(frozen=True, slots=True)
class GapRow:
    """One line of 对标找差清单."""

    unit: str
    gap: str
    model: str
    practice: str
    measure: str
    person: str
    due_on: date
    state: str
    result: str


@dataclass(frozen=True, slots=True)
class GapList:
    """对标找差清单 of a unit, or of one study tour."""

    season: str
    organisation: str
    about: str
    rows: tuple[GapRow, ...]
    imprint: Imprint


@dataclass(frozen=True, slots=True)
class BriefLine:
    """One figure of the page: what, so many of so many, in words."""

    label: str
    value: str
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Brief:
    """一页汇报: how far a unit is, for whoever comes to see."""

    season: str
    organisation: str
    groups: tuple[tuple[str, tuple[BriefLine, ...]], ...]
    imprint: Imprint
