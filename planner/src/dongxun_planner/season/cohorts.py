"""Who learns together and where: simulated annealing over units, halls and weekdays.

A state is units in cohorts, cohorts in halls. Moves: a unit to a neighbour's cohort or into one of
its own, two units change places, a cohort changes hall or weekday, two cohorts become one.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit

from dongxun_planner.season.tables import Floats, Ints, Tables

NEAR_UNITS, NEAR_VENUES, FAR = 24, 40, 1e9


@dataclass(frozen=True)
class Grouping:
    """Cohort of each unit; venue and weekday of each cohort."""

    cohort_of: Ints
    venue: Ints
    weekday: Ints


@dataclass(frozen=True)
class Ground:
    """What the kernels look up: costs, and who is near whom."""

    arrays: tuple[Any, ...]

    @staticmethod
    def of(tables: Tables, hall: Floats, unheld_cost: float, crowd: float) -> "Ground":
        """Prepare the look-ups; units without any hall must have been refused before.

        Args:
            unheld_cost: what counts for a session too many for lecturers.
            crowd: what counts for one too many for a hall's slots.
        """
        never = np.where(tables.meets > 0, 0.0, FAR)
        reach = np.argsort(tables.way / np.maximum(tables.members, 1)[:, None] + never, axis=1)
        near_venues = reach[:, :NEAR_VENUES].copy()
        best = near_venues[:, 0]
        apart = tables.way[:, best] / tables.members[:, None]
        near_units = np.argsort(apart.T, axis=1)[:, :NEAR_UNITS].copy()
        lack = unheld_cost * np.diff(tables.unheld, append=tables.unheld[-1])
        return Ground(
            (
                tables.members,
                tables.study_day,
                tables.seats,
                hall,
                tables.way,
                tables.off,
                lack,
                near_venues,
                near_units,
                tables.weekdays,
                tables.room,
                tables.each,
                np.array([crowd]),
            )
        )


def first_grouping(tables: Tables, hall: Floats) -> Grouping:
    """Give each unit a cohort of its own in its cheapest hall."""
    cost = tables.way + hall[None, :]
    cost = np.where(tables.seats[None, :] >= tables.members[:, None], cost, np.inf)
    venue = cost.argmin(axis=1).astype(np.int64)
    days = np.array([_day(tables, day) for day in tables.study_day.tolist()], dtype=np.int64)
    return Grouping(np.arange(len(venue), dtype=np.int64), venue, days)


def _day(tables: Tables, day: int) -> int:
    return day if day in tables.weekdays else int(tables.weekdays[0])


def anneal(
    ground: Ground, grouping: Grouping, *, moves: int, heat: tuple[float, float], seed: int
) -> Grouping:
    """Return the best grouping met while cooling from the first heat to the second."""
    count = len(grouping.cohort_of)
    at = grouping.cohort_of.copy()
    venue, weekday = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    venue[: len(grouping.venue)] = grouping.venue
    weekday[: len(grouping.weekday)] = grouping.weekday
    found = _anneal(ground.arrays, at, venue, weekday, moves, heat[0], heat[1], seed)
    return tidy(Grouping(*found))


def tidy(grouping: Grouping) -> Grouping:
    """Number the cohorts that have units from 0."""
    used, cohort_of = np.unique(grouping.cohort_of, return_inverse=True)
    return Grouping(cohort_of.astype(np.int64), grouping.venue[used], grouping.weekday[used])


@njit(cache=True)
def _anneal(  # noqa: PLR0917 - a kernel's state
    ground: Any, at: Any, venue: Any, weekday: Any, moves: int, hot: float, cold: float, seed: int
) -> Any:
    np.random.seed(seed)  # noqa: NPY002 - inside a kernel there is no other
    count = len(at)
    size = np.zeros(count, dtype=np.int64)
    seated = np.zeros(count, dtype=np.int64)
    for u in range(count):
        size[at[u]] += 1
        seated[at[u]] += ground[0][u]
    used = int((size > 0).sum())
    cohorts = np.zeros(len(ground[2]), dtype=np.int64)
    for k in range(count):
        if size[k] > 0:
            cohorts[venue[k]] += 1
    state = (at, venue, weekday, size, seated, cohorts)
    best = (at.copy(), venue.copy(), weekday.copy())
    now = lowest = 0.0
    for step in range(moves):
        heat = hot * (cold / hot) ** (step / moves)
        u = np.random.randint(count)  # noqa: NPY002
        dice = np.random.random()  # noqa: NPY002
        if dice < 0.45:
            delta, used = _move_unit(ground, state, u, used, heat)
        elif dice < 0.75:
            delta = _swap(ground, state, u, heat)
        elif dice < 0.93:
            delta = _rehouse(ground, state, u, heat)
        else:
            delta, used = _merge(ground, state, u, used, heat)
        now += delta
        if now < lowest - 1e-6 and heat < hot * 0.05:
            lowest = now
            best[0][:], best[1][:], best[2][:] = at, venue, weekday
    return best if lowest < 0 else (at, venue, weekday)


@njit(cache=True)
def _taken(delta: float, heat: float) -> bool:
    return bool(delta <= 0 or np.random.random() < math.exp(-delta / heat))  # noqa: NPY002


@njit(cache=True)
def _price(ground: Any, u: int, venue: int, day: int) -> float:
    return ground[4][u, venue] + (ground[5][u] if ground[1][u] != day else 0.0)  # type: ignore[no-any-return]


@njit(cache=True)
def _crowd(ground: Any, where: int, cohorts: int) -> float:
    """Return what a hall's next cohort costs because its slots are taken by so many others."""
    room, each = ground[10][where], ground[11][where]
    return ground[12][0] * (max(0, (cohorts + 1) * each - room) - max(0, cohorts * each - room))  # type: ignore[no-any-return]


