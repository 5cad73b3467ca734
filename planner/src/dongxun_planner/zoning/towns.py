"""Towns into zones, exactly: every possible zone is listed, then the best sets of them are found.

First all connected, balanced sets of towns. Then the linear program over them gives a price for
each town; no division costs less than its bound plus the reduced costs of its zones, so a search
that keeps to a growing margin above the bound meets the best division first and proves it, and
the ten next best after it.
"""

import heapq
import itertools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dongxun_planner.highs import INF, RowMaker, solve
from dongxun_planner.places import distances_km, gabriel_neighbours
from dongxun_planner.protocol import Limits, Outcome, Search, Verdict, Watch, quiet
from dongxun_planner.zoning.check import check_towns, window
from dongxun_planner.zoning.problems import TownMap, TownPlan, TownProblem

Flags = NDArray[np.bool_]
MOST_TOWNS = 28
MOST_ZONES = 400_000
CHUNK = 20_000
UNSOLVED = "the program over the zones was not solved; are members or prices beyond all measure?"
LATE = "the time limit was reached while zones were listed"
MANY = f"more than {MOST_ZONES} zones are possible: more than can be listed; allow less unevenness"


class _EndedError(Exception):
    """A listing did not come to its end; says why."""


@dataclass(frozen=True)
class Zones:
    """All possible zones as bit masks, with their costs."""

    masks: list[int]
    costs: list[int]

    def table(self, towns: int) -> Flags:
        """Return zones × towns, which town is in which zone."""
        return _bits(self.masks, towns)


def plan_towns(problem: TownProblem, limits: Limits, watch: Watch = quiet) -> Outcome[TownPlan]:
    """Divide towns into zones: the best division with proof, and the next best."""

    def check(plan: TownPlan) -> Verdict:
        return check_towns(problem, plan)

    search: Search[TownPlan] = Search(limits, check, watch=watch, step=1.0)
    causes = [*obvious(problem)]
    if causes:
        return search.impossible(*causes)
    if len(problem.towns) > MOST_TOWNS:
        search.causes = (f"{len(problem.towns)} towns: more than {MOST_TOWNS} cannot be listed",)
        return search.outcome()
    try:
        search.tell("listing zones")
        zones = list_zones(problem, search)
        search.tell(f"choosing among {len(zones.masks)} zones")
        best = _best_divisions(problem, zones, search)
    except _EndedError as ended:
        search.causes = () if search.cancelled else (str(ended),)
        return search.outcome()
    if not best:
        return _impossible(problem, search)
    plan = _plan(problem, zones, best)
    search.at_least(best[0][0])
    search.offer(plan)
    return search.outcome()


def _impossible(problem: TownProblem, search: Search[TownPlan]) -> Outcome[TownPlan]:
    """End with what would help, if that is found in time: the proof stands without it."""
    search.tell("finding out why")
    try:
        percent = _wide_enough(problem, search)
    except _EndedError:
        return search.impossible(_none_exist(problem))
    more = {} if percent is None else {"tolerance_percent": float(percent)}
    return search.impossible(_why_not(problem, percent), **more)


def obvious(problem: TownProblem) -> list[str]:
    """Return what makes every division impossible, with names, before any search."""
    low, high = window(problem)
    found = []
    if not problem.towns:
        return ["there are no towns"]
    if problem.zones > len(problem.towns):
        found.append(f"{problem.zones} zones cannot be made of {len(problem.towns)} towns")
    if not any(town.members for town in problem.towns):
        found.append("no town has any members")
    found.extend(
        f"town {town.name or town.id}: its {town.members} members alone are more than a zone"
        f" may have ({high})"
        for town in problem.towns
        if town.members > high
    )
    for piece in _pieces(problem):
        size = sum(problem.towns[i].members for i in piece)
        if size < low:
            names = ", ".join(problem.towns[i].name or problem.towns[i].id for i in piece)
            found.append(f"{names}: borders nothing else and has {size} members, fewer than {low}")
    return found


def neighbour_masks(problem: TownProblem) -> list[int]:
    """Return for each town the bit mask of its neighbours."""
    place = {town.id: i for i, town in enumerate(problem.towns)}
    if problem.neighbours is None:
        pairs = gabriel_neighbours([(town.latitude, town.longitude) for town in problem.towns])
    else:
        pairs = [(place[a], place[b]) for a, b in problem.neighbours]
    masks = [0] * len(problem.towns)
    for i, j in pairs:
        masks[i] |= 1 << j
        masks[j] |= 1 << i
    return masks


