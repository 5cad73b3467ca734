"""Agencies, villages and enterprises as problems: joint areas, hubs, pairs.

A unit gives what it has: the kinds of its places and the topics that its lecturers speak of. A unit
without a point on the map is left out, and named.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from dongxun.kernel.actors import Actor
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Level, Node, PairingKind, Point
from dongxun.planning.contracts import AreaSettings, HubSettings, PairSettings
from dongxun.planning.snapshots.zones import figures_of
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonRules
from dongxun_planner.zoning.problems import (
    Agency,
    AgencyProblem,
    Enterprise,
    Hub,
    HubProblem,
    PairingProblem,
    Seeker,
    Village,
)

AGENCY, ENTERPRISE, HEADING = "agency", "enterprise", "agency_group"
LACK_KM: Final = 5.0
"""Kilometres that a kind which an area or a pair lacks counts."""
Problem = AgencyProblem | HubProblem | PairingProblem


@dataclass(frozen=True, slots=True)
class Taken:
    """A problem, and what its pages say besides, as JSON."""

    problem: Problem
    about: dict[str, Any]


def agencies(rules: SeasonRules, *, by: Actor) -> list[Node]:
    """Return the agencies of a season, and what stands in a joint zone of it today."""
    frame = seasons.frame(rules.id, by=by)
    today = {
        key
        for view in frame.joint_sets
        if view.id == frame.joint_zones_id
        for zone in view.zones
        for key in zone.member_ids
    }
    root = organisations.node(rules.root_id)
    below = organisations.subtree(root.interval)
    return [node for node in below if node.type_code == AGENCY or node.id in today]


def take_areas(*, by: Actor, rules: SeasonRules, asked: AreaSettings) -> Taken:
    """Freeze the chosen agencies."""
    wanted, every = set(asked.unit_ids), agencies(rules, by=by)
    chosen = [node for node in every if node.id in wanted]
    placed, at, bare = _placed(chosen)
    figures = figures_of(by, rules, placed, with_branches=False)
    leads = set(asked.lead_ids) or wanted
    problem = AgencyProblem(
        "agencies",
        tuple(
            Agency(
                str(node.id),
                *at[node.id],
                skills=tuple(figures[node.id]["kinds"]),
                may_lead=node.id in leads,
                name=node.short_name,
            )
            for node in placed
        ),
        asked.areas,
        asked.least,
        asked.most,
        lack_km=LACK_KM,
    )
    joint = seasons.frame(rules.id, by=by).joint_zones_id
    others = {str(node.id): node.short_name for node in every if node.id not in wanted}
    about = _about(rules, figures, bare) | {
        "today_set": str(joint or ""),
        "others": others,
        "offered": [str(node.id) for node in every],
    }
    return Taken(problem, about)


def take_hubs(*, by: Actor, rules: SeasonRules, node: Node, asked: HubSettings) -> Taken:
    """Freeze the villages of a unit, and its places of the chosen kinds."""
    villages = _villages(node)
    placed, at, bare = _placed(villages)
    figures = figures_of(by, rules, placed, with_branches=False)
    sites = [site for site in organisations.sites_for(by) if site.type in asked.types]
    owners = organisations.nodes({site.organisation_id for site in sites})
    mine = [one for one in sites if owners[one.organisation_id].interval.lft in node.interval]
    problem = HubProblem(
        "hubs",
        tuple(
            Village(str(one.id), *at[one.id], figures[one.id]["people"], one.short_name)
            for one in placed
        ),
        tuple(
            Hub(
                str(site.id),
                site.latitude,
                site.longitude,
                site.capacity if asked.seats else None,
                name=f"{site.name}（{site.organisation_name}）",
            )
            for site in mine
            if site.latitude is not None and site.longitude is not None
            if site.capacity or not asked.seats
        ),
        asked.hubs,
        within_km=asked.within_km,
    )
    unfit = [site.name for site in mine if str(site.id) not in {hub.id for hub in problem.hubs}]
    return Taken(problem, _about(rules, figures, bare) | {"unfit": unfit})


def take_pairs(*, by: Actor, rules: SeasonRules, node: Node, asked: PairSettings) -> Taken:
    """Freeze the villages of a unit that have no enterprise yet, and the season's enterprises."""
    ties = organisations.pairs(by=by, kind=PairingKind.VILLAGE_ENTERPRISE)
    tied = [tie for tie in ties if tie.one.interval.lft in node.interval]
    villages = [one for one in _villages(node) if one.id not in {t.one.id for t in ties}]
    root = organisations.node(rules.root_id)
    firms = [one for one in organisations.subtree(root.interval) if one.type_code == ENTERPRISE]
    placed, at, bare = _placed([*villages, *firms])
    figures = figures_of(by, rules, placed, with_branches=False)
    here = {one.id for one in placed}
    busy = organisations.ties_of([one.id for one in firms], kind=PairingKind.VILLAGE_ENTERPRISE)
    free = {one.id: max(0, asked.takes - busy[one.id]) for one in firms}
    offered = {kind for one in firms if one.id in here for kind in figures[one.id]["kinds"]}
    problem = PairingProblem(
        "pairing",
        tuple(
            Seeker(
                str(one.id),
                *at[one.id],
                wishes=tuple(sorted(offered - set(figures[one.id]["kinds"]))),
                name=one.short_name,
            )
            for one in villages
            if one.id in here
        ),
        tuple(
            Enterprise(
                str(one.id),
                *at[one.id],
                takes=free[one.id],
                offers=tuple(figures[one.id]["kinds"]),
                name=one.short_name,
            )
            for one in firms
            if one.id in here
        ),
        within_km=asked.within_km,
        unmet_km=LACK_KM,
    )
    names = [f"{tie.one.short_name}—{tie.other.short_name}" for tie in tied]
    return Taken(problem, _about(rules, figures, bare) | {"tied": names})


def _villages(node: Node) -> list[Node]:
    return [one for one in organisations.subtree(node.interval) if one.level is Level.VILLAGE]


def _placed(nodes: Sequence[Node]) -> tuple[list[Node], dict[UUID, Point], list[str]]:
    """Return who has a point, where, and the names of the others."""
    at = organisations.points_of([node.id for node in nodes])
    placed = [node for node in nodes if node.id in at]
    return placed, at, [node.short_name for node in nodes if node.id not in at]


def _about(
    rules: SeasonRules, figures: dict[UUID, dict[str, Any]], bare: list[str]
) -> dict[str, Any]:
    return {
        "units": {str(key): value for key, value in figures.items()},
        "topics": {str(topic.id): topic.short_name for topic in rules.topics},
        "bare": bare,
    }
