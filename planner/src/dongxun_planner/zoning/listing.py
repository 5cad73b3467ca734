"""Every possible zone listed, and the best sets of them with proof.

First all connected, balanced sets of towns. Then the linear program over them gives a price for
each town; no division costs less than its bound plus the reduced costs of its zones, so a search
that keeps to a growing margin above the bound meets the best division first and proves it, and
the ten next best after it.
"""

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from dongxun_planner.highs import INF, Master, Rows, solve
from dongxun_planner.protocol import Search
from dongxun_planner.zoning.ground import Flags, Floats, Ground, bits
from dongxun_planner.zoning.problems import TownPlan

MOST_ZONES = 400_000
CHUNK = 20_000
AT_ONCE = 2000  # zones that join the linear program
GROWTH = 1.6  # of the margin
UNSOLVED = "the program over the zones was not solved; are members or prices beyond all measure?"
LATE = "the time limit was reached while zones were listed"
MANY = f"more than {MOST_ZONES} zones are possible: more than can be listed; allow less unevenness"
Indices = NDArray[np.int64]
Due = Callable[[], bool]
"""Tells whether it is time to give up."""


class EndedError(Exception):
    """A listing did not come to its end; says why.

    ``met`` are the zones of the best division that was met before, if any.
    """

    met: tuple[int, ...] = ()


@dataclass(frozen=True)
class Zones:
    """All possible zones as bit masks, with their costs."""

    masks: list[int]
    costs: list[int]

    towns: int

    @cached_property
    def prices(self) -> Floats:
        """Return the costs for arithmetic."""
        return np.array(self.costs, dtype=np.float64)

    def reduced(self, prices: Floats) -> Floats:
        """Return what each zone costs beyond the prices of its towns and of a zone."""
        result: Floats = self.prices - prices[self.towns] - self.table @ prices[: self.towns]
        return result

    def dues(self, prices: Floats, count: int) -> float:
        """Return what the prices of all towns and of so many zones come to."""
        return float(prices[: self.towns].sum() + count * prices[self.towns])

    @cached_property
    def table(self) -> Flags:
        """Return zones × towns, which town is in which zone."""
        return bits(self.masks, self.towns)


def list_zones(ground: Ground, due: Due) -> Zones:
    """List every connected set of towns that is balanced and keeps the wishes.

    Raises:
        EndedError: it was due before, or there are too many.
    """
    found: list[int] = []
    steps = itertools.count(1)

    def grow(mask: int, edge: int, size: int, banned: int) -> None:
        """Extend a connected set by each town at its edge; no set comes twice."""
        if not next(steps) % 1000 and due():
            raise EndedError(LATE)
        if size >= ground.low:
            found.append(mask)
            if len(found) > MOST_ZONES:
                raise EndedError(MANY)
        while edge:
            bit = edge & -edge
            edge ^= bit
            banned |= bit
            new = bit.bit_length() - 1
            if size + members[new] <= ground.high:
                further = (edge | borders[new]) & ~banned & ~mask
                grow(mask | bit, further, size + members[new], banned)

    borders, members = ground.borders, ground.members
    for first in range(len(members)):
        smaller = (1 << first) - 1
        grow(1 << first, borders[first] & ~smaller, members[first], smaller | 1 << first)
    return _costed(ground, found, due)


def _costed(ground: Ground, masks: list[int], due: Due) -> Zones:
    kept: list[int] = []
    costs: list[int] = []
    for first in range(0, len(masks), CHUNK):
        if first and due():
            raise EndedError(LATE)
        some = [mask for mask in masks[first : first + CHUNK] if ground.keeps_wishes(mask)]
        kept.extend(some)
        costs.extend(ground.whole_costs(some))
    return Zones(kept, costs, len(ground))


def best_divisions(
    ground: Ground, zones: Zones, search: Search[TownPlan], *, is_asked: bool = True
) -> list[tuple[int, list[int]]]:
    """Return the cheapest divisions as (cost, masks), best first, one more than asked for.

    Args:
        is_asked: the problem is that of the search, so its bound and maps are too.

    Raises:
        EndedError: the limit came before.
    """
    count = ground.problem.zones
    wanted = ground.problem.alternatives + 1 if is_asked else 1
    if not zones.masks:
        return []
    start = (
        [sum(1 << ground.place[t] for t in zone) for zone in search.plan.zones]
        if search.plan
        else []
    )
    prices = _from_some(zones, count, start, search) if start else _from_all(zones, count, search)
    if prices is None:
        return []
    bound = zones.dues(prices, count)
    walk = _Walk(zones, zones.reduced(prices), count, wanted, search)
    margin = max(1.0, bound * 0.01)
    if is_asked:
        search.at_least(bound)
    while True:
        best = walk.within(margin)
        if len(best) == wanted or margin > walk.highest:
            chosen = sorted((-cost, chosen) for cost, chosen in best)
            return [(cost, [zones.masks[q] for q in each]) for cost, each in chosen]
        if is_asked:
            search.at_least(min((-cost for cost, _ in best), default=bound + margin))
        margin *= GROWTH


