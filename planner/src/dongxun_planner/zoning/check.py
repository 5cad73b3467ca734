"""Checkers of zoning plans: rules and costs once more, in plain Python, without any solver."""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

from dongxun_planner.places import EARTH_KM, gabriel_neighbours
from dongxun_planner.protocol import Verdict
from dongxun_planner.zoning.problems import (
    AgencyPlan,
    AgencyProblem,
    HubPlan,
    HubProblem,
    PairingPlan,
    PairingProblem,
    Town,
    TownPlan,
    TownProblem,
)


def km(here: object, there: object) -> float:
    """Return the distance between two things with latitude and longitude."""
    a, b = math.radians(here.latitude), math.radians(there.latitude)  # type: ignore[attr-defined]
    across = math.radians(there.longitude - here.longitude)  # type: ignore[attr-defined]
    chord = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(across / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, chord)))


def check_towns(problem: TownProblem, plan: TownPlan) -> Verdict:
    """Check the best division and every next best one."""
    broken = [*_broken_towns(problem, plan.zones)]
    cost, parts = _town_cost(problem, plan.zones)
    last = cost
    for other in plan.next_best:
        broken.extend(_broken_towns(problem, other.zones))
        if _town_cost(problem, other.zones)[0] != other.cost or other.cost < last:
            broken.append(f"next best: {other.cost} is not its cost, or out of order")
        last = other.cost
    divisions = [plan.zones, *(other.zones for other in plan.next_best)]
    alike = Counter(frozenset(map(frozenset, zones)) for zones in divisions)
    if len(alike) < len(divisions):
        broken.append("two of the divisions are the same")
    return Verdict(cost, tuple(broken), parts)


def _broken_towns(problem: TownProblem, zones: tuple[tuple[str, ...], ...]) -> Iterator[str]:
    towns = {town.id: town for town in problem.towns}
    yield from _each_once("town", towns, [name for zone in zones for name in zone])
    if len(zones) != problem.zones:
        yield f"{len(zones)} zones instead of {problem.zones}"
    borders = _borders(problem)
    low, high = window(problem)
    for zone in zones:
        known = [name for name in zone if name in towns]
        size = sum(towns[name].members for name in known)
        if not low <= size <= high:
            yield f"zone of {', '.join(zone)}: {size} members, must be {low} to {high}"
        if not zone:
            yield "a zone is empty"
        elif not _connected(known, borders):
            yield f"zone of {', '.join(zone)}: is in more than one piece"
    zone_of = {name: index for index, zone in enumerate(zones) for name in zone}
    yield from _broken_wishes(problem.together, problem.apart, zone_of)


def window(problem: TownProblem) -> tuple[int, int]:
    """Return the fewest and the most members of a zone."""
    mean = problem.mean
    low = math.ceil(mean * (1 - problem.tolerance) - 1e-9)
    return low, math.floor(mean * (1 + problem.tolerance) + 1e-9)


def _borders(problem: TownProblem) -> dict[str, set[str]]:
    names = [town.id for town in problem.towns]
    points = [(town.latitude, town.longitude) for town in problem.towns]
    pairs: Iterable[tuple[str, str]] = (
        [(names[i], names[j]) for i, j in gabriel_neighbours(points)]
        if problem.neighbours is None
        else problem.neighbours
    )
    borders: dict[str, set[str]] = {name: set() for name in names}
    for a, b in pairs:
        borders[a].add(b)
        borders[b].add(a)
    return borders


def _connected(zone: list[str], borders: dict[str, set[str]]) -> bool:
    reached, edge, inside = set(zone[:1]), zone[:1], set(zone)
    while edge:
        new = (borders[edge.pop()] & inside) - reached
        reached |= new
        edge.extend(new)
    return len(reached) == len(inside)


def _town_cost(
    problem: TownProblem, zones: tuple[tuple[str, ...], ...]
) -> tuple[float, dict[str, float]]:
    towns = {town.id: town for town in problem.towns}
    total, parts = 0, Counter[str]()
    for names in zones:
        zone = [towns[name] for name in names if name in towns]
        way, uneven, lack = zone_parts(problem, zone)
        total += round(way + uneven + lack)
        parts.update({"way": way, "uneven": uneven, "lack": lack})
    return float(total), dict(parts)


def zone_parts(problem: TownProblem, zone: Sequence[Town]) -> tuple[float, float, float]:
    """Return what a zone of these towns costs: ways, unevenness, lacks; their sum is rounded."""
    kinds = {kind for town in problem.towns for kind in town.resources}
    ways = [sum(t.members * km(t, middle) for t in zone) for middle in zone]
    uneven = abs(sum(t.members for t in zone) - problem.mean) * problem.balance_km
    has = {kind for town in zone for kind in town.resources}
    return min(ways, default=0.0), uneven, len(kinds - has) * problem.mean * problem.lack_km


def _each_once(what: str, wanted: Collection[str], given: Iterable[str]) -> Iterator[str]:
    counts = Counter(iter(given))
    yield from (f"{what} {name}: is not planned" for name in wanted if not counts[name])
    yield from (f"{what} {name}: is planned {n} times" for name, n in counts.items() if n > 1)
    yield from (f"{what} {name}: is not in the problem" for name in counts if name not in wanted)


