"""Units to be divided into zones as a problem: who learns there, and what there is to share.

A unit gives its zone the kinds of places it has and the topics its lecturers speak of.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, Interval
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node, PlaceType, ZoneSetView
from dongxun.people import api as people
from dongxun.planning.contracts import ZoneSettings
from dongxun.planning.snapshots.resources import teaches
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonRules
from dongxun_planner.places import gabriel_neighbours
from dongxun_planner.zoning.problems import Town, TownProblem

NOT_SHARED: Final = frozenset({PlaceType.HOME, PlaceType.VEHICLE})
PLACE, TOPIC = "place:", "topic:"


@dataclass(frozen=True, slots=True)
class Offered:
    """A unit that can be divided; ``zone`` is the name of its zone today, or empty."""

    node: Node
    zone: str
    at: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Divided:
    """A problem of zones, and what its pages say besides, as JSON."""

    problem: TownProblem
    about: dict[str, Any]


def offered(season_id: UUID, *, by: Actor) -> list[Offered]:
    """Return the units of a season that can stand in zones, in the season's order.

    Those taking part, or all that the season's frame offers where nobody is named; agencies
    that stand in a 联创区 and in no 片区 are left out.

    Raises:
        NotFound: the season is absent or hidden.
    """
    frame = seasons.frame(season_id, by=by)
    below = [one for one in frame.offers if one.id != seasons.rules(season_id).root_id]
    keys = [one.id for one in below if one.place] or [one.id for one in below]
    known, points = organisations.nodes(keys), organisations.points_of(keys)
    geo = _spans(frame.geo_sets, frame.geo_zones_id)
    joint = _spans(frame.joint_sets, frame.joint_zones_id)
    found = []
    for node in (known[key] for key in keys if key in known):
        zone = next((name for name, part in geo if node.interval.lft in part), "")
        if zone or not any(node.interval.lft in part for _name, part in joint):
            found.append(Offered(node, zone, points.get(node.id)))
    return found


def _spans(sets: Iterable[ZoneSetView], chosen: UUID | None) -> list[tuple[str, Interval]]:
    """Return the zones of a set by name, each with the parts of the tree it is."""
    zones = (zone for view in sets if view.id == chosen for zone in view.zones)
    return [(zone.name, part) for zone in zones for part in zone.intervals]


def bordering(found: Sequence[Offered]) -> list[tuple[UUID, UUID]]:
    """Return the neighbours among units with a point: no third lies between them."""
    placed = [(one.node.id, one.at) for one in found if one.at]
    pairs = gabriel_neighbours([at for _key, at in placed])
    return [(placed[i][0], placed[j][0]) for i, j in pairs]


def take(*, by: Actor, rules: SeasonRules, asked: ZoneSettings) -> Divided:
    """Freeze the chosen units; those without a point are left to the caller to refuse."""
    wanted = set(asked.unit_ids)
    every = offered(rules.id, by=by)
    chosen = [one for one in every if one.node.id in wanted]
    pairs = [*(bordering(chosen) if asked.neighbours is None else asked.neighbours)]
    keys = {one.node.id for one in chosen}
    pairs = [(a, b) for a, b in pairs if a in keys and b in keys]
    figures = figures_of(by, rules, [one.node for one in chosen])
    towns = tuple(
        Town(
            str(one.node.id),
            *(one.at or (0.0, 0.0)),
            members=figures[one.node.id]["people"],
            resources=tuple(figures[one.node.id]["kinds"]),
            name=one.node.short_name,
        )
        for one in chosen
    )
    problem = TownProblem(
        "towns",
        towns,
        asked.zones,
        asked.tolerance / 100,
        neighbours=tuple((str(a), str(b)) for a, b in pairs),
    )
    geo = seasons.frame(rules.id, by=by).geo_zones_id
    about = {
        "units": {str(key): value for key, value in figures.items()},
        "topics": {str(topic.id): topic.short_name for topic in rules.topics},
        "today": _today(by, geo, keys),
        "today_set": str(geo or ""),
        "offered": [str(one.node.id) for one in every],
    }
    return Divided(problem, about)


def figures_of(
    by: Actor, rules: SeasonRules, nodes: Sequence[Node], *, with_branches: bool = True
) -> dict[UUID, dict[str, Any]]:
    """Count what each unit has: people, places, lecturers, kinds of these, branches if asked."""
    if not nodes:
        return {}
    span = Interval(
        min(node.interval.lft for node in nodes), max(node.interval.rgt for node in nodes)
    )
    sizes = seasons.eligible_counts(rules.id, clock.today(), [span])
    at = organisations.nodes(sizes)
    sites = [site for site in organisations.sites_for(by) if site.type not in NOT_SHARED]
    pool = people.lecturers(by=by, shared=True)
    owners = organisations.nodes(
        {*(site.organisation_id for site in sites), *(one.organisation_id for one in pool)}
    )
    found: dict[UUID, dict[str, Any]] = {}
    for node in nodes:
        inside = {key for key, owner in owners.items() if owner.interval.lft in node.interval}
        halls = [site for site in sites if site.organisation_id in inside]
        teachers = [one for one in pool if one.organisation_id in inside]
        kinds = {f"{PLACE}{site.type}" for site in halls}
        kinds |= {f"{TOPIC}{key}" for one in teachers for key in teaches(one, rules.topics)}
        members = [n for key, n in sizes.items() if at[key].interval.lft in node.interval]
        found[node.id] = {
            "name": node.short_name,
            "people": sum(members),
            "branches": len(organisations.branches_under(node.interval)) if with_branches else 0,
            "venues": len(halls),
            "lecturers": len(teachers),
            "kinds": sorted(kinds),
        }
    return found


def _today(by: Actor, geo: UUID | None, keys: Iterable[UUID]) -> list[dict[str, Any]]:
    """Return the zones of today with all their units, whether divided anew or not."""
    if geo is None:
        return []
    zones = organisations.zone_set(geo, by=by).zones
    names = organisations.nodes({key for zone in zones for key in zone.member_ids})
    mine = set(keys)
    return [
        {
            "name": zone.name,
            "lead": str(zone.lead_id or ""),
            "units": [str(key) for key in zone.member_ids if key in mine],
            "others": [
                names[key].short_name for key in zone.member_ids if key in names and key not in mine
            ],
        }
        for zone in zones
    ]
