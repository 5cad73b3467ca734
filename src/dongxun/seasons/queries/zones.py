"""Who takes part in a season, in which zones."""

from collections.abc import Iterable
from uuid import UUID

from dongxun.kernel.actors import Interval
from dongxun.kernel.errors import NotFound
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import OrganisationId, ZoneKind, ZoneView
from dongxun.seasons.contracts import TakingPart, ZoneRow
from dongxun.seasons.models import Season, SeasonOrganisation


def taking_part(season_id: UUID) -> list[TakingPart]:
    """Return the organisations taking part, in their order, with their zones."""
    parts, _zones = _divided(season_id)
    return parts


def part_intervals(season_id: UUID) -> list[Interval]:
    """Return the subtrees that take part; one query."""
    rows = SeasonOrganisation.objects.filter(season_id=season_id)
    spans = rows.values_list("organisation__lft", "organisation__rgt")
    return [Interval(lft, rgt) for lft, rgt in spans]


def zones(season_id: UUID) -> list[ZoneRow]:
    """Return the season's zones, 片区 before 联创区, each with its organisations taking part."""
    parts, (geo, joint) = _divided(season_id)
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


def _divided(
    season_id: UUID,
) -> tuple[list[TakingPart], tuple[list[ZoneView], list[ZoneView]]]:
    """Return who takes part, and the zones of both kinds; two queries."""
    rows = list(
        SeasonOrganisation.objects.filter(season_id=season_id)
        .select_related("organisation", "season")
        .order_by("order", "organisation__lft")
    )
    season = rows[0].season if rows else Season.objects.filter(id=season_id).first()
    if season is None:
        raise NotFound
    keys = (season.geo_zones_id, season.joint_zones_id)
    sets = organisations.zones_of_sets({key for key in keys if key})
    geo, joint = (sets[key] if key else [] for key in keys)
    return [_part(row, geo, joint) for row in rows], (geo, joint)


def _part(
    row: SeasonOrganisation, geo: Iterable[ZoneView], joint: Iterable[ZoneView]
) -> TakingPart:
    organisation = row.organisation
    interval = Interval(organisation.lft, organisation.rgt)
    return TakingPart(
        organisation_id=OrganisationId(organisation.id),
        name=organisation.name,
        short_name=organisation.short_name,
        type_code=organisation.type_id,
        interval=interval,
        geo_zone_id=_holding(geo, interval.lft),
        joint_zone_id=_holding(joint, interval.lft),
        latitude=organisation.latitude,
        longitude=organisation.longitude,
    )


def _holding(views: Iterable[ZoneView], lft: int) -> UUID | None:
    for view in views:
        if any(lft in interval for interval in view.intervals):
            return view.id
    return None
