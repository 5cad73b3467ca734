"""A roster's problem as arrays: shifts are counted from 1, 0 is a free day."""

from typing import Any, NamedTuple

import numpy as np

from dongxun_planner.roster.cover import Want, wants
from dongxun_planner.roster.problems import (
    RosterPlan,
    RosterProblem,
    Row,
    Worker,
    clashing,
    is_heavy,
    is_weekend,
)


class Tables(NamedTuple):
    """What the kernels read; worker first, then day, then shift, where a table has them.

    Args:
        may: whether a worker may have a shift (or none) on a day.
        clash: whether a shift may not come the day after another.
        minutes: of shifts; in the place of a free day, of the shortest shift.
        limits: of workers: least and most minutes, shortest and longest run, free days, weekends.
        own: cost of wishes.
        at, counts: the wants that a cell serves, −1 behind the last; who counts for a want.
        wanted, under, over: of wants.
        weekend: which Saturday and Sunday a day belongs to, −1 for others.
    """

    may: Any
    clash: Any
    minutes: Any
    most: Any
    limits: Any
    own: Any
    at: Any
    counts: Any
    wanted: Any
    under: Any
    over: Any
    heavy: Any
    weekend: Any
    fairness: float


def tables(problem: RosterProblem) -> Tables:
    """Lay a problem out."""
    shifts = len(problem.shifts)
    unit = int(np.gcd.reduce([shift.minutes for shift in problem.shifts]))
    clash = np.zeros((shifts + 1, shifts + 1), dtype=np.bool_)
    for i, first in enumerate(problem.shifts, start=1):
        for j, then in enumerate(problem.shifts, start=1):
            clash[i, j] = clashing(problem, first, then)
    some = wants(problem)
    shortest = min(shift.minutes for shift in problem.shifts) // unit
    heavy = np.zeros((problem.days, shifts + 1), dtype=np.int64)
    weekend = np.full(problem.days, -1, dtype=np.int64)
    for day in range(problem.days):
        heavy[day, 1:] = [is_heavy(problem, day, shift) for shift in problem.shifts]
        if is_weekend(problem, day):
            weekend[day] = (problem.first_weekday + day) // 7
    limits = [_limits(problem, worker, unit) for worker in problem.workers]
    most = [
        [problem.days, *(worker.most.get(shift.id, problem.days) for shift in problem.shifts)]
        for worker in problem.workers
    ]
    return Tables(
        may=_may(problem),
        clash=clash,
        minutes=np.array([shortest, *(shift.minutes // unit for shift in problem.shifts)]),
        most=np.array(most, dtype=np.int64),
        limits=np.array(limits, dtype=np.int64),
        own=_own(problem),
        at=_at(problem, some),
        counts=_counts(problem, some),
        wanted=np.array([want.wanted for want in some], dtype=np.int64),
        under=np.array([want.under for want in some], dtype=np.float64),
        over=np.array([want.over for want in some], dtype=np.float64),
        heavy=heavy,
        weekend=weekend,
        fairness=float(problem.fairness),
    )


def _limits(problem: RosterProblem, worker: Worker, unit: int) -> list[int]:
    all_minutes = problem.days * max(shift.minutes for shift in problem.shifts)
    most = all_minutes if worker.most_minutes is None else worker.most_minutes
    return [
        -(-worker.least_minutes // unit),
        min(most, all_minutes) // unit,
        worker.shortest,
        min(worker.longest or problem.days, problem.days),
        worker.free_days,
        problem.days if worker.weekends is None else worker.weekends,
    ]


def _may(problem: RosterProblem) -> Any:
    shape = (len(problem.workers), problem.days, len(problem.shifts) + 1)
    may = np.ones(shape, dtype=np.bool_)
    at = {shift.id: j for j, shift in enumerate(problem.shifts, start=1)}
    for i, worker in enumerate(problem.workers):
        for j, shift in enumerate(problem.shifts, start=1):
            cannot = set(shift.skills) - set(worker.skills) or worker.most.get(shift.id) == 0
            too_long = worker.most_minutes is not None and shift.minutes > worker.most_minutes
            if cannot or too_long:
                may[i, :, j] = False
        for day in worker.off:
            if day < problem.days:
                may[i, day, 1:] = False
        for day, name in worker.fixed:
            may[i, day, np.arange(len(at) + 1) != at[name]] = False
    return may


def _own(problem: RosterProblem) -> Any:
    own = np.zeros((len(problem.workers), problem.days, len(problem.shifts) + 1))
    workers = {worker.id: i for i, worker in enumerate(problem.workers)}
    at = {shift.id: j for j, shift in enumerate(problem.shifts, start=1)}
    for wish in problem.wishes:
        met = np.zeros(len(at) + 1, dtype=np.bool_)
        met[1 if wish.shift is None else at[wish.shift] :] = True
        if wish.shift is not None:
            met[at[wish.shift] + 1 :] = False
        own[workers[wish.worker], wish.day, met != wish.wanted] += wish.weight
    return own


def _at(problem: RosterProblem, some: list[Want]) -> Any:
    shift_at = {shift.id: j for j, shift in enumerate(problem.shifts, start=1)}
    served: dict[tuple[int, int], list[int]] = {}
    for number, want in enumerate(some):
        for day, name in want.of:
            served.setdefault((day, shift_at[name]), []).append(number)
    most = max((len(each) for each in served.values()), default=0)
    at = np.full((problem.days, len(shift_at) + 1, most + 1), -1, dtype=np.int64)
    for (day, j), numbers in served.items():
        at[day, j, : len(numbers)] = numbers
    return at


def _counts(problem: RosterProblem, some: list[Want]) -> Any:
    counts = np.ones((len(problem.workers), max(1, len(some))), dtype=np.bool_)
    for i, worker in enumerate(problem.workers):
        skills = set(worker.skills)
        counts[i, : len(some)] = [want.skill is None or want.skill in skills for want in some]
    return counts


def roster(problem: RosterProblem, days: Any) -> RosterPlan:
    """Return the plan that a table of shifts says."""
    names = (None, *(shift.id for shift in problem.shifts))
    return RosterPlan(
        tuple(
            Row(worker.id, tuple(names[j] for j in row))
            for worker, row in zip(problem.workers, days.tolist(), strict=True)
        )
    )
