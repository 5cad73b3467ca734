"""What lecturers cost a cohort in a hall: their way, and the price of their scarce time.

A transport program sends lecturers to the halls of a plan; its duals are the prices of their
sessions; beyond those that a lecturer can hold as they wish, one costs a wish more. At any prices of
zero or more, ``halls_at`` less ``worth`` undercuts every plan, so a bound on cohorts with these
costs of halls is a bound on whole plans.
"""

from dataclasses import dataclass

import numpy as np

from dongxun_planner.highs import INF, Floats, RowMaker, solve
from dongxun_planner.season.cohorts import Grouping
from dongxun_planner.season.tables import Flags, Ints, Tables

NEAREST = 20


@dataclass(frozen=True)
class Halls:
    """Yuan of a cohort in each hall, by what its units lack; never more than it will cost.

    Args:
        below: levels × units, who lacks nothing beyond the level.
        by_level: levels × halls.
        each: topics × halls, of one session.
        usual: of a cohort that lacks what most people lack.
        unheld: yuan of a session that is not held.
    """

    below: Flags
    by_level: Floats
    each: Floats
    usual: Floats
    unheld: float = 0.0

    @staticmethod
    def same(halls: Floats, units: int) -> "Halls":
        """Return halls that cost the same whatever is lacking."""
        return Halls(np.ones((1, units), dtype=np.bool_), halls[None], halls[None], halls)

    def of(self, venue: int, units: Ints) -> float:
        """Return what these units cost a hall at least."""
        levels = self.below[:, units].all(axis=1)
        return float(self.by_level[levels, venue].min())


def cost_of(tables: Tables, halls: Halls, grouping: Grouping) -> float:
    """Return the yuan of a grouping at these prices of halls, beyond whose slots nothing is held."""
    at, units = grouping.cohort_of, np.arange(len(grouping.cohort_of))
    hall = sum(
        halls.of(int(grouping.venue[k]), np.flatnonzero(at == k)) for k in np.unique(at).tolist()
    )
    way = tables.way[units, grouping.venue[at]].sum()
    off = tables.off[tables.study_day != grouping.weekday[at]].sum()
    cohorts = np.bincount(grouping.venue, minlength=len(tables.room))
    return float(hall + way + off + halls.unheld * tables.crowded(cohorts).sum())


def halls_at(tables: Tables, prices: Floats, unheld: float) -> Halls:
    """Return the yuan of a cohort in each hall, every topic by the lecturer cheapest there.

    What the hall has no days for is not held: those topics that cost the most besides.

    Where there are too many sets of topics to look at each, a hall costs what the cheapest costs.
    """
    able = tables.teaches & (tables.load > 0)[:, None]
    each = np.empty((able.shape[1], len(tables.hall)))
    for topic in range(able.shape[1]):
        mine = able[:, topic]
        each[topic] = unheld
        if mine.any():
            some = tables.drive[mine] + prices[mine, None]
            each[topic] = np.minimum(unheld, np.where(tables.comes[mine], some, INF).min(axis=0))
    spared = unheld - each
    each += tables.hall[None, :]
    below = tables.below
    by_level = tables.levels @ each + _lost(tables.levels, spared, tables.meets)
    if not tables.whole:
        below, by_level = below[:1] | True, by_level.min(axis=0, keepdims=True)
    usual = tables.usual @ each + _lost(tables.usual[None], spared, tables.meets)[0]
    return Halls(below, by_level, each, usual, unheld)


def _lost(levels: Flags, spared: Floats, meets: Ints) -> Floats:
    """Return levels × halls, what is lost where a cohort lacks more topics than it can meet for.

    Args:
        spared: topics × halls, yuan by which a session is cheaper than one that is not held.
    """
    beyond = np.arange(levels.shape[1])[:, None] >= meets[None, :]
    if not beyond.any():
        return np.zeros((len(levels), len(meets)))
    best_first = np.sort(levels[:, :, None] * spared[None], axis=1)[:, ::-1]
    return np.asarray((best_first * beyond[None]).sum(axis=1), dtype=np.float64)


def least_prices(tables: Tables) -> Floats:
    """Return prices that no bound loses by: a wish, of lecturers who would rather not teach at all."""
    return np.where(tables.willing == 0, tables.wish.max(axis=1, initial=0.0), 0.0)


def worth(tables: Tables, prices: Floats) -> float:
    """Return what all sessions that lecturers could hold are worth at these prices.

    One in a slot that is unwanted costs a wish besides, so it is worth only what goes beyond.
    """
    wish = tables.wish.max(initial=0.0)
    kept = np.minimum(prices, wish) @ tables.willing
    return float(kept + np.maximum(prices - wish, 0.0) @ tables.load)


def prices_for(tables: Tables, venue: Ints, lacks: Flags, unheld: float) -> Floats:
    """Return a price for a session of each lecturer, from the plan's demand for them.

    Args:
        venue: of each cohort.
        lacks: cohorts × topics, what they lack.
    """
    cost: list[float] = []
    column_of, rows = _Lecturers(len(tables.load)), RowMaker()
    demands = 0
    for topic in range(tables.teaches.shape[1]):
        venues, demand = np.unique(venue[lacks[:, topic]], return_counts=True)
        demands += len(venues)
        able = np.flatnonzero(tables.teaches[:, topic] & (tables.load > 0))
        for hall, count in zip(venues.tolist(), demand.tolist(), strict=True):
            here = able[tables.comes[able, hall]]
            nearest = here[np.argsort(tables.drive[here, hall])[:NEAREST]]
            first = len(cost)
            cost.extend([*tables.drive[nearest, hall].tolist(), unheld])
            rows.add(list(range(first, len(cost))), 1.0, float(count), INF)
            column_of.add(nearest, first)
    most = [INF] * len(cost)
    wish = float(tables.wish.max(initial=0.0))
    for lecturer, columns in enumerate(column_of.columns):
        values, willing = [1.0] * len(columns), int(tables.willing[lecturer])
        if more := int(tables.load[lecturer]) - willing:
            columns.append(len(cost))
            values.append(-1.0)
            cost.append(wish)
            most.append(float(more))
        rows.add(columns, values, -INF, float(willing))
    answer = solve(np.array(cost), np.array(most), rows.rows())
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
