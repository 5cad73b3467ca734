"""What stands beside the tree: ties of an organisation, and places near a point."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from math import asin, cos, radians, sin, sqrt
from uuid import UUID

from django.db.models import Q

from dongxun.kernel import clock
from dongxun.kernel.actors import ORGANISERS, Actor, Role
from dongxun.kernel.errors import NotFound
from dongxun.organisations.contracts import (
    League,
    Nearby,
    Node,
    Pair,
    PairingKind,
    PlaceId,
    Point,
    Tie,
    ZoneKind,
)
from dongxun.organisations.models import Alliance, Organisation, Pairing, Place, Stop
from dongxun.organisations.queries import as_node, within
from dongxun.organisations.zoning import zones_in_force

WATCHERS = ORGANISERS | {Role.ZONE_LEAD}
EARTH_KM = 6371.0088


def distance_km(one: Point, other: Point) -> float:
    """Return the great-circle distance of two WGS 84 points (haversine)."""
    lat1, lon1, lat2, lon2 = map(radians, (*one, *other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))


def points_of(ids: Iterable[UUID]) -> dict[UUID, Point]:
    """Return where organisations are: their own point, else that of their first place.

    Those of which neither is known are left out.
    """
    wanted = list(ids)
    known = {"latitude__isnull": False, "longitude__isnull": False}
    pair = ("latitude", "longitude")
    places = Place.objects.filter(organisation_id__in=wanted, closed_on=None, **known)
    rows = [
        *places.order_by("-name", "id").values_list("organisation_id", *pair),
        *Organisation.objects.filter(id__in=wanted, **known).values_list("id", *pair),
    ]
    return {key: (lat, lon) for key, lat, lon in rows}  # later rows stand: an own point wins


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


def pairs(*, by: Actor, kind: str = "") -> list[Pair]:
    """Return the ties in force of an organiser's units, each by the zone of its first unit.

    First is the village of a village and its enterprise, else the unit that comes first in the
    tree. In the order of zones, those of none last.
    """
    rows = Pairing.objects.filter(Q(until=None) | Q(until__gt=clock.today()))
    if not by.is_system:
        own = by.intervals(WATCHERS)
        rows = rows.filter(within(own, "a__lft") | within(own, "b__lft"))
    rows = rows.filter(kind=kind) if kind else rows
    zones = zones_in_force(ZoneKind.GEO)
    found = []
    for row in rows.select_related("a__type", "b__type"):
        one, other = sorted((as_node(row.a), as_node(row.b)), key=_enterprise_last)
        order, zone, zone_id = next(
            (
                (number, zone.name, zone.id)
                for number, zone in enumerate(zones)
                if any(one.interval.lft in part for part in zone.intervals)
            ),
            (len(zones), "", None),
        )
        kind_of = PairingKind(row.kind)
        found.append((order, Pair(row.id, kind_of, zone, one, other, row.since, zone_id)))
    found.sort(key=lambda line: (line[0], line[1].kind, line[1].one.interval.lft))
    return [pair for _order, pair in found]


def ties_of(ids: Iterable[UUID], *, kind: str) -> Counter[UUID]:
    """Count the ties in force of each of these, whoever is tied to them; one query.

    How many there are is no secret; who they are is asked of :func:`pairs`.
    """
    wanted = set(ids)
    rows = Pairing.objects.filter(Q(until=None) | Q(until__gt=clock.today()), kind=kind)
    rows = rows.filter(Q(a_id__in=wanted) | Q(b_id__in=wanted))
    return Counter(
        key for pair in rows.values_list("a_id", "b_id") for key in pair if key in wanted
    )


def _enterprise_last(node: Node) -> tuple[bool, bool, int]:
    return node.external, node.type_code == "enterprise", node.interval.lft


def alliances_of(organisation_id: UUID) -> list[League]:
    """Return the alliances an organisation owns or belongs to."""
    return _leagues(Q(owner_id=organisation_id) | Q(members=organisation_id))


def alliances(*, by: Actor) -> list[League]:
    """Return the alliances that an organiser's subtrees own or belong to, newest first."""
    if by.is_system:
        return _leagues(Q())
    reach = by.intervals(WATCHERS)
    return _leagues(within(reach, "owner__lft") | within(reach, "members__lft"))


def alliance(alliance_id: UUID, *, by: Actor) -> League:
    """Return one alliance.

    Raises:
        NotFound: absent, or nobody of the actor's subtrees is in it.
    """
    found = next((league for league in alliances(by=by) if league.id == alliance_id), None)
    if found is None:
        raise NotFound
    return found


def _leagues(wanted: Q) -> list[League]:
    ids = Alliance.objects.filter(wanted).values("id")
    rows = Alliance.objects.filter(id__in=ids).select_related("owner__type")
    return [
        League(
            id=row.id,
            name=row.name,
            purpose=row.purpose,
            since=row.since,
            until=row.until,
            members=tuple(as_node(member) for member in row.members.all()),
            owner=as_node(row.owner),
        )
        for row in rows.prefetch_related("members__type").order_by("-since", "id")
    ]