def _broken_wishes(
    together: Iterable[tuple[str, str]], apart: Iterable[tuple[str, str]], group: dict[str, int]
) -> Iterator[str]:
    for a, b in together:
        if group.get(a) != group.get(b):
            yield f"{a} and {b}: asked to be together"
    for a, b in apart:
        if group.get(a) == group.get(b):
            yield f"{a} and {b}: asked to be apart"


def check_agencies(problem: AgencyProblem, plan: AgencyPlan) -> Verdict:
    """Check joint areas."""
    agencies = {agency.id: agency for agency in problem.agencies}
    broken = [*_each_once("agency", agencies, [a for area in plan.areas for a in area.agencies])]
    if len(plan.areas) != problem.areas:
        broken.append(f"{len(plan.areas)} areas instead of {problem.areas}")
    skills = {skill for agency in problem.agencies for skill in agency.skills}
    way = lack = 0
    for area in plan.areas:
        known = [agencies[name] for name in area.agencies if name in agencies]
        if not problem.least <= len(known) <= problem.most:
            broken.append(f"area of {area.lead}: has {len(known)} agencies")
        lead = agencies.get(area.lead)
        if lead is None or area.lead not in area.agencies or not lead.may_lead:
            broken.append(f"area of {area.lead}: {area.lead} may not lead it")
            continue
        way += sum(round(1000 * km(agency, lead)) for agency in known)
        lack += len(skills - {skill for agency in known for skill in agency.skills})
    group = {name: index for index, area in enumerate(plan.areas) for name in area.agencies}
    broken.extend(_broken_wishes(problem.together, problem.apart, group))
    fine = lack * round(1000 * problem.lack_km)
    return Verdict(float(way + fine), tuple(broken), {"way": way, "lack": fine})


def check_hubs(problem: HubProblem, plan: HubPlan) -> Verdict:
    """Check who goes to which hub."""
    villages = {village.id: i for i, village in enumerate(problem.villages)}
    hubs = {hub.id: j for j, hub in enumerate(problem.hubs)}
    broken = [*_each_once("village", villages, plan.hub_of)]
    used = set(plan.hub_of.values())
    broken.extend(f"hub {name}: is not in the problem" for name in sorted(used - hubs.keys()))
    if len(used) > problem.open:
        broken.append(f"{len(used)} hubs instead of {problem.open}")
    way, held = 0, Counter[str]()
    for name, hub in plan.hub_of.items():
        if name in villages and hub in hubs:
            village = problem.villages[villages[name]]
            metres = hub_metres(problem, villages[name], hubs[hub])
            if problem.within_km is not None and metres > 1000 * problem.within_km:
                broken.append(f"village {name}: {metres} m to {hub} is too far")
            way += metres * (village.members if problem.weighted else 1)
            held[hub] += village.members
    broken.extend(
        f"hub {each.id}: {held[each.id]} members, holds {each.capacity}"
        for each in problem.hubs
        if each.capacity is not None and held[each.id] > each.capacity
    )
    for village_id, hub_id in problem.pinned:
        if plan.hub_of.get(village_id) != hub_id:
            broken.append(f"village {village_id}: was pinned to {hub_id}")
    own = sum(round(hub.cost) for hub in problem.hubs if hub.id in used)
    return Verdict(float(way + own), tuple(broken), {"way": way, "hubs": own})


def hub_metres(problem: HubProblem, village: int, hub: int) -> int:
    """Return the way from a village to a hub, in whole metres."""
    if problem.distances_m is not None:
        return problem.distances_m[village][hub]
    return round(1000 * km(problem.villages[village], problem.hubs[hub]))


def check_pairing(problem: PairingProblem, plan: PairingPlan) -> Verdict:
    """Check pairs of villages and enterprises."""
    villages = {village.id: village for village in problem.villages}
    enterprises = {enterprise.id: enterprise for enterprise in problem.enterprises}
    broken = [*_each_once("village", villages, [*plan.partner_of, *plan.alone])]
    cost = len(plan.alone) * round(1000 * problem.alone_km)
    taken = Counter(plan.partner_of.values())
    for name, partner in plan.partner_of.items():
        if partner not in enterprises:
            broken.append(f"enterprise {partner}: is not in the problem")
        elif name in villages:
            village, enterprise = villages[name], enterprises[partner]
            metres = round(1000 * km(village, enterprise))
            if problem.within_km is not None and metres > 1000 * problem.within_km:
                broken.append(f"village {name}: {metres} m to {partner} is too far")
            unmet = len(set(village.wishes) - set(enterprise.offers))
            cost += metres + unmet * round(1000 * problem.unmet_km)
    broken.extend(
        f"enterprise {each.id}: takes {each.takes}"
        for each in problem.enterprises
        if taken[each.id] > each.takes
    )
    for village_id, partner_id in problem.pinned:
        if plan.partner_of.get(village_id) != partner_id:
            broken.append(f"village {village_id}: was pinned to {partner_id}")
    return Verdict(float(cost), tuple(broken))
