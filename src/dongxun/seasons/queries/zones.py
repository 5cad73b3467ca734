"""Who takes part in a season, in which zones."""

from collections.abc import Iterable
from uuid import UUID

from dongxun.kernel.actors import Interval
from dongxun.kernel.errors import NotFound
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node, OrganisationId, ZoneKind, ZoneView
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
    below = _members_below(parts, (*geo, *joint))
    return [
        ZoneRow(
            id=view.id,
            kind=kind,
            name=view.name,
            intervals=view.intervals,
            organisations=tuple(
                part
                for part in (*parts, *below.get(view.id, ()))
                if view.id in (part.geo_zone_id, part.joint_zone_id)
            ),
            members=tuple(zip(view.member_ids, view.places, strict=True)),
        )
        for kind, views in ((ZoneKind.GEO, geo), (ZoneKind.JOINT, joint))
        for view in views
    ]


def _members_below(
    parts: Iterable[TakingPart], views: Iterable[ZoneView]
) -> dict[UUID, list[TakingPart]]:
    """Return members of zones below what takes part, such as towns where the district does.

    A member that would be in its zone without being named is left out.
    """
    spans = {part.organisation_id: part.interval for part in parts}
    found: dict[UUID, list[UUID]] = {}
    for view in views:
        for key, place in zip(view.member_ids, view.places, strict=True):
            is_below = key not in spans and any(place.lft in span for span in spans.values())
            if is_below and any(place.lft == part.lft for part in view.intervals):
                found.setdefault(view.id, []).append(key)
    nodes = organisations.nodes({key for rows in found.values() for key in rows})
    return {
        zone_id: [_below(nodes[key], zone_id) for key in rows] for zone_id, rows in found.items()
    }


def _below(node: Node, zone_id: UUID) -> TakingPart:
    return TakingPart(
        organisation_id=node.id,
        name=node.name,
        short_name=node.short_name,
        type_code=node.type_code,
        interval=node.interval,
        geo_zone_id=zone_id,
        joint_zone_id=zone_id,
    )


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
