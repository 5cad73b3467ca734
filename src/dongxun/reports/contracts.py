"""What each paper and workbook needs to be told: frozen values, no database behind them.

Times are aware and are printed in the installation's zone. Text is data whatever it
holds: it reaches the setter as JSON and can never become markup.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


class PaperError(Exception):
    """A paper could not be set: a fault of template or fonts, never of the data."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A finished PDF, its page count, and the characters that no font could print."""

    pdf: bytes
    pages: int
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Imprint:
    """The small line at the foot of every paper: what was counted, by whom, as of when."""

    as_of: datetime
    source: str
    definition: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number as it may be shown: so many of so many, and what that means."""

    label: str
    value: int
    total: int
    unit: str = "人"
    definition: str = ""


# --- sign-in sheets ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SignInRow:
    """One expected person; ``remark`` is printed, for example an approved leave."""

    name: str
    branch: str
    role: str = ""
    phone: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class SignInSheet:
    """The sheet one home branch signs at one session.

    ``code`` is the spoken code that finds the session, ``url`` what its QR opens.
    ``phones`` prints the column of phone numbers, as they stand in the rows.
    """

    season: str
    activity: str
    starts_at: datetime
    ends_at: datetime
    place: str
    host: str
    chair: str
    branch: str
    code: str
    url: str
    rows: tuple[SignInRow, ...]
    imprint: Imprint
    blank_rows: int = 4
    phones: bool = False


@dataclass(frozen=True, slots=True)
class Poster:
    """A sheet for the door of a hall: a printed QR whose check-ins are declared only."""

    season: str
    activity: str
    starts_at: datetime
    ends_at: datetime
    place: str
    host: str
    code: str
    url: str
    address: str
    contact: str = ""


# --- season schedule --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One line of the season schedule; ``half`` is 上午, 下午, 晚上 or empty."""

    day: date | None
    half: str
    clock: str
    topic: str
    form: str
    lecturer: str
    post: str
    audience: str
    headcount: int | None
    place: str
    host: str
    co_hosts: str
    responsible: str
    hours: Decimal | None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class SeasonPlan:
    """冬训计划表 of one organisation for one season; ``version`` as people call it."""

    season: str
    organisation: str
    version: str
    rows: tuple[PlanRow, ...]
    imprint: Imprint


# --- names ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OpenRow:
    """One person not yet trained; ``state`` is 没学 or 学了一半."""

    name: str
    state: str
    hours: Decimal
    required: Decimal
    topics: str
    reason: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class OpenGroup:
    """The open names of one branch, and whom to ring about them."""

    branch: str
    contact: str
    eligible: int
    rows: tuple[OpenRow, ...]


@dataclass(frozen=True, slots=True)
class OpenNames:
    """未参训名单: who has not yet met what is due, by branch."""

    season: str
    organisation: str
    scope: str
    groups: tuple[OpenGroup, ...]
    imprint: Imprint


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One person of the season: who they are to it and how they study."""

    name: str
    category: str
    role: str = ""
    joined: str = ""
    mode: str = ""
    group: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class RosterGroup:
    """The persons of one branch."""

    branch: str
    contact: str
    rows: tuple[RosterRow, ...]


@dataclass(frozen=True, slots=True)
class Roster:
    """参训对象名册 of one organisation for one season."""

    season: str
    organisation: str
    groups: tuple[RosterGroup, ...]
    imprint: Imprint


@dataclass(frozen=True, slots=True)
class Errand:
    """One person to be told something face to face."""

    name: str
    branch: str
    address: str
    what: str
    when: str
    teller: str = ""


@dataclass(frozen=True, slots=True)
class Errands:
    """当面通知名单: notices for those without a phone, with room for a signature."""

    season: str
    organisation: str
    rows: tuple[Errand, ...]
    imprint: Imprint


@dataclass(frozen=True, slots=True)
class AttendanceRow:
    """What became of one session: five numbers that add up, and its leave notes."""

    day: date
    activity: str
    place: str
    expected: int
    attended: int
    leave: int
    absent: int
    walk_ins: int
    proxies: int = 0


@dataclass(frozen=True, slots=True)
class LeaveRow:
    """One approved leave and until when it may be made up."""

    name: str
    branch: str
    activity: str
    reason: str
    approved_by: str
    makeup_until: date | None
    done: bool = False


@dataclass(frozen=True, slots=True)
class AttendanceSummary:
    """签到与请假汇总 of one organisation for a period."""

    season: str
    organisation: str
    period: str
    sessions: tuple[AttendanceRow, ...]
    leaves: tuple[LeaveRow, ...]
    imprint: Imprint


# --- slips ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MakeUpSlip:
    """补学通知单 for one person; ``sessions`` are offers in words, at most four printed."""

    season: str
    name: str
    branch: str
    topics: tuple[str, ...]
    sessions: tuple[str, ...]
    until: date
    contact: str
    issuer: str
    issued_on: date
    url: str = ""


@dataclass(frozen=True, slots=True)
class ActivationSlip:
    """First access of one account, handed over on paper."""

    organisation: str
    person: str
    user_name: str
    code: str
    address: str
    url: str
    valid_until: date
    help: str = ""


@dataclass(frozen=True, slots=True)
class LinkSlip:
    """A personal link of one member, as a QR to be scanned once."""

    name: str
    branch: str
    season: str
    url: str
    valid_until: date
    contact: str = ""


# --- weekly report ----------------------------------------------------------------


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


# --- dossier ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DossierFile:
    """One file of the dossier as its index lists it; ``pages`` None when not paged."""

    path: str
    title: str
    size: int
    sha256: str
    pages: int | None = None


@dataclass(frozen=True, slots=True)
class DossierSection:
    """One numbered section: what it holds and what it still lacks."""

    number: str
    title: str
    files: tuple[DossierFile, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DossierIndex:
    """台账目录 of one organisation for one season; ``definitions`` names the 口径 version."""

    season: str
    organisation: str
    sections: tuple[DossierSection, ...]
    definitions: str
    imprint: Imprint


@dataclass(frozen=True, slots=True)
class Cover:
    """The cover page of a dossier section."""

    season: str
    organisation: str
    number: str
    title: str
    contents: tuple[str, ...]
    day: date
