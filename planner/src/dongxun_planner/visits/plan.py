"""Home visits by annealing, one seed for each thread; two who meet are moved and timed together.

The bound is an assignment: every call is come to from somewhere on its cheapest way that time and
skills allow, every home is left once, and a visit may instead be left out at its price. It knows no
rounds as wholes, so it is weak where days are tight, and says so by its size.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np
from ortools.graph.python import linear_sum_assignment

from dongxun_planner.protocol import Limits, Outcome, Search, Watch, quiet
from dongxun_planner.visits.anneal import anneal
from dongxun_planner.visits.check_homes import check_visits
from dongxun_planner.visits.home_tables import Tables, plan_of, tables
from dongxun_planner.visits.homes import Visit, VisitPlan, VisitProblem

HOT, COLD = 0.2, 0.004  # of what a way costs on average
PIECE = 4000
TURNS, FRESH = 6, 4  # parts of the time; those that begin with nobody visited
FINE = 1000  # the bound counts thousandths
TOLD = 20
CELLS_A_S, SHARE = 1e6, 0.3
"""How fast the assignment is, and the share of the time it may take; else the bound is a simple sum."""


def plan_visits(problem: VisitProblem, limits: Limits, watch: Watch = quiet) -> Outcome[VisitPlan]:
    """Plan rounds of home visits; who finds no place is named in ``causes``."""
    search: Search[VisitPlan] = Search(limits, partial(check_visits, problem), watch=watch)
    search.offer(VisitPlan("visits", ()))
    t = tables(problem)
    if len(t.visit) and t.may.any():
        is_large = sum(t.may.shape) ** 2 / CELLS_A_S > SHARE * search.left
        search.at_least(least_ways(problem, t) if is_large else least_cost(problem, t))
        _search(problem, t, search)
    else:
        search.at_least(problem.prices.unvisited * len(problem.visits))
    if search.plan is not None:
        search.causes = left_out(problem, t, search.plan)
    return search.outcome()


class Desk:
    """One seed's annealing: its state, the best of its present turn, and the best of all."""

    def __init__(self, t: Tables, seed: int) -> None:
        self.t, self.seed, self.pieces, self.turn = t, seed, 0, 0
        self.nothing = float(t.prices[3] * (~t.is_second).sum())
        self.begin()

    def begin(self) -> None:
        """Begin with nobody visited."""
        tasks, routes = self.t.may.shape
        self.state = (
            np.full((routes, tasks), -1, dtype=np.int64),
            np.zeros(routes, dtype=np.int64),
            np.full(tasks, -1, dtype=np.int64),
            np.zeros(tasks),
            np.zeros((len(self.t.of_day), 4)),
        )
        self.best = tuple(table.copy() for table in self.state)
        self.cost = np.array([self.nothing, self.nothing])

    def go_on(self, best: tuple[Any, ...], cost: float) -> None:
        """Begin with the best that any seed has found."""
        self.state = tuple(table.copy() for table in best)
        self.best = tuple(table.copy() for table in best)
        self.cost = np.array([cost, cost])

    def work(self, heat: float) -> None:
        """Anneal one piece."""
        self.pieces += 1
        seed = (self.seed * 1_000_003 + self.pieces) % 2**31
        anneal(self.t, self.state, self.best, self.cost, PIECE, heat, seed)


def _search(problem: VisitProblem, t: Tables, search: Search[VisitPlan]) -> None:
    """Anneal from nothing several times, then from the best: where one seed ends is much luck."""
    limits, piece, began = search.limits, 0, search.seconds
    search.tell("annealing")
    desks = [Desk(t, limits.seed + thread) for thread in range(limits.threads)]
    unit = max(1e-3, float(t.prices[0] * np.mean(t.way)))
    best, cost = desks[0].best, desks[0].nothing
    with ThreadPoolExecutor(limits.threads) as pool:
        while not piece or (not search.over and (limits.work is None or piece < limits.work)):
            spent = search.seconds - began
            done = piece / limits.work if limits.work else spent / max(0.1, spent + search.left)
            turn, within = divmod(min(done, 0.9999) * TURNS, 1)
            for desk in desks:
                if desk.turn < turn:
                    desk.turn = int(turn)
                    desk.begin() if turn < FRESH else desk.go_on(best, cost)
            hot = HOT if turn < FRESH else HOT / 3
            heat = unit * (hot * (COLD / hot) ** within if piece else COLD)
            list(pool.map(lambda desk, heat=heat: desk.work(heat), desks))
            piece += 1
            first = min(desks, key=lambda desk: float(desk.cost[1]))
            if first.cost[1] < cost - 1e-6:
                best, cost = tuple(table.copy() for table in first.best), float(first.cost[1])
                search.offer(plan_of(problem, best[0], best[1], best[3]))


