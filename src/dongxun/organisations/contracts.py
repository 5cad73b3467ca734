"""Words and shapes that other rooms may hold."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NewType
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from dongxun.kernel import clock
from dongxun.kernel.actors import Interval

OrganisationId = NewType("OrganisationId", UUID)
PlaceId = NewType("PlaceId", UUID)
ZoneId = NewType("ZoneId", UUID)
ZoneSetId = NewType("ZoneSetId", UUID)


class ZoneKind(models.TextChoices):
    """片区 by geography, 联创区 by agencies."""

    GEO = "geo", _("geographic zone")
    JOINT = "joint", _("joint zone of agencies")


class Tier(models.TextChoices):
    """示范型, 提升型, 培育型."""

    NONE = "", _("no tier")
    MODEL = "model", _("model")
    IMPROVING = "improving", _("improving")
    NURTURING = "nurturing", _("nurturing")


class PairingKind(models.TextChoices):
    """Typed ties between two organisations."""

    TOWN_TOWN = "town_town", _("town and town")
    AGENCY_AGENCY = "agency_agency", _("agency and agency")
    VILLAGE_ENTERPRISE = "village_enterprise", _("village and enterprise")
    UNIVERSITY_TOWN = "university_town", _("university and town")
    BRANCH_BRANCH = "branch_branch", _("branch and branch")


class PlaceType(models.TextChoices):
    """What kind of place a session is held at."""

    CENTER = "center", _("civilisation practice centre")
    INSTITUTE = "institute", _("civilisation practice institute")
    STATION = "station", _("civilisation practice station")
    RED_STATION = "red_station", _("red station")
    FARM_LIBRARY = "farm_library", _("farm library")
    HALL = "hall", _("hall")
    CLASSROOM = "classroom", _("classroom")
    WORKSHOP = "workshop", _("workshop")
    FIELD = "field", _("field")
    ENTERPRISE = "enterprise", _("enterprise")
    PARK = "park", _("park or market")
    HOME = "home", _("home")
    VEHICLE = "vehicle", _("mobile vehicle")
    OTHER = "other", _("another kind, as its name says")


class Level(StrEnum):
    """What a unit is among units, whatever its kind is called."""

    TOWN = "town"
    AGENCY = "agency"
    VILLAGE = "village"
    BRANCH = "branch"
    OTHER = ""


_LEVELS: Final = {
    "town": Level.TOWN,
    "street": Level.TOWN,
    "farm": Level.TOWN,
    "agency": Level.AGENCY,
    "university": Level.OTHER,
    "party_committee": Level.OTHER,
    "village": Level.VILLAGE,
    "community": Level.VILLAGE,
    "enterprise": Level.OTHER,
    "school": Level.OTHER,
}
"""Kinds that every installation has and whose rank alone does not tell a place from a firm."""
_RANKS: Final = ((range(40, 45), Level.TOWN), (range(50, 60), Level.VILLAGE))


@dataclass(frozen=True, slots=True)
class Node:
    """An organisation as other rooms see it; ``location`` says where one outside is.

    ``rank`` is its kind's place in lists, from which the level of a kind follows that the
    office has made.
    """

    id: OrganisationId
    name: str
    short_name: str
    type_code: str
    parent_id: OrganisationId | None
    interval: Interval
    depth: int
    has_members: bool
    tier: str = ""
    external: bool = False
    location: str = ""
    rank: int = 0
    closed: bool = False

    @property
    def level(self) -> Level:
        """What it is among units: by its kind, or by the rank of a kind that the office made."""
        if self.has_members:
            return Level.BRANCH
        known = _LEVELS.get(self.type_code)
        by_rank = (level for ranks, level in _RANKS if self.rank in ranks)
        return next(by_rank, Level.OTHER) if known is None else known


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to call for an organisation; ``organisation`` is who answers, perhaps one above."""

    organisation: str
    secretary: str
    name: str
    phone: str


Point = tuple[float, float]
"""Latitude and longitude, WGS 84."""

FACILITIES = ("休息", "饮水", "充电", "急救", "阅读", "避雨", "投影", "音响", "停车", "无障碍")
"""Facilities a place can have; suggestions, any word is allowed."""


@dataclass(frozen=True, slots=True)
class ZoneDraft:
    """A zone as it is to be: its members, and the organisation that leads it."""

    name: str
    member_ids: tuple[UUID, ...]
    lead_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ZoneView:
    """A zone and the part of the tree it is; ``places`` are those of its members, in order."""

    id: ZoneId
    name: str
    member_ids: tuple[UUID, ...]
    intervals: tuple[Interval, ...]
    lead_id: UUID | None
    places: tuple[Interval, ...] = ()


@dataclass(frozen=True, slots=True)
class ZoneSetView:
    """A division into zones, from a day on."""

    id: ZoneSetId
    kind: ZoneKind
    name: str
    root_id: UUID
    valid_from: date
    zones: tuple[ZoneView, ...]


@dataclass(frozen=True, slots=True)
class StopDraft:
    """Where a vehicle stands, and when; times are aware."""

    name: str
    starts_at: datetime
    ends_at: datetime
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class PlaceDraft:
    """A place as it is to be."""

    organisation_id: UUID
    name: str
    type: PlaceType
    address: str = ""
    point: Point | None = None
    capacity: int | None = None
    facilities: tuple[str, ...] = ()
    public: bool = True
    stops: tuple[StopDraft, ...] = ()
    parent_id: UUID | None = None
    """The place it belongs to: 站 to its 所, 所 to the 中心."""
    hours: str = ""
    """When somebody is there, in words."""


@dataclass(frozen=True, slots=True)
class Nearby:
    """A place and how far it is; for a vehicle, its stop of that day."""

    place_id: PlaceId
    name: str
    where: str
    type: str
    organisation_id: UUID
    km: float
    stop: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """A pairing as a list of many shows it; ``zone`` is that of ``one``, empty for none.

    Two zones may share a name; ``zone_id`` tells them apart.
    """

    id: UUID
    kind: PairingKind
    zone: str
    one: Node
    other: Node
    since: date
    zone_id: ZoneId | None = None


@dataclass(frozen=True, slots=True)
class Tie:
    """A pairing seen from one side."""

    id: UUID
    kind: PairingKind
    other: Node
    since: date
    until: date | None
    agreement: str

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.until is not None and self.until <= clock.today()


@dataclass(frozen=True, slots=True)
class League:
    """An alliance and its members."""

    id: UUID
    name: str
    purpose: str
    since: date
    until: date | None
    members: tuple[Node, ...]
    owner: Node

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.until is not None and self.until <= clock.today()
