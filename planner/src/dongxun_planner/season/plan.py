"""The season plan: cohorts, lecturers and times, improved in rounds, with a bound for every plan.

Each round prices lecturers by the best plan so far, raises the bound and gathers cohorts by column
generation at these prices, chooses among all cohorts ever seen, polishes the choice and gives it
lecturers and slots. The first plan comes from quick annealing alone.
"""

import dataclasses
import math
from functools import partial

import numpy as np

from dongxun_planner.highs import Floats
from dongxun_planner.protocol import Limits, Outcome, Search, Watch, quiet
from dongxun_planner.season import shortage
from dongxun_planner.season.bound import Bound, fill_halls, pick_cohorts
from dongxun_planner.season.check import check_season
from dongxun_planner.season.cohorts import Ground, Grouping, anneal, first_grouping
from dongxun_planner.season.lecturers import (
    Halls,
    cost_of,
    halls_at,
    least_prices,
    prices_for,
    worth,
)
from dongxun_planner.season.live import Live
from dongxun_planner.season.parting import parted
from dongxun_planner.season.problems import SeasonPlan, SeasonProblem
from dongxun_planner.season.tables import tables_of
from dongxun_planner.season.unheld import explained

CHUNK = 100_000
MOST_CHUNKS = 50_000
SCARCE = 0.1
"""Share of their price at which sessions that are scarce are first gathered for: at the whole price
every cohort would drive to the largest halls."""
PROOF_S, PROOF = 1.0, 0.1
"""Seconds, or if more a share of the limit, for the proof of how many sessions nobody can hold."""


def plan_season(
    problem: SeasonProblem, limits: Limits, watch: Watch = quiet
) -> Outcome[SeasonPlan]:
    """Plan a season."""
    check = partial(check_season, problem)
    search: Search[SeasonPlan] = Search(limits, check, watch=watch)
    tables = tables_of(problem)
    if causes := shortage.impossible(problem, tables):
        return search.impossible(*causes)
    search.at_least(0.0)  # a plan that the limit leaves without a better bound has this one
    _Rounds(Live.of(problem, tables), search).run()
    return _explained(problem, search)


