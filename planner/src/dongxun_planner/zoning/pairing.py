"""Villages with enterprises: an assignment, exact by linear programming."""

import heapq
from functools import partial

import numpy as np
from numpy.typing import NDArray

from dongxun_planner.highs import INF, Master
from dongxun_planner.places import distances_km
from dongxun_planner.protocol import Limits, Outcome, Search, Watch, quiet
from dongxun_planner.zoning.check import check_pairing, km
from dongxun_planner.zoning.problems import Enterprise, PairingPlan, PairingProblem, Seeker

Costs = NDArray[np.float64]
NEAREST = 12
"""Enterprises of each village with which the program begins."""
AT_ONCE = 20_000
"""Pairs that join it at once, if its prices make them worth it."""


def plan_pairing(
    problem: PairingProblem, limits: Limits, watch: Watch = quiet
) -> Outcome[PairingPlan]:
    """Pair as well as can be; say who stays alone and which pairs would rather have each other."""
    check = partial(check_pairing, problem)
    search: Search[PairingPlan] = Search(limits, check, watch=watch, step=1.0)
    if causes := _obvious(problem):
        return search.impossible(*causes)
    search.tell("pairing")
    table = Table(problem)
    search.at_least(table.least())
    quick = table.quick()
    search.offer(table.plan(quick))
    if not search.over:
        search.offer(table.plan(_best(table, quick, search)))
    return search.outcome()


class Table:
    """Villages × enterprises in metres, endless where a pair may not be; ``-1`` stands for alone."""

    def __init__(self, problem: PairingProblem) -> None:
        self.problem = problem
        self.alone = float(round(1000 * problem.alone_km))
        villages = {village.id: i for i, village in enumerate(problem.villages)}
        enterprises = {each.id: j for j, each in enumerate(problem.enterprises)}
        self.pinned = {villages[a]: enterprises[b] for a, b in problem.pinned}
        self.takes = np.array([each.takes for each in problem.enterprises], dtype=np.int64)
        metres = _metres(problem)
        self.costs: Costs = metres + _unmet(problem) * round(1000 * problem.unmet_km)
        if problem.within_km is not None:
            self.costs[metres > 1000 * problem.within_km] = np.inf
        for i, j in self.pinned.items():
            self.costs[i, np.arange(len(self.takes)) != j] = np.inf
        alone = [np.inf if i in self.pinned else self.alone for i in range(len(self.costs))]
        self.alone_of = np.array(alone)

    def least(self) -> float:
        """Return what it costs if everybody has who is best for them."""
        return float(np.minimum(self.costs.min(axis=1), self.alone_of).sum())

    def quick(self) -> list[int]:
        """Keep the pins, then take the cheapest pair that is left, again and again."""
        partner_of, room = [-1] * len(self.costs), self.takes.copy()
        for i, j in self.pinned.items():
            partner_of[i] = j
            room[j] -= 1
        order = np.argsort(self.costs, axis=1, kind="stable")
        heap = [(self.costs[i, order[i, 0]], i, 0) for i, j in enumerate(partner_of) if j < 0]
        heapq.heapify(heap)
        while heap:
            cost, i, turn = heapq.heappop(heap)
            if cost >= self.alone:
                break
            if room[j := int(order[i, turn])] > 0:
                partner_of[i] = j
                room[j] -= 1
            elif turn + 1 < len(room):
                heapq.heappush(heap, (self.costs[i, order[i, turn + 1]], i, turn + 1))
        return partner_of

    def plan(self, partner_of: list[int]) -> PairingPlan:
        """Return pairs by name, with those who would rather have each other."""
        villages, enterprises = self.problem.villages, self.problem.enterprises
        pairs = {villages[i].id: enterprises[j].id for i, j in enumerate(partner_of) if j >= 0}
        alone = tuple(village.id for village in villages if village.id not in pairs)
        envious = tuple((villages[i].id, enterprises[j].id) for i, j in self._envious(partner_of))
        return PairingPlan(pairs, alone, envious)

    def _envious(self, partner_of: list[int]) -> list[list[int]]:
        """Return pairs that both would rather have: the price of what is best for all together."""
        now = np.full(len(self.costs), -np.inf)
        worst = np.full(len(self.takes), -np.inf)
        for i, j in enumerate(partner_of):
            if j >= 0:
                now[i] = self.costs[i, j]
                worst[j] = max(worst[j], now[i])
        pairs: list[list[int]] = np.argwhere(
            (self.costs < now[:, None]) & (self.costs < worst[None, :])
        ).tolist()
        return pairs


