"""Villages to hubs: a p-median, with capacities, longest ways and pins where there are any."""

from collections.abc import Iterator

import numpy as np

from dongxun_planner.highs import Floats
from dongxun_planner.places import distances_km
from dongxun_planner.protocol import Limits, Outcome, Search, Verdict, Watch, quiet
from dongxun_planner.zoning.centres import Centres, assign
from dongxun_planner.zoning.check import check_hubs, hub_metres
from dongxun_planner.zoning.median import median
from dongxun_planner.zoning.problems import HubPlan, HubProblem, Village


def plan_hubs(problem: HubProblem, limits: Limits, watch: Watch = quiet) -> Outcome[HubPlan]:
    """Choose hubs and send each village to one."""

    def check(plan: HubPlan) -> Verdict:
        return check_hubs(problem, plan)

    search: Search[HubPlan] = Search(limits, check, watch=watch, step=1.0)
    metres = metres_of(problem)
    if causes := _obvious(problem, metres):
        return search.impossible(*causes)
    weights = np.array([v.members if problem.weighted else 1 for v in problem.villages])
    if _is_plain(problem):
        return _plain(problem, metres * weights[:, None], search)
    return _capacitated(problem, metres, weights, search)


def metres_of(problem: HubProblem) -> Floats:
    """Return villages × hubs in whole metres, each rounded as the checker rounds it."""
    shape = len(problem.villages), len(problem.hubs)
    if problem.distances_m is not None:
        return np.array(problem.distances_m, dtype=np.float64).reshape(shape)
    here, there = (
        [(each.latitude, each.longitude) for each in some]
        for some in (problem.villages, problem.hubs)
    )
    metres = 1000 * distances_km(here, there)
    whole: Floats = np.rint(metres)
    for i, j in np.argwhere(np.abs(metres % 1 - 0.5) < 1e-5).tolist():
        whole[i, j] = hub_metres(problem, i, j)
    return whole


def _is_plain(problem: HubProblem) -> bool:
    free = all(hub.capacity is None and not hub.cost for hub in problem.hubs)
    fits = problem.open <= len(problem.hubs)
    return free and fits and problem.within_km is None and not problem.pinned


def _plain(problem: HubProblem, costs: Floats, search: Search[HubPlan]) -> Outcome[HubPlan]:
    search.tell("exchanging")
    bracket = median(costs, problem.open, search)  # type: ignore[arg-type]
    nearest = bracket.places[costs[:, bracket.places].argmin(axis=1)]
    search.at_least(bracket.bound)
    search.offer(_named(problem, nearest.tolist()))
    return search.outcome()


def _named(problem: HubProblem, hub_of: list[int]) -> HubPlan:
    pairs = zip(problem.villages, hub_of, strict=True)
    return HubPlan({village.id: problem.hubs[j].id for village, j in pairs})


def _capacitated(
    problem: HubProblem, metres: Floats, weights: Floats, search: Search[HubPlan]
) -> Outcome[HubPlan]:
    costs = metres * weights[:, None]
    if problem.within_km is not None:
        costs[metres > 1000 * problem.within_km] = np.inf
    place = {village.id: i for i, village in enumerate(problem.villages)}
    hubs = {hub.id: j for j, hub in enumerate(problem.hubs)}
    for village, hub in problem.pinned:
        others = np.arange(len(problem.hubs)) != hubs[hub]
        costs[place[village], others] = np.inf
    sizes = np.array([village.members for village in problem.villages], dtype=np.float64)
    total = float(sizes.sum())
    most = [total if hub.capacity is None else float(hub.capacity) for hub in problem.hubs]
    search.at_least(float(costs.min(axis=1).sum()))
    pinned = {place[village]: hubs[hub] for village, hub in problem.pinned}
    quick = _quick(costs, sizes, np.array(most), problem.open, pinned)
    if quick is not None:
        search.offer(_named(problem, quick))
    if search.over:
        return search.outcome()
    search.tell("assigning")
    centres = Centres(
        costs,
        np.array([float(round(hub.cost)) for hub in problem.hubs]),
        sizes,
        np.zeros(len(problem.hubs)),
        np.array(most),
        problem.open,
        at_most=True,
    )
    found = assign(centres, search)  # type: ignore[arg-type]
    if found.infeasible:
        return search.impossible(_why_not(problem))
    search.at_least(found.bound)
    if found.centre_of is not None:
        search.offer(_named(problem, found.centre_of.tolist()))
    return search.outcome()


