"""Places to meet, and where a vehicle stops."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid
from dongxun.kernel.ids import new_id
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.rules import require
from dongxun.organisations import queries
from dongxun.organisations.contracts import PlaceDraft, PlaceId, PlaceType, StopDraft
from dongxun.organisations.models import Place, Stop


@transaction.atomic
def save_place(*, by: Actor, draft: PlaceDraft, place_id: UUID | None = None) -> PlaceId:
    """Enter or correct a place; a vehicle brings its stops. Safe to repeat by id.

    Raises:
        NotFound: organisation or place is absent or outside.
        Invalid: no name, half a point, or a point that is none; a stop that ends first.
    """
    owner = queries.node_in_scope(draft.organisation_id, by=by)
    require("organisations.manage", by, owner.interval)
    _check(draft)
    row = Place.objects.filter(id=place_id).first() if place_id else None
    if row:
        queries.node_in_scope(row.organisation_id, by=by)
    row = row or Place(id=place_id or new_id())
    row.organisation_id, row.name, row.type = draft.organisation_id, draft.name.strip(), draft.type
    row.address, row.capacity, row.public = draft.address, draft.capacity, draft.public
    row.hours = draft.hours.strip()
    row.latitude, row.longitude = draft.point or (None, None)
    row.facilities = list(dict.fromkeys(draft.facilities))
    row.parent_id = _parent(draft.parent_id, row.id)
    row.save()
    if draft.type == PlaceType.VEHICLE:
        _save_stops(row, draft.stops)
    audit.write(
        "organisations.save_place",
        by=by,
        subject=("place", row.id),
        organisation_id=draft.organisation_id,
    )
    return PlaceId(row.id)


def _parent(parent_id: UUID | None, place_id: UUID) -> UUID | None:
    """Return the place above, which must be open and no part of the place itself."""
    above, seen = parent_id, {place_id}
    while above is not None:
        if above in seen:
            raise Invalid(_("A place is not part of itself."), where="parent")
        seen.add(above)
        row = Place.objects.filter(id=above, closed_on=None).values_list("parent_id").first()
        if row is None:
            raise Invalid(_("This place is no longer there."), where="parent")
        above = row[0]
    return parent_id


@transaction.atomic
def close_place(*, by: Actor, place_id: UUID, on: date | None = None) -> PlaceId:
    """Offer a place no more; what was held there stays. Safe to repeat.

    Raises:
        NotFound: absent or outside.
    """
    row = wanted_row(Place.objects.select_related("organisation").filter(id=place_id))
    queries.node_in_scope(row.organisation_id, by=by)
    require("organisations.manage", by, row.organisation)
    if row.closed_on is None:
        row.closed_on = on or clock.today()
        row.save(update_fields=["closed_on"])
        audit.write(
            "organisations.close_place",
            by=by,
            subject=("place", row.id),
            organisation_id=row.organisation_id,
        )
    return PlaceId(row.id)


def _check(draft: PlaceDraft) -> None:
    if not draft.name.strip():
        raise Invalid(_("A name is needed."), where="name")
    if draft.point and not (-90 <= draft.point[0] <= 90 and -180 <= draft.point[1] <= 180):
        raise Invalid(_("This is no point on the map."), where="latitude")
    if any(stop.ends_at <= stop.starts_at for stop in draft.stops):
        raise Invalid(_("A stop ends after it begins."), where="stops")


def _save_stops(place: Place, stops: Sequence[StopDraft]) -> None:
    place.stops.all().delete()
    Stop.objects.bulk_create(
        [
            Stop(
                place=place,
                name=stop.name,
                latitude=stop.point[0] if stop.point else None,
                longitude=stop.point[1] if stop.point else None,
                starts_at=stop.starts_at,
                ends_at=stop.ends_at,
            )
            for stop in stops
        ]
    )
