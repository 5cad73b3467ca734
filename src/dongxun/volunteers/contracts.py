"""Words and shapes that other rooms may hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dongxun.kernel.errors import Conflict, Invalid, Text


class TeamState(models.TextChoices):
    """A team that members form themselves waits for a word of their secretary."""

    ASKED = "asked", _("waits for approval")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("not approved")
    ENDED = "ended", _("ended")


class Source(models.TextChoices):
    """How it is known that somebody came and went."""

    AUTO = "auto", _("automatic, by phone")
    MANUAL = "manual", _("entered by hand")
    PAPER = "paper", _("from paper")


class HoursState(models.TextChoices):
    """What became of the hours of a turn; empty until somebody has come and gone."""

    NONE = "", _("not over yet")
    WAITING = "waiting", _("waits for approval")
    SHORT = "short", _("too short to count")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("not approved")


class ErrandKind(models.TextChoices):
    """跑腿: what somebody who cannot go out asks for."""

    SHOPPING = "shopping", _("shopping")
    MEDICINE = "medicine", _("fetching medicine")
    PAPERS = "papers", _("papers and payments")
    COMPANY = "company", _("going along to the doctor")
    REPAIR = "repair", _("small repair")
    OTHER = "other", _("other")


class ErrandState(models.TextChoices):
    """From asked to received."""

    WAITING = "waiting", _("waits for a volunteer")
    TAKEN = "taken", _("on the way")
    DONE = "done", _("done, receipt open")
    RECEIVED = "received", _("received")
    CANCELLED = "cancelled", _("called off")


class Asker(models.TextChoices):
    """Who asked for an errand."""

    SELF = "self", _("the person")
    BRANCH = "branch", _("the branch")
    THIRD = "third", _("another on their behalf")


class Receipt(models.TextChoices):
    """How it is known that an errand arrived."""

    SIGNED = "signed", _("signed on paper")
    TOLD = "told", _("told by telephone")
    CODE = "code", _("confirmed with the code")


Starts = tuple[str, ...]

TEMPLATES: Final[Mapping[str, tuple[Promise, Starts]]] = {
    "3x8": (_("3 shifts of 8 hours"), ("00:00", "08:00", "16:00")),
    "4x6": (_("4 shifts of 6 hours"), ("00:00", "06:00", "12:00", "18:00")),
    "2x12": (_("2 shifts of 12 hours"), ("08:00", "20:00")),
}
"""How a day and a night are divided: when each shift begins; it lasts until the next."""

DEFAULT_TYPES: Final = tuple(
    (name, name in {"农产品质量抽检", "设施安全检查"})
    for name in (
        *("义诊", "保洁", "代购", "理发", "政策宣讲", "帮扶农忙"),
        *("农产品质量抽检", "设施安全检查", "岗点值守", "其他"),
    )
)
"""Service types every district begins with: name, and whether results are recorded."""

PUBLISHED_DAYS: Final = 7
"""Days for which approved hours hang out inside the unit before they are certified.

Source: 民政部令67号 with the 2015 guidance on records of volunteer service.
"""


class ShiftFull(Conflict):
    """Nobody is missing there any more."""

    code = "shift_full"
    message = _("This shift has everybody it needs. Take another one.")


class TakenTwice(Conflict):
    """The person has this very shift."""

    code = "taken_twice"
    message = _("This shift is taken already, by the same person.")


class TurnsOverlap(Conflict):
    """The person is wanted elsewhere at the same time."""

    code = "turns_overlap"
    message = _("They are on duty elsewhere at that time.")


class TooLate(Conflict):
    """It is over."""

    code = "too_late"
    message = _("This is over; take one that is still to come.")


class PostEnded(Conflict):
    """Nobody stands there any more."""

    code = "post_ended"
    message = _("This post was ended. What was done there stays; set up a new one to go on.")


class NotOnDuty(Conflict):
    """Only whoever is on duty does this."""

    code = "not_on_duty"
    message = _("Only somebody on duty at this post can do this.")


@dataclass(frozen=True, slots=True)
class PostDraft:
    """A post as it is to be; ``starts`` are local times, each shift lasts until the next."""

    name: str
    organisation_id: UUID
    place_id: UUID
    from_day: date
    until_day: date
    starts: Starts
    needed: int = 1
    keeps_register: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """What filling days with shifts came to."""

    made: int
    there: int


@dataclass(frozen=True, slots=True)
class ServiceDraft:
    """An activity as it is to be; times aware. ``partner_ids`` do it together."""

    title: str
    organisation_id: UUID
    type_id: UUID
    starts_at: datetime
    ends_at: datetime
    place_text: str = ""
    team_id: UUID | None = None
    needed: int | None = None
    for_whom: str = ""
    tags: tuple[str, ...] = ()
    partner_ids: tuple[UUID, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class TeamDraft:
    """A team as it is to be."""

    name: str
    organisation_id: UUID
    purpose: str = ""
    leader_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class TurnReceipt:
    """The answer to taking a shift or joining a service."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class SheetMark:
    """A line of a filled sheet; no times: they did not come. None leaves way and hand-over."""

    on_at: datetime | None = None
    off_at: datetime | None = None
    travel_minutes: int | None = None
    handover: str | None = None


