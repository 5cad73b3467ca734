"""The kernel of home visits: calls move between rounds, and two who meet wait for each other.

A state is ``rows`` (the tasks of each route in order), ``counts`` (how many), ``where`` (the route of
each task, or -1), ``begins`` (the minute each begins) and ``days`` (four sums of each day).
"""

# ruff: noqa: NPY002 - inside a kernel there are no other dice
import math
from typing import Any

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def time_day(t: Any, s: Any, day: int, at: Any, now: Any) -> bool:
    """Set when the tasks of a day begin, as early as can be; tell whether every rule is kept.

    Two who meet are timed together, once both are on their way; rounds that wait for each other in
    a ring are refused. ``at`` and ``now`` are room to work in, one number for each route.
    """
    # Taken out of the tuple once: a kernel counts its hold on each table that it takes out.
    rows, counts, where, begins = s[0], s[1], s[2], s[3]
    of_day, partner, opens, minutes = t.of_day, t.partner, t.opens, t.minutes
    place, way, home, latest = t.place, t.way, t.home, t.latest
    todo, went = _dawn(t, s, day, at, now), True
    while todo and went:
        went = False
        for i in range(of_day.shape[1] - 1):
            r = of_day[day, i]
            if r < 0:
                break
            while at[r] < counts[r]:
                task = rows[r, at[r]]
                here = place[rows[r, at[r] - 1]] if at[r] else home[r]
                first = max(now[r] + way[here, place[task]], opens[task])
                other = partner[task]
                if other < 0:
                    if first > latest[task]:
                        return False
                    begins[task] = first
                    now[r] = first + minutes[task]
                    at[r] += 1
                    todo -= 1
                else:
                    q = where[other]
                    if q < 0 or q == r:
                        return False
                    if at[q] >= counts[q] or rows[q, at[q]] != other:
                        break
                    here = place[rows[q, at[q] - 1]] if at[q] else home[q]
                    second = max(now[q] + way[here, place[other]], opens[other])
                    if not _meet(t, begins, task, first, second):
                        return False
                    now[r] = begins[task] + minutes[task]
                    now[q] = begins[other] + minutes[other]
                    at[r] += 1
                    at[q] += 1
                    todo -= 2
                went = True
    return bool(todo == 0 and _sum_up(t, s, day, now))


@njit(cache=True, nogil=True)
def _dawn(t: Any, s: Any, day: int, at: Any, now: Any) -> int:
    """Set everybody at home at the beginning of a day; return how many tasks it has."""
    todo = 0
    for i in range(t.of_day.shape[1] - 1):
        r = t.of_day[day, i]
        if r < 0:
            break
        at[r], now[r] = 0, t.begins[r]
        todo += s[1][r]
    return todo


@njit(cache=True, nogil=True)
def _meet(t: Any, begins: Any, task: int, first: float, second: float) -> bool:
    """Begin both calls of a visit, the earlier one later where the later one must be soon after."""
    if t.is_second[task]:
        first, second = second, first
    second = max(second, first + t.least[task])
    first = max(first, second - t.most[task])
    begins[task] = second if t.is_second[task] else first
    begins[t.partner[task]] = first if t.is_second[task] else second
    return bool(max(first, second) <= t.latest[task])


@njit(cache=True, nogil=True)
def _sum_up(t: Any, s: Any, day: int, now: Any) -> bool:
    """Add up a timed day; tell whether everybody is back in time and carries no more than they hold."""
    rows, counts, begins, days = s[0], s[1], s[3], s[4]
    place, way, closes, own, weight = t.place, t.way, t.closes, t.own, t.load
    walked, late, latest, owned = 0.0, 0.0, 0.0, 0.0
    for i in range(t.of_day.shape[1] - 1):
        r = t.of_day[day, i]
        if r < 0:
            break
        if not counts[r]:
            continue
        here, load = t.home[r], 0
        for k in range(counts[r]):
            task = rows[r, k]
            walked += way[here, place[task]]
            after = max(0.0, begins[task] - closes[task])
            late += after
            latest = max(latest, after)
            owned += own[task, r]
            load += weight[task]
            here = place[task]
        walked += way[here, t.home[r]]
        if load > t.holds[r] or now[r] + way[here, t.home[r]] > t.ends[r] + 1e-9:
            return False
    days[day, 0], days[day, 1], days[day, 2], days[day, 3] = walked, late, latest, owned
    return True


