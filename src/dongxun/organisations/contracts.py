"""Words and shapes that other rooms may hold."""

from dataclasses import dataclass
from typing import NewType
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

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


@dataclass(frozen=True, slots=True)
class Node:
    """An organisation as other rooms see it."""

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
