"""The kernel of rosters: days of one worker become others, or two workers exchange days.

Rules of one worker's row may be broken on the way, at a price; a roster that breaks none is kept.
"""

import math
from typing import Any

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def faults(t: Any, who: int, row: Any, counts: Any) -> Any:
    """Say how far a worker's row is from keeping its rules; 0 is kept."""
    may, clash, length, most_of, weekend = t.may, t.clash, t.minutes, t.most, t.weekend
    shortest, longest, free = t.limits[who, 2], t.limits[who, 3], t.limits[who, 4]
    total, minutes, run, used, last, before = 0, 0, 0, 0, -1, 0
    counts[:] = 0
    for day in range(len(row)):
        here = row[day]
        if not may[who, day, here]:
            total += 3
        if day and (here > 0) != (before > 0):
            if run < day:  # a run that begins on the first day may be short
                total += max(0, (shortest if before else free) - run)
            run = 0
        run += 1
        if here:
            counts[here] += 1
            minutes += length[here]
            total += run > longest
            total += clash[before, here]
            if weekend[day] >= 0 and weekend[day] != last:
                last = weekend[day]
                used += 1
        before = here
    for j in range(1, len(counts)):
        total += max(0, counts[j] - most_of[who, j])
    total += max(0, used - t.limits[who, 5])
    return total + max(0, t.limits[who, 0] - minutes, minutes - t.limits[who, 1]) / length[0]


@njit(cache=True, nogil=True)
def lay(t: Any, state: Any, who: int, begin: int, new: Any, length: int) -> Any:  # noqa: PLR0917
    """Give a worker these days; return what the cost changes by."""
    plan, have, heavy = state[0], state[1], state[2]
    at, counts, wanted, under, over = t.at, t.counts, t.wanted, t.under, t.over
    own, is_heavy = t.own, t.heavy
    before, change = heavy[who], 0.0
    for k in range(length):
        day, old = begin + k, plan[who, begin + k]
        if old == new[k]:
            continue
        for shift, sign in ((old, -1), (new[k], 1)):
            for i in range(at.shape[2]):
                r = at[day, shift, i]
                if r < 0:
                    break
                if counts[who, r]:
                    lack = wanted[r] - have[r]
                    change -= under[r] * max(0, lack) + over[r] * max(0, -lack)
                    have[r] += sign
                    lack -= sign
                    change += under[r] * max(0, lack) + over[r] * max(0, -lack)
        change += own[who, day, new[k]] - own[who, day, old]
        heavy[who] += is_heavy[day, new[k]] - is_heavy[day, old]
        plan[who, day] = new[k]
    after = heavy[who]
    return change + t.fairness * (after * (after - 1) - before * (before - 1)) / 2


@njit(cache=True, nogil=True)
def start(t: Any, state: Any, days: Any) -> float:
    """Give everybody these days; return the cost."""
    plan, have, heavy, wrong, counts = state
    plan[:], have[:], heavy[:] = 0, 0, 0
    cost = 0.0
    for r in range(len(t.wanted)):
        cost += t.under[r] * t.wanted[r]
    for who in range(len(plan)):
        for day in range(len(plan[0])):
            cost += t.own[who, day, 0]
        cost += lay(t, state, who, 0, days[who], len(plan[0]))
        wrong[who] = faults(t, who, plan[who], counts)
    return cost


@njit(cache=True, nogil=True)
def _other_days(t: Any, who: int, begin: int, new: Any, length: int) -> None:
    """Think of other days: all free, one shift, or any."""
    way = np.random.randint(4)  # noqa: NPY002 - inside a kernel there is no other
    one = np.random.randint(len(t.minutes))  # noqa: NPY002
    for k in range(length):
        if way == 0:
            new[k] = 0
        elif way < 3:
            new[k] = one
        else:
            new[k] = np.random.randint(len(t.minutes))  # noqa: NPY002
        if not t.may[who, begin + k, new[k]]:
            new[k] = 0


@njit(cache=True, nogil=True)
def _look(  # noqa: PLR0917 - a kernel's state
    plan: Any, one: int, other: int, begin: int, mine: Any, new: Any, length: int
) -> bool:
    """Note the days as they are, and the other worker's as the new ones; tell whether they differ."""
    differ = False
    for k in range(length):
        mine[k] = plan[one, begin + k]
        if other != one:
            new[k] = plan[other, begin + k]
        differ = differ or mine[k] != new[k]
    return differ


@njit(cache=True, nogil=True)
def anneal(  # noqa: PLR0917 - a kernel's state
    t: Any, state: Any, best: Any, cost: Any, moves: int, heat: float, price: float, seed: int
) -> None:
    """Make so many moves at one heat.

    Args:
        cost: [now, lowest that breaks no rule].
        price: of one fault.
    """
    np.random.seed(seed)  # noqa: NPY002
    plan, wrong, counts = state[0], state[3], state[4]
    workers, days = plan.shape
    mine, new = np.empty(days, dtype=np.int64), np.empty(days, dtype=np.int64)
    for _ in range(moves):
        one = np.random.randint(workers)  # noqa: NPY002
        other = one
        reach = 1 + np.random.randint(min(days, 4))  # noqa: NPY002
        if workers > 1 and np.random.random() < 0.6:  # noqa: NPY002
            other = (one + 1 + np.random.randint(workers - 1)) % workers  # noqa: NPY002
            reach = 1 + np.random.randint(min(days, 10))  # noqa: NPY002
        begin = np.random.randint(days - reach + 1)  # noqa: NPY002
        if other == one:
            _other_days(t, one, begin, new, reach)
        if not _look(plan, one, other, begin, mine, new, reach):
            continue
        was, second = wrong[one], 0.0
        change = lay(t, state, one, begin, new, reach)
        first = faults(t, one, plan[one], counts)
        if other != one:
            was += wrong[other]
            change += lay(t, state, other, begin, mine, reach)
            second = faults(t, other, plan[other], counts)
        delta = change + price * (first + second - was)
        if delta > 0 and np.random.random() >= math.exp(-delta / heat):  # noqa: NPY002
            lay(t, state, one, begin, mine, reach)
            if other != one:
                lay(t, state, other, begin, new, reach)
            continue
        cost[0] += change
        wrong[one] = first
        if other != one:
            wrong[other] = second
        if cost[0] < cost[1] - 1e-9 and wrong.sum() == 0:
            cost[1] = cost[0]
            best[:] = plan