@njit(cache=True, nogil=True)
def cost_of(t: Any, s: Any) -> float:
    """Return the cost of a state whose days are timed."""
    where, days = s[2], s[4]
    left = 0.0
    for task in range(len(where)):
        if where[task] < 0 and not t.is_second[task]:
            left += 1.0
    latest = 0.0
    for day in range(len(days)):
        latest = max(latest, days[day, 2])
    walked = t.prices[0] * days[:, 0].sum() + t.prices[1] * days[:, 1].sum()
    return float(walked + t.prices[2] * latest + days[:, 3].sum() + t.prices[3] * left)


@njit(cache=True, nogil=True)
def take_out(s: Any, task: int) -> None:
    """Take a task out of its route."""
    rows, counts, where = s[0], s[1], s[2]
    r = where[task]
    k = 0
    while rows[r, k] != task:
        k += 1
    for j in range(k, counts[r] - 1):
        rows[r, j] = rows[r, j + 1]
    counts[r] -= 1
    where[task] = -1


@njit(cache=True, nogil=True)
def put_in(s: Any, task: int, r: int, k: int) -> None:
    """Put a task into a route, before what is at ``k`` now."""
    rows, counts, where = s[0], s[1], s[2]
    for j in range(counts[r], k, -1):
        rows[r, j] = rows[r, j - 1]
    rows[r, k] = task
    counts[r] += 1
    where[task] = r


@njit(cache=True, nogil=True)
def _place(t: Any, s: Any, task: int, r: int, when: float) -> int:
    """Choose where in a route: anywhere, on the shortest way, or where the minute is right."""
    rows, counts, begins = s[0], s[1], s[3]
    n = counts[r]
    dice = np.random.random()
    if dice < 0.2:
        return int(np.random.randint(n + 1))
    if dice < 0.6:
        k = 0
        while k < n and begins[rows[r, k]] < when:
            k += 1
        return k
    best, found = np.inf, 0
    for k in range(n + 1):
        here = t.place[rows[r, k - 1]] if k else t.home[r]
        there = t.place[rows[r, k]] if k < n else t.home[r]
        more = t.way[here, t.place[task]] + t.way[t.place[task], there] - t.way[here, there]
        more *= 0.7 + 0.6 * np.random.random()
        if more < best:
            best, found = more, k
    return found


@njit(cache=True, nogil=True)
def _route(t: Any, s: Any, task: int, day: int) -> int:
    """Choose a route for a task, of this day where one is given: near ones first; or -1."""
    where = s[2]
    if np.random.random() < 0.6:
        n = 0
        while t.near[task, n] >= 0:
            n += 1
        for _ in range(4 if n else 0):
            r = where[t.near[task, np.random.randint(n)]]
            if r >= 0 and t.may[task, r] and (day < 0 or t.day[r] == day):
                return int(r)
    n = 0
    while t.can[task, n] >= 0:
        n += 1
    for _ in range(8 if n else 0):
        r = t.can[task, np.random.randint(n)]
        if day < 0 or t.day[r] == day:
            return int(r)
    return -1


@njit(cache=True, nogil=True)
def _lay(t: Any, s: Any, task: int) -> bool:
    """Put a visit that is out into rounds; tell whether there were any to choose."""
    when = t.opens[task] + (t.closes[task] - t.opens[task]) * np.random.random()
    r = _route(t, s, task, -1)
    if r < 0:
        return False
    other = t.partner[task]
    if other < 0:
        put_in(s, task, r, _place(t, s, task, r, when))
        return True
    q = _route(t, s, other, t.day[r])
    if q < 0 or q == r:
        return False
    put_in(s, task, r, _place(t, s, task, r, when))
    put_in(s, other, q, _place(t, s, other, q, when))
    return True


@njit(cache=True, nogil=True)
def _move(t: Any, s: Any) -> bool:
    """Change something; False where the dice gave nothing that can be."""
    where = s[2]
    task = np.random.randint(len(where))
    kind = np.random.random()
    if where[task] < 0 or kind < 0.45:
        if where[task] >= 0:
            take_out(s, task)
            if t.partner[task] >= 0:
                take_out(s, t.partner[task])
            if kind < 0.005:
                return True
        return _lay(t, s, task)
    if kind < 0.7:
        return _send(t, s, task)
    if kind < 0.9:
        return _swap(t, s, task)
    return _cross(t, s, task)


@njit(cache=True, nogil=True)
def _send(t: Any, s: Any, task: int) -> bool:
    """Send one task to another round, or to another place in its own."""
    where, begins = s[2], s[3]
    old = where[task]
    r = old if np.random.random() < 0.5 else _route(t, s, task, t.day[old])
    if r < 0:
        return False
    when = begins[task] + 40.0 * (np.random.random() - 0.5)
    take_out(s, task)
    put_in(s, task, r, _place(t, s, task, r, when))
    return True


