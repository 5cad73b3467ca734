"""Words and shapes that other rooms may hold."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NewType
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.errors import Conflict, Invalid, Text

PackId = NewType("PackId", UUID)
ListId = NewType("ListId", UUID)
LineId = NewType("LineId", UUID)


class ArticleKind(models.TextChoices):
    """What can lie in a pack or be handed out by itself."""

    BOOK = "book", _("book")
    DOCUMENT = "document", _("study document")
    EXPLAINER = "explainer", _("plain explainer")
    CARD = "card", _("knowledge card")
    GOODS = "goods", _("goods")


class PackKind(models.TextChoices):
    """加油包, 能量包, 暖心礼包, 学习资料."""

    FUEL = "fuel", _("resource pack")
    ENERGY = "energy", _("energy pack")
    GIFT = "gift", _("gift pack")
    MATERIAL = "material", _("study material")


class MovementKind(models.TextChoices):
    """Why a stock changed."""

    RECEIPT = "receipt", _("came in")
    TRANSFER_OUT = "transfer_out", _("moved away")
    TRANSFER_IN = "transfer_in", _("moved here")
    ISSUE = "issue", pgettext_lazy("stock", "handed out")
    RETURN = "return", _("came back")
    LOSS = "loss", _("lost or spoilt")


class ListState(models.TextChoices):
    """A list is drawn up, issued (frozen, its goods leave the store), and closed."""

    DRAFT = "draft", _("being drawn up")
    ISSUED = "issued", _("being handed out")
    CLOSED = "closed", _("closed")


class LineKind(models.TextChoices):
    """For whom a line is. A parcel is what a branch receives to hand on to its people."""

    PERSON = "person", _("member")
    BRANCH = "branch", _("branch")
    PARCEL = "parcel", _("parcel to a branch")
    COOPERATIVE = "cooperative", _("cooperative")
    FARM = "farm", _("family farm")
    HOUSEHOLD = "household", _("household")
    ENTERPRISE = "enterprise", _("enterprise")
    OTHER = "other", _("other")


OUTSIDE = (
    LineKind.COOPERATIVE,
    LineKind.FARM,
    LineKind.HOUSEHOLD,
    LineKind.ENTERPRISE,
    LineKind.OTHER,
)
"""Recipients who are no members: a name and a note, nothing else about them."""


class LineState(models.TextChoices):
    """Where one line stands; said by its receipts, never typed."""

    OPEN = "open", _("not yet")
    CARRIED = "carried", _("with a courier")
    RECEIVED = "received", _("has theirs")
    RETURNED = "returned", _("came back")


class Route(models.TextChoices):
    """How a list reaches its people."""

    COURIER = "courier", _("carried to each")
    BRANCH = "branch", _("in bulk to the branches")


class ReceiptHow(models.TextChoices):
    """How somebody showed that they received it."""

    SIGNED = "signed", _("signed")
    THUMB = "thumb", _("thumb-printed")
    PROXY = "proxy", _("somebody else signed")
    SHEET = "sheet", _("signed on paper")
    CONFIRMED = "confirmed", _("confirmed")


STRENGTH = {how: rank for rank, how in enumerate(ReceiptHow)}
"""Strongest first; of two receipts of one moment the stronger one is shown."""


class LeafletKind(models.TextChoices):
    """What was handed out without a list: counts only."""

    LEAFLET = "leaflet", _("leaflet")
    LETTER = "letter", _("open letter")
    CARD = "card", _("knowledge card")
    GIVEAWAY = "giveaway", _("giveaway")


class DonationKind(models.TextChoices):
    """What is given. Money and blood are counted, never handled here."""

    GOODS = "goods", _("goods")
    MONEY = "money", _("money (record only)")
    BLOOD = "blood", _("blood (people counted)")


class DonationState(models.TextChoices):
    """Where a donation stands."""

    PROMISED = "promised", _("promised")
    SHIPPED = "shipped", _("on its way")
    ARRIVED = "arrived", _("arrived")
    THANKED = "thanked", _("acknowledged")
    WITHDRAWN = "withdrawn", _("withdrawn")


class StockShort(Conflict):
    """There is less in the place than would leave it; ``details`` says of what, and how much."""

    code = "stock_short"
    message = _("There is not enough in this place.")


class NobodyToGive(Invalid):
    """The rule of a list means nobody."""

    code = "nobody_to_give"
    message = _("Nobody fits this rule; no list was made.")


class ListFrozen(Conflict):
    """An issued list is not changed any more."""

    code = "list_is_frozen"
    message = _("This list has been issued; it stays as it is. Draw up another for who is missing.")


@dataclass(frozen=True, slots=True)
class CarryLine:
    """What somebody who goes to a person takes along."""

    line_id: UUID
    pack: str
    quantity: int


@dataclass(frozen=True, slots=True)
class ReceiptAnswer:
    """The word on one receipt: what became of it, and in words.

    ``first_at`` is when the pack was received by all we know; ``at`` is the moment
    this receipt speaks of. A second receipt is ``merged``: both moments are kept.
    """

    item_id: UUID
    line_id: UUID
    answer: SyncAnswer
    message: Text
    at: datetime
    first_at: datetime

    @property
    def repeated(self) -> bool:
        """Whether the line had been received before."""
        return self.answer != SyncAnswer.STORED


@dataclass(frozen=True, slots=True)
class Content:
    """How many of an article lie in one pack."""

    article_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True)
class AudienceRule:
    """Whom a list is for; empty means no limit. Units are ids of towns or branches.

    ``cohort_id`` and ``mode`` ask the season, ``veteran_years`` the join date.
    """

    veteran_years: int | None = None
    mode: str = ""
    tag: str = ""
    cohort_id: UUID | None = None
    unit_ids: tuple[UUID, ...] = ()
    branches: bool = False

    def as_json(self) -> dict[str, object]:
        """Return the rule as it is kept with its list."""
        return {
            "veteran_years": self.veteran_years,
            "mode": self.mode,
            "tag": self.tag,
            "cohort": str(self.cohort_id or ""),
            "units": [str(key) for key in self.unit_ids],
            "branches": self.branches,
        }


@dataclass(frozen=True, slots=True)
class GuestHome:
    """A home of nobody on a roster, on a round that the calling room has checked.

    A line is theirs by the name, in the unit itself, in one above or below it.
    """

    name: str
    lft: int
    rgt: int


@dataclass(frozen=True, slots=True)
class Outsider:
    """A recipient who is no member: a kind, a name, a note, how many packs."""

    kind: LineKind
    name: str
    note: str = ""
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class ListDraft:
    """An issue list as it is to be."""

    pack_id: UUID
    organisation_id: UUID
    title: str
    place_id: UUID
    rule: AudienceRule | None = None
    outsiders: Sequence[Outsider] = ()
    each: int = 1
    route: Route = Route.COURIER
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """How far handing out is: of how many lines how many were received.

    Definition: a line is received when at least one receipt of it stands. Parcels
    to branches and lines that came back are not counted among the lines.
    """

    received: int = 0
    total: int = 0
    carried: int = 0
    returned: int = 0

    @property
    def open(self) -> int:
        """How many have not received theirs."""
        return self.total - self.received


@dataclass(frozen=True, slots=True)
class GoodsLine:
    """One kind of goods of a donation: boxes on the lorry, sets inside them."""

    title: str
    sets: int
    boxes: int = 0
    spec: str = ""
    unit: str = "套"


@dataclass(frozen=True, slots=True)
class DonationDraft:
    """A donation as it is promised. The donor is an organisation, perhaps outside, or a name."""

    id: UUID
    kind: DonationKind
    donor_name: str
    consignee_id: UUID
    donor_id: UUID | None = None
    drive_id: UUID | None = None
    lines: Sequence[GoodsLine] = field(default=())
    amount_yuan: int | None = None
    people: int | None = None
    on: date | None = None
    note: str = ""


class NotIssued(Invalid):
    """A receipt for a list whose goods have not left the store."""

    code = "not_issued"
    message = _("This list has not been issued yet; nothing of it can be received.")


class BeforeIssue(Invalid):
    """A receipt from before the goods left."""

    code = "before_issue"
    message = _("This moment is before the list was issued.")


RECEIVED_BEFORE, CAME_BACK = "received_before", "came_back"
SYNC_REASONS: dict[str, Text] = {
    RECEIVED_BEFORE: _("Received before; this receipt is kept beside the first."),
    CAME_BACK: _("It is noted as come back; your receipt is kept, the organiser decides."),
    NotIssued.code: NotIssued.message,
    BeforeIssue.code: BeforeIssue.message,
    "proxy_unnamed": _("Say who took it."),
    "relation_missing": _("Say how they are related."),
}
"""What is said of a receipt that a phone sent, by its code."""
