"""Words of this room."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dongxun.kernel.errors import Conflict, Text


class ExchangeKind(models.TextChoices):
    """走亲, 参观见学, 联动项目."""

    VISIT = "visit", _("visit between units")
    TOUR = "tour", _("study tour with gaps found")
    JOINT = "joint", _("joint work of several units")


class ExchangeState(models.TextChoices):
    """An exchange is planned, complete with all its items, or cancelled."""

    PLANNED = "planned", _("planned")
    COMPLETE = "complete", pgettext_lazy("exchange", "complete")
    CANCELLED = "cancelled", _("called off")


class Side(models.TextChoices):
    """What a unit is to an exchange."""

    HOST = "host", pgettext_lazy("exchange", "host")
    GUEST = "guest", pgettext_lazy("exchange", "guest")
    PARTNER = "partner", pgettext_lazy("exchange", "partner")


class GapState(models.TextChoices):
    """A gap found on a tour is open, worked on, or closed with a result."""

    OPEN = "open", pgettext_lazy("gap", "not begun")
    WORKING = "working", _("being worked on")
    CLOSED = "closed", _("gap closed")


class PledgeState(models.TextChoices):
    """What became of a pledge."""

    OPEN = "open", _("to be followed up")
    KEPT = "kept", _("kept")
    PARTLY = "partly", _("kept in part")
    BROKEN = "broken", _("not kept")


class OutcomeKind(models.TextChoices):
    """What study turned into: 思路举措, 制度机制, 实际行动; and 先锋事迹 of a person."""

    IDEA = "idea", _("measure")
    SYSTEM = "system", _("rule")
    ACTION = "action", _("action")
    DEED = "deed", _("good deed")


STATION_ITEM = "station"
"""The item of the checklist from which a station of a master lecturer is opened."""
DEFAULT_ITEMS = (
    ("place", "调研一个阵地"),
    ("talk", "聆听一场宣讲"),
    ("activity", "参加一次活动"),
    ("gift", "赠送一批礼包"),
    (STATION_ITEM, "成立一个名师分站"),
    ("lessons", "总结一批经验"),
)
"""六个一, as every season begins; a season may say otherwise."""


class NotComplete(Conflict):
    """An exchange is complete only when every item has its evidence."""

    code = "exchange_not_complete"


@dataclass(frozen=True, slots=True)
class ExchangeDraft:
    """An exchange as it is to be; ``programme`` one line a step."""

    kind: str
    title: str
    day: date
    host_id: UUID
    guest_ids: tuple[UUID, ...]
    partner_ids: tuple[UUID, ...] = ()
    place: str = ""
    programme: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class GapLine:
    """A gap as lists and papers show it; names of units, not rows."""

    unit: str
    gap: str
    model: str
    practice: str
    measure: str
    person: str
    due_on: date
    state: str
    result: str
    closed_on: date | None
    exchange: str


@dataclass(frozen=True, slots=True)
class Progress:
    """What a unit has exchanged, closed, kept and brought about; for papers and figures."""

    exchanges: int
    complete: int
    gaps: int
    gaps_closed: int
    pledges: int
    pledges_kept: int
    outcomes: int
    stations: int


class ExchangeOver(Conflict):
    """An exchange that is complete or called off."""

    code = "exchange_over"
    message = _("This exchange is complete or called off; it is no longer changed.")


EVIDENCE_DIFFERS = "evidence_differs"
SYNC_REASONS: dict[str, Text] = {
    ExchangeOver.code: ExchangeOver.message,
    EVIDENCE_DIFFERS: _("Somebody wrote something else for this item; both are kept, they decide."),
}
"""What is said of evidence that a phone sent, by its code."""