def least_ways(problem: VisitProblem, t: Tables) -> float:
    """Return a cost that no plan undercuts: every call is come to on the shortest way from anywhere."""
    ways = t.way.copy()
    np.fill_diagonal(ways, np.inf)
    pairs = np.where(t.partner < 0, 1.0, 2.0)
    come = np.where(t.may.any(axis=1), problem.prices.way * ways.min(axis=0)[t.place], np.inf)
    each = np.minimum(come, problem.prices.unvisited / pairs)
    return float(each.sum()) * (1 - 1e-12)


def least_cost(problem: VisitProblem, t: Tables) -> float:
    """Return a cost that no plan undercuts."""
    tasks, routes = t.may.shape
    open_ = t.may.any(axis=1)
    own = np.where(t.may, t.own, np.inf).min(axis=1)
    price = problem.prices
    step_in = t.way[np.ix_(t.home, t.place)]
    first = np.where(t.may.T, t.begins[:, None] + step_in, np.inf)
    soonest = np.maximum(t.opens, first.min(axis=0))
    between = t.way[np.ix_(t.place, t.place)]
    then = np.maximum(t.opens[None, :], (soonest + t.minutes)[:, None] + between)
    inner = _priced(t, price.way * between, then) + own[None, :]
    inner[t.visit[:, None] == t.visit[None, :]] = np.inf
    shared = (t.may.astype(np.int64) @ t.may.astype(np.int64).T) > 0
    inner[~shared] = np.inf
    outer = _priced(t, price.way * step_in, np.maximum(t.opens[None, :], first)) + own[None, :]
    home = np.where(t.may, price.way * t.way[np.ix_(t.place, t.home)], np.inf)
    table = np.full((tasks + routes, tasks + routes), np.inf)
    table[:tasks, :tasks], table[tasks:, :tasks] = inner, outer
    table[:tasks, tasks:], table[tasks:, tasks:] = home, 0.0
    pairs = np.where(t.partner < 0, 1.0, 2.0)
    table[np.arange(tasks), np.arange(tasks)] = price.unvisited / pairs
    table[:tasks][~open_, :] = np.where(
        np.eye(tasks + routes)[:tasks][~open_] > 0, table[:tasks][~open_], np.inf
    )
    return _assign(table)


def _priced(t: Tables, cost: Any, begins: Any) -> Any:
    late = np.maximum(0.0, begins - t.closes[None, :])
    with np.errstate(invalid="ignore"):
        return np.where(begins <= t.latest[None, :], cost + t.prices[1] * late, np.inf)


def _assign(table: Any) -> float:
    rows, columns = np.nonzero(np.isfinite(table))
    costs = np.floor(table[rows, columns] * FINE).astype(np.int64)
    solver = linear_sum_assignment.SimpleLinearSumAssignment()
    solver.add_arcs_with_cost(rows.astype(np.int32), columns.astype(np.int32), costs)
    if solver.solve() != solver.OPTIMAL:
        return 0.0
    return float(solver.optimal_cost()) / FINE


def left_out(problem: VisitProblem, t: Tables, plan: VisitPlan) -> tuple[str, ...]:
    """Say of each visit in no round what stands in its way."""
    called = {call.visit for each in plan.rounds for call in each.calls}
    left = [v for v, visit in enumerate(problem.visits) if visit.id not in called]
    said = [f"{problem.visits[v].id}: {_reason(problem, t, v)}" for v in left[:TOLD]]
    return (*said, *([f"and {len(left) - TOLD} more are left out"] if len(left) > TOLD else []))


def _reason(problem: VisitProblem, t: Tables, v: int) -> str:
    visit = problem.visits[v]
    for i, task in enumerate(np.flatnonzero(t.visit == v).tolist()):
        need = visit.needs[i]
        if not t.may[task].any():
            return _nobody(problem, visit, need.skills, need.load)
        r = np.flatnonzero(t.may[task])
        arrives = np.maximum(t.begins[r] + t.way[t.home[r], v], visit.opens)
        if (arrives > visit.closes + problem.tolerance).all():
            return (
                f"nobody can be there before {arrives.min():.0f}, it closes at {visit.closes:.0f}"
            )
        if (arrives + need.minutes + t.way[v, t.home[r]] > t.ends[r]).all():
            return "whoever goes there is not back in time"
    if len(visit.needs) == 2 and not _meets(t, v):
        return "no two visitors who can both come are on duty on one day"
    return "the rounds have no room for it, or the way costs more than leaving it out"


def _meets(t: Tables, v: int) -> bool:
    first, second = (np.flatnonzero(t.may[task]) for task in np.flatnonzero(t.visit == v))
    return any(t.day[a] == t.day[b] and t.home[a] != t.home[b] for a in first for b in second)


def _nobody(problem: VisitProblem, visit: Visit, skills: tuple[str, ...], load: int) -> str:
    fit = [who for who in problem.visitors if set(who.skills).issuperset(skills)]
    if not fit:
        return f"no visitor has {', '.join(skills)}" if skills else "there are no visitors"
    able = [who for who in fit if who.holds >= load]
    if not able:
        return f"nobody who could come carries {load}"
    if not any(who.duties for who in able):
        return "nobody who could come is on duty on any day"
    return f"nobody who could come is on duty on day {', '.join(map(str, visit.days))}"
