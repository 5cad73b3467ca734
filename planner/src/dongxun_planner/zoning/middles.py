"""Zones around their middle towns, as a program: a bound where zones are too many to be listed.

Each town goes to the zone of one middle. That a zone hangs together is asked for only where an
answer breaks it: what is cut off from its middle goes there only with one of the towns around it.
So every answer on the way is a bound, and one that hangs together is a map. Towns that no better
map can send to a middle are struck out by the program without whole numbers.
"""

from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from dongxun_planner.protocol import Search
from dongxun_planner.zoning.centres import Centres, Relaxed, assign, relax
from dongxun_planner.zoning.ground import Floats, Ground, towns_of
from dongxun_planner.zoning.problems import TownPlan

PAIR_S = 2e-5
"""What writing down the program takes for each pair of towns."""
Ways = tuple[tuple[int, int, tuple[int, ...]], ...]


class Middles:
    """The program of a problem; it tells the search of bounds and of better maps."""

    def __init__(self, ground: Ground, search: Search[TownPlan]) -> None:
        self.ground, self.search = ground, search
        self._off = 0.5 * ground.problem.zones + 1e-3  # zones' costs are rounded, each for itself
        self._relaxed: Relaxed | None = None

    def simple(self) -> None:
        """Tell a bound that needs no program: every town but the middles goes to its nearest."""
        ways = self.ground.ways.copy()
        np.fill_diagonal(ways, np.inf)
        least = np.sort(ways.min(axis=1, initial=np.inf))[: -self.ground.problem.zones]
        if np.isfinite(least).all():
            self.search.at_least(max(0.0, float(least.sum()) - self._off))

    def begin(self) -> None:
        """Solve it without whole numbers: a good bound soon, where it can be written in time."""
        if len(self.ground) ** 2 * PAIR_S > self.search.left:
            return
        self._relaxed = relax(self._program, self.search)  # type: ignore[arg-type]
        if self._relaxed is not None and np.isfinite(self._relaxed.bound):
            self.search.at_least(self._relaxed.bound - self._off)

    def work(self) -> bool:
        """Go on as far as time allows; tell whether it was found that no map exists."""
        search, program = self.search, self._program
        if self._relaxed is None:
            return False
        if not np.isfinite(self._relaxed.bound):
            return search.plan is None
        program = replace(program, costs=self._useful(program.costs, self._relaxed))
        while not search.over:
            found = assign(program, search, self._start(program))  # type: ignore[arg-type]
            if found.infeasible and search.plan is None:
                return True
            best = search.cost if found.infeasible else found.bound - self._off
            search.at_least(min(best, search.cost))
            if found.centre_of is None:
                return False
            if not (new := self._torn(found.centre_of)):
                search.offer(self.ground.plan(self._zones(found.centre_of)))
                return False
            program = replace(program, ways=(*program.ways, *new))
        return False

    @staticmethod
    def _zones(centre_of: NDArray[np.int64]) -> list[int]:
        """Return the zones of an answer as masks."""
        every = [np.flatnonzero(centre_of == j) for j in np.unique(centre_of)]
        return [sum(1 << int(i) for i in towns) for towns in every]

    @cached_property
    def _program(self) -> Centres:
        ground, problem = self.ground, self.ground.problem
        towns, members = len(ground), np.array(ground.members, dtype=np.float64)
        place = ground.place
        return Centres(
            np.where(self._reached(), ground.ways, np.inf),
            np.zeros(towns),
            members,
            np.full(towns, float(ground.low)),
            np.full(towns, float(ground.high)),
            problem.zones,
            tuple(tuple(np.flatnonzero(column).tolist()) for column in ground.has.T),
            ground.lack,
            tuple((place[a], place[b]) for a, b in problem.together),
            tuple((place[a], place[b]) for a, b in problem.apart),
            own=True,
            mean=problem.mean,
            off=problem.balance_km,
            ways=self._alone(),
        )

    def _reached(self) -> NDArray[np.bool_]:
        """Tell which towns a zone around a middle can have: some way there is not too large."""
        ground = self.ground
        members = np.array(ground.members, dtype=np.float64)
        size = np.where(np.eye(len(ground), dtype=np.bool_), members, np.inf)
        borders = [[*towns_of(mask)] for mask in ground.borders]
        for _step in range(len(ground)):
            before = size.copy()
            for i, near in enumerate(borders):
                if near:
                    size[i] = np.minimum(size[i], size[near].min(axis=0) + members[i])
            if np.array_equal(before, size):
                break
        may: NDArray[np.bool_] = size <= ground.high
        return may

    def _alone(self) -> Ways:
        """Return what holds from the beginning: a town goes where one of its neighbours goes."""
        near = [tuple(towns_of(mask)) for mask in self.ground.borders]
        towns = range(len(self.ground))
        return tuple((i, j, near[i]) for i in towns for j in towns if i != j and j not in near[i])

    def _useful(self, costs: Floats, relaxed: Relaxed) -> Floats:
        """Strike out what a map cheaper by one at least cannot have."""
        most = self.search.cost - 1 + self._off
        return np.where(relaxed.bound + relaxed.dearer <= most, costs, np.inf)

    def _start(self, program: Centres) -> NDArray[np.int64] | None:
        """Return the best map as town → middle; none where some of it was struck out."""
        plan, place = self.search.plan, self.ground.place
        if plan is None:
            return None
        centre_of = np.zeros(len(self.ground), dtype=np.int64)
        for names in plan.zones:
            towns = [place[name] for name in names]
            ways = program.costs[np.ix_(towns, towns)].sum(axis=0)
            if not np.isfinite(ways.min()):
                return None
            centre_of[towns] = towns[int(ways.argmin())]
        return centre_of

    def _torn(self, centre_of: NDArray[np.int64]) -> Ways:
        """Return what an answer breaks whose zones do not hang together."""
        ground = self.ground
        found: list[tuple[int, int, tuple[int, ...]]] = []
        for j, mask in zip(np.unique(centre_of).tolist(), self._zones(centre_of), strict=True):
            for piece in ground.pieces(mask & ~ground.piece(mask, 1 << j)):
                around = ground.around(piece)
                others, beyond = tuple(towns_of(around)), ~(piece | around)
                middles = [n for n in range(len(ground)) if beyond >> n & 1]
                found.extend((i, n, others) for n in middles for i in towns_of(piece))
        return tuple(found)
