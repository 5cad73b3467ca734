"""The p-median: open p places so that the sum of everybody's way to the nearest is least.

A Lagrangian bound and an exchange search close in on each other; places that no better plan can
use are struck out by their reduced costs, and what is left is solved to the end as a program over
radii.

Source: Cornuéjols, Fisher and Nemhauser 1977 (Lagrangian); Elloumi 2010 (radii).
"""

import itertools
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from dongxun_planner.highs import INF, Floats, RowMaker, Rows, solve
from dongxun_planner.protocol import Search

Costs = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass
class Bracket:
    """What is known while searching: the best places, a bound, and the prices behind it."""

    places: Indices
    cost: float
    bound: float
    prices: Floats


def cost_of(costs: Costs, places: Indices) -> float:
    """Return the sum of the ways to the nearest of these places."""
    return float(costs[:, places].min(axis=1).sum())


def greedy(costs: Costs, count: int) -> Indices:
    """Open one place after the other, each time the one that helps most."""
    nearest = np.full(len(costs), costs.max() * 2 + 1)
    places: list[int] = []
    for _ in range(count):
        gains = np.maximum(nearest[:, None] - costs, 0).sum(axis=0)
        gains[places] = -1
        places.append(int(gains.argmax()))
        nearest = np.minimum(nearest, costs[:, places[-1]])
    return np.array(places, dtype=np.int64)


@njit(cache=True)
def nearest_two(costs: Costs, places: Indices) -> tuple[Costs, Costs, Indices]:
    """Return for each client the nearest way, the second nearest, and who is nearest."""
    clients = len(costs)
    first, second = np.full(clients, np.inf), np.full(clients, np.inf)
    at = np.zeros(clients, dtype=np.int64)
    for i in range(clients):
        for slot in range(len(places)):
            way = costs[i, places[slot]]
            if way < first[i]:
                second[i] = first[i]
                first[i] = way
                at[i] = slot
            elif way < second[i]:
                second[i] = way
    return first, second, at


@njit(cache=True)
def exchange(costs: Costs, places: Indices, most: int) -> Indices:
    """Swap one open place for a closed one as long as the best swap helps.

    Source: Whitaker's fast interchange, 1983.
    """
    is_open = np.zeros(costs.shape[1], dtype=np.bool_)
    is_open[places] = True
    for _ in range(most):
        first, second, at = nearest_two(costs, places)
        best, best_in, best_out = -1e-9, -1, -1
        for new in range(costs.shape[1]):
            if is_open[new]:
                continue
            gain, loss = 0.0, np.zeros(len(places))
            for i in range(len(costs)):
                way = costs[i, new]
                gain += max(0.0, first[i] - way)
                if way >= first[i]:
                    loss[at[i]] += min(way, second[i]) - first[i]
            out = int(np.argmin(loss))
            if loss[out] - gain < best:
                best, best_in, best_out = loss[out] - gain, new, out
        if best_in < 0:
            break
        is_open[places[best_out]] = False
        is_open[best_in] = True
        places[best_out] = best_in
    return places


def tighten(
    costs: Costs, count: int, bracket: Bracket, rounds: int, search: Search[object]
) -> None:
    """Raise the bound by subgradient steps; every price vector also proposes places."""
    prices, pace, stale = bracket.prices.copy(), 1.5, 0
    for _ in range(rounds):
        if search.left <= 0 or bracket.bound >= bracket.cost - 1 + 1e-6:
            return
        value, places = relaxed(costs, count, prices)
        stale += 1
        if value > bracket.bound + 1e-9:
            stale = 0 if value > bracket.bound + 1e-4 * abs(bracket.bound) else stale
            bracket.bound, bracket.prices = value, prices.copy()
        if stale >= 20:
            pace, stale, prices = pace / 2, 0, bracket.prices.copy()
            better = exchange(costs, places.copy(), 50)
            if (cost := cost_of(costs, better)) < bracket.cost:
                bracket.places, bracket.cost = better, cost
            if pace < 1e-3:
                return
            continue
        served = (costs[:, places] < prices[:, None]).sum(axis=1)
        slope = 1.0 - served
        if not (norm := float(slope @ slope)):
            return
        prices += pace * (bracket.cost - value) / norm * slope


