"""Duty rosters: annealing first, then columns and their bound, then both in turns."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from dongxun_planner.protocol import Limits, Outcome, Search, Verdict, Watch, quiet
from dongxun_planner.roster.anneal import anneal, start
from dongxun_planner.roster.check import check_roster, lacking
from dongxun_planner.roster.columns import Columns, Staff
from dongxun_planner.roster.cover import with_fairness
from dongxun_planner.roster.dive import Dive
from dongxun_planner.roster.problems import RosterPlan, RosterProblem, Worker
from dongxun_planner.roster.rows import Finder
from dongxun_planner.roster.shapes import LARGEST, shape, size
from dongxun_planner.roster.tables import Tables, roster, tables
from dongxun_planner.roster.teams import Teams

PIECE, PIECES = 20_000, 20
FIRST, AGAIN, SHORT = 0.1, 0.05, 3.0  # annealing: of the time, and seconds at most
ROOT, DIVE = 0.4, 0.45  # of the time: the program of the whole staff; a roster out of it
WARM = 30  # rounds of prices before the first program
STEPS, ROUNDS = 40, 3  # of a dive
IDLE = 25  # teams in a row from whom nothing was gained


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
        """Anneal; then columns and a dive, teams' rows made anew, and annealing again."""
        search = self.search
        with ThreadPoolExecutor(search.limits.threads) as pool:
            self.pool = pool
            search.tell("annealing")
            found = self.anneal(self._share(FIRST), hot=60.0)
            if not self.small:
                while not self.over():
                    self.anneal(0.5, hot=20.0)
                return
            staff = Staff(
                self.t, pool, self.over, search.limits.stop, ended=lambda: search.left <= 0
            )
            root = Columns(staff, range(len(self.t.may)), self.t.wanted)
            for days in found:
                root.add_all(days)
            if not self.over():
                search.tell("columns")
                near = 0.5 * _step(self.problem) or 1e-4
                until = search.left * (1 - ROOT)
                staff.over = lambda: self.over() or search.left < until
                if rows := root.warm(self._rounds(WARM)):
                    self.keep(np.array([each.row for each in rows]))
                root.converge(
                    self._rounds(500), near, lambda low: search.at_least(self.raised(low))
                )
                staff.over = self.over
            self._improve(root)

    def _improve(self, root: Columns) -> None:
        search, step = self.search, _step(self.problem)
        dice = np.random.default_rng(search.limits.seed * 7)
        self._dive(root)
        clockless = search.limits.work is not None
        teams = Teams(root, dice, step, lambda: np.inf if clockless else search.left)
        while not self.over():
            if self.found:
                self.search.tell("refining")
                self.days = teams.work(self.days, IDLE, self.keep)
                self._spend()
            if not self.over():
                self.search.tell("annealing")
                share, hot = (AGAIN, 4.0) if self.found else (FIRST, 60.0)
                self.anneal(self._share(share), hot=hot)

    def _dive(self, root: Columns) -> None:
        """Make a roster out of the program's likeliest rows."""
        search = self.search
        if self.over():
            return
        search.tell("diving")
        near = max(0.5 * _step(self.problem), 1e-3 * abs(root.bound))
        began, timed = search.left, 1.0 if search.limits.work is None else 0.0

        def due() -> float:
            return timed * (began - search.left) / (DIVE * began)

        rows = Dive(root, search.cost, near, STEPS, ROUNDS, due).run()
        if rows is not None:
            self.keep(np.array([each.row for each in rows]))
        self._spend()

    def _share(self, share: float) -> float:
        """Return a share of the time that is left, of a few seconds at most."""
        return min(share, SHORT / max(SHORT, self.search.left))

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
        if not t.may[who].any(axis=1).all():  # a fixed shift that they may not have
            causes.append(_nothing(worker))
            continue
        if size(t, one) > LARGEST:
            continue
        finder = Finder(t, one)
        if not np.isfinite(finder.find(np.zeros(t.may.shape[1:]), finder.empty())[0]):
            causes.append(_nothing(worker))
    return causes


def _nothing(worker: Worker) -> str:
    most = "any" if worker.most_minutes is None else worker.most_minutes
    return (
        f"worker {worker.id}: no row keeps their rules ({worker.least_minutes} to {most} minutes,"
        f" away on {len(worker.off)} days, {len(worker.fixed)} shifts fixed)"
    )
