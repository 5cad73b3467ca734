"""The kernel of course timetabling: one lecture to another place, or two change places.

Two lectures are never in one room and period. Clashes of teachers, curricula and barred periods are
allowed on the way, at a price that no other cost outweighs; without any left none comes back. What
a move changes is reckoned from the tables before anything is moved, the clashes first: most moves
end there.

Source: Bellio, Ceschia, Di Gaspero, Schaerf and Urli, 'Feature-based tuning of simulated annealing
applied to the curriculum-based course timetabling problem', 2016 (the neighbourhood).
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit

CLASH = 400.0
SAME_PERIOD = 0.15
"""Of the moves, so many only try another room."""


class World(NamedTuple):
    """What the problem says, as tables over courses, rooms, periods and curricula."""

    course_of: Any  # of each lecture
    over: Any  # course × room: students without a seat
    least: Any  # days on which a course must be taught
    barred: Any  # course × period
    clash: Any  # course × course
    clashes: Any  # the same as lists, as long as ``count`` says
    count: Any
    groups: Any  # the curricula of a course, as many as ``group_count`` says
    group_count: Any
    member: Any  # curriculum × course
    hours: int


class State(NamedTuple):
    """A timetable, and what of it is counted."""

    period: Any  # of each lecture
    room: Any
    grid: Any  # period × room: the lecture there, or -1
    conflicts: Any  # course × period: lectures there that it clashes with, its own among them
    on_day: Any  # course × day
    used: Any  # course × room
    held: Any  # curriculum × period
    days: Any  # of each course: on how many it is taught


@njit(cache=True, nogil=True)
def anneal(  # noqa: PLR0917 - a kernel's state
    world: Any, state: Any, best: Any, cost: Any, moves: int, heat: float, seed: int
) -> None:
    """Make so many moves at one heat; keep the best timetable without clashes.

    Args:
        cost: [now, clashes now, lowest without clashes].
    """
    np.random.seed(seed)  # noqa: NPY002 - inside a kernel there is no other
    course_of, period, room, grid = world.course_of, state.period, state.room, state.grid
    periods, rooms = grid.shape
    for _ in range(moves):
        one = np.random.randint(len(period))  # noqa: NPY002
        here, mine, c = period[one], room[one], course_of[one]
        there = here
        if np.random.random() >= SAME_PERIOD:  # noqa: NPY002
            there = np.random.randint(periods)  # noqa: NPY002
        inside = np.random.randint(rooms)  # noqa: NPY002
        other = grid[there, inside]
        d = course_of[other] if other >= 0 else -1
        if d == c:
            continue
        clashes = 0
        if there != here:
            clashes = _clashes(world.barred, state.conflicts, world.clash, c, d, here, there)
            if clashes > 0 and cost[1] == 0:
                continue
        change = _change(world, state, c, d, here, there, mine, inside)
        delta = change + CLASH * clashes
        if delta > 0 and np.random.random() >= math.exp(-delta / heat):  # noqa: NPY002
            continue
        _move(world, state, one, here, there, mine, inside)
        if other >= 0:
            _move(world, state, other, there, here, inside, mine)
        grid[here, mine], grid[there, inside] = other, one
        cost[0] += change
        cost[1] += clashes
        if cost[1] == 0 and cost[0] < cost[2]:
            cost[2] = cost[0]
            best[0][:], best[1][:] = period, room


@njit(cache=True, nogil=True, inline="always")
def _clashes(  # noqa: PLR0917 - a kernel's state
    barred: Any, conflicts: Any, clash: Any, c: int, d: int, here: int, there: int
) -> int:
    """Return how many clashes a move adds; whoever makes room (d, or -1) is no longer there."""
    more = barred[c, there] + conflicts[c, there] - barred[c, here] - (conflicts[c, here] - 1)
    if d >= 0:
        more += barred[d, here] + conflicts[d, here] - barred[d, there] - (conflicts[d, there] - 1)
        if clash[c, d]:
            more -= 2
    return int(more)


@njit(cache=True, nogil=True)
def _change(  # noqa: PLR0917 - a kernel's state
    world: Any, state: Any, c: int, d: int, here: int, there: int, mine: int, inside: int
) -> float:
    """Return what a move adds to the cost, clashes aside."""
    hours = world.hours
    change = _rooms(world.over, state.used, c, mine, inside)
    if d >= 0:
        change += _rooms(world.over, state.used, d, inside, mine)
    if here == there:
        return float(change)
    day, other_day = here // hours, there // hours
    if day != other_day:
        change += _days(world.least, state.on_day, state.days, c, day, other_day)
        if d >= 0:
            change += _days(world.least, state.on_day, state.days, d, other_day, day)
    for k in range(world.group_count[c]):
        q = world.groups[c, k]
        if d < 0 or not world.member[q, d]:
            change += 2.0 * _alone_more(state.held[q], here, there, hours)
    if d >= 0:
        for k in range(world.group_count[d]):
            q = world.groups[d, k]
            if not world.member[q, c]:
                change += 2.0 * _alone_more(state.held[q], there, here, hours)
    return float(change)


@njit(cache=True, nogil=True, inline="always")
def _rooms(over: Any, used: Any, c: int, mine: int, inside: int) -> float:
    """Return what another room adds: students without a seat, rooms of the course."""
    if mine == inside:
        return 0.0
    more = over[c, inside] - over[c, mine]
    return float(more + (used[c, inside] == 0) - (used[c, mine] == 1))


@njit(cache=True, nogil=True, inline="always")
def _days(  # noqa: PLR0917 - a kernel's state
    least: Any, on_day: Any, days: Any, c: int, day: int, other: int
) -> float:
    """Return what another day adds where a course is taught on too few."""
    after = days[c] - (on_day[c, day] == 1) + (on_day[c, other] == 0)
    return float(5 * (max(0, least[c] - after) - max(0, least[c] - days[c])))


@njit(cache=True, nogil=True, inline="always")
def _alone_more(held: Any, here: int, there: int, hours: int) -> int:
    """Return how many more lectures of a curriculum are alone when one goes elsewhere."""
    more = -_alone(held, here, hours)
    held[here] -= 1
    more += _alone(held, here, hours) - _alone(held, there, hours)
    held[there] += 1
    more += _alone(held, there, hours)
    held[there] -= 1
    held[here] += 1
    return more


@njit(cache=True, nogil=True)
def _alone(held: Any, there: int, hours: int) -> int:
    """Count lectures of a curriculum without a neighbour, from one hour before to one after."""
    first = there - there % hours
    alone = 0
    for at in range(max(first, there - 1), min(first + hours, there + 2)):
        if held[at] and _is_alone(held, at, hours):
            alone += held[at]
    return alone


@njit(cache=True, nogil=True, inline="always")
def _is_alone(held: Any, at: int, hours: int) -> bool:
    hour = at % hours
    before = hour > 0 and held[at - 1] > 0
    after = hour + 1 < hours and held[at + 1] > 0
    return not before and not after


@njit(cache=True, nogil=True)
def _move(  # noqa: PLR0917 - a kernel's state
    world: Any, state: Any, lecture: int, here: int, there: int, mine: int, inside: int
) -> None:
    """Note a lecture elsewhere in every table but the grid."""
    count(world, state, lecture, here, mine, -1)
    count(world, state, lecture, there, inside, 1)
    state.period[lecture], state.room[lecture] = there, inside


@njit(cache=True, nogil=True)
def count(  # noqa: PLR0917 - a kernel's state
    world: Any, state: Any, lecture: int, there: int, inside: int, sign: int
) -> None:
    """Count a lecture at a place in all that is counted, or (-1) no longer."""
    c, day = world.course_of[lecture], there // world.hours
    for k in range(world.count[c]):
        state.conflicts[world.clashes[c, k], there] += sign
    for k in range(world.group_count[c]):
        state.held[world.groups[c, k], there] += sign
    state.used[c, inside] += sign
    state.days[c] -= state.on_day[c, day] > 0
    state.on_day[c, day] += sign
    state.days[c] += state.on_day[c, day] > 0


@njit(cache=True, nogil=True)
def costs(world: Any, state: Any, cost: Any) -> None:
    """Reckon the cost and the clashes of a timetable from its tables; put them into ``cost``."""
    total, twice, barred = 0.0, 0, 0
    for one in range(len(state.period)):
        c, there = world.course_of[one], state.period[one]
        total += world.over[c, state.room[one]]
        twice += state.conflicts[c, there] - 1
        barred += world.barred[c, there]
    for c in range(len(world.least)):
        total += max(0, np.sum(state.used[c] > 0) - 1)
        total += 5.0 * max(0, world.least[c] - state.days[c])
    for held in state.held:
        for there in range(len(held)):
            total += 2.0 * held[there] * _is_alone(held, there, world.hours)
    cost[0], cost[1] = total, twice // 2 + barred
