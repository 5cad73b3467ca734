"""PyVRP behind one file: iterated local search for rounds, one seed for each thread.

PyVRP gives no bound; the one stated is the sum of every stop's shortest way in that its time window
allows, and of as many ways home as loads need vehicles. It is weak, and says so by its size.
"""

import math
import time
from typing import Any

import numpy as np
import pyvrp
from numpy.typing import NDArray

from dongxun_planner.protocol import Limits, Outcome, Search, Verdict, Watch, quiet
from dongxun_planner.visits.check import check_rounds
from dongxun_planner.visits.problems import RoundPlan, RoundProblem, length
from dongxun_planner.visits.seeds import EVERY_S, Over, Tell, search_in_processes

BAND = 64
"""Rows of the table of lengths that are reckoned at once: what fits beside a core."""
Lengths = NDArray[np.int64]


def plan_rounds(problem: RoundProblem, limits: Limits, watch: Watch = quiet) -> Outcome[RoundPlan]:
    """Plan rounds; the best of as many seeds as threads."""

    def check(plan: RoundPlan) -> Verdict:
        return check_rounds(problem, plan)

    search: Search[RoundPlan] = Search(limits, check, watch=watch, step=1 / problem.scale)
    lengths = _lengths(problem)
    if causes := _obvious(problem, lengths):
        return search.impossible(*causes)
    search.at_least(least_length(problem, lengths) / problem.scale)
    search.tell("searching")
    if problem.skip or len(problem.stops) == 1:
        search.offer(RoundPlan(()))
    if search.proven:
        return search.outcome()
    if limits.threads == 1 or limits.work is not None:
        work = limits.work
        _search(
            problem, limits.seed, search.offer, lambda: search.over, rounds=work, lengths=lengths
        )
    else:
        for plan in search_in_processes(_search, problem, search):
            search.offer(plan)
    return search.outcome()


class _Listener(pyvrp.IteratedLocalSearchCallbacks):
    """Tells of better rounds as they are found, and PyVRP whether to go on."""

    def __init__(self, tell: Tell, over: Over, rounds: int | None) -> None:
        self.tell, self.over, self.rounds = tell, over, rounds
        self.done, self.told_at = 0, -math.inf
        self.fresh: pyvrp.Solution | None = None

    def on_best(self, best: pyvrp.Solution) -> None:
        """Note a better solution; told at the next look, so a hundred at once are one."""
        self.fresh = best

    def say(self) -> None:
        """Tell of what was noted."""
        if self.fresh is not None and self.fresh.is_feasible():
            self.tell(_plan(self.fresh))
            self.told_at = time.monotonic()
        self.fresh = None

    def __call__(self, best_cost: float) -> bool:
        """Tell whether to end."""
        self.done += 1
        if time.monotonic() - self.told_at >= EVERY_S:
            self.say()
        return self.over() or (self.rounds is not None and self.done > self.rounds)


def _search(
    problem: RoundProblem,
    seed: int,
    tell: Tell,
    over: Over,
    *,
    rounds: int | None = None,
    lengths: Lengths | None = None,
) -> None:
    data = _data(problem, _lengths(problem) if lengths is None else lengths)
    listener = _Listener(tell, over, rounds)
    params = pyvrp.SolveParams(ils=pyvrp.IteratedLocalSearchParams(callbacks=listener))
    result = pyvrp.solve(
        data, listener, seed=seed, collect_stats=False, display=False, params=params
    )
    listener.on_best(result.best)
    listener.say()


def _plan(solution: pyvrp.Solution) -> RoundPlan:
    routes = (
        tuple(each.idx + 1 for each in route if each.is_client()) for route in solution.routes()
    )
    return RoundPlan(tuple(route for route in routes if route))


