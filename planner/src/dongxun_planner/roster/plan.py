"""Duty rosters: annealing first, then columns and their bound, then both in turns."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from dongxun_planner.protocol import Limits, Outcome, Search, Verdict, Watch, quiet
from dongxun_planner.roster.anneal import anneal, start
from dongxun_planner.roster.check import check_roster, lacking
from dongxun_planner.roster.columns import Columns
from dongxun_planner.roster.cover import with_fairness
from dongxun_planner.roster.problems import RosterPlan, RosterProblem, Worker
from dongxun_planner.roster.rows import LARGEST, empty, fill, shape, size, walk
from dongxun_planner.roster.tables import Tables, roster, tables

PIECE, PIECES = 20_000, 20
FIRST = 0.1  # of the time: annealing before anything else


def plan_roster(
    problem: RosterProblem, limits: Limits, watch: Watch = quiet
) -> Outcome[RosterPlan]:
    """Make a roster."""

    def check(plan: RosterPlan) -> Verdict:
        return check_roster(problem, plan)

    search: Search[RosterPlan] = Search(limits, check, watch=watch, step=_step(problem))
    t = tables(problem)
    search.at_least(with_fairness(problem)(0.0))
    if causes := impossible(problem, t):
        return search.impossible(*causes)
    Desk(problem, t, search).work()
    if search.plan is None and not search.cancelled:
        search.causes = ("no roster that keeps every rule was found within the limits",)
    elif search.plan is not None:
        missing = lacking(problem, search.plan)
        more = [f"and {len(missing) - 20} more are not manned"] if len(missing) > 20 else []
        search.causes = (*(f"not manned: {each}" for each in missing[:20]), *more)
    return search.outcome()


class Desk:
    """One run: the best table of days, and those that make it better."""

    def __init__(self, problem: RosterProblem, t: Tables, search: Search[RosterPlan]) -> None:
        self.problem, self.t, self.search = problem, t, search
        self.days = np.zeros(t.may.shape[:2], dtype=np.int64)
        self.found = False
        self.turns = 0
        self.work_left = search.limits.work
        self.raised = with_fairness(problem)
        self.small = all(size(t, shape(t, who)) <= LARGEST for who in range(len(t.may)))

    def work(self) -> None:
        """Anneal; then columns, a dive, a choice among rows, and again from the best."""
        search = self.search
        with ThreadPoolExecutor(search.limits.threads) as pool:
            self.pool = pool
            search.tell("annealing")
            found = self.anneal(FIRST, hot=60.0)
            if not self.small:
                while not self.over():
                    self.anneal(0.5, hot=20.0)
                return
            columns = Columns(self.t, pool, self.over)
            for days in found:
                columns.add_all(days)
            if not self.over():
                search.tell("columns")
                near = 0.5 * _step(self.problem) or 1e-4
                columns.converge(
                    self._rounds(500), near, lambda low: search.at_least(self.raised(low))
                )
            self._improve(columns)

    def _improve(self, columns: Columns) -> None:
        pace = 0.05
        while not self.over():
            self.search.tell("diving")
            days = columns.dive(pace)
            if days is not None:
                self.keep(days)
            columns.release()
            self._spend()
            if self.found and not self.over():
                self._refine(columns)
                self._choose(columns)
            if not self.over():
                self.search.tell("annealing")
                for days in self.anneal(0.1, hot=4.0):
                    columns.add_all(days)
            pace = min(0.2, pace * 2)

    def _refine(self, columns: Columns) -> None:
        """Take some workers' rows apart, time and again, as long as that helps."""
        self.search.tell("refining")
        dice = np.random.default_rng(self.search.limits.seed * 7 + self.turns)
        limited, idle = self.search.limits.work is not None, 0
        while idle < 20 and not self.over():
            many = min(columns.workers, 3 + idle // 3)
            some = dice.choice(columns.workers, many, replace=False).tolist()
            days = columns.refine(self.days, some, 8, 20 if limited else None)
            before = self.search.cost
            if days is not None:
                self.keep(days)
            idle = 0 if self.search.cost < before else idle + 1
            self._spend()

    def _choose(self, columns: Columns) -> None:
        if self.over():
            return
        self.search.tell("choosing")
        limited = self.search.limits.work is not None
        seconds = 36_000.0 if limited else min(20.0, max(1.0, self.search.left / 4))
        size = 40 * columns.workers
        days = columns.choose(self.days, size, seconds, 20 if limited else None)
        if days is not None:
            self.keep(days)

    def anneal(self, share: float, hot: float) -> list[Any]:
        """Anneal from the best table, once for each thread; return what was found."""
        self.turns += 1
        seeds = [
            self.search.limits.seed * 1_000_003 + self.turns * 1009 + thread
            for thread in range(self.search.limits.threads)
        ]
        found = list(self.pool.map(lambda seed: self._anneal(seed, hot, share), seeds))
        self._spend()
        for cost, days in found:
            if np.isfinite(cost):
                self.keep(days)
        return [days for cost, days in found if np.isfinite(cost)]

    def _anneal(self, seed: int, hot: float, share: float) -> tuple[float, Any]:
        workers, days = self.days.shape
        t, best = self.t, self.days.copy()
        state = (
            np.zeros((workers, days), dtype=np.int64),
            np.zeros(len(t.wanted), dtype=np.int64),
            np.zeros(workers, dtype=np.int64),
            np.zeros(workers),
            np.zeros(len(t.minutes), dtype=np.int64),
        )
        cost = np.array([start(t, state, self.days), np.inf])
        price = 2 * max(10.0, float(np.median(t.under)) if len(t.under) else 0.0)
        began, limited = self.search.left, self.search.limits.work is not None
        pieces = PIECES if limited else max(5, workers * days // 4)
        piece, done = 0, 0.0
        while done < 1.0 and self.search.left > 0:
            anneal(
                t, state, best, cost, PIECE, hot * (0.3 / hot) ** done, price, seed + 7919 * piece
            )
            piece += 1
            passed = (began - self.search.left) / (share * began)
            done = piece / pieces if limited else max(passed, piece / pieces)
        return float(cost[1]), best

    def keep(self, days: Any) -> None:
        """Offer a table of days; go on from it if it is the best."""
        if self.search.offer(roster(self.problem, days)):
            self.days, self.found = days.copy(), True

    def over(self) -> bool:
        """Tell whether time, work or anything to gain is used up."""
        return self.search.over or (self.work_left is not None and self.work_left <= 0)

    def _spend(self) -> None:
        if self.work_left is not None:
            self.work_left -= 1

    def _rounds(self, most: int) -> int:
        return most if self.search.limits.work is None else min(most, 20 * self.search.limits.work)


def _step(problem: RosterProblem) -> float:
    """Return 1 where every cost is whole, so that bounds may be rounded up."""
    prices = [problem.fairness, *(wish.weight for wish in problem.wishes)]
    prices += [price for cover in problem.covers for price in (cover.under, cover.over)]
    whole = all(float(price).is_integer() for price in prices)
    return 1.0 if whole and not problem.posts else 0.0


def impossible(problem: RosterProblem, t: Tables) -> list[str]:
    """Return whose own rules no row can keep."""
    causes = []
    for who, worker in enumerate(problem.workers):
        one = shape(t, who)
        if size(t, one) > LARGEST:
            continue
        price = np.zeros(t.may.shape[1:])
        table, row = empty(t, one), np.zeros(t.may.shape[1], dtype=np.int64)
        numbers, left = one.numbers(), np.full(len(t.minutes), t.may.shape[1] + 1)
        fill(t, who, numbers, price, table)
        if not np.isfinite(walk(t, who, numbers, price, table, row, left)):
            causes.append(_nothing(worker))
    return causes


def _nothing(worker: Worker) -> str:
    most = "any" if worker.most_minutes is None else worker.most_minutes
    return (
        f"worker {worker.id}: no row keeps their rules ({worker.least_minutes} to {most} minutes,"
        f" away on {len(worker.off)} days, {len(worker.fixed)} shifts fixed)"
    )