def _from_all(zones: Zones, count: int, search: Search[TownPlan]) -> Floats | None:
    """Return the prices of the towns and of a zone, by the program of all zones; none without answer.

    Raises:
        EndedError: the limit came before.
    """
    towns, every = zones.towns, len(zones.masks)
    row, column = np.nonzero(zones.table.T)
    starts = np.searchsorted(row, np.arange(towns + 1))
    sides = np.append(np.ones(towns), count)
    rows = Rows(
        sides,
        sides,
        np.append(starts, starts[-1] + every),
        np.append(column, np.arange(every)),
        np.ones(len(column) + every),
    )
    limits = search.limits
    seconds = max(0.1, search.left)
    answer = solve(zones.prices, np.full(every, INF), rows, seconds=seconds, stop=limits.stop)
    if answer.infeasible:
        return None
    if answer.duals is None or not np.isfinite(answer.bound):
        raise EndedError(UNSOLVED if search.left > 0 else LATE)
    return answer.duals


def _from_some(zones: Zones, count: int, start: list[int], search: Search[TownPlan]) -> Floats:
    """Return the same by a program that grows: from a map, by the zones its prices make worth it.

    Raises:
        EndedError: the limit came before; the search knows the bound that there was.
    """
    sides = np.append(np.ones(zones.towns), count)
    master = Master(sides, sides, ended=lambda: search.left <= 0)
    known = np.isin(zones.masks, start)
    new, least_gain = np.flatnonzero(known), 1e-9 * float(zones.prices.max())
    while len(new):
        for q in new.tolist():
            towns = np.flatnonzero(zones.table[q]).tolist()
            master.add(float(zones.prices[q]), [*towns, zones.towns], [1.0] * (len(towns) + 1))
        prices, _value = master.solve()
        if master.broken_off:
            raise EndedError(LATE)
        reduced = zones.reduced(prices)
        search.at_least(zones.dues(prices, count) + count * min(0.0, float(reduced.min())))
        if search.left <= 0:
            raise EndedError(LATE)
        new = np.argsort(np.where(known, 0.0, reduced))[:AT_ONCE]
        new = new[reduced[new] < -least_gain]
        known[new] = True
    return prices


class _Walk:
    """Finds all divisions whose reduced costs together stay within a margin.

    The next zone is always one of the town that fewest zones are left for: none left ends a branch.
    """

    def __init__(
        self, zones: Zones, reduced: Floats, count: int, wanted: int, search: Search[TownPlan]
    ) -> None:
        self._count, self._wanted, self._search = count, wanted, search
        order = np.argsort(reduced, kind="stable")
        self._order, self._reduced = order, reduced[order]
        self._masks = np.array(zones.masks, dtype=np.int64)[order]
        self._costs = [zones.costs[q] for q in order.tolist()]
        self._inside = zones.table[order]
        self.highest = float(np.maximum(0.0, self._reduced[-count:]).sum()) + 1

    def within(self, margin: float) -> list[tuple[int, list[int]]]:
        """Return up to the wanted number of cheapest divisions, as (−cost, zones).

        Raises:
            EndedError: the limit came before; it has the best division met, if any.
        """
        best: list[tuple[int, list[int]]] = []
        every = np.flatnonzero(self._reduced <= margin + 1e-6)
        try:
            self._step(every, 0.0, 0, [], [margin], best)
        except EndedError as ended:
            ended.met = tuple(self._masks[max(best)[1]].tolist()) if best else ()
            raise
        return [(cost, self._order[chosen].tolist()) for cost, chosen in best]

    def _step(  # noqa: PLR0917 - the state of the walk
        self,
        left: Indices,
        spent: float,
        cost: int,
        chosen: list[int],
        margin: list[float],
        best: list[tuple[int, list[int]]],
    ) -> None:
        """Go on with the zones that are left: those that touch none of the chosen ones."""
        if self._search.left <= 0:
            raise EndedError(LATE)
        open_, more_zones = self._open(chosen), self._count - len(chosen)
        if not len(open_) and not more_zones:
            self._keep(cost, spent, chosen, margin, best)
        if not 0 < more_zones <= len(open_):
            return
        inside = self._inside[left][:, open_]
        town = open_[int(inside.sum(axis=0).argmin())]
        for q in left[self._inside[left, town]].tolist():
            more = spent + float(self._reduced[q])
            if more > margin[0] + 1e-6:
                break
            apart = self._masks[left] & self._masks[q] == 0
            further = left[apart & (self._reduced[left] <= margin[0] - more + 1e-6)]
            self._step(further, more, cost + self._costs[q], [*chosen, q], margin, best)

    def _open(self, chosen: list[int]) -> Indices:
        return np.flatnonzero(~self._inside[chosen].any(axis=0))

    def _keep(
        self,
        cost: int,
        spent: float,
        chosen: list[int],
        margin: list[float],
        best: list[tuple[int, list[int]]],
    ) -> None:
        heapq.heappush(best, (-cost, chosen))
        if len(best) > self._wanted:
            heapq.heappop(best)
        if len(best) == self._wanted:
            # spent = cost - bound of the linear program, so costs and margins differ by a constant
            margin[0] = min(margin[0], spent - cost - best[0][0])