@njit(cache=True)
def _move_unit(ground: Any, state: Any, u: int, used: int, heat: float) -> Any:
    members, seats, hall, lack = ground[0], ground[2], ground[3], ground[6]
    at, venue, weekday, size, seated, cohorts = state
    old = at[u]
    if np.random.random() < 0.85:  # noqa: NPY002
        new = at[ground[8][u, np.random.randint(ground[8].shape[1])]]  # noqa: NPY002
        where, day, opens = venue[new], weekday[new], False
        if new == old:
            return 0.0, used
    else:
        where = ground[7][u, np.random.randint(ground[7].shape[1])]  # noqa: NPY002
        day, opens, new = ground[1][u], True, -1
        if size[old] == 1:
            return 0.0, used
        if not (ground[9] == day).any():
            day = ground[9][0]
    held = 0 if opens else seated[new]
    if held + members[u] > seats[where]:
        return 0.0, used
    delta = _price(ground, u, where, day) - _price(ground, u, venue[old], weekday[old])
    closes = size[old] == 1
    if opens:
        delta += hall[where] + lack[used] + _crowd(ground, where, cohorts[where])
    if closes:
        delta -= hall[venue[old]] + lack[used - 1]
        delta -= _crowd(ground, venue[old], cohorts[venue[old]] - 1)
    if not _taken(delta, heat):
        return 0.0, used
    if opens:
        new = int(np.argmin(size))
        venue[new], weekday[new] = where, day
    cohorts[where] += int(opens)
    cohorts[venue[old]] -= int(closes)
    at[u] = new
    size[old] -= 1
    size[new] += 1
    seated[old] -= members[u]
    seated[new] += members[u]
    return delta, used + (1 if opens else 0) - (1 if closes else 0)


@njit(cache=True)
def _swap(ground: Any, state: Any, u: int, heat: float) -> float:
    members, seats = ground[0], ground[2]
    at, venue, weekday, _, seated, _ = state
    v = ground[8][u, np.random.randint(ground[8].shape[1])]  # noqa: NPY002
    a, b = at[u], at[v]
    more = members[v] - members[u]
    if a == b or seated[a] + more > seats[venue[a]] or seated[b] - more > seats[venue[b]]:
        return 0.0
    delta = _price(ground, u, venue[b], weekday[b]) - _price(ground, u, venue[a], weekday[a])
    delta += _price(ground, v, venue[a], weekday[a]) - _price(ground, v, venue[b], weekday[b])
    if not _taken(delta, heat):
        return 0.0
    at[u], at[v] = b, a
    seated[a] += more
    seated[b] -= more
    return delta


@njit(cache=True)
def _rehouse(ground: Any, state: Any, u: int, heat: float) -> float:
    at, venue, weekday, size, seated, cohorts = state
    cohort = at[u]
    where, day = venue[cohort], weekday[cohort]
    if np.random.random() < 0.6:  # noqa: NPY002
        where = ground[7][u, np.random.randint(ground[7].shape[1])]  # noqa: NPY002
    else:
        day = ground[9][np.random.randint(len(ground[9]))]  # noqa: NPY002
    if seated[cohort] > ground[2][where]:
        return 0.0
    was = venue[cohort]
    delta, left = ground[3][where] - ground[3][was], size[cohort]
    if where != was:
        delta += _crowd(ground, where, cohorts[where]) - _crowd(ground, was, cohorts[was] - 1)
    for v in range(len(at)):
        if at[v] == cohort:
            delta += _price(ground, v, where, day)
            delta -= _price(ground, v, venue[cohort], weekday[cohort])
            left -= 1
            if left == 0:
                break
    if not _taken(delta, heat):
        return 0.0
    venue[cohort], weekday[cohort] = where, day
    cohorts[was] -= 1
    cohorts[where] += 1
    return delta  # type: ignore[no-any-return]


@njit(cache=True)
def _merge(ground: Any, state: Any, u: int, used: int, heat: float) -> Any:
    at, venue, weekday, size, seated, cohorts = state
    old = at[u]
    new = at[ground[8][u, np.random.randint(ground[8].shape[1])]]  # noqa: NPY002
    if old == new or seated[old] + seated[new] > ground[2][venue[new]]:
        return 0.0, used
    delta = -ground[3][venue[old]] - ground[6][used - 1]
    delta -= _crowd(ground, venue[old], cohorts[venue[old]] - 1)
    for v in range(len(at)):
        if at[v] == old:
            delta += _price(ground, v, venue[new], weekday[new])
            delta -= _price(ground, v, venue[old], weekday[old])
    if not _taken(delta, heat):
        return 0.0, used
    for v in range(len(at)):
        if at[v] == old:
            at[v] = new
    size[new] += size[old]
    seated[new] += seated[old]
    size[old] = seated[old] = 0
    cohorts[venue[old]] -= 1
    return delta, used - 1
