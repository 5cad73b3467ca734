"""Towns as numbers: sets of them are bit masks, and each set has its cost as a zone."""

from collections.abc import Iterator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from dongxun_planner.places import distances_km, gabriel_neighbours
from dongxun_planner.zoning.check import window, zone_parts
from dongxun_planner.zoning.problems import TownPlan, TownProblem

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]


class Ground:
    """A problem's towns: who borders whom, how many live there, and what a set of them costs."""

    def __init__(self, problem: TownProblem) -> None:
        self.problem = problem
        self.members = [town.members for town in problem.towns]
        self.low, self.high = window(problem)
        self.place = {town.id: i for i, town in enumerate(problem.towns)}
        self.together = [self._pair(a, b) for a, b in problem.together]
        self.apart = [self._pair(a, b) for a, b in problem.apart]

    def _pair(self, a: str, b: str) -> int:
        return 1 << self.place[a] | 1 << self.place[b]

    def __len__(self) -> int:
        return len(self.members)

    @cached_property
    def borders(self) -> list[int]:
        """Return for each town the mask of its neighbours."""
        if self.problem.neighbours is None:
            points = [(town.latitude, town.longitude) for town in self.problem.towns]
            pairs = gabriel_neighbours(points)
        else:
            pairs = [(self.place[a], self.place[b]) for a, b in self.problem.neighbours]
        masks = [0] * len(self)
        for i, j in pairs:
            masks[i] |= 1 << j
            masks[j] |= 1 << i
        return masks

    @cached_property
    def km(self) -> Floats:
        """Return how far the towns are from each other."""
        points = [(town.latitude, town.longitude) for town in self.problem.towns]
        return distances_km(points, points)

    @cached_property
    def ways(self) -> Floats:
        """Return the person-km of each town's members to each town."""
        ways: Floats = self.km * np.array(self.members, dtype=np.float64)[:, None]
        return ways

    @cached_property
    def has(self) -> Flags:
        """Return towns × kinds of resources, which town has which."""
        towns = self.problem.towns
        kinds = sorted({kind for town in towns for kind in town.resources})
        rows = [[kind in town.resources for kind in kinds] for town in towns]
        return np.array(rows, dtype=np.bool_).reshape(len(towns), len(kinds))

    @cached_property
    def lack(self) -> float:
        """Return what it costs that a zone has nothing of a kind."""
        return self.problem.mean * self.problem.lack_km

    def size(self, mask: int) -> int:
        """Return the members of a set of towns."""
        return sum(self.members[i] for i in towns_of(mask))

    def around(self, mask: int) -> int:
        """Return the towns that border a set and are not in it."""
        near = 0
        for i in towns_of(mask):
            near |= self.borders[i]
        return near & ~mask

    def piece(self, mask: int, first: int) -> int:
        """Return what hangs together, within a set, with its towns in ``first``."""
        reached, edge = 0, first & mask
        while edge:
            reached |= edge
            edge = self.around(edge) & mask & ~reached
        return reached

    def pieces(self, mask: int) -> list[int]:
        """Return the parts of a set that do not touch each other."""
        found = []
        while mask:
            found.append(self.piece(mask, mask & -mask))
            mask ^= found[-1]
        return found

    def keeps_wishes(self, mask: int) -> bool:
        """Tell whether nobody in this zone is torn from a partner or beside whom they avoid."""
        return all(mask & pair in {0, pair} for pair in self.together) and all(
            mask & pair != pair for pair in self.apart
        )

    def costs(self, masks: list[int]) -> Floats:
        """Return what each of these sets costs as a zone, not yet rounded."""
        inside = bits(masks, len(self))
        counts = inside.astype(np.float64)
        way = np.where(inside, counts @ self.ways, np.inf).min(axis=1, initial=np.inf)
        off = np.abs(counts @ np.array(self.members, dtype=np.float64) - self.problem.mean)
        missing = (counts @ self.has.astype(np.float64) == 0).sum(axis=1)
        result: Floats = way + off * self.problem.balance_km + missing * self.lack
        return result

    def whole_costs(self, masks: list[int]) -> list[int]:
        """Return the same in whole person-km, each rounded as the checker rounds it."""
        costs, total = self.costs(masks), sum(self.members)
        whole = [int(each) for each in np.rint(costs).tolist()]
        # so far at most are these sums from the checker's, which adds up town by town
        off = 1e-9 + 1e-11 * total + 1e-12 * costs
        for n in np.flatnonzero(np.abs(costs % 1 - 0.5) <= off).tolist():
            towns = [self.problem.towns[i] for i in towns_of(masks[n])]
            whole[n] = round(sum(zone_parts(self.problem, towns)))
        return whole

    def plan(self, masks: list[int]) -> TownPlan:
        """Return these zones by the names of their towns."""
        return TownPlan(self.names(masks))

    def names(self, masks: list[int]) -> tuple[tuple[str, ...], ...]:
        """Return the ids of the towns of each set."""
        towns = self.problem.towns
        return tuple(tuple(towns[i].id for i in towns_of(mask)) for mask in masks)


def towns_of(mask: int) -> Iterator[int]:
    """Yield the towns of a set."""
    while mask:
        bit = mask & -mask
        mask ^= bit
        yield bit.bit_length() - 1


def bits(masks: list[int], towns: int) -> Flags:
    """Return sets × towns, which town is in which set."""
    numbers = np.array(masks, dtype=np.int64)[:, None]
    return np.asarray(numbers >> np.arange(towns) & 1, dtype=np.bool_)
