"""Who teaches which session and when: annealing in which a newcomer may put others out.

A session is taken by a lecturer in a slot; whoever stands in the way (the lecturer's other session
in that slot or too far away that day, the cohort's on that day, the hall's) is put out and waits until it finds another
place. Pinned meetings are never put out.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit

from dongxun_planner.season.tables import Floats, Ints, Tables

NEAREST = 16
PIECE = 100_000


@dataclass(frozen=True)
class Meetings:
    """Lecturer and slot of each session, −1 where it is not held; session = cohort × topics + topic."""

    lecturer: Ints
    slot: Ints


@dataclass(frozen=True)
class Rules:
    """What the kernel needs to know of the problem."""

    lecturer_a_week: int
    cohort_a_week: int
    moved: float
    unheld: float


def place(  # noqa: PLR0917 - one table after the other
    tables: Tables,
    venue: Ints,
    weekday: Ints,
    rules: Rules,
    prices: Floats,
    start: Meetings,
    fixed: Any,
    wanted: Any,
    away: Any,
    met: Ints,
    *,
    moves: int,
    seed: int,
    hot: float = 60.0,
    over: Callable[[], bool] = lambda: False,
) -> Meetings:
    """Return the best meetings found from where ``start`` stands; ``over`` ends it early.

    Args:
        fixed: sessions that stay where they are.
        wanted: sessions to be held; the others are of topics that a cohort does not lack.
        away: cohorts × slots, where people are elsewhere.
        met: cohorts × weeks, the sessions that people have besides.
    """
    if not len(start.slot) or not len(tables.load):
        return start
    near = _nearest(tables, prices)
    free_list, free_count = _free_lists(tables)
    world = (
        venue,
        weekday,
        near,
        tables.drive,
        free_list,
        free_count,
        tables.load,
        tables.day_of,
        tables.week_of,
        tables.weekday_of,
        tables.open,
        fixed | ~wanted,
        np.array([rules.moved, rules.unheld]),
        np.array([rules.lecturer_a_week, rules.cohort_a_week]),
        away,
        np.argsort(~wanted, kind="stable"),
        np.array([int(wanted.sum())]),
        tables.apart,
        tables.lesson_at,
        tables.reach,
        tables.given,
        met,
        tables.wish,
    )
    pieces = max(1, moves // PIECE)
    lecturer, slot = start.lecturer.copy(), start.slot.copy()
    for k in range(pieces):
        heat = hot * 0.01 ** (k / pieces), hot * 0.01 ** ((k + 1) / pieces)
        lecturer, slot = _place(world, lecturer, slot, moves // pieces, *heat, seed + k)
        if over():
            break
    return Meetings(lecturer, slot)


def _nearest(tables: Tables, prices: Floats) -> Ints:
    """Return topics × venues × nearest lecturers who teach it, −1 where there are fewer."""
    topics = tables.teaches.shape[1]
    near = np.full((topics, len(tables.seats), NEAREST), -1, dtype=np.int64)
    for topic in range(topics):
        able = np.flatnonzero(tables.teaches[:, topic] & (tables.load > 0))
        yuan = tables.drive[able] + prices[able, None]
        yuan[~tables.comes[able]] = np.inf
        order = np.argsort(yuan, axis=0)[:NEAREST]
        ever = np.isfinite(np.take_along_axis(yuan, order, axis=0))
        near[topic, :, : order.shape[0]] = np.where(ever, able[order], -1).T
    return near


def _free_lists(tables: Tables) -> tuple[Ints, Ints]:
    """Return for each lecturer and weekday the free slots, and how many there are."""
    lecturers = len(tables.load)
    most = max(1, len(tables.weekday_of))
    slots = np.zeros((lecturers, 8, most), dtype=np.int64)
    count = np.zeros((lecturers, 8), dtype=np.int64)
    for who in range(lecturers):
        every = np.flatnonzero(tables.free[who])
        for day in range(8):
            mine = every if day == 7 else every[tables.weekday_of[every] == day]
            slots[who, day, : len(mine)] = mine
            count[who, day] = len(mine)
    return slots, count


@njit(cache=True)
def _place(  # noqa: PLR0917 - a kernel's state
    world: Any, lecturer: Any, slot: Any, moves: int, hot: float, cold: float, seed: int
) -> Any:
    np.random.seed(seed)  # noqa: NPY002 - inside a kernel there is no other
    state = _seat_all(world, lecturer, slot)
    waiting, count = state[6], state[8]
    out = np.full(16, -1, dtype=np.int64)  # three at once, five of the day, three beyond a limit
    best = (lecturer.copy(), slot.copy())
    now = lowest = 0.0
    for step in range(moves):
        heat = hot * (cold / hot) ** (step / moves)
        if count[0] and (step & 3 == 0 or np.random.random() < 0.2):  # noqa: NPY002
            session = waiting[np.random.randint(count[0])]  # noqa: NPY002
        else:
            session = np.random.randint(len(slot))  # noqa: NPY002
        now += _try(world, state, session, heat, out)
        if now < lowest - 1e-6 and (step > moves // 2 or lowest - now > 500):
            lowest = now
            best[0][:], best[1][:] = lecturer, slot
    return best if lowest < 0 else (lecturer, slot)


@njit(cache=True)
def _seat_all(world: Any, lecturer: Any, slot: Any) -> Any:
    venue, day_of = world[0], world[7]
    slots, topics, sessions = len(day_of), world[2].shape[0], len(slot)
    days = day_of.max() + 1
    state = (
        np.full((len(world[6]), slots), -1, dtype=np.int64),
        world[20].copy(),
        np.zeros(len(world[6]), dtype=np.int64),
        np.full((len(venue), days), -1, dtype=np.int64),
        world[21].copy(),
        np.full((world[10].shape[0], slots), -1, dtype=np.int64),
        world[15].copy(),
        np.argsort(world[15]),
        world[16].copy(),
        lecturer,
        slot,
        np.array([topics]),
    )
    for session in range(sessions):
        if slot[session] >= 0:
            who, when = lecturer[session], slot[session]
            slot[session] = -1
            _seat(world, state, session, who, when)
    return state


@njit(cache=True)
def _seat(world: Any, state: Any, session: int, who: int, when: int) -> None:
    cohort = session // state[11][0]
    day, week = world[7][when], world[8][when]
    state[0][who, when] = session
    state[1][who, week] += 1
    state[2][who] += 1
    state[3][cohort, day] = session
    state[4][cohort, week] += 1
    state[5][world[0][cohort], when] = session
    state[9][session], state[10][session] = who, when
    state[8][0] -= 1
    last, here = state[6][state[8][0]], state[7][session]
    state[6][here], state[7][last] = last, here
    state[6][state[8][0]], state[7][session] = session, state[8][0]


@njit(cache=True)
def _unseat(world: Any, state: Any, session: int) -> None:
    cohort, who, when = session // state[11][0], state[9][session], state[10][session]
    day, week = world[7][when], world[8][when]
    state[0][who, when] = -1
    state[1][who, week] -= 1
    state[2][who] -= 1
    state[3][cohort, day] = -1
    state[4][cohort, week] -= 1
    state[5][world[0][cohort], when] = -1
    state[9][session] = state[10][session] = -1
    first, here = state[6][state[8][0]], state[7][session]
    state[6][here], state[7][first] = first, here
    state[6][state[8][0]], state[7][session] = session, state[8][0]
    state[8][0] += 1


@njit(cache=True)
def _cost(world: Any, state: Any, session: int, who: int, when: int) -> float:
    if when < 0:
        return world[12][1]  # type: ignore[no-any-return]
    cohort = session // state[11][0]
    moved = 0.0 if world[9][when] == world[1][cohort] else world[12][0]
    return world[3][who, world[0][cohort]] + moved + world[22][who, when]  # type: ignore[no-any-return]


@njit(cache=True)
def _try(world: Any, state: Any, session: int, heat: float, out: Any) -> float:
    """Try one place for a session; return by how much the cost changed."""
    who, when = _somewhere(world, session // state[11][0], session % state[11][0])
    stays = state[9][session] == who and state[10][session] == when
    if world[11][session] or when < 0 or stays:
        return 0.0
    count = _in_the_way(world, state, session, who, when, out)
    if count < 0:
        return 0.0
    delta = _cost(world, state, session, who, when)
    delta -= _cost(world, state, session, state[9][session], state[10][session])
    for k in range(count):
        delta += world[12][1] - _cost(world, state, out[k], state[9][out[k]], state[10][out[k]])
    if delta > 0 and np.random.random() >= math.exp(-delta / heat):  # noqa: NPY002
        return 0.0
    if state[10][session] >= 0:
        _unseat(world, state, session)
    for k in range(count):
        _unseat(world, state, out[k])
    _seat(world, state, session, who, when)
    return delta


@njit(cache=True)
def _somewhere(world: Any, cohort: int, topic: int) -> Any:
    """Draw a lecturer near the hall and a slot they have, mostly on the cohort's weekday."""
    hall = world[0][cohort]
    who = world[2][topic, hall, np.random.randint(world[2].shape[2])]  # noqa: NPY002
    day = 7 if np.random.random() < 0.15 else world[1][cohort]  # noqa: NPY002
    if who < 0 or world[5][who, day] == 0:
        return who, -1
    when = world[4][who, day, np.random.randint(world[5][who, day])]  # noqa: NPY002
    return who, when if world[10][hall, when] and not world[14][cohort, when] else -1