@dataclass(frozen=True, slots=True)
class SheetEntered:
    """What entering a sheet changed; ``kept`` are turns that a phone knew better."""

    written: int = 0
    taken_back: int = 0
    kept: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class ErrandDraft:
    """An errand as it is asked for; names, address and numbers are plain here, sealed at once."""

    id: UUID
    kind: str
    words: str
    organisation_id: UUID
    asker: str
    for_name: str
    address: str
    phone: str = ""
    asker_name: str = ""
    asker_phone: str = ""
    wanted_by: datetime | None = None
    about_kind: str = ""
    about_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ErrandReceipt:
    """The answer to asking: the code with which its state can be looked up."""

    id: UUID
    code: str
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class HandoverDraft:
    """A note to the next shift, as a phone kept it."""

    id: UUID
    turn_id: UUID
    words: str
    occurred_at: datetime
    skewed: bool = False


@dataclass(frozen=True, slots=True)
class DutyMark:
    """Somebody came or went, as their phone noted it without network."""

    id: UUID
    turn_id: UUID
    coming: bool
    occurred_at: datetime
    skewed: bool = False


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """One line of a duty register; ``kept`` when it waited on a phone, perhaps with the coming."""

    id: UUID
    post_id: UUID
    occurred_at: datetime
    plate: str = ""
    person_note: str = ""
    remark: str = ""
    direction: str = "in"
    skewed: bool = False
    kept: bool = False


@dataclass(frozen=True, slots=True)
class RosterLine:
    """志愿者排班表: a line of it, one for each person of a shift, or one for an empty place."""

    post: str
    starts_at: datetime
    ends_at: datetime
    needed: int
    name: str = ""
    phone: str = ""
    handed_at: datetime | None = None
    handover: str = ""
    person_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class HoursLine:
    """志愿时长表: a line of it; ``hours`` None until the turn is over."""

    turn_id: UUID
    person_id: UUID
    name: str
    number: str
    what: str
    on_at: datetime | None
    off_at: datetime | None
    hours: Decimal | None
    source: str
    state: str
    confirmed_by: str
    branch: str = ""


@dataclass(frozen=True, slots=True)
class CertificateLine:
    """What a certificate says of one kind of service."""

    what: str
    first: date
    last: date
    times: int
    hours: Decimal


@dataclass(frozen=True, slots=True)
class CertificateView:
    """志愿服务记录证明 with the fields of 民政部令67号, article 17 and after."""

    id: UUID
    number: str
    person_id: UUID
    name: str
    volunteer_number: str
    issuer: str
    issuer_id: UUID
    responsible: str
    handler: str
    phone: str
    issued_on: date
    hours: Decimal
    lines: tuple[CertificateLine, ...]
    season: str
    replaced: bool = False


@dataclass(frozen=True, slots=True)
class ErrandStep:
    """A phone without network took an errand, or says that it is done."""

    id: UUID
    errand_id: UUID
    person_id: UUID
    done: bool
    at: datetime
    words: str = ""
    minutes: int = 0


class ErrandTaken(Conflict):
    """Somebody else has it."""

    code = "errand_taken"
    message = _("Somebody was faster: this errand is taken.")


class ErrandOff(Conflict):
    """It was called off."""

    code = "errand_off"
    message = _("This errand was called off.")


class MinutesOutside(Invalid):
    """An errand took no time, or more than a day's work."""

    code = "minutes_outside"
    message = _("Minutes between 1 and 600, without the way.")


SYNC_REASONS: Mapping[str, Text] = {
    "turn_off": _("Called off or passed on meanwhile. It is kept; the organiser decides."),
    "errand_own_receipt": _("Whoever ran the errand does not confirm its receipt."),
    **{one.code: one.message for one in (ErrandTaken, ErrandOff, MinutesOutside)},
}
"""What is said of a turn or of a step of an errand that a phone sent, by its code."""
