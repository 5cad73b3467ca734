"""One worker's cheapest row of days, for any price of each day's shifts: dynamic programming.

A state is how the day ended (which shift and for how many days on end, or free for how many), how
many weekends and minutes are used, and how often one shift was taken of which few are allowed. Other
limits on single shifts are left to whoever asks.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numba import njit

from dongxun_planner.roster.tables import Tables

LARGEST, WIDEST = 12_000_000, 3_000_000  # cells of a table at all; and with a shift counted in it


@dataclass(frozen=True)
class Shape:
    """How many states a worker's table has; a limit that cannot bind has no place in it."""

    who: int
    run: int
    counted: bool
    free: int
    weekends: int
    minutes: int
    shift: int = -1
    times: int = 1

    def numbers(self) -> Any:
        """Return them as a kernel reads them."""
        run = (self.run, int(self.counted), self.free)
        return np.array([*run, self.weekends, self.minutes, self.shift, self.times])


def shape(t: Tables, who: int) -> Shape:
    """Say how large the table of a worker's rows is."""
    days = t.may.shape[1]
    least, top, shortest, longest, free, weekends = (int(each) for each in t.limits[who])
    counted = longest < days
    limited = weekends < len(set(t.weekend.tolist()) - {-1})
    minutes = top if least > 0 or top < days * int(t.minutes.max()) else 0
    run = longest if counted else min(shortest, days)
    plain = Shape(who, run, counted, min(free, days), weekends if limited else -1, minutes)
    most = [int(each) if 0 < each < days else days for each in t.most[who]]
    shift = int(np.argmin(most))
    wide = replace(plain, shift=shift, times=most[shift] + 1)
    return wide if most[shift] < days and size(t, wide) <= WIDEST else plain


def size(t: Tables, one: Shape) -> int:
    """Count the cells of a table."""
    states = (len(t.minutes) - 1) * one.run + one.free
    return int(t.may.shape[1]) * states * _uses(one) * (one.minutes + 1)


def _uses(one: Shape) -> int:
    return (max(0, one.weekends) + 1) * one.times


def empty(t: Tables, one: Shape) -> Any:
    """Make room for a table."""
    states = (len(t.minutes) - 1) * one.run + one.free
    return np.empty((t.may.shape[1], states, _uses(one), one.minutes + 1), dtype=np.float64)


@njit(cache=True, nogil=True)
def _step(t: Any, who: int, numbers: Any, day: int, state: int, then: int) -> Any:  # noqa: PLR0911, PLR0917
    """Return the state after a day, from the state of the day before; −1 where none may follow."""
    run, counted, free = numbers[0], numbers[1], numbers[2]
    shifts = len(t.minutes) - 1
    shortest = t.limits[who, 2]
    if not t.may[who, day, then]:
        return -1
    if state < 0:
        return (then - 1) * run if then else shifts * run
    if state < shifts * run:
        last, length = state // run + 1, state % run + 1
        if then:
            if t.clash[last, then] or (counted and length == run):
                return -1
            return (then - 1) * run + min(length, run - 1)
        return shifts * run if length >= min(shortest, run) or length == day else -1
    length = state - shifts * run + 1
    if not then:
        return shifts * run + min(length, free - 1)
    return (then - 1) * run if length >= free or length == day else -1


@njit(cache=True, nogil=True)
def _use(  # noqa: PLR0917 - a kernel's state
    t: Any,
    numbers: Any,
    day: int,
    works: bool,  # noqa: FBT001
    then: int,
    used: int,
) -> int:
    """Return the weekends and the counted shift used after a day; −1 where too many are."""
    weekends, times = max(0, numbers[3]), numbers[6]
    if not then:
        return used
    if then == numbers[5]:
        if used % times == times - 1:
            return -1
        used += 1
    if numbers[3] < 0 or t.weekend[day] < 0:
        return used
    if works and day and t.weekend[day - 1] == t.weekend[day]:
        return used
    return used + times if used // times < weekends else -1


