"""The frame of a season as its form needs it: who may take part, which divisions there are."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from dongxun.kernel.actors import Actor
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node, ZoneKind, ZoneSetView
from dongxun.people import api as people
from dongxun.seasons.models import SeasonOrganisation
from dongxun.seasons.queries.season import season_row


@dataclass(frozen=True, slots=True)
class Offer:
    """An organisation that may take part; ``place`` from 1 when it does, else 0."""

    id: UUID
    name: str
    people: int
    place: int


@dataclass(frozen=True, slots=True)
class Frame:
    """A season's name and days, the organisations on offer, its zone sets and all there are."""

    name: str
    starts_on: date
    ends_on: date
    offers: tuple[Offer, ...]
    geo_zones_id: UUID | None
    joint_zones_id: UUID | None
    geo_sets: tuple[ZoneSetView, ...]
    joint_sets: tuple[ZoneSetView, ...]


def frame(season_id: UUID, *, by: Actor) -> Frame:
    """Return what the form of a season's frame shows.

    Offered are the organisations below the root, those of the chosen zones, and
    whoever takes part; a mere heading over others (区级机关) is left out.

    Raises:
        NotFound: absent or hidden.
    """
    season = season_row(season_id, by=by)
    sets = organisations.zone_sets(by=by)
    rows = SeasonOrganisation.objects.filter(season=season).order_by("order", "organisation__lft")
    have = {key: n for n, key in enumerate(rows.values_list("organisation_id", flat=True), start=1)}
    chosen = {season.geo_zones_id, season.joint_zones_id}
    zoned = {
        member
        for view in sets
        if view.id in chosen
        for zone in view.zones
        for member in zone.member_ids
    }
    return Frame(
        name=season.name,
        starts_on=season.starts_on,
        ends_on=season.ends_on,
        offers=_offers(season.root_id, have, zoned),
        geo_zones_id=season.geo_zones_id,
        joint_zones_id=season.joint_zones_id,
        geo_sets=tuple(view for view in sets if view.kind == ZoneKind.GEO),
        joint_sets=tuple(view for view in sets if view.kind == ZoneKind.JOINT),
    )


def _offers(root_id: UUID, have: dict[UUID, int], zoned: set[UUID]) -> tuple[Offer, ...]:
    found: dict[UUID, Node] = {node.id: node for node in organisations.children(root_id)}
    found |= organisations.nodes(have.keys() | zoned)
    named = have.keys() | zoned
    nodes = [node for node in found.values() if node.id in named or not _heads(node, found)]
    nodes.sort(key=lambda node: (have.get(node.id, len(have) + 1), node.interval.lft))
    counts = people.counts_by(nodes)
    return tuple(
        Offer(node.id, node.short_name, counts.get(node.id, 0), have.get(node.id, 0))
        for node in nodes
    )


def _heads(node: Node, found: dict[UUID, Node]) -> bool:
    """Return whether others on offer stand below ``node``."""
    return any(each.id != node.id and each.interval.lft in node.interval for each in found.values())
