"""The tables in which one worker's cheapest row is found: what a state is, and how many there are."""

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from dongxun_planner.roster.tables import Tables

LARGEST, WIDEST = 16_000_000, 4_000_000  # cells of a table at all; and with a shift counted in it


class Kinds(NamedTuple):
    """Shifts that differ only in their price, as one.

    Args:
        group: the kind of a shift, −1 for a free day.
        lasts: the class of a shift: which shifts may come after it.
        after: kind and class before: whether it may follow.
        goes, takes, counts: of kinds: their class, minutes, and whether they are the counted shift.
        order: the classes, those first after which the fewest kinds may come.
        base: of a class: one before it in the order after which some of the same kinds may come
            and no others, the largest such; −1 where there is none.
    """

    group: Any
    lasts: Any
    after: Any
    goes: Any
    takes: Any
    counts: Any
    order: Any
    base: Any


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
    minutes = max(1, top) if least > 0 or top < days * int(t.minutes.max()) else 0  # 0: no limit
    run = longest if counted else min(shortest, days)
    plain = Shape(who, run, counted, min(free, days), weekends if limited else -1, minutes)
    most = [int(each) if 0 < each < days else days for each in t.most[who]]
    shift = int(np.argmin(most))
    wide = replace(plain, shift=shift, times=most[shift])
    return wide if most[shift] < days and size(t, wide) <= WIDEST else plain


def size(t: Tables, one: Shape) -> int:
    """Count the cells of a table."""
    days, states, cells = extent(t, one)
    return days * states * cells


def extent(t: Tables, one: Shape) -> tuple[int, int, int]:
    """Return how many days, states and cells a table has."""
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
    return Kinds(np.array(group), lasts, after, goes, takes, counts, *_nested(after))


def _nested(after: Any) -> tuple[Any, Any]:
    """Return classes in the order of what may come after them, and the class each contains."""
    order = np.argsort(after.sum(axis=0), kind="stable")
    base = np.full(len(order), -1)
    for i, one in enumerate(order.tolist()):
        for other in order[:i].tolist():
            if (after[:, one] >= after[:, other]).all():
                base[one] = other
    return order, base


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
    can = t.may[one.who, :, 1:].any(axis=0)
    free, longest = int(t.limits[one.who, 4]), int(t.minutes[1:][can].max(initial=0))
    if not one.counted:
        return days * longest
    gaps = range(days // free + 1)  # runs may touch both ends
    return longest * max(min(days - gap * free, (gap + 1) * one.run) for gap in gaps)
