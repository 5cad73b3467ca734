"""Papers of volunteers: shift table, hours sheet, service certificate, duty register."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from dongxun.reports.contracts.common import Imprint


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One person of a shift, or one empty place of it."""

    post: str
    starts_at: datetime
    ends_at: datetime
    needed: int
    name: str = ""
    phone: str = ""
    handed_at: datetime | None = None
    handover: str = ""


@dataclass(frozen=True, slots=True)
class DutyRoster:
    """志愿者排班表 of some days; ``blanks`` are empty lines to be written on."""

    season: str
    organisation: str
    period: str
    rows: tuple[DutyRow, ...]
    imprint: Imprint
    blanks: int = 0


@dataclass(frozen=True, slots=True)
class HoursRow:
    """One turn as the hours sheet lists it."""

    name: str
    number: str
    what: str
    on_at: datetime | None
    off_at: datetime | None
    hours: Decimal | None
    source: str
    confirmed_by: str


@dataclass(frozen=True, slots=True)
class HoursSheet:
    """志愿服务时长表 of some days."""

    season: str
    organisation: str
    period: str
    rows: tuple[HoursRow, ...]
    imprint: Imprint
    blanks: int = 0


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """One kind of service on a certificate."""

    what: str
    first: date
    last: date
    times: int
    hours: Decimal


@dataclass(frozen=True, slots=True)
class ServiceCertificate:
    """志愿服务记录证明 with the fields of 民政部令67号."""

    number: str
    name: str
    volunteer_number: str
    season: str
    hours: Decimal
    rows: tuple[CertificateRow, ...]
    issuer: str
    responsible: str
    handler: str
    phone: str
    issued_on: date


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One line of a duty register."""

    at: datetime
    direction: str
    plate: str
    person: str
    remark: str
    written_by: str
