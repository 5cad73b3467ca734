"""What stands beside the tree: ties of an organisation, and places near a point."""

from datetime import date
from math import asin, cos, radians, sin, sqrt
from uuid import UUID

from django.db.models import Q

from dongxun.kernel import clock
from dongxun.organisations.contracts import League, Nearby, PairingKind, PlaceId, Point, Tie
from dongxun.organisations.models import Alliance, Pairing, Place, Stop
from dongxun.organisations.queries import as_node

EARTH_KM = 6371.0088


def distance_km(one: Point, other: Point) -> float:
    """Return the great-circle distance of two WGS 84 points (haversine)."""
    lat1, lon1, lat2, lon2 = map(radians, (*one, *other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))


def places_near(point: Point, *, km: float = 20, on: date | None = None) -> list[Nearby]:
    """Return public places around a point, nearest first; a vehicle stands at its stop of the day.

    For anybody: nothing in it belongs to one organisation only.
    """
    degrees = km / 111
    wide = degrees / max(cos(radians(point[0])), 0.01)
    box = Q(
        latitude__range=(point[0] - degrees, point[0] + degrees),
        longitude__range=(point[1] - wide, point[1] + wide),
    )
    places = Place.objects.filter(box, public=True, closed_on=None)
    day = clock.day_bounds(on or clock.today())
    stops = Stop.objects.filter(
        box,
        place__public=True,
        place__closed_on=None,
        starts_at__lt=day[1],
        ends_at__gt=day[0],
    )
    found = [_nearby(place, point) for place in places]
    found += [_nearby(stop.place, point, stop) for stop in stops.select_related("place")]
    return sorted((near for near in found if near.km <= km), key=lambda near: near.km)


def _nearby(place: Place, point: Point, stop: Stop | None = None) -> Nearby:
    at = stop or place
    assert at.latitude is not None  # noqa: S101 - the box asked for it
    assert at.longitude is not None  # noqa: S101
    return Nearby(
        place_id=PlaceId(place.id),
        name=place.name,
        where=place.address,
        type=place.type,
        organisation_id=place.organisation_id,
        km=distance_km(point, (at.latitude, at.longitude)),
        stop=stop.name if stop else "",
    )


def pairings_of(organisation_id: UUID) -> list[Tie]:
    """Return the pairings of an organisation, newest first."""
    rows = Pairing.objects.filter(Q(a_id=organisation_id) | Q(b_id=organisation_id))
    rows = rows.select_related("a__type", "b__type").order_by("-since", "id")
    return [
        Tie(
            id=row.id,
            kind=PairingKind(row.kind),
            other=as_node(row.b if row.a_id == organisation_id else row.a),
            since=row.since,
            until=row.until,
            agreement=row.agreement,
        )
        for row in rows
    ]


def alliances_of(organisation_id: UUID) -> list[League]:
    """Return the alliances an organisation owns or belongs to."""
    rows = Alliance.objects.filter(Q(owner_id=organisation_id) | Q(members=organisation_id))
    rows = rows.distinct().prefetch_related("members__type").order_by("-since", "id")
    return [
        League(
            id=row.id,
            name=row.name,
            purpose=row.purpose,
            since=row.since,
            until=row.until,
            members=tuple(as_node(member) for member in row.members.all()),
        )
        for row in rows
    ]