@njit(cache=True, nogil=True)
def fill(t: Any, who: int, numbers: Any, price: Any, table: Any) -> None:
    """Note for every state of every day what the days after it cost at least."""
    days, states, uses, minutes = table.shape
    shifts = len(t.minutes) - 1
    worked = shifts * numbers[0]
    table[days - 1] = np.inf
    low = t.limits[who, 0] if minutes > 1 else 0
    table[days - 1, :, :, low:] = 0.0
    for day in range(days - 2, -1, -1):
        table[day] = np.inf
        for state in range(states):
            for then in range(shifts + 1):
                after = _step(t, who, numbers, day + 1, state, then)
                if after < 0:
                    continue
                cost = price[day + 1, then]
                length = t.minutes[then] if then and minutes > 1 else 0
                for used in range(uses):
                    more = _use(t, numbers, day + 1, state < worked, then, used)
                    if more < 0:
                        continue
                    here, there = table[day, state, used], table[day + 1, after, more]
                    for m in range(minutes - length):
                        here[m] = min(here[m], cost + there[m + length])


@njit(cache=True, nogil=True)
def walk(  # noqa: PLR0917 - a kernel's state
    t: Any, who: int, numbers: Any, price: Any, table: Any, row: Any, left: Any
) -> float:
    """Read a row off a table; return its cost, infinite where there is none.

    It is a cheapest one, as long as ``left``, how many more of each shift there may be, lasts.
    """
    minutes = table.shape[3]
    state, used, spent, total = -1, 0, 0, 0.0
    for day in range(len(row)):
        best, chosen = np.inf, -1
        for then in range(len(t.minutes)):
            after = _step(t, who, numbers, day, state, then)
            works = 0 <= state < (len(t.minutes) - 1) * numbers[0]
            more = _use(t, numbers, day, works, then, used)
            at = spent + (t.minutes[then] if then and minutes > 1 else 0)
            if after < 0 or more < 0 or at >= minutes or left[then] <= 0:
                continue
            cost = price[day, then] + table[day, after, more, at]
            if cost < best:
                best, chosen = cost, then
        if chosen < 0:
            return np.inf
        works = 0 <= state < (len(t.minutes) - 1) * numbers[0]
        used = _use(t, numbers, day, works, chosen, used)
        state = _step(t, who, numbers, day, state, chosen)
        spent += t.minutes[chosen] if chosen and minutes > 1 else 0
        total += price[day, chosen]
        left[chosen] -= 1
        row[day] = chosen
    return total


def cheapest(  # noqa: PLR0917 - a kernel's state
    t: Tables, one: Shape, price: Any, table: Any, extra: Any, rounds: int
) -> tuple[float, Any | None]:
    """Return a cost that no row undercuts, and a good row (none where none was found).

    Limits on single shifts are priced up, in ``extra``, until the row keeps them; what the prices
    give back holds for every row.
    """
    days = t.may.shape[1]
    numbers, every = one.numbers(), np.arange(days)
    most = t.most[one.who]
    bound, found, lowest = -np.inf, None, np.inf
    step = max(1.0, float(np.abs(price).max()) / 4)
    for _ in range(rounds):
        priced = price + extra
        fill(t, one.who, numbers, priced, table)
        row = np.zeros(days, dtype=np.int64)
        cost = walk(t, one.who, numbers, priced, table, row, np.full(len(most), days + 1))
        if not np.isfinite(cost):
            return np.inf, None
        bound = max(bound, cost - float((extra * most).sum()))
        excess = np.bincount(row, minlength=len(extra)) - most
        if excess.max() > 0:
            kept = np.zeros(days, dtype=np.int64)
            cost = walk(t, one.who, numbers, priced, table, kept, most.copy())
        else:
            kept = row
        if np.isfinite(cost) and price[every, kept].sum() < lowest:
            found, lowest = kept, float(price[every, kept].sum())
        if excess.max() <= 0 and not ((excess < 0) & (extra > 0)).any():
            break
        extra[:] = np.maximum(0.0, extra + step * np.sign(excess))
        extra[0] = 0.0
        step /= 2
    return bound, found
