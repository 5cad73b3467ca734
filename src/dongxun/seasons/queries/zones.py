"""Who takes part in a season, in which zones."""

from collections.abc import Iterable
from uuid import UUID

from dongxun.kernel.errors import NotFound
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import ZoneKind, ZoneView
from dongxun.seasons.contracts import TakingPart, ZoneRow
from dongxun.seasons.models import Season, SeasonOrganisation


def taking_part(season_id: UUID) -> list[TakingPart]:
    """Return the organisations taking part, in their order, with their zones."""
    geo, joint = _zone_views(season_id)
    return _parts(season_id, geo, joint)


def zones(season_id: UUID) -> list[ZoneRow]:
    """Return the season's zones, 片区 before 联创区, each with its organisations taking part."""
    geo, joint = _zone_views(season_id)
    parts = _parts(season_id, geo, joint)
    return [
        ZoneRow(
            id=view.id,
            kind=kind,
            name=view.name,
            intervals=view.intervals,
            organisations=tuple(
                part for part in parts if view.id in (part.geo_zone_id, part.joint_zone_id)
            ),
        )
        for kind, views in ((ZoneKind.GEO, geo), (ZoneKind.JOINT, joint))
        for view in views
    ]


def _zone_views(season_id: UUID) -> tuple[list[ZoneView], list[ZoneView]]:
    head = Season.objects.filter(id=season_id).values_list("geo_zones_id", "joint_zones_id").first()
    if head is None:
        raise NotFound
    geo, joint = (organisations.zones_of_set(key) if key else [] for key in head)
    return geo, joint


def _parts(season_id: UUID, geo: Iterable[ZoneView], joint: Iterable[ZoneView]) -> list[TakingPart]:
    rows = list(
        SeasonOrganisation.objects.filter(season_id=season_id)
        .select_related("organisation")
        .order_by("order", "organisation__lft")
    )
    nodes = organisations.nodes([row.organisation_id for row in rows])
    found = []
    for row in rows:
        node = nodes[row.organisation_id]
        found.append(
            TakingPart(
                organisation_id=node.id,
                name=node.name,
                short_name=node.short_name,
                type_code=node.type_code,
                interval=node.interval,
                geo_zone_id=_holding(geo, node.interval.lft),
                joint_zone_id=_holding(joint, node.interval.lft),
                latitude=row.organisation.latitude,
                longitude=row.organisation.longitude,
            )
        )
    return found


def _holding(views: Iterable[ZoneView], lft: int) -> UUID | None:
    for view in views:
        if any(lft in interval for interval in view.intervals):
            return view.id
    return None
