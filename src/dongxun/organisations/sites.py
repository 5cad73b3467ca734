"""Places as sessions need them: by id, and those an actor may choose from."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from dongxun.kernel.actors import ORGANISERS, Actor
from dongxun.organisations.models import Place
from dongxun.organisations.queries import within


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
    )


def sites(ids: Iterable[UUID]) -> dict[UUID, Site]:
    """Return places by id; unknown ids are left out."""
    rows = Place.objects.filter(id__in=list(ids)).select_related("organisation")
    return {place.id: _site(place) for place in rows}


def sites_for(by: Actor) -> list[Site]:
    """Return open places a session of the actor could be held at: own ones, and public ones."""
    rows = Place.objects.filter(closed_on=None).select_related("organisation")
    if not by.is_system:
        rows = rows.filter(Q(public=True) | within(by.intervals(ORGANISERS), "organisation__lft"))
    return [_site(place) for place in rows.order_by("organisation__lft", "name")]
