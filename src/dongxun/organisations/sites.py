"""Places as sessions need them: by id, and those an actor may choose from."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from operator import itemgetter
from uuid import UUID

from django.db.models import Q

from dongxun.kernel import clock
from dongxun.kernel.actors import ORGANISERS, Actor, Interval
from dongxun.organisations.contracts import FACILITIES, PlaceType
from dongxun.organisations.models import Place, Stop
from dongxun.organisations.queries import within
from dongxun.organisations.zoning import zone_mates

STATIONS = (
    PlaceType.RED_STATION,
    PlaceType.STATION,
    PlaceType.INSTITUTE,
    PlaceType.CENTER,
)
"""Places where members from elsewhere can report in."""


@dataclass(frozen=True, slots=True)
class Site:
    """A place as a session needs it."""

    id: UUID
    name: str
    type: str
    organisation_id: UUID
    organisation_name: str
    address: str
    capacity: int | None
    latitude: float | None
    longitude: float | None
    hours: str = ""
    facilities: tuple[str, ...] = ()
    is_shared: bool = False
    """Whether it is another organisation's of the same zone."""


def in_order(facilities: Iterable[str]) -> list[str]:
    """Return facilities as people look for them: the usual ones first, in their order."""
    usual = {word: number for number, word in enumerate(FACILITIES)}
    return sorted(facilities, key=lambda word: (usual.get(word, len(usual)), word))


def _site(place: Place) -> Site:
    return Site(
        id=place.id,
        name=place.name,
        type=place.type,
        organisation_id=place.organisation_id,
        organisation_name=place.organisation.short_name,
        address=place.address,
        capacity=place.capacity,
        latitude=place.latitude,
        longitude=place.longitude,
        hours=place.hours,
        facilities=tuple(place.facilities),
    )


def sites(ids: Iterable[UUID]) -> dict[UUID, Site]:
    """Return places by id; unknown ids are left out."""
    rows = Place.objects.filter(id__in=list(ids)).select_related("organisation")
    return {place.id: _site(place) for place in rows}


def sites_for(by: Actor) -> list[Site]:
    """Return open places a session of the actor could be held at, own ones first.

    Then those that the zones share, then what is public elsewhere.
    """
    rows = Place.objects.filter(closed_on=None).select_related("organisation")
    if by.is_system:
        return [_site(place) for place in rows.order_by("organisation__lft", "name")]
    own, mates = by.intervals(ORGANISERS), zone_mates(by=by)
    rows = rows.filter(Q(public=True) | within(own, "organisation__lft"))
    found = [
        (_rank(place.organisation.lft, own, mates), place)
        for place in rows.order_by("organisation__lft", "name")
    ]
    found.sort(key=itemgetter(0))
    return [replace(_site(place), is_shared=near == 1) for near, place in found]


def _rank(lft: int, own: Iterable[Interval], mates: Iterable[Interval]) -> int:
    """Return 0 for the actor's own, 1 for what the zones share, 2 for the rest."""
    if any(lft in part for part in own):
        return 0
    return 1 if any(lft in part for part in mates) else 2


def stations(
    *,
    ids: Iterable[UUID] | None = None,
    under: Interval | None = None,
    words: str = "",
    most: int | None = None,
) -> list[Site]:
    """Return open public stations, by town and name; anybody may know them.

    Args:
        under: of this subtree only.
        words: part of the name of the station or of who keeps it.
    """
    rows = Place.objects.filter(type__in=STATIONS, public=True, closed_on=None)
    rows = rows.filter(organisation__closed_on=None).select_related("organisation")
    if ids is not None:
        rows = rows.filter(id__in=list(ids))
    if under is not None:
        rows = rows.filter(within([under], "organisation__lft"))
    for word in words.split():
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(organisation__name__icontains=word)
            | Q(address__icontains=word)
        )
    return [_site(row) for row in rows.order_by("organisation__lft", "name", "id")[:most]]


@dataclass(frozen=True, slots=True)
class VehicleStop:
    """Where and when a vehicle stands."""

    place_id: UUID
    vehicle: str
    name: str
    starts_at: datetime
    ends_at: datetime


def vehicle_stops(*, by: Actor) -> list[VehicleStop]:
    """Return the stops still to come of public vehicles and of the actor's own, next first."""
    own = Q() if by.is_system else within(by.intervals(ORGANISERS), "place__organisation__lft")
    rows = Stop.objects.filter(
        own | Q(place__public=True),
        place__type=PlaceType.VEHICLE,
        place__closed_on=None,
        ends_at__gte=clock.now(),
    )
    return [
        VehicleStop(row.place_id, row.place.name, row.name, row.starts_at, row.ends_at)
        for row in rows.select_related("place").order_by("starts_at", "id")
    ]
