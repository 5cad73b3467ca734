"""One worker's cheapest row of days, for any price of each day's shifts: dynamic programming.

A state is how the day ended (a shift of which class and for how many days on end, or free for how
many), how many weekends and minutes are used, and how often one shift was taken of which few are
allowed. Other limits on single shifts are left to whoever asks.

A state's cells lie in one line, minutes first: a shift moves the whole line by one offset. Cells
behind the last weekend, the last counted shift and the last minute are padding, always infinite.
"""

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from dongxun_planner.roster.tables import Tables

LARGEST, WIDEST = 16_000_000, 4_000_000  # cells of a table at all; and with a shift counted in it


class Kinds(NamedTuple):
    """Shifts that differ only in their price, as one.

    Args:
        group: the kind of a shift, −1 for a free day.
        lasts: the class of a shift: which shifts may come after it.
        after: kind and class before: whether it may follow.
        goes, takes, counts: of kinds: their class, minutes, and whether they are the counted shift.
    """

    group: Any
    lasts: Any
    after: Any
    goes: Any
    takes: Any
    counts: Any


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
    times: int = 0

    @property
    def slots(self) -> int:
        """Return how many cells a weekend has."""
        return self.times + 2 if self.shift >= 0 else 1

    @property
    def width(self) -> int:
        """Return how many cells a minute has."""
        return self.slots * (self.weekends + 2 if self.weekends >= 0 else 1)

    def numbers(self) -> Any:
        """Return them as a kernel reads them."""
        run = (self.run, int(self.counted), self.free)
        return np.array([*run, self.weekends, self.minutes, self.shift, self.slots, self.width])


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
    wide = replace(plain, shift=shift, times=most[shift])
    return wide if most[shift] < days and size(t, wide) <= WIDEST else plain


def size(t: Tables, one: Shape) -> int:
    """Count the cells of a table."""
    days, states, cells = _extent(t, one)
    return days * states * cells


def _extent(t: Tables, one: Shape) -> tuple[int, int, int]:
    classes = len(np.unique(t.clash[1:], axis=0))
    minutes = one.minutes + 2 + int(t.minutes.max()) if one.minutes else 2
    return t.may.shape[1], classes * one.run + one.free, minutes * one.width


def kinds(t: Tables, one: Shape) -> Kinds:
    """Put shifts together that have the same length, the same before them and the same after."""
    rows, lasts = np.unique(t.clash[1:], axis=0, return_inverse=True)
    lasts = np.concatenate([[-1], lasts.ravel()])
    known: dict[tuple[Any, ...], int] = {}
    group = [-1]
    for j in range(1, len(t.minutes)):
        minutes = int(t.minutes[j]) if one.minutes else 0
        key = (int(lasts[j]), minutes, int(j == one.shift), *(~rows[:, j]).tolist())
        group.append(known.setdefault(key, len(known)))
    goes, takes, counts = (np.array([key[i] for key in known]) for i in range(3))
    after = np.array([key[3:] for key in known], dtype=np.bool_)
    return Kinds(np.array(group), lasts, after, goes, takes, counts)


def band(t: Tables, one: Shape) -> Any:
    """Return for every day how few and how many minutes can have been used after it."""
    days = t.may.shape[1]
    least, top = int(t.limits[one.who, 0]), one.minutes
    if not one.minutes:
        return np.zeros((days, 2), dtype=np.int64)
    longest = [_longest(t, one, each) for each in range(days + 1)]
    low = [max(0, least - longest[days - 1 - day]) for day in range(days)]
    high = [min(top, longest[day + 1]) for day in range(days)]
    return np.array([low, high], dtype=np.int64).T.copy()


