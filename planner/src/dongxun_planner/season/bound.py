"""What no season plan can undercut: column generation over all cohorts that could ever be.

The master program covers every unit by cohorts (hall, weekday, units that fit and live near
enough). Cohorts are priced by a knapsack for every hall and weekday, over all halls within reach, so
the bound holds for every plan that keeps the problem's rules, not only for the cohorts generated.
Stopped early, prices are scaled down until they are fair to every cohort (Farley). What lecturers
cost is in the price of a hall; their loads are relaxed at prices (`lecturers`).

Source: Farley, 'A note on bounding a class of linear programming problems', 1990.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from threading import Event
from typing import Any

import numpy as np
from numba import njit

from dongxun_planner.highs import INF, Floats, Master, RowMaker, solve
from dongxun_planner.protocol import Search
from dongxun_planner.season.cohorts import Grouping, tidy
from dongxun_planner.season.lecturers import Halls
from dongxun_planner.season.problems import SeasonPlan
from dongxun_planner.season.tables import Flags, Ints, Tables


@dataclass
class Column:
    """A cohort that could be."""

    venue: int
    weekday: int
    units: Ints
    cost: float


class Bound:
    """The master program, its columns, and the best bound so far.

    Args:
        halls: yuan of a cohort in each hall, its lecturers at the present prices included.
    """

    def __init__(self, tables: Tables, halls: Halls) -> None:
        self.tables, self.halls = tables, halls
        self.columns: list[Column] = []
        self.value, self.done = 0.0, False
        self._known: dict[tuple[int, int, bytes], int] = {}
        self._items = [
            (venue, hall, items)
            for venue, row in enumerate(tables.way.T)
            for hall, items in _by_level(np.isfinite(row), halls.below, halls.by_level[:, venue])
        ]
        units = len(tables.members)
        self._master = Master(np.ones(units), np.full(units, INF))
        self._centre: Floats | None = None
        self._prices: Floats = np.zeros(units)

    def add_grouping(self, grouping: Grouping) -> None:
        """Add the cohorts of a plan."""
        for cohort in np.unique(grouping.cohort_of):
            units = np.flatnonzero(grouping.cohort_of == cohort)
            self.add(int(grouping.venue[cohort]), int(grouping.weekday[cohort]), units)

    def add(self, venue: int, weekday: int, units: Ints) -> None:
        """Add a cohort, once."""
        key = (venue, weekday, units.tobytes())
        if key in self._known:
            return
        self._known[key] = len(self.columns)
        tables = self.tables
        off = tables.off[units][tables.study_day[units] != weekday].sum()
        cost = self.halls.of(venue, units) + float(tables.way[units, venue].sum() + off)
        self.columns.append(Column(venue, weekday, units, cost))
        self._master.add(cost, units.tolist(), [1.0] * len(units))

    def slack(self) -> Floats:
        """Return by how much each column costs more than its units' prices."""
        prices = self._prices
        return np.array([each.cost - prices[each.units].sum() for each in self.columns])

    def picked(self, grouping: Grouping) -> Flags:
        """Return which columns are the cohorts of a grouping."""
        picked = np.zeros(len(self.columns), dtype=np.bool_)
        for cohort in np.unique(grouping.cohort_of):
            units = np.flatnonzero(grouping.cohort_of == cohort)
            venue, weekday = int(grouping.venue[cohort]), int(grouping.weekday[cohort])
            picked[self._known[venue, weekday, units.tobytes()]] = True
        return picked

    def dive(self, search: Search[SeasonPlan]) -> Grouping | None:
        """Round the master's solution up, a few cohorts at a time; nothing if a limit comes."""
        picked = np.zeros(len(self.columns), dtype=np.bool_)
        open_ = np.ones(len(self.tables.members), dtype=np.bool_)
        while open_.any():
            if search.left <= 0:
                break
            self._master.solve()
            values = np.where(picked, 0.0, self._master.values()[: len(picked)])
            covered = [open_[each.units].any() for each in self.columns[: len(picked)]]
            values[~np.array(covered)] = 0.0
            if values.max() <= 1e-9:
                break
            for k in np.argsort(-values)[:8].tolist():
                if values[k] >= min(0.85, values.max()) and open_[self.columns[k].units].any():
                    picked[k] = True
                    open_[self.columns[k].units] = False
                    self._master.fix(k, 1.0)
        for k in np.flatnonzero(picked).tolist():
            self._master.fix(k, 0.0)
        return None if open_.any() else chosen_cohorts(self.columns, picked, self.tables)

    def round(self) -> None:
        """Solve the master, price every hall and weekday, raise the bound."""
        duals, value = self._master.solve()
        prices = np.maximum(duals, 0.0)
        if self._centre is None or not self._price(0.6 * self._centre + 0.4 * prices):
            self.done = not self._price(prices)
            self.value = value if self.done else self.value
        self._centre = self._prices = prices

    def _price(self, prices: Floats) -> int:
        tables, fairness, added = self.tables, 1.0, 0
        for venue, hall, items in self._items:
            worth, day, chosen = best_cohort(
                prices[items] - tables.way[items, venue],
                tables.off[items],
                tables.study_day[items],
                tables.members[items],
                int(tables.seats[venue]),
                tables.weekdays,
            )
            excess = worth - hall
            if excess > 1e-6:
                self.add(venue, int(day), items[chosen])
                added += 1
                fairness = min(fairness, hall / worth)
        self.value = max(self.value, fairness * float(prices.sum()))
        return added