class _Rounds:
    """The rounds of improvement of one search."""

    def __init__(self, live: Live, search: Search[SeasonPlan]) -> None:
        self.live, self.search = live, search
        self.tables, self.unheld = live.tables, live.problem.prices.unheld
        self.prices: Floats = least_prices(self.tables)
        self.best: Grouping | None = None
        self.groupings: list[Grouping] = []
        self.bound: Bound | None = None
        self.seed = search.limits.seed * 1000
        self._moves = min(CHUNK, 1000 * (len(live.units) + 1))

    def run(self) -> None:
        """Make a first plan, then improve it until a limit comes."""
        self.search.tell("first plan")
        self._first()
        if self.search.plan is not None and self.live.is_settled(self.search.plan):
            self.search.at_least(self.search.cost)
        most = self.search.limits.work
        done = 0
        while not self.search.over and (most is None or done < most):
            done += 1
            self._round(done)

    def _first(self) -> None:
        halls = halls_at(self.tables, self.prices, self.unheld)
        grouping = first_grouping(self.tables, halls.usual)
        if len(grouping.cohort_of):
            grouping = fill_halls(self.tables, halls, grouping)
            if self.search.left > 0:
                grouping = self._cool(grouping, halls, 4, (40.0, 4.0), self.unheld)
        self._offer(grouping, 3)

    def _cool(
        self,
        grouping: Grouping,
        halls: Halls,
        chunks: int,
        heat: tuple[float, float],
        lack: float = 0.0,
    ) -> Grouping:
        """Anneal in pieces, so that a limit is met in time."""
        ground = Ground.of(self.tables, halls.usual, lack, self.unheld)
        ratio = (heat[1] / heat[0]) ** (1 / chunks)
        for k in range(chunks):
            self.seed += 1
            piece = heat[0] * ratio**k, heat[0] * ratio ** (k + 1)
            grouping = anneal(ground, grouping, moves=self._moves, heat=piece, seed=self.seed)
            if self.search.left <= 0:
                break
        return grouping

    def _offer(self, grouping: Grouping, chunks: int) -> None:
        self.seed += 100
        hall = halls_at(self.tables, self.prices, self.unheld).usual
        a_week = self.live.problem.cohort_a_week
        grouping = parted(self.tables, a_week, grouping, hall, self.unheld)
        sessions = (
            len(grouping.venue) + len(self.live.problem.pinned)
        ) * self.tables.teaches.shape[1]
        moves = chunks * min(CHUNK, 200 * (sessions + 1))
        plan = self.live.plan(
            grouping, self.prices, moves, self.seed, over=lambda: self.search.left <= 0
        )
        if self.search.offer(plan) or self.best is None:
            self.best = grouping

    def _round(self, number: int) -> None:
        search, tables = self.search, self.tables
        self.prices = self._priced(number)
        halls = halls_at(tables, self.prices, self.unheld)
        search.tell(f"round {number}: bound")
        if not len(tables.members):
            search.at_least(self.live.constant(halls) - worth(tables, self.prices))
            if self.best is not None and not search.over:
                self._offer(self.best, min(MOST_CHUNKS, 12 * 2**number))
            return
        bound = self._raise(halls)
        search.tell(f"round {number}: choosing")
        found = bound.dive(search)
        if found is not None and search.left > 0:
            self._improve(found, halls, 6)
        start = self._cheapest(halls)
        if start is None or search.left <= 0:
            return
        search.tell(f"round {number}: choosing among {len(bound.columns)} cohorts")
        limits = search.limits
        seconds = max(1.0, search.left * 0.25)
        chosen = pick_cohorts(
            bound,
            start,
            seconds=seconds,
            threads=limits.threads,
            seed=limits.seed,
            stop=limits.stop,
        )
        if search.left > 0:
            self._improve(chosen, halls, 6)

    def _priced(self, number: int) -> Floats:
        """Return prices of lecturers' sessions; in the first round only where sessions are not held."""
        short = self.search.plan is not None and bool(self.search.plan.unheld)
        if self.best is None or (number == 1 and not short):
            return self.prices
        new = prices_for(self.tables, *self.live.demand(self.best), self.unheld)
        least = least_prices(self.tables)
        if number == 1:
            return np.maximum(SCARCE * new, least)
        return np.maximum((self.prices + new) / 2 if self.prices.any() else new, least)

    def _cheapest(self, halls: Halls) -> Grouping | None:
        every = [*self.groupings, *([self.best] if self.best else [])]
        return min(every, key=lambda each: cost_of(self.tables, halls, each), default=None)

    def _improve(self, found: Grouping, halls: Halls, chunks: int) -> None:
        """Polish a grouping; give it lecturers and slots if it is no dearer than the best."""
        polished = self._cool(found, halls, chunks, (15.0, 1.0))
        cost = cost_of(self.tables, halls, found)
        if cost_of(self.tables, halls, polished) < cost:
            found = polished
        self.groupings.append(found)
        if self.search.left > 0:
            self.search.tell("lecturers and slots")
            self._offer(found, 12)

    def _raise(self, halls: Halls) -> Bound:
        """Generate columns until the bound stands or half of the time left is gone."""
        search, tables = self.search, self.tables
        bound = Bound(tables, halls)
        bound.add_grouping(first_grouping(tables, halls.usual))
        for column in self.bound.columns if self.bound else ():
            bound.add(column.venue, column.weekday, column.units)
        for grouping in [*self.groupings, *([self.best] if self.best else [])]:
            bound.add_grouping(grouping)
        rest = self.live.constant(halls) - worth(tables, self.prices)
        stop = search.left / 2
        while not bound.done and search.left > stop:
            bound.round()
            if math.isfinite(bound.value) and bound.value > 0:
                search.at_least(bound.value + rest)
        self.bound = bound
        return bound


def _explained(problem: SeasonProblem, search: Search[SeasonPlan]) -> Outcome[SeasonPlan]:
    """Add what is proven about sessions that are not held; what that takes is limited too."""
    outcome = search.outcome()
    if outcome.plan is None:
        return outcome
    minimum = 0
    causes = list(outcome.causes)
    plan = explained(problem, outcome.plan)
    if outcome.parts.get("unheld"):
        until = search.seconds + max(PROOF_S, PROOF * search.limits.seconds)

        def over() -> bool:
            return search.cancelled or search.seconds > until

        minimum = shortage.fewest_unheld(Live.of(problem, tables_of(problem)), over)
        causes.append(
            f"{outcome.parts['unheld']:.0f} sessions are not held; every plan leaves at least {minimum}"
        )
        causes.extend(sorted({each.why for each in plan.unheld}))
    parts = outcome.parts | {"unheld_minimum": float(minimum)}
    return dataclasses.replace(outcome, plan=plan, causes=tuple(causes), parts=parts)
