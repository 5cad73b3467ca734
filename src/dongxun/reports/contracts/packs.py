"""Papers of what is handed out and what is given."""

from dataclasses import dataclass
from datetime import date

from dongxun.reports.contracts.common import Imprint


@dataclass(frozen=True, slots=True)
class IssueRow:
    """One recipient; of a blank sheet only who is to receive what."""

    name: str
    kind: str
    quantity: int
    unit: str
    pack: str
    spec: str
    branch: str = ""
    signed: str = ""
    remark: str = ""
    day: date | None = None
    taken_by: str = ""
    relation: str = ""
    handed_by: str = ""


@dataclass(frozen=True, slots=True)
class IssueSheet:
    """物资发放签收表 of one list."""

    season: str
    organisation: str
    title: str
    contents: str
    blank: bool
    rows: tuple[IssueRow, ...]
    imprint: Imprint


@dataclass(frozen=True, slots=True)
class GiftRow:
    """One line of the donation ledger."""

    donor: str
    title: str
    spec: str
    quantity: str
    accepted: str
    day: date
    came_in: int | None
    went_out: int | None
    went_to: str
    shown: str


@dataclass(frozen=True, slots=True)
class LeafletRow:
    """One line of the leaflet log."""

    title: str
    copies: int
    households: int
    area: str
    day: date


@dataclass(frozen=True, slots=True)
class PackBook:
    """What a workbook of this kind is about."""

    season: str
    organisation: str
    imprint: Imprint


@dataclass(frozen=True, slots=True)
class ThanksLetter:
    """感谢信 to a donor."""

    donor: str
    consignee: str
    given: tuple[str, ...]
    words: str
    number: str
    issuer: str
    day: date