def _quick(
    costs: Floats, sizes: Floats, room: Floats, count: int, pinned: dict[int, int]
) -> list[int] | None:
    """Open one hub after the other and fill them, the largest villages first; none if that fails."""
    known = np.isfinite(costs)
    dear = float(costs[known].max(initial=0.0)) * 10 + 1
    ways, room = np.where(known, costs, dear), room.copy()
    open_ = [*dict.fromkeys(pinned.values())]
    nearest = np.minimum(ways[:, open_].min(axis=1, initial=dear), dear)
    while len(open_) < min(count, costs.shape[1]):
        gains = np.maximum(nearest[:, None] - ways, 0).sum(axis=0)
        gains[open_] = -1
        open_.append(int(gains.argmax()))
        nearest = np.minimum(nearest, ways[:, open_[-1]])
    hub_of = [-1] * len(costs)
    for i in sorted(range(len(costs)), key=lambda i: (i not in pinned, -sizes[i])):
        able = [j for j in open_ if known[i, j] and room[j] >= sizes[i]]
        if not able:
            return None
        hub_of[i] = min(able, key=lambda j: float(costs[i, j]))
        room[hub_of[i]] -= sizes[i]
    return hub_of


def _obvious(problem: HubProblem, metres: Floats) -> list[str]:
    if not problem.villages:
        return ["there are no villages"]
    if not problem.hubs:
        return ["there are no hubs"]
    found = []
    for village, row in zip(problem.villages, metres, strict=True):
        near = [
            hub
            for hub, way in zip(problem.hubs, row, strict=True)
            if problem.within_km is None or way <= 1000 * problem.within_km
        ]
        name = village.name or village.id
        if not near:
            found.append(f"village {name}: no hub within {problem.within_km:g} km")
        elif all(hub.capacity is not None and hub.capacity < village.members for hub in near):
            found.append(f"village {name}: no hub in reach holds its {village.members} members")
    if shortage := _shortage(problem):
        found.append(shortage)
    return [*found, *_pins(problem, metres)]


def _pins(problem: HubProblem, metres: Floats) -> Iterator[str]:
    """Say which pins cannot be kept, by reach, by number of hubs or by seats."""
    villages = {village.id: i for i, village in enumerate(problem.villages)}
    hubs = {hub.id: j for j, hub in enumerate(problem.hubs)}
    pinned: dict[str, list[Village]] = {}
    for village_id, hub_id in problem.pinned:
        village, hub = problem.villages[villages[village_id]], problem.hubs[hubs[hub_id]]
        pinned.setdefault(hub_id, []).append(village)
        way = metres[villages[village_id], hubs[hub_id]]
        if problem.within_km is not None and way > 1000 * problem.within_km:
            yield (
                f"village {village.name or village.id}: pinned to {hub.name or hub.id},"
                f" {way / 1000:.1f} km away and beyond {problem.within_km:g} km"
            )
    if len(pinned) > problem.open:
        names = ", ".join(problem.hubs[hubs[key]].name or key for key in pinned)
        yield f"{names}: villages are pinned to {len(pinned)} hubs, only {problem.open} may open"
    for key, mine in pinned.items():
        hub, members = problem.hubs[hubs[key]], sum(village.members for village in mine)
        if hub.capacity is not None and members > hub.capacity:
            names = ", ".join(village.name or village.id for village in mine)
            yield f"hub {hub.name or key}: holds {hub.capacity}, {names} have {members} members"


def _shortage(problem: HubProblem) -> str:
    if any(hub.capacity is None for hub in problem.hubs):
        return ""
    members = sum(village.members for village in problem.villages)
    largest = sorted((hub.capacity or 0 for hub in problem.hubs), reverse=True)[: problem.open]
    if sum(largest) >= members:
        return ""
    return f"the {len(largest)} largest hubs hold {sum(largest)}, the villages have {members}"


def _why_not(problem: HubProblem) -> str:
    pinned = f", the {len(problem.pinned)} pinned villages" if problem.pinned else ""
    reach = f", the reach of {problem.within_km:g} km" if problem.within_km is not None else ""
    return (
        f"{problem.open} hubs, their capacities{reach}{pinned} cannot be kept together: every"
        " village has a hub that holds it, but not all of them at once"
    )
