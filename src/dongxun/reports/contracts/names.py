"""Papers that list persons."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dongxun.reports.contracts.common import Imprint, OfYear


@dataclass(frozen=True, slots=True)
class OpenRow:
    """One person not yet trained; ``state`` is 没学 or 学了一半; ``years`` as the list's."""

    name: str
    state: str
    hours: Decimal
    required: Decimal
    topics: str
    reason: str = ""
    note: str = ""
    years: tuple[OfYear, ...] = ()


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
    years: tuple[int, ...] = ()
    is_any_due: bool = True


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
