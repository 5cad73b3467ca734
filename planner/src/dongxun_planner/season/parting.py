"""Cohorts whose people are never there together, parted so that each part can meet.

Cohorts are gathered without asking when their people are elsewhere, which seldom matters: here are the
few in which it does.
"""

import numpy as np

from dongxun_planner.highs import Floats
from dongxun_planner.season.cohorts import Grouping
from dongxun_planner.season.tables import Flags, Ints, Tables


def parted(
    tables: Tables, a_week: int, grouping: Grouping, hall: Floats, unheld: float
) -> Grouping:
    """Return the grouping with cohorts parted where that is cheaper than what they could not hold.

    Args:
        a_week: how often a cohort may meet.
        hall: yuan of a cohort in each hall.
        unheld: yuan of a session that is not held.
    """
    if not (tables.away.any() or tables.met.any()):
        return grouping
    days = _Days(tables, a_week)
    cohort_of = grouping.cohort_of.copy()
    venue: list[int] = []
    weekday: list[int] = []
    for k, where in enumerate(grouping.venue.tolist()):
        mine = np.flatnonzero(grouping.cohort_of == k)
        parts = [mine]
        if lost := days.lacking(mine, where):
            some = days.parts(mine, where, float(hall[where]), unheld)
            left = sum(days.lacking(part, where) for part in some)
            if unheld * left + hall[where] * (len(some) - 1) < unheld * lost:
                parts = some
        for part in parts:
            cohort_of[part] = len(venue)
            venue.append(where)
            weekday.append(int(grouping.weekday[k]))
    return Grouping(cohort_of, np.array(venue, dtype=np.int64), np.array(weekday, dtype=np.int64))


class _Days:
    """On which days units can meet together."""

    def __init__(self, tables: Tables, a_week: int) -> None:
        self.tables, self.a_week = tables, a_week
        self.usable: Flags = tables.open & tables.free.any(axis=0)
        firsts = np.unique(tables.day_of, return_index=True)[1]
        self.firsts, self.weeks = firsts, tables.week_of[firsts]

    def lacking(self, units: Ints, venue: int) -> int:
        """Return for how many topics these have no day together in a hall."""
        tables = self.tables
        slots = self.usable[venue] & ~tables.away[units].any(axis=0)
        days = np.logical_or.reduceat(slots, self.firsts)
        met = tables.met[units].max(axis=0)
        a_week = np.bincount(self.weeks, days, minlength=len(met))
        can = np.minimum(a_week, np.maximum(0, self.a_week - met)).sum()
        return max(0, int(tables.need[units].any(axis=0).sum()) - int(can))

    def parts(self, units: Ints, venue: int, hall: float, unheld: float) -> list[Ints]:
        """Return units in parts, one unit after the other where it costs least."""
        found: list[Ints] = []
        for unit in units.tolist():
            alone = np.array([unit], dtype=np.int64)
            dearer = [
                unheld * (self.lacking(np.append(part, unit), venue) - self.lacking(part, venue))
                for part in found
            ]
            dearer.append(unheld * self.lacking(alone, venue) + hall)
            if (best := int(np.argmin(dearer))) == len(found):
                found.append(alone)
            else:
                found[best] = np.append(found[best], unit)
        return found
