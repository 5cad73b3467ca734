"""Papers of visits: the record sheet of study brought home."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from dongxun.reports.contracts.common import Imprint


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One home; of a blank sheet only what is known before anybody goes."""

    name: str
    day: date
    began_at: datetime | None = None
    done_at: datetime | None = None
    age: int | None = None
    party_years: int | None = None
    address: str = ""
    reason: str = ""
    visitors: str = ""
    pair: str = ""
    topics: str = ""
    materials: str = ""
    minutes: int | None = None
    said: str = ""
    signed: str = ""
    photos: str = ""
    hours: Decimal | None = None


@dataclass(frozen=True, slots=True)
class VisitSheet:
    """送学上门记录表 of one round; ``blanks`` are empty lines to be written on."""

    heading: str
    season: str
    organisation: str
    title: str
    day: date | None
    blank: bool
    rows: tuple[VisitRow, ...]
    blanks: int = 0


@dataclass(frozen=True, slots=True)
class VisitSheets:
    """The sheets of one round or of many, each beginning on a new page."""

    sheets: tuple[VisitSheet, ...]
    imprint: Imprint


@dataclass(frozen=True, slots=True)
class VisitBook:
    """What a workbook of visits is about."""

    heading: str
    season: str
    organisation: str
    imprint: Imprint