def _metres(problem: PairingProblem) -> Costs:
    """Return the ways between villages and enterprises, to the metre what the checker says."""
    here = [(village.latitude, village.longitude) for village in problem.villages]
    there = [(each.latitude, each.longitude) for each in problem.enterprises]
    exact = 1000 * distances_km(here, there)
    result = np.rint(exact)
    for i, j in np.argwhere(np.abs(exact - np.floor(exact) - 0.5) < 1e-5).tolist():
        result[i, j] = round(1000 * km(problem.villages[i], problem.enterprises[j]))
    return result


def _unmet(problem: PairingProblem) -> Costs:
    """Return how many wishes of each village each enterprise does not meet."""
    wishes = sorted({wish for village in problem.villages for wish in village.wishes})
    wanted = [[wish in village.wishes for wish in wishes] for village in problem.villages]
    lacking = [[wish not in each.offers for wish in wishes] for each in problem.enterprises]
    shape = (len(problem.villages), len(wishes)), (len(problem.enterprises), len(wishes))
    first = np.array(wanted, dtype=np.float64).reshape(shape[0])
    second = np.array(lacking, dtype=np.float64).reshape(shape[1])
    unmet: Costs = first @ second.T
    return unmet


def _best(table: Table, quick: list[int], search: Search[PairingPlan]) -> list[int]:
    """Return the best partners by a linear program that grows by pairs worth their price.

    It begins with the nearest and with a quick plan; its prices are a bound at any time.
    """
    villages, enterprises = table.costs.shape
    top = np.concatenate([np.ones(villages), table.takes])
    master = Master(
        np.append(np.ones(villages), np.full(enterprises, -INF)),
        top,
        ended=lambda: search.left <= 0,
    )
    last = min(NEAREST, enterprises) - 1
    near = table.costs <= np.partition(table.costs, last, axis=1)[:, last, None]
    for i, j in enumerate(quick):
        near[i, j] |= j >= 0
    new = near & np.isfinite(table.costs)
    known, columns = np.zeros_like(new), []
    for i in np.flatnonzero(np.isfinite(table.alone_of)).tolist():
        master.add(table.alone, [i], [1.0])
        columns.append((i, -1))
    while True:
        for i, j in np.argwhere(new).tolist():
            master.add(float(table.costs[i, j]), [i, villages + j], [1.0, 1.0])
            columns.append((i, j))
        known |= new
        prices, _value = master.solve()
        if master.broken_off:
            return quick
        dues = np.minimum(0.0, prices[villages:])
        reduced = table.costs - dues[None, :]
        least = np.minimum(reduced.min(axis=1), table.alone_of)
        low = float(least.sum() + dues @ table.takes)
        search.at_least(low - 1e-12 * abs(low))
        gains = np.where(known, 0.0, reduced - prices[:villages, None])
        if search.left <= 0 or not (gains < -1e-6).any():
            break
        last = min(AT_ONCE, gains.size) - 1
        new = gains <= min(-1e-6, float(np.partition(gains, last, axis=None)[last]))
    partner_of = [-1] * villages
    for (i, j), value in zip(columns, master.values().tolist(), strict=True):
        if value > 0.5:
            partner_of[i] = j
    return partner_of


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
            if _is_far(problem, villages[name], enterprise)
        )
    return found


def _is_far(problem: PairingProblem, village: Seeker, enterprise: Enterprise) -> bool:
    within = problem.within_km
    return within is not None and round(1000 * km(village, enterprise)) > 1000 * within
