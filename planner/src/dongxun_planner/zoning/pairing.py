"""Villages with enterprises: an assignment, exact by linear programming."""

from functools import partial

import numpy as np

from dongxun_planner.highs import INF, RowMaker, solve
from dongxun_planner.protocol import Limits, Outcome, Search, Watch, quiet
from dongxun_planner.zoning.check import check_pairing, km
from dongxun_planner.zoning.problems import Enterprise, Pair, PairingPlan, PairingProblem, Seeker


def plan_pairing(
    problem: PairingProblem, limits: Limits, watch: Watch = quiet
) -> Outcome[PairingPlan]:
    """Pair as well as can be; say who stays alone and which pairs would rather have each other."""
    check = partial(check_pairing, problem)
    search: Search[PairingPlan] = Search(limits, check, watch=watch, step=1.0)
    if causes := _obvious(problem):
        return search.impossible(*causes)
    search.tell("pairing")
    costs = _costs(problem)
    search.at_least(_least(problem, costs))
    search.offer(_named(problem, costs, _quick(problem, costs)))
    if search.over:
        return search.outcome()
    answer = _solve(problem, costs, search)
    if answer is not None:
        chosen, bound = answer
        search.at_least(bound)
        search.offer(_named(problem, costs, chosen))
    return search.outcome()


def _named(
    problem: PairingProblem, costs: dict[Pair, int], partner_of: dict[str, str]
) -> PairingPlan:
    alone = tuple(village.id for village in problem.villages if village.id not in partner_of)
    return PairingPlan(partner_of, alone, _envious(costs, partner_of))


def _quick(problem: PairingProblem, costs: dict[Pair, int]) -> dict[str, str]:
    """Keep the pins, then take the cheapest pair that is left, again and again."""
    partner_of = dict(problem.pinned)
    room = {each.id: each.takes for each in problem.enterprises}
    for enterprise in partner_of.values():
        room[enterprise] -= 1
    alone = round(1000 * problem.alone_km)
    for (village, enterprise), cost in sorted(costs.items(), key=lambda each: each[1]):
        if cost < alone and village not in partner_of and room[enterprise] > 0:
            partner_of[village] = enterprise
            room[enterprise] -= 1
    return partner_of


def _least(problem: PairingProblem, costs: dict[Pair, int]) -> float:
    """Return what it costs if everybody has who is best for them."""
    pinned, alone = dict(problem.pinned), round(1000 * problem.alone_km)
    best = {village.id: alone for village in problem.villages if village.id not in pinned}
    for (village, _), cost in costs.items():
        best[village] = min(best.get(village, cost), cost)
    return float(sum(best.values()))


def _cost(problem: PairingProblem, village: Seeker, enterprise: Enterprise) -> int | None:
    metres = round(1000 * km(village, enterprise))
    if problem.within_km is not None and metres > 1000 * problem.within_km:
        return None
    unmet = len(set(village.wishes) - set(enterprise.offers))
    return metres + unmet * round(1000 * problem.unmet_km)


def _costs(problem: PairingProblem) -> dict[Pair, int]:
    pinned = dict(problem.pinned)
    return {
        (village.id, enterprise.id): cost
        for village in problem.villages
        for enterprise in problem.enterprises
        if pinned.get(village.id, enterprise.id) == enterprise.id
        if (cost := _cost(problem, village, enterprise)) is not None
    }


def _solve(
    problem: PairingProblem, costs: dict[Pair, int], search: Search[PairingPlan]
) -> tuple[dict[str, str], float] | None:
    """Return the best pairs and their cost; none where the time was too short."""
    pairs = list(costs)
    alone = round(1000 * problem.alone_km)
    cost = np.array([*costs.values(), *[alone] * len(problem.villages)], dtype=np.float64)
    upper = np.ones(len(cost))
    rows = RowMaker()
    pinned = dict(problem.pinned)
    by_village: dict[str, list[int]] = {village.id: [] for village in problem.villages}
    by_enterprise: dict[str, list[int]] = {each.id: [] for each in problem.enterprises}
    for n, (village, enterprise) in enumerate(pairs):
        by_village[village].append(n)
        by_enterprise[enterprise].append(n)
    for i, (village, columns) in enumerate(by_village.items()):
        upper[len(pairs) + i] = 0 if village in pinned else 1
        rows.add([*columns, len(pairs) + i], 1.0, 1.0, 1.0)
    for each in problem.enterprises:
        rows.add(by_enterprise[each.id], 1.0, -INF, float(each.takes))
    answer = solve(cost, upper, rows.rows(), seconds=search.left, stop=search.limits.stop)
    if answer.x is None or not np.isfinite(answer.bound):
        return None
    return dict(pairs[n] for n in np.flatnonzero(answer.x[: len(pairs)] > 0.5)), answer.bound


def _envious(costs: dict[Pair, int], partner_of: dict[str, str]) -> tuple[Pair, ...]:
    """Return pairs that both would rather have: the price of what is best for all together."""
    now = {village: costs[village, partner] for village, partner in partner_of.items()}
    worst: dict[str, int] = {}
    for village, partner in partner_of.items():
        worst[partner] = max(worst.get(partner, 0), now[village])
    return tuple(
        (village, enterprise)
        for (village, enterprise), cost in costs.items()
        if village in now and enterprise in worst
        if cost < now[village] and cost < worst[enterprise]
    )


def _obvious(problem: PairingProblem) -> list[str]:
    if not problem.villages:
        return ["there are no villages"]
    if not problem.enterprises:
        return ["there are no enterprises"]
    villages = {village.id: village for village in problem.villages}
    found = []
    for enterprise in problem.enterprises:
        mine = [village for village, partner in problem.pinned if partner == enterprise.id]
        if len(mine) > enterprise.takes:
            found.append(
                f"enterprise {enterprise.name or enterprise.id}: takes {enterprise.takes}, pinned"
                f" to {', '.join(mine)}"
            )
        found.extend(
            f"village {name}: pinned to {enterprise.id}, which is beyond {problem.within_km:g} km"
            for name in mine
            if _cost(problem, villages[name], enterprise) is None
        )
    return found
