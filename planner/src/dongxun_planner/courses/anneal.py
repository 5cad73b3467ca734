"""The kernel of course timetabling: one lecture to another place, or two change places.

Two lectures are never in one room and period. Clashes of teachers, curricula and barred periods are
allowed on the way, at a price that no other cost outweighs.

Source: Bellio, Ceschia, Di Gaspero, Schaerf and Urli, 'Feature-based tuning of simulated annealing
applied to the curriculum-based course timetabling problem', 2016 (the neighbourhood).
"""

import math
from typing import Any

import numpy as np
from numba import njit

CLASH = 400.0


@njit(cache=True, nogil=True)
def anneal(  # noqa: PLR0917 - a kernel's state
    world: Any, state: Any, best: Any, cost: Any, moves: int, heat: float, seed: int
) -> None:
    """Make so many moves at one heat; keep the best timetable without clashes.

    Args:
        cost: [now, clashes now, lowest without clashes].
    """
    np.random.seed(seed)  # noqa: NPY002 - inside a kernel there is no other
    period, room, grid = state[0], state[1], state[2]
    change = np.zeros(2)
    for _ in range(moves):
        one = np.random.randint(len(period))  # noqa: NPY002
        there = np.random.randint(grid.shape[0])  # noqa: NPY002
        inside = np.random.randint(grid.shape[1])  # noqa: NPY002
        if np.random.random() < 0.15:  # noqa: NPY002
            there = period[one]
        if there == period[one] and inside == room[one]:
            continue
        change[:] = 0.0
        _exchange(world, state, one, there, inside, period[one], room[one], change)
        delta = change[0] + CLASH * change[1]
        if delta > 0 and np.random.random() >= math.exp(-delta / heat):  # noqa: NPY002
            _back(world, state, one, there, inside)
            continue
        cost[0] += change[0]
        cost[1] += change[1]
        if cost[1] == 0 and cost[0] < cost[2]:
            cost[2] = cost[0]
            best[0][:], best[1][:] = period, room


@njit(cache=True, nogil=True)
def _exchange(  # noqa: PLR0917 - a kernel's state
    world: Any, state: Any, one: int, there: int, inside: int, here: int, mine: int, change: Any
) -> None:
    other = state[2][there, inside]
    lift(world, state, one, change)
    if other >= 0:
        lift(world, state, other, change)
        put(world, state, other, here, mine, change)
    put(world, state, one, there, inside, change)
    state[7][0], state[7][1], state[7][2] = other, here, mine


@njit(cache=True, nogil=True)
def _back(world: Any, state: Any, one: int, there: int, inside: int) -> None:
    other, here, mine = state[7][0], state[7][1], state[7][2]
    none = np.zeros(2)
    lift(world, state, one, none)
    if other >= 0:
        lift(world, state, other, none)
        put(world, state, other, there, inside, none)
    put(world, state, one, here, mine, none)


@njit(cache=True, nogil=True)
def put(  # noqa: PLR0917 - a kernel's state
    world: Any, state: Any, lecture: int, there: int, inside: int, change: Any
) -> None:
    """Seat a lecture; add to the change its cost and its clashes."""
    course_of, students, seats, barred = world[0], world[1], world[2], world[4]
    clashes, count = world[5], world[6]
    c = course_of[lecture]
    change[0] += max(0, students[c] - seats[inside])
    change[1] += barred[c, there] + state[3][c, there]
    for k in range(count[c]):
        state[3][clashes[c, k], there] += 1
    _tally(world, state, c, there, inside, 1, change)
    state[0][lecture], state[1][lecture] = there, inside
    state[2][there, inside] = lecture


@njit(cache=True, nogil=True)
def lift(world: Any, state: Any, lecture: int, change: Any) -> None:
    """Take a lecture out; take its cost and its clashes from the change."""
    course_of, students, seats, barred = world[0], world[1], world[2], world[4]
    clashes, count = world[5], world[6]
    c, there, inside = course_of[lecture], state[0][lecture], state[1][lecture]
    change[0] -= max(0, students[c] - seats[inside])
    for k in range(count[c]):
        state[3][clashes[c, k], there] -= 1
    change[1] -= barred[c, there] + state[3][c, there]
    _tally(world, state, c, there, inside, -1, change)
    state[2][there, inside] = -1


@njit(cache=True, nogil=True)
def _tally(  # noqa: PLR0917 - a kernel's state
    world: Any, state: Any, c: int, there: int, inside: int, sign: int, change: Any
) -> None:
    least, groups, group_count, hours = world[3], world[7], world[8], world[9]
    day = there // hours
    before = state[5][c, inside] > 0
    state[5][c, inside] += sign
    change[0] += (state[5][c, inside] > 0) * 1.0 - before * 1.0
    had = state[4][c, day] > 0
    short = max(0, least[c] - state[8][c])
    state[4][c, day] += sign
    state[8][c] += (state[4][c, day] > 0) * 1 - had * 1
    change[0] += 5.0 * (max(0, least[c] - state[8][c]) - short)
    for k in range(group_count[c]):
        held = state[6][groups[c, k]]
        change[0] -= 2.0 * _alone(held, there, hours)
        held[there] += sign
        change[0] += 2.0 * _alone(held, there, hours)


@njit(cache=True, nogil=True)
def _alone(held: Any, there: int, hours: int) -> int:
    """Count lectures of a curriculum without a neighbour, from one hour before to one after."""
    first = there - there % hours
    alone = 0
    for at in range(max(first, there - 1), min(first + hours, there + 2)):
        if held[at]:
            before = at > first and held[at - 1] > 0
            after = at + 1 < first + hours and held[at + 1] > 0
            if not before and not after:
                alone += held[at]
    return alone