@njit(cache=True)
def _in_the_way(  # noqa: PLR0917 - a kernel's state
    world: Any, state: Any, session: int, who: int, when: int, out: Any
) -> int:
    """List who must be put out; −1 if that cannot be."""
    cohort = session // state[11][0]
    week, count = world[8][when], 0
    for other in (
        state[0][who, when],
        state[3][cohort, world[7][when]],
        state[5][world[0][cohort], when],
    ):
        if other >= 0 and other != session:
            if world[11][other]:
                return -1
            if not _listed(other, out, count):
                out[count] = other
                count += 1
    count = _far(world, state, session, who, when, out, count)
    if count >= 0:
        count = _thin(world, state, session, who, week, out, count, True)
    if count >= 0:
        count = _thin(world, state, session, who, -1, out, count, True)
    if count >= 0:
        count = _thin(world, state, session, cohort, week, out, count, False)
    return count


@njit(cache=True)
def _far(  # noqa: PLR0917 - a kernel's state
    world: Any, state: Any, session: int, who: int, when: int, out: Any, count: int
) -> int:
    """Put out what the lecturer teaches that day too far away; −1 if that cannot be."""
    apart, lessons, reach, topics = world[17], world[18], world[19], state[11][0]
    hall = world[0][session // topics]
    first = when - when % len(reach)
    for slot in range(first, first + len(reach)):
        far, other = reach[abs(slot - when)], state[0][who, slot]
        for place in lessons[who, slot]:
            if place >= 0 and apart[hall, place] > far:
                return -1
        if slot == when or other < 0 or other == session or _listed(other, out, count):
            continue
        if apart[hall, world[0][other // topics]] > far:
            if world[11][other]:
                return -1
            out[count] = other
            count += 1
    return count


@njit(cache=True)
def _listed(session: int, out: Any, count: int) -> bool:
    return bool((out[:count] == session).any())


@njit(cache=True)
def _thin(  # noqa: PLR0917 - a kernel's state
    world: Any,
    state: Any,
    session: int,
    whose: int,
    week: int,
    out: Any,
    count: int,
    taught: bool,  # noqa: FBT001
) -> int:
    """Put out one more where a lecturer (or cohort) would have too many in a week or in all."""
    load, limit = (0, 0)
    if not taught:
        load, limit = state[4][whose, week], world[13][1]
    elif week >= 0:
        load, limit = state[1][whose, week], world[13][0]
    else:
        load, limit = state[2][whose], world[6][whose]
    topics = state[11][0]
    for k in range(count + 1):
        other = session if k == count else out[k]
        when = state[10][other]
        mine = when >= 0 and (state[9][other] if taught else other // topics) == whose
        if mine and (week < 0 or world[8][when] == week):
            load -= 1
    if load < limit:
        return count
    row = state[0][whose] if taught else state[3][whose]
    start = np.random.randint(len(row))  # noqa: NPY002
    for k in range(len(row)):
        other = row[(start + k) % len(row)]
        if other < 0 or other == session or world[11][other] or _listed(other, out, count):
            continue
        if week < 0 or world[8][state[10][other]] == week:
            out[count] = other
            return count + 1
    return -1
