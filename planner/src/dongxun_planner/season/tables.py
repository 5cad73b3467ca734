"""The season's problem as arrays, for the kernels."""

from dataclasses import dataclass
from datetime import date
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from dongxun_planner.places import distances_km
from dongxun_planner.season.problems import SeasonProblem

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Tables:
    """Numbers instead of names.

    Args:
        hall: yuan of a cohort at a venue for all topics, without lecturers.
        way: units × venues, yuan for all topics; infinite where a unit may not go.
        off: yuan for all topics if a unit learns on another weekday than its own.
        drive: lecturers × venues, yuan.
        unheld: by number of cohorts, the sessions that lecturers cannot hold.
    """

    members: Ints
    study_day: Ints
    seats: Ints
    hall: Floats
    way: Floats
    off: Floats
    drive: Floats
    weekdays: Ints
    unheld: Floats
    teaches: Flags
    free: Flags
    load: Ints
    day_of: Ints
    week_of: Ints
    weekday_of: Ints
    open: Flags


def tables_of(problem: SeasonProblem) -> Tables:
    """Compute the arrays."""
    units, venues, lecturers = problem.units, problem.venues, problem.lecturers
    count = len(problem.topics)
    at_units = [(u.latitude, u.longitude) for u in units]
    at_venues = [(v.latitude, v.longitude) for v in venues]
    km = distances_km(at_units, at_venues)
    members = np.array([u.members for u in units], dtype=np.int64)
    way = count * problem.prices.walk_km * km * members[:, None]
    way[km > problem.within_km + 1e-9] = np.inf
    at_lecturers = [(each.latitude, each.longitude) for each in lecturers]
    drive = 2 * problem.prices.drive_km * distances_km(at_lecturers, at_venues)
    teaches = np.array([[t in each.topics for t in problem.topics] for each in lecturers])
    teaches = teaches.reshape(len(lecturers), count)
    slots = len(problem.days) * problem.halves
    dates = [date.fromisoformat(day) for day in problem.days]
    weeks = {week: i for i, week in enumerate(dict.fromkeys(d.isocalendar()[:2] for d in dates))}
    free = _marks([each.free for each in lecturers], slots)
    weekday_of = np.repeat(np.array([d.weekday() for d in dates], dtype=np.int64), problem.halves)
    week_of = np.repeat(
        np.array([weeks[d.isocalendar()[:2]] for d in dates], dtype=np.int64), problem.halves
    )
    load = _loads(problem, free, week_of)
    return Tables(
        members=members,
        study_day=np.array([u.study_day for u in units], dtype=np.int64),
        seats=np.array([v.seats for v in venues], dtype=np.int64),
        hall=count * np.array([v.cost for v in venues]),
        way=way,
        off=(count * problem.prices.off_day * members).astype(np.float64),
        drive=drive,
        weekdays=np.array(sorted(set(weekday_of.tolist())) or [0], dtype=np.int64),
        unheld=_unheld(teaches, load, max(1, len(units)) + 1),
        teaches=teaches,
        free=free,
        load=load,
        day_of=np.repeat(np.arange(len(dates), dtype=np.int64), problem.halves),
        week_of=week_of,
        weekday_of=weekday_of,
        open=~_marks([v.closed for v in venues], slots),
    )


def _marks(rows: list[tuple[int, ...]], width: int) -> Flags:
    marks = np.zeros((len(rows), width), dtype=np.bool_)
    for i, row in enumerate(rows):
        marks[i, [slot for slot in row if slot < width]] = True
    return marks


def _loads(problem: SeasonProblem, free: Flags, week_of: Ints) -> Ints:
    """Return how many sessions each lecturer can hold, their free slots considered."""
    loads = []
    for i, lecturer in enumerate(problem.lecturers):
        a_week = np.bincount(week_of[free[i]]) if free[i].any() else np.zeros(1, dtype=np.int64)
        loads.append(min(lecturer.load, int(np.minimum(a_week, problem.lecturer_a_week).sum())))
    return np.array(loads, dtype=np.int64)


def _sets_of_topics(count: int) -> list[list[int]]:
    """Return the sets worth looking at: all of them, or the small ones where there are many."""
    sizes = range(1, count + 1) if count <= 10 else (1, 2, count)
    return [list(some) for size in sizes for some in combinations(range(count), size)]


def _unheld(teaches: Flags, load: Ints, most: int) -> Floats:
    """Return for each number of cohorts a number of sessions that nobody can teach.

    By Hall's theorem: for every set of topics, the sessions less the load of all who teach any.
    """
    unheld = np.zeros(most)
    for some in _sets_of_topics(teaches.shape[1]):
        can = int(load[teaches[:, some].any(axis=1)].sum())
        unheld = np.maximum(unheld, np.arange(most) * len(some) - can)
    return unheld


def scarce_topics(tables: Tables, cohorts: int) -> list[int]:
    """Return the topics that together lack the most lecturer sessions for so many cohorts."""
    worst: tuple[int, list[int]] = (0, [])
    for some in _sets_of_topics(tables.teaches.shape[1]):
        can = int(tables.load[tables.teaches[:, some].any(axis=1)].sum())
        worst = max(worst, (cohorts * len(some) - can, some), key=lambda pair: pair[0])
    return worst[1]