def _pieces(problem: TownProblem) -> list[list[int]]:
    borders, left, pieces = neighbour_masks(problem), set(range(len(problem.towns))), []
    while left:
        edge = [min(left)]
        piece = set(edge)
        while edge:
            here = borders[edge.pop()]
            new = {j for j in left - piece if here >> j & 1}
            piece |= new
            edge.extend(new)
        left -= piece
        pieces.append(sorted(piece))
    return pieces


def list_zones(problem: TownProblem, search: Search[TownPlan]) -> Zones:
    """List every connected set of towns that is balanced and keeps the wishes."""
    borders = neighbour_masks(problem)
    members = [town.members for town in problem.towns]
    low, high = window(problem)
    found: list[int] = []
    steps = itertools.count(1)
    for first in range(len(members)):
        smaller = (1 << first) - 1
        _grow(
            1 << first,
            borders[first] & ~smaller,
            members[first],
            smaller | 1 << first,
            (borders, members, low, high, found, steps, search),
        )
    kept: list[int] = []
    costs: list[int] = []
    for first in range(0, len(found), CHUNK):
        if first:
            _go_on(search)
        some = [mask for mask in found[first : first + CHUNK] if _keeps_wishes(problem, mask)]
        kept.extend(some)
        costs.extend(_costs(problem, some))
    return Zones(kept, costs)


def _go_on(search: Search[TownPlan]) -> None:
    if search.left <= 0:
        raise _EndedError(LATE)


def _grow(mask: int, edge: int, size: int, banned: int, world: tuple) -> None:  # type: ignore[type-arg]
    """Extend a connected set by each town at its edge; ``banned`` keeps sets from coming twice."""
    borders, members, low, high, found, steps, search = world
    if not next(steps) % 1000:
        _go_on(search)
    if size >= low:
        found.append(mask)
        if len(found) > MOST_ZONES:
            raise _EndedError(MANY)
    while edge:
        bit = edge & -edge
        edge ^= bit
        banned |= bit
        new = bit.bit_length() - 1
        if size + members[new] <= high:
            further = (edge | borders[new]) & ~banned & ~mask
            _grow(mask | bit, further, size + members[new], banned, world)


def _keeps_wishes(problem: TownProblem, mask: int) -> bool:
    place = {town.id: i for i, town in enumerate(problem.towns)}

    def both(a: str, b: str) -> int:
        return (mask >> place[a] & 1) + (mask >> place[b] & 1)

    return all(both(*pair) != 1 for pair in problem.together) and all(
        both(*pair) != 2 for pair in problem.apart
    )


def _costs(problem: TownProblem, masks: list[int]) -> list[int]:
    points = [(town.latitude, town.longitude) for town in problem.towns]
    members = np.array([town.members for town in problem.towns], dtype=np.float64)
    ways = distances_km(points, points) * members[:, None]
    kinds = sorted({kind for town in problem.towns for kind in town.resources})
    has = [[kind in town.resources for kind in kinds] for town in problem.towns]
    of_kind = np.array(has, dtype=np.float64).reshape(len(points), len(kinds))
    zones = _bits(masks, len(points))
    inside = zones.astype(np.float64)
    way = np.where(zones, inside @ ways, np.inf).min(axis=1, initial=np.inf)
    uneven = np.abs(inside @ members - problem.mean) * problem.balance_km
    lack = (inside @ of_kind == 0).sum(axis=1)
    cost = np.rint(way + uneven + lack * problem.mean * problem.lack_km)
    return [int(each) for each in cost.tolist()]


def _bits(masks: list[int], towns: int) -> Flags:
    numbers = np.array(masks, dtype=np.int64)[:, None]
    return np.asarray(numbers >> np.arange(towns) & 1, dtype=np.bool_)


def _best_divisions(
    problem: TownProblem, zones: Zones, search: Search[TownPlan], *, is_asked: bool = True
) -> list[tuple[int, list[int]]]:
    """Return the cheapest divisions as (cost, zones), best first, one more than asked for.

    Args:
        is_asked: the problem is that of the search, so its bound is too.

    Raises:
        _EndedError: the limit came before.
    """
    towns, wanted = len(problem.towns), problem.alternatives + 1
    if not zones.masks:
        return []
    inside, rows = zones.table(towns), RowMaker()
    for town in range(towns):
        rows.add(np.flatnonzero(inside[:, town]).tolist(), 1.0, 1.0, 1.0)
    rows.add(list(range(len(zones.masks))), 1.0, problem.zones, problem.zones)
    costs = np.array(zones.costs, dtype=np.float64)
    upper, stop = np.full(len(costs), INF), search.limits.stop
    answer = solve(costs, upper, rows.rows(), seconds=max(1.0, search.left), stop=stop)
    if answer.infeasible:
        return []
    if answer.duals is None or not np.isfinite(answer.bound):
        raise _EndedError(UNSOLVED if search.left > 0 else LATE)
    if is_asked:
        search.at_least(answer.bound)
    prices = answer.duals
    reduced = (costs - prices[towns] - inside @ prices[:towns]).tolist()
    walk = _Walk(zones, reduced, problem.zones, towns, wanted, search)
    margin = max(1.0, answer.bound * 0.01)
    while True:
        best = walk.within(margin)
        if len(best) == wanted or margin > walk.highest:
            return sorted((-cost, chosen) for cost, chosen in best)
        margin *= 4