def _by_level(near: Flags, below: Flags, price: Floats) -> Iterator[tuple[float, Ints]]:
    """Yield what a hall costs and who may come for that, each company once, at its lowest price."""
    seen: set[bytes] = set()
    for level in np.argsort(price, kind="stable").tolist():
        items = np.flatnonzero(near & below[level])
        if items.tobytes() not in seen:
            seen.add(items.tobytes())
            yield float(price[level]), items


@njit(cache=True)
def best_cohort(  # noqa: PLR0917 - a kernel's state
    gains: Any, off: Any, study_day: Any, members: Any, seats: int, weekdays: Any
) -> Any:
    """Return the most that units in one hall can be worth, on which weekday, and which units."""
    best, best_day = 0.0, weekdays[0]
    best_chosen = np.zeros(len(gains), dtype=np.bool_)
    for day in weekdays:
        worth, chosen = _knapsack(gains - np.where(study_day == day, 0.0, off), members, seats)
        if worth > best:
            best, best_day, best_chosen = worth, day, chosen
    return best, best_day, best_chosen


@njit(cache=True)
def _knapsack(gains: Any, members: Any, seats: int) -> Any:
    worth = np.zeros(seats + 1)
    taken = np.zeros((len(gains), seats + 1), dtype=np.bool_)
    for i in range(len(gains)):
        if gains[i] <= 0 or members[i] > seats:
            continue
        for room in range(seats, members[i] - 1, -1):
            other = worth[room - members[i]] + gains[i]
            if other > worth[room]:
                worth[room] = other
                taken[i, room] = True
    chosen = np.zeros(len(gains), dtype=np.bool_)
    room = seats
    for i in range(len(gains) - 1, -1, -1):
        if taken[i, room]:
            chosen[i] = True
            room -= members[i]
    return worth[seats], chosen


def pick_cohorts(
    bound: Bound,
    start: Grouping,
    *,
    seconds: float,
    threads: int,
    seed: int,
    stop: Event,
    most: int = 1500,
) -> Grouping:
    """Choose among the cohorts that fit the prices best so that every unit is covered."""
    bound.add_grouping(start)
    slack = bound.slack()
    in_start = bound.picked(start)
    kept = np.union1d(np.argsort(slack, kind="stable")[:most], np.flatnonzero(in_start))
    covers: list[list[int]] = [[] for _ in range(len(bound.tables.members))]
    for k, column in enumerate(kept.tolist()):
        for unit in bound.columns[column].units.tolist():
            covers[unit].append(k)
    rows = RowMaker()
    for columns in covers:
        rows.add(columns, 1.0, 1.0, INF)
    answer = solve(
        np.array([bound.columns[k].cost for k in kept]),
        np.ones(len(kept)),
        rows.rows(),
        whole=np.ones(len(kept), dtype=np.bool_),
        seconds=seconds,
        threads=threads,
        seed=seed,
        start=in_start[kept].astype(np.float64),
        gap=0.0005,
        stop=stop,
    )
    if answer.x is None:
        return start
    picked = np.zeros(len(bound.columns), dtype=np.bool_)
    picked[kept[answer.x > 0.5]] = True
    return chosen_cohorts(bound.columns, picked, bound.tables)