@njit(cache=True, nogil=True)
def _swap(t: Any, s: Any, task: int) -> bool:
    """Let two tasks change places."""
    rows, where = s[0], s[2]
    n = 0
    while t.near[task, n] >= 0:
        n += 1
    if n and np.random.random() < 0.7:
        other = t.near[task, np.random.randint(n)]
    else:
        other = np.random.randint(len(where))
    r, q = where[task], where[other]
    if other == task or q < 0 or not (t.may[task, q] and t.may[other, r]):
        return False
    if t.day[r] != t.day[q] and (t.partner[task] >= 0 or t.partner[other] >= 0):
        return False  # two who meet stay on one day
    i, j = 0, 0
    while rows[r, i] != task:
        i += 1
    while rows[q, j] != other:
        j += 1
    rows[r, i], rows[q, j] = other, task
    where[task], where[other] = q, r
    return True


@njit(cache=True, nogil=True)
def _cross(t: Any, s: Any, task: int) -> bool:
    """Let two rounds of a day go on as each other, from this task on and from a time near it."""
    rows, counts, where, begins, _days = s
    r = where[task]
    q = _route(t, s, task, t.day[r])
    if q < 0 or q == r:
        return False
    i, j = 0, 0
    while rows[r, i] != task:
        i += 1
    while j < counts[q] and begins[rows[q, j]] < begins[task]:
        j += 1
    for k in range(i, counts[r]):
        if not t.may[rows[r, k], q]:
            return False
    for k in range(j, counts[q]):
        if not t.may[rows[q, k], r]:
            return False
    tail = rows[r, i : counts[r]].copy()
    many = counts[q] - j
    for k in range(many):
        rows[r, i + k] = rows[q, j + k]
        where[rows[r, i + k]] = r
    for k in range(len(tail)):
        rows[q, j + k] = tail[k]
        where[tail[k]] = q
    counts[r] = i + many
    counts[q] = j + len(tail)
    return True


@njit(cache=True, nogil=True)
def anneal(t: Any, s: Any, best: Any, cost: Any, steps: int, heat: float, seed: int) -> None:  # noqa: PLR0917
    """Try so many changes at a heat; ``cost`` is of the state and of the best, both kept up.

    What was changed and not kept is laid back from copies of the whole state's days.
    """
    np.random.seed(seed)
    rows, counts, where, begins, days = s
    at, now = np.zeros(len(counts), dtype=np.int64), np.zeros(len(counts))
    old = (rows.copy(), counts.copy(), where.copy(), begins.copy(), days.copy())
    touched = np.zeros(len(days), dtype=np.bool_)
    newer = np.ones(len(days), dtype=np.bool_)  # days that are not as in the best
    for _ in range(steps):
        kept = _move(t, s)
        _changed(t, s, old, touched)
        for day in range(len(days)):
            if kept and touched[day]:
                kept = time_day(t, s, day, at, now)
        if kept:
            new = cost_of(t, s)
            more = new - cost[0]
            kept = more <= 0 or np.random.random() < math.exp(-more / heat)
            if kept:
                cost[0] = new
        if kept:
            _copy(t, s, old, touched)
            newer |= touched
            if cost[0] < cost[1] - 1e-9:
                cost[1] = cost[0]
                _copy(t, s, best, newer)
                newer[:] = False
        else:
            _copy(t, old, s, touched)


@njit(cache=True, nogil=True)
def _changed(t: Any, s: Any, old: Any, touched: Any) -> None:
    """Mark the days whose rounds are not as they were."""
    rows, counts, where = s[0], s[1], s[2]
    touched[:] = False
    for task in range(len(where)):
        if where[task] != old[2][task]:
            if where[task] >= 0:
                touched[t.day[where[task]]] = True
            if old[2][task] >= 0:
                touched[t.day[old[2][task]]] = True
    for r in range(len(counts)):
        for k in range(counts[r]):
            if rows[r, k] != old[0][r, k]:
                touched[t.day[r]] = True


@njit(cache=True, nogil=True)
def _copy(t: Any, source: Any, to: Any, touched: Any) -> None:
    """Copy what belongs to these days; tasks that are out of all rounds too."""
    to[2][:] = source[2]
    for day in range(len(touched)):
        if not touched[day]:
            continue
        to[4][day, :] = source[4][day, :]
        for i in range(t.of_day.shape[1]):
            r = t.of_day[day, i]
            if r < 0:
                break
            to[1][r] = source[1][r]
            for k in range(source[1][r]):
                task = source[0][r, k]
                to[0][r, k] = task
                to[3][task] = source[3][task]
