"""What lecturers cost a cohort in a hall: their way, and the price of their scarce time.

A transport program sends lecturers to the halls of a plan; its duals are the prices of their
sessions. At any prices of zero or more, ``halls_at`` less ``worth`` undercuts every plan, so a
bound on cohorts with these costs of halls is a bound on whole plans.
"""

import numpy as np

from dongxun_planner.highs import INF, Floats, RowMaker, solve
from dongxun_planner.season.cohorts import Grouping
from dongxun_planner.season.tables import Ints, Tables

NEAREST = 20


def halls_at(tables: Tables, prices: Floats, unheld: float) -> Floats:
    """Return the yuan of a cohort in each hall, every topic by the lecturer cheapest there."""
    able = tables.teaches & (tables.load > 0)[:, None]
    total = tables.hall.copy()
    for topic in range(able.shape[1]):
        mine = able[:, topic]
        least = np.full(len(total), unheld)
        if mine.any():
            least = np.minimum(least, (tables.drive[mine] + prices[mine, None]).min(axis=0))
        total += least
    return total


def worth(tables: Tables, prices: Floats) -> float:
    """Return what all sessions that lecturers could hold are worth at these prices."""
    return float(prices @ tables.load)


def prices_for(tables: Tables, grouping: Grouping, unheld: float) -> Floats:
    """Return a price for a session of each lecturer, from the plan's demand for them."""
    used = np.unique(grouping.cohort_of)
    venues, demand = np.unique(grouping.venue[used], return_counts=True)
    cost: list[float] = []
    column_of, rows = _Lecturers(len(tables.load)), RowMaker()
    for topic in range(tables.teaches.shape[1]):
        able = np.flatnonzero(tables.teaches[:, topic] & (tables.load > 0))
        for venue, count in zip(venues.tolist(), demand.tolist(), strict=True):
            nearest = able[np.argsort(tables.drive[able, venue])[:NEAREST]]
            first = len(cost)
            cost.extend([*tables.drive[nearest, venue].tolist(), unheld])
            rows.add(list(range(first, len(cost))), 1.0, float(count), INF)
            column_of.add(nearest, first)
    demands = len(venues) * tables.teaches.shape[1]
    for lecturer, columns in enumerate(column_of.columns):
        rows.add(columns, 1.0, -INF, float(tables.load[lecturer]))
    answer = solve(np.array(cost), np.full(len(cost), INF), rows.rows())
    if answer.duals is None:
        return np.zeros(len(tables.load))
    return np.maximum(-answer.duals[demands:], 0.0)


class _Lecturers:
    """Which columns of the program use which lecturer."""

    def __init__(self, count: int) -> None:
        self.columns: list[list[int]] = [[] for _ in range(count)]

    def add(self, lecturers: Ints, first: int) -> None:
        """Note columns from ``first`` on, one for each of these lecturers."""
        for k, lecturer in enumerate(lecturers.tolist()):
            self.columns[lecturer].append(first + k)