def chosen_cohorts(columns: list[Column], picked: Flags, tables: Tables) -> Grouping:
    """Turn picked columns into a grouping; a unit covered twice stays where it costs least."""
    cohort_of = np.full(len(tables.members), -1, dtype=np.int64)
    lowest = np.full(len(tables.members), np.inf)
    some = [column for column, is_in in zip(columns, picked, strict=True) if is_in]
    for k, column in enumerate(some):
        off = np.where(
            tables.study_day[column.units] == column.weekday, 0.0, tables.off[column.units]
        )
        cost = tables.way[column.units, column.venue] + off
        better = cost < lowest[column.units]
        cohort_of[column.units[better]] = k
        lowest[column.units[better]] = cost[better]
    venue = np.array([column.venue for column in some], dtype=np.int64)
    return tidy(Grouping(cohort_of, venue, np.array([c.weekday for c in some], dtype=np.int64)))


def fill_halls(tables: Tables, halls: Halls, alone: Grouping) -> Grouping:
    """Return a quick grouping: fill the hall that is cheapest a member, unit after unit."""
    seats, cohorts = np.maximum(tables.seats, 1), np.zeros(len(tables.seats), dtype=np.int64)
    a_seat = np.where(tables.seats > 0, halls.usual / seats, np.inf)
    dear = (tables.way / tables.members[:, None] + a_seat[None, :]).min(axis=1)
    cohort_of = np.full(len(tables.members), -1, dtype=np.int64)
    venues: list[int] = []
    days: list[int] = []
    for unit in np.argsort(-dear, kind="stable").tolist():
        if cohort_of[unit] >= 0:
            continue
        day = int(alone.weekday[alone.cohort_of[unit]])
        venue, others = int(alone.venue[alone.cohort_of[unit]]), cohort_of[:0]
        lowest = np.inf
        full = halls.unheld * (tables.crowded(cohorts + 1) - tables.crowded(cohorts))
        nearest = np.argsort(tables.way[unit] / tables.members[unit] + a_seat + full / seats)[:8]
        for hall in nearest.tolist():
            if np.isfinite(tables.way[unit, hall]) and tables.seats[hall] >= tables.members[unit]:
                worth, chosen = _company(tables, dear, cohort_of, unit, hall, day)
                left = float(halls.usual[hall] + full[hall] + tables.way[unit, hall] - worth)
                if left < lowest:
                    lowest, venue, others = left, hall, chosen
        cohort_of[[unit, *others.tolist()]] = len(venues)
        venues.append(venue)
        cohorts[venue] += 1
        days.append(day)
    return Grouping(cohort_of, np.array(venues, dtype=np.int64), np.array(days, dtype=np.int64))


def _company(  # noqa: PLR0917 - one step of the above
    tables: Tables, dear: Floats, cohort_of: Ints, unit: int, hall: int, day: int
) -> tuple[float, Ints]:
    """Return whom to seat beside a unit in a hall, and what that is worth."""
    free = np.flatnonzero((cohort_of < 0) & np.isfinite(tables.way[:, hall]))
    free = free[free != unit]
    worth, _, chosen = best_cohort(
        1.3 * dear[free] * tables.members[free] - tables.way[free, hall],
        tables.off[free],
        tables.study_day[free],
        tables.members[free],
        int(tables.seats[hall] - tables.members[unit]),
        np.array([day]),
    )
    return float(worth), free[chosen]
