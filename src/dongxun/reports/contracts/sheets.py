"""Papers of a session, and the schedule of a season."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from dongxun.reports.contracts.common import Imprint


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
    ``expected`` is how many of the rows count as expected; all of them if None.
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
    expected: int | None = None


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


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One line of the season schedule; ``half`` is 上午, 下午, 晚上 or empty.

    ``topic`` is what is read on paper; ``title``, ``topics``, ``code``, ``note`` and
    what follows stand apart in the workbook, so that it can come in again.
    """

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
    title: str = ""
    topics: str = ""
    code: str = ""
    note: str = ""
    zone: str = ""
    tags: str = ""
    is_first_lesson: bool = False
    link: str = ""
    brand: str = ""


@dataclass(frozen=True, slots=True)
class SeasonPlan:
    """冬训计划表 of one organisation for one season; ``version`` as people call it."""

    season: str
    organisation: str
    version: str
    rows: tuple[PlanRow, ...]
    imprint: Imprint