class _Walk:
    """Finds all divisions whose reduced costs together stay within a margin."""

    def __init__(  # noqa: PLR0917 - all of it is needed
        self,
        zones: Zones,
        reduced: list[float],
        count: int,
        towns: int,
        wanted: int,
        search: Search[TownPlan],
    ) -> None:
        self._zones, self._reduced, self._count, self._wanted = zones, reduced, count, wanted
        self._all, self._search, self._steps = (1 << towns) - 1, search, 0
        self.highest = sum(sorted((max(0.0, r) for r in reduced), reverse=True)[:count]) + 1
        self._by_first: list[list[int]] = [[] for _ in range(towns)]
        for q in sorted(range(len(reduced)), key=reduced.__getitem__):
            mask = zones.masks[q]
            self._by_first[(mask & -mask).bit_length() - 1].append(q)

    def within(self, margin: float) -> list[tuple[int, list[int]]]:
        """Return up to the wanted number of cheapest divisions, as (−cost, zones)."""
        best: list[tuple[int, list[int]]] = []
        self._step(0, 0.0, 0, [], [margin], best)
        return best

    def _step(  # noqa: PLR0917 - the state of the walk
        self,
        covered: int,
        spent: float,
        cost: int,
        chosen: list[int],
        margin: list[float],
        best: list[tuple[int, list[int]]],
    ) -> None:
        self._steps += 1
        if not self._steps % 4096:
            _go_on(self._search)
        if covered == self._all:
            if len(chosen) == self._count:
                self._keep(cost, spent, chosen, margin, best)
            return
        if len(chosen) == self._count:
            return
        open_ = ~covered & self._all
        for q in self._by_first[(open_ & -open_).bit_length() - 1]:
            if spent + self._reduced[q] > margin[0] + 1e-6:
                break
            mask = self._zones.masks[q]
            if not mask & covered:
                self._step(
                    covered | mask,
                    spent + self._reduced[q],
                    cost + self._zones.costs[q],
                    [*chosen, q],
                    margin,
                    best,
                )

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


def _plan(problem: TownProblem, zones: Zones, best: list[tuple[int, list[int]]]) -> TownPlan:
    ids = [town.id for town in problem.towns]

    def named(chosen: list[int]) -> tuple[tuple[str, ...], ...]:
        masks = (zones.masks[q] for q in chosen)
        return tuple(tuple(name for i, name in enumerate(ids) if m >> i & 1) for m in masks)

    maps = [TownMap(named(chosen), float(cost)) for cost, chosen in best]
    return TownPlan(maps[0].zones, tuple(maps[1:]))


def _wide_enough(problem: TownProblem, search: Search[TownPlan]) -> int | None:
    """Return from how many percent of unevenness on a division exists; none however uneven."""
    for percent in range(math.ceil(100 * problem.tolerance) + 5, 101, 5):
        wider = _with_tolerance(problem, percent / 100)
        if _best_divisions(wider, list_zones(wider, search), search, is_asked=False):
            return percent
    return None


def _why_not(problem: TownProblem, percent: int | None) -> str:
    """Say what would make a division possible: how much more uneven zones would have to be."""
    asked = _none_exist(problem)
    if percent is None:
        return f"{asked}, however uneven; the list of neighbours or the wishes allow none"
    return f"{asked}; they do if zones may differ by {percent} % from the mean"


def _none_exist(problem: TownProblem) -> str:
    low, high = window(problem)
    return f"no {problem.zones} connected zones of {low} to {high} members exist"


def _with_tolerance(problem: TownProblem, tolerance: float) -> TownProblem:
    return TownProblem(
        "towns",
        problem.towns,
        problem.zones,
        tolerance,
        problem.neighbours,
        problem.together,
        problem.apart,
        problem.balance_km,
        problem.lack_km,
        alternatives=0,
    )
