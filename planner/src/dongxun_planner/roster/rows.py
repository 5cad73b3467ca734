"""One worker's cheapest row of days, for any price of each day's shifts: dynamic programming.

A state is how the day ended (a shift of which class and for how many days on end, or free for how
many), how many weekends and minutes are used, and how often one shift was taken of which few are
allowed. Other limits on single shifts are left to whoever asks.

A state's cells lie in one line, minutes first: a shift moves the whole line by one offset. Cells
behind the last weekend, the last counted shift and the last minute are padding, always infinite.
"""

from typing import Any

import numpy as np
from numba import njit

from dongxun_planner.roster.shapes import Shape, band, extent, kinds
from dongxun_planner.roster.tables import Tables


class Finder:
    """Finds one worker's rows: the shape of the table, and what the kernels read of it."""

    def __init__(self, t: Tables, one: Shape) -> None:
        self.t, self.one = t, one
        self.numbers, self.kinds, self.band = one.numbers(), kinds(t, one), band(t, one)
        self.extent = extent(t, one)
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

    def cheapest(
        self, price: Any, table: Any, quotas: "Quotas", rounds: int
    ) -> tuple[float, Any | None]:
        """Return a cost that no row undercuts, and a good row (none where none was found).

        Limits on single shifts are priced up until the row keeps them; what the prices give back
        holds for every row. A shift of an infinite price is none.
        """
        days, most = self.t.may.shape[1], self.t.most[self.one.who]
        every, bound, found, lowest = np.arange(days), -np.inf, None, np.inf
        for _ in range(rounds):
            priced = price + quotas.extra
            cost, row = self.find(priced, table)
            if not np.isfinite(cost):
                return np.inf, None
            bound = max(bound, cost - float((quotas.extra * most).sum()))
            excess = np.bincount(row, minlength=len(most)) - most
            kept = row
            if excess.max() > 0:
                kept = np.zeros(days, dtype=np.int64)
                cost = self.walk(priced, table, kept, most.copy())
            if np.isfinite(cost) and price[every, kept].sum() < lowest:
                found, lowest = kept, float(price[every, kept].sum())
            if not quotas.learn(excess, float(np.abs(price[np.isfinite(price)]).max())):
                break
        return bound, found


class Quotas:
    """What a worker's shifts cost more, so that no more of them are taken than may be.

    Steps grow while they go one way, and halve where they turn.
    """

    def __init__(self, shifts: int) -> None:
        self.extra, self._steps, self._signs = np.zeros(shifts), np.zeros(shifts), np.zeros(shifts)

    def learn(self, excess: Any, dearest: float) -> bool:
        """Note how many more of each shift a row has than may be; tell whether prices changed."""
        signs = np.where((excess < 0) & (self.extra <= 0), 0.0, np.sign(excess))
        signs[0] = 0.0
        if not signs.any():
            return False
        turned = signs * self._signs
        grown = np.where(turned < 0, 0.5, np.where(turned > 0, 1.3, 1.0)) * self._steps
        self._steps = np.clip(grown, 0.002 * dearest, 0.25 * dearest)
        self._signs = np.where(signs != 0, signs, self._signs)
        self.extra = np.maximum(0.0, self.extra + self._steps * signs)
        return True


@njit(cache=True, nogil=True)
def _relax(here: Any, there: Any, begin: int, end: int, off: int, cost: float) -> None:  # noqa: PLR0917
    if cost == np.inf:
        return
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
    cheap, ends = np.empty(len(some.goes)), _ends(t, who, numbers, some, price, states)
    for day in range(days - 1, 0, -1):
        _cheapen(t, who, some, price, day, cheap)
        begin, end = limits[day - 1, 0] * width, (limits[day - 1, 1] + 1) * width
        for turn in range(states):
            state = some.order[turn // run] * run + turn % run if turn < worked else turn
            if not ends[day - 1, state]:
                continue
            here = table[day - 1, state]
            length = state % run + 1 if state < worked else state - worked + 1
            base = _base(some, ends[day - 1], state, worked, run)
            if base >= 0:
                here[begin:end] = table[day - 1, base * run + length - 1, begin:end]
            else:
                here[begin:end] = np.inf
                if _may_rest(t, who, numbers, day, length, state < worked):
                    rest = min(length, free - 1) if state >= worked else 0
                    _relax(here, table[day, worked + rest], begin, end, 0, price[day, 0])
            if not _may_work(numbers, day, length, state < worked):
                continue
            then = min(length, run - 1) if state < worked else 0
            fresh = _is_fresh(t, numbers, day, state < worked)
            for k in range(len(cheap)):
                if cheap[k] < np.inf and _is_more(some, k, state, worked, run, base):
                    off = some.takes[k] * width + some.counts[k] + fresh * numbers[6]
                    _relax(here, table[day, some.goes[k] * run + then], begin, end, off, cheap[k])
            for i in range(begin, end):
                here[i] += pads[i]


@njit(cache=True, nogil=True)
def _base(some: Any, ends: Any, state: int, worked: int, run: int) -> int:
    """Return a class of whose state all was noted that holds in this state too, or −1."""
    base = some.base[state // run] if state < worked else -1
    return base if base >= 0 and ends[base * run + state % run] else -1


@njit(cache=True, nogil=True)
def _is_more(some: Any, k: int, state: int, worked: int, run: int, base: int) -> bool:  # noqa: PLR0917
    """Tell whether a kind may come after a state, and not after the same state of that class."""
    if state < worked and not some.after[k, state // run]:
        return False
    return base < 0 or not some.after[k, base]


@njit(cache=True, nogil=True)
def _cheapen(t: Any, who: int, some: Any, price: Any, day: int, cheap: Any) -> None:  # noqa: PLR0917
    """Note for each kind of shift the lowest price that a day has."""
    cheap[:] = np.inf
    for j in range(1, len(t.minutes)):
        if t.may[who, day, j]:
            cheap[some.group[j]] = min(cheap[some.group[j]], price[day, j])


@njit(cache=True, nogil=True)
def _ends(t: Any, who: int, numbers: Any, some: Any, price: Any, states: int) -> Any:  # noqa: PLR0917
    """Tell how each day can end: nobody asks what comes after another end."""
    days, run, worked = len(price), numbers[0], states - numbers[2]
    ends = np.zeros((days, states), dtype=np.bool_)
    for day in range(days):
        for j in range(len(t.minutes)):
            if t.may[who, day, j] and price[day, j] < np.inf:
                first = worked if j == 0 else some.lasts[j] * run
                last = states if j == 0 else first + run
                ends[day, first : min(last, first + day + 1)] = True
    return ends


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