def relaxed(costs: Costs, count: int, prices: Floats) -> tuple[float, Indices]:
    """Return the bound that these prices give and the places it opens."""
    worth = np.minimum(costs - prices[:, None], 0).sum(axis=0)
    places = np.argpartition(worth, count - 1)[:count] if count < len(worth) else np.arange(count)
    return float(prices.sum() + worth[places].sum()), places.astype(np.int64)


def useful(costs: Costs, count: int, bracket: Bracket, step: float) -> Indices:
    """Return the places that a plan better by ``step`` could still open."""
    worth = np.minimum(costs - bracket.prices[:, None], 0).sum(axis=0)
    order = np.sort(worth)
    last = order[count - 1]
    extra = np.maximum(0.0, worth - last)
    return np.flatnonzero(bracket.bound + extra <= bracket.cost - step + 1e-6)


def median(costs: Costs, count: int, search: Search[object]) -> Bracket:
    """Return the best places with a bound; proven unless a limit came first."""
    start = greedy(costs, count)
    if search.left > 0:
        start = exchange(costs, start, 200)
    prices = costs[:, start].min(axis=1) if len(start) else np.zeros(len(costs))
    bracket = Bracket(start, cost_of(costs, start), 0.0, prices)
    if search.left <= 0:
        return bracket
    tighten(costs, count, bracket, 3000, search)
    if bracket.bound > bracket.cost - 1 + 1e-6 or search.left <= 0:
        return bracket
    places = useful(costs, count, bracket, 1.0)
    if len(places) < count:
        bracket.bound = bracket.cost
        return bracket
    _finish(costs, count, places, bracket, search)
    return bracket


def _finish(
    costs: Costs, count: int, places: Indices, bracket: Bracket, search: Search[object]
) -> None:
    cost, rows, whole, constant = radii(costs[:, places], count, bracket)
    limits = search.limits
    answer = solve(
        cost,
        np.ones(len(cost)),
        rows,
        whole=whole,
        seconds=search.left,
        threads=limits.threads,
        seed=limits.seed,
        stop=limits.stop,
    )
    if answer.x is not None:
        found = places[np.flatnonzero(answer.x[: len(places)] > 0.5)]
        if (total := cost_of(costs, found)) < bracket.cost:
            bracket.places, bracket.cost = found, total
    bound = bracket.cost if answer.infeasible else answer.bound + constant
    bracket.bound = max(bracket.bound, min(bound, bracket.cost))


def radii(
    costs: Costs, count: int, bracket: Bracket
) -> tuple[Floats, Rows, NDArray[np.bool_], float]:
    """Return the program over radii: column z(i,k) = 'nothing open within the k-th distance'."""
    clients, sites = costs.shape
    rows = RowMaker()
    rows.add(list(range(sites)), 1.0, count, count)
    cost = [0.0] * sites
    # In a better plan nobody goes farther than their price and the whole gap.
    farthest = bracket.prices + (bracket.cost - bracket.bound)
    for i in range(clients):
        _client(costs[i], float(farthest[i]), rows, cost)
    whole = np.zeros(len(cost), dtype=np.bool_)
    whole[:sites] = True
    return np.array(cost), rows.rows(), whole, float(costs.min(axis=1).sum())


def _client(ways: Floats, farthest: float, rows: RowMaker, cost: list[float]) -> None:
    order = np.argsort(ways, kind="stable")
    distances = np.unique(ways)
    near: list[int] = []
    for shorter, longer in itertools.pairwise(distances):
        while len(near) < len(order) and ways[order[len(near)]] < longer:
            near.append(int(order[len(near)]))
        if longer > farthest:
            rows.add(near, 1.0, 1.0, INF)
            return
        cost.append(float(longer - shorter))
        rows.add([*near, len(cost) - 1], 1.0, 1.0, INF)