def _longest(t: Tables, one: Shape, days: int) -> int:
    """Return the most minutes that so many days on end can have."""
    free, longest = int(t.limits[one.who, 4]), int(t.minutes[t.may[one.who].any(axis=0)].max())
    if not one.counted:
        return days * longest
    gaps = range(days // free + 1)  # runs may touch both ends
    return longest * max(min(days - gap * free, (gap + 1) * one.run) for gap in gaps)


class Finder:
    """Finds one worker's rows: the shape of the table, and what the kernels read of it."""

    def __init__(self, t: Tables, one: Shape) -> None:
        self.t, self.one = t, one
        self.numbers, self.kinds, self.band = one.numbers(), kinds(t, one), band(t, one)
        self.extent = _extent(t, one)
        self.key = (tuple(self.numbers.tolist()), self.band.tobytes())

    def empty(self) -> Any:
        """Make room for a table; outside the band it stays infinite."""
        return np.full(self.extent, np.inf)

    def find(self, price: Any, table: Any) -> tuple[float, Any]:
        """Fill a table; return the cost of a cheapest row, and the row."""
        t, row = self.t, np.zeros(self.t.may.shape[1], dtype=np.int64)
        fill(t, self.one.who, self.numbers, self.kinds, self.band, price, table)
        return self.walk(price, table, row, np.full(len(t.minutes), len(row) + 1)), row

    def walk(self, price: Any, table: Any, row: Any, left: Any) -> float:
        """Read a row off a filled table."""
        some, who = self.kinds, self.one.who
        return float(walk(self.t, who, self.numbers, some, price, table, row, left))

    def cheapest(self, price: Any, table: Any, extra: Any, rounds: int) -> tuple[float, Any | None]:
        """Return a cost that no row undercuts, and a good row (none where none was found).

        Limits on single shifts are priced up, in ``extra``, until the row keeps them; what the
        prices give back holds for every row.
        """
        days, most = self.t.may.shape[1], self.t.most[self.one.who]
        every, bound, found, lowest = np.arange(days), -np.inf, None, np.inf
        step = max(1.0, float(np.abs(price).max()) / 4)
        for _ in range(rounds):
            priced = price + extra
            cost, row = self.find(priced, table)
            if not np.isfinite(cost):
                return np.inf, None
            bound = max(bound, cost - float((extra * most).sum()))
            excess = np.bincount(row, minlength=len(extra)) - most
            kept = row
            if excess.max() > 0:
                kept = np.zeros(days, dtype=np.int64)
                cost = self.walk(priced, table, kept, most.copy())
            if np.isfinite(cost) and price[every, kept].sum() < lowest:
                found, lowest = kept, float(price[every, kept].sum())
            if excess.max() <= 0 and not ((excess < 0) & (extra > 0)).any():
                break
            extra[:] = np.maximum(0.0, extra + step * np.sign(excess))
            extra[0] = 0.0
            step /= 2
        return bound, found


@njit(cache=True, nogil=True)
def _relax(here: Any, there: Any, begin: int, end: int, off: int, cost: float) -> None:  # noqa: PLR0917
    mine, other = here[begin:end], there[begin + off : end + off]
    for i in range(len(mine)):
        mine[i] = min(mine[i], cost + other[i])


@njit(cache=True, nogil=True)
def _padding(numbers: Any, minutes: int) -> Any:
    """Return 0 for cells that count, infinity for padding."""
    weekends, slots, width = numbers[3], numbers[6], numbers[7]
    result = np.zeros(minutes * width)
    for i in range(len(result)):
        used = i % width
        if (slots > 1 and used % slots == slots - 1) or (
            weekends >= 0 and used // slots > weekends
        ):
            result[i] = np.inf
    return result


@njit(cache=True, nogil=True)
def fill(t: Any, who: int, numbers: Any, some: Any, limits: Any, price: Any, table: Any) -> None:  # noqa: PLR0917
    """Note for every state of every day what the days after it cost at least."""
    days, states = table.shape[:2]
    run, free, width = numbers[0], numbers[2], numbers[7]
    worked = states - free
    pads = _padding(numbers, table.shape[2] // width)
    begin, end = limits[days - 1, 0] * width, (limits[days - 1, 1] + 1) * width
    table[days - 1, :, begin:end] = pads[begin:end]
    cheap = np.empty(len(some.goes))
    for day in range(days - 1, 0, -1):
        cheap[:] = np.inf
        for j in range(1, len(t.minutes)):
            if t.may[who, day, j]:
                cheap[some.group[j]] = min(cheap[some.group[j]], price[day, j])
        begin, end = limits[day - 1, 0] * width, (limits[day - 1, 1] + 1) * width
        for state in range(states):
            here = table[day - 1, state]
            here[begin:end] = np.inf
            length = state % run + 1 if state < worked else state - worked + 1
            if _may_rest(t, who, numbers, day, length, state < worked):
                rest = min(length, free - 1) if state >= worked else 0
                _relax(here, table[day, worked + rest], begin, end, 0, price[day, 0])
            if not _may_work(numbers, day, length, state < worked):
                continue
            then = min(length, run - 1) if state < worked else 0
            fresh = _is_fresh(t, numbers, day, state < worked)
            for k in range(len(cheap)):
                if cheap[k] < np.inf and (state >= worked or some.after[k, state // run]):
                    off = some.takes[k] * width + some.counts[k] + fresh * numbers[6]
                    _relax(here, table[day, some.goes[k] * run + then], begin, end, off, cheap[k])
            for i in range(begin, end):
                here[i] += pads[i]


@njit(cache=True, nogil=True)
def _may_rest(t: Any, who: int, numbers: Any, day: int, length: int, works: bool) -> bool:  # noqa: FBT001, PLR0917
    """Tell whether a day may be free after so many days of work, or free ones."""
    if not t.may[who, day, 0]:
        return False
    return not works or length >= min(t.limits[who, 2], numbers[0]) or length == day


@njit(cache=True, nogil=True)
def _may_work(numbers: Any, day: int, length: int, works: bool) -> bool:  # noqa: FBT001
    """Tell whether work may come after so many days of work, or free ones."""
    if works:
        return not (numbers[1] and length == numbers[0])
    return length >= numbers[2] or length == day


@njit(cache=True, nogil=True)
def _is_fresh(t: Any, numbers: Any, day: int, works: bool) -> bool:  # noqa: FBT001
    """Tell whether work on a day uses another weekend."""
    if numbers[3] < 0 or t.weekend[day] < 0:
        return False
    return not (works and day and t.weekend[day - 1] == t.weekend[day])


@njit(cache=True, nogil=True)
def _next(  # noqa: PLR0917 - a kernel's state
    t: Any,
    who: int,
    numbers: Any,
    some: Any,
    price: Any,
    table: Any,
    left: Any,
    day: int,
    here: Any,
) -> float:
    """Choose a day's shift (or none) and go on: ``here`` is shift, state and cell; return its price."""
    run, free = numbers[0], numbers[2]
    worked, state, at = table.shape[1] - free, here[1], here[2]
    works = 0 <= state < worked
    length = state % run + 1 if works else state - worked + 1
    best, chosen, goes, moves = np.inf, -1, -1, 0
    if state < 0 or _may_rest(t, who, numbers, day, length, works):
        after = worked + (min(length, free - 1) if state >= worked else 0)
        if t.may[who, day, 0] and price[day, 0] + table[day, after, at] < best:
            best, chosen, goes = price[day, 0] + table[day, after, at], 0, after
    if state < 0 or _may_work(numbers, day, length, works):
        then = min(length, run - 1) if works else 0
        fresh = _is_fresh(t, numbers, day, works)
        for j in range(1, len(t.minutes)):
            k = some.group[j]
            blocked = works and not some.after[k, state // run]
            if blocked or left[j] <= 0 or not t.may[who, day, j]:
                continue
            off = some.takes[k] * numbers[7] + some.counts[k] + fresh * numbers[6]
            cost = price[day, j] + table[day, some.goes[k] * run + then, at + off]
            if cost < best:
                best, chosen, goes, moves = cost, j, some.goes[k] * run + then, off
    here[0], here[1], here[2] = chosen, goes, at + moves
    return price[day, chosen] if chosen >= 0 else np.inf


@njit(cache=True, nogil=True)
def walk(  # noqa: PLR0917 - a kernel's state
    t: Any, who: int, numbers: Any, some: Any, price: Any, table: Any, row: Any, left: Any
) -> float:
    """Read a row off a table; return its cost, infinite where there is none.

    It is a cheapest one, as long as ``left``, how many more of each shift there may be, lasts.
    """
    here, total = np.array([0, -1, 0]), 0.0
    for day in range(len(row)):
        total += _next(t, who, numbers, some, price, table, left, day, here)
        if here[0] < 0:
            return np.inf
        row[day] = here[0]
        left[here[0]] -= 1
    return total