def _data(problem: RoundProblem, lengths: Any) -> pyvrp.ProblemData:
    depot = problem.stops[0]
    windows = problem.has_windows
    last = depot.closes if windows else np.iinfo(np.int64).max
    return pyvrp.ProblemData(
        locations=[pyvrp.Location(round(s.x * 100), round(s.y * 100)) for s in problem.stops],
        clients=[
            pyvrp.Client(
                number,
                delivery=[stop.demand],
                service_duration=stop.service if windows else 0,
                tw_early=stop.opens if windows else 0,
                tw_late=stop.closes if windows else last,
                required=not problem.skip,
                prize=problem.skip,
            )
            for number, stop in enumerate(problem.stops)
            if number
        ],
        depots=[pyvrp.Depot(0)],
        vehicle_types=[
            pyvrp.VehicleType(
                min(problem.vehicles, len(problem.stops)),
                capacity=[problem.capacity],
                tw_early=depot.opens if windows else 0,
                tw_late=last,
            )
        ],
        distance_matrices=[lengths],
        duration_matrices=[lengths if windows else np.zeros_like(lengths)],
    )


def _lengths(problem: RoundProblem) -> Lengths:
    x, y = (np.array([getattr(s, axis) for s in problem.stops], dtype=float) for axis in "xy")
    result = np.zeros((len(x), len(x)), dtype=np.int64)
    for first in range(0, len(x), BAND):
        band = slice(first, first + BAND)
        square = (x[band, None] - x[None, :]) ** 2 + (y[band, None] - y[None, :]) ** 2
        exact = problem.scale * np.sqrt(square) + (1e-9 if problem.is_cut else 0.5)
        result[band] = np.floor(exact)
        doubt = np.abs(exact - np.rint(exact)) < 1e-6 * np.maximum(1.0, exact * 1e-7)
        for a, b in np.argwhere(
            doubt
        ).tolist():  # what the last bit decides is as the checker has it
            result[first + a, b] = length(problem, first + a, b)
    return result


def least_length(problem: RoundProblem, lengths: NDArray[np.int64]) -> int:
    """Return a length that no plan undercuts, in the problem's units."""
    if len(problem.stops) == 1:
        return 0
    opens = np.array([s.opens for s in problem.stops])
    service = np.array([0, *(s.service for s in problem.stops[1:])])  # at the depot nothing is done
    closes = np.array([s.closes for s in problem.stops])
    can = np.ones_like(lengths, dtype=bool)
    if problem.has_windows:
        can = (opens + service)[:, None] + lengths <= closes[None, :]
    np.fill_diagonal(can, val=False)
    ways = np.where(can, lengths, np.iinfo(np.int64).max)[:, 1:].min(axis=0)
    if problem.skip:
        least = np.minimum(ways, problem.skip).sum() + lengths[1:, 0].min()
        return int(min(least, problem.skip * len(ways)))
    demand = sum(stop.demand for stop in problem.stops[1:])
    trips = max(1, math.ceil(demand / problem.capacity)) if problem.capacity else 1
    home = np.sort(lengths[1:, 0])[:trips].sum()
    return int(ways.sum() + home)


def _obvious(problem: RoundProblem, lengths: NDArray[np.int64]) -> list[str]:
    if not problem.vehicles and len(problem.stops) > 1:
        return ["there are no vehicles"]
    if problem.skip:
        return []
    depot = problem.stops[0]
    causes = []
    for number, stop in enumerate(problem.stops[1:], start=1):
        if stop.demand > problem.capacity:
            causes.append(f"stop {number}: wants {stop.demand}, a vehicle holds {problem.capacity}")
        arrives = max(depot.opens + int(lengths[0, number]), stop.opens)
        if problem.has_windows and arrives > stop.closes:
            causes.append(
                f"stop {number}: closes at {stop.closes}, cannot be reached before {arrives}"
            )
        elif (
            problem.has_windows and arrives + stop.service + int(lengths[number, 0]) > depot.closes
        ):
            causes.append(f"stop {number}: from there nobody is home by {depot.closes}")
    wanted, held = sum(s.demand for s in problem.stops[1:]), problem.vehicles * problem.capacity
    if wanted > held:
        causes.append(f"all stops together want {wanted}, {problem.vehicles} vehicles hold {held}")
    return causes
