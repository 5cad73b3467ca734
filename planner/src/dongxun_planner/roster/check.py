"""The checker of rosters: rules and costs once more, in plain Python, without any solver."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import groupby, pairwise

from dongxun_planner.protocol import Verdict
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


def check_roster(problem: RosterProblem, plan: RosterPlan) -> Verdict:
    """Check a roster; its parts say what is not manned, wished otherwise or unevenly shared."""
    broken = list(_shape(problem, plan))
    if not broken:
        workers = {worker.id: worker for worker in problem.workers}
        for row in plan.rows:
            broken.extend(_row(problem, workers[row.worker], row))
    if broken:
        return Verdict(float("inf"), tuple(broken))
    parts = {"posts": 0.0, "handovers": 0.0, "cover": 0.0} | _manned(problem, plan)
    parts |= {"wishes": _wishes(problem, plan), "fairness": _uneven(problem, plan)}
    return Verdict(round(sum(parts.values()), 6), (), parts)


def lacking(problem: RosterProblem, plan: RosterPlan) -> list[str]:
    """Say in words what is not manned."""
    return [
        f"{want.says}: {have} of {want.wanted}"
        for want, have in _have(problem, plan)
        if have < want.wanted and want.under
    ]


def _shape(problem: RosterProblem, plan: RosterPlan) -> Iterator[str]:
    known = {shift.id for shift in problem.shifts}
    rows = Counter(row.worker for row in plan.rows)
    names = {worker.id for worker in problem.workers}
    yield from (f"worker {name}: is not here" for name in rows if name not in names)
    yield from (f"worker {name}: {rows[name]} rows" for name in names if rows[name] != 1)
    for row in plan.rows:
        if len(row.shifts) != problem.days:
            yield f"worker {row.worker}: {len(row.shifts)} days of {problem.days}"
        for shift in set(row.shifts) - known - {None}:
            yield f"worker {row.worker}: {shift} is no shift here"


def _row(problem: RosterProblem, worker: Worker, row: Row) -> Iterator[str]:
    shifts = {shift.id: shift for shift in problem.shifts}
    days = [shifts[name] if name is not None else None for name in row.shifts]
    who = f"worker {worker.id}"
    for day, shift in enumerate(days):
        if shift is not None and day in worker.off:
            yield f"{who}: on duty on day {day}, when away"
        if shift is not None and set(shift.skills) - set(worker.skills):
            yield f"{who}: {shift.id} on day {day} without its skills"
    for day, name in worker.fixed:
        if row.shifts[day] != name:
            yield f"{who}: not {name} on day {day}, which was fixed"
    for day, (first, then) in enumerate(pairwise(days)):
        if first is not None and then is not None and clashing(problem, first, then):
            yield f"{who}: {then.id} on day {day + 1} too soon after {first.id}"
    yield from _sums(worker, row, sum(shift.minutes for shift in days if shift is not None))
    yield from _runs(problem, worker, row)


def _sums(worker: Worker, row: Row, minutes: int) -> Iterator[str]:
    who = f"worker {worker.id}"
    counts = Counter(row.shifts)
    for name, most in worker.most.items():
        if counts[name] > most:
            yield f"{who}: {counts[name]} of {name}, {most} at most"
    if minutes < worker.least_minutes:
        yield f"{who}: {minutes} minutes, {worker.least_minutes} at least"
    if worker.most_minutes is not None and minutes > worker.most_minutes:
        yield f"{who}: {minutes} minutes, {worker.most_minutes} at most"


def _runs(problem: RosterProblem, worker: Worker, row: Row) -> Iterator[str]:
    who, begin = f"worker {worker.id}", 0
    for works, group in groupby(row.shifts, lambda name: name is not None):
        length = len(list(group))
        inside = begin > 0 and begin + length < problem.days
        if works and worker.longest is not None and length > worker.longest:
            yield f"{who}: {length} days on end from day {begin}, {worker.longest} at most"
        least = worker.shortest if works else worker.free_days
        if inside and length < least:
            what = "on duty" if works else "free"
            yield f"{who}: {length} days {what} from day {begin}, {least} at least"
        begin += length
    worked = {
        (problem.first_weekday + day) // 7
        for day, name in enumerate(row.shifts)
        if name is not None and is_weekend(problem, day)
    }
    if worker.weekends is not None and len(worked) > worker.weekends:
        yield f"{who}: {len(worked)} weekends, {worker.weekends} at most"


def _have(problem: RosterProblem, plan: RosterPlan) -> Iterator[tuple[Want, int]]:
    skills = {worker.id: set(worker.skills) for worker in problem.workers}
    on = defaultdict(list)
    for row in plan.rows:
        for day, name in enumerate(row.shifts):
            if name is not None:
                on[day, name].append(row.worker)
    for want in wants(problem):
        some = [who for cell in want.of for who in on.get(cell, ())]
        yield want, sum(want.skill is None or want.skill in skills[who] for who in some)


def _manned(problem: RosterProblem, plan: RosterPlan) -> dict[str, float]:
    parts: dict[str, float] = defaultdict(float)
    for want, have in _have(problem, plan):
        parts[want.part] += want.under * max(0, want.wanted - have)
        parts[want.part] += want.over * max(0, have - want.wanted)
    return dict(parts)


def _wishes(problem: RosterProblem, plan: RosterPlan) -> float:
    rows = {row.worker: row.shifts for row in plan.rows}
    total = 0.0
    for wish in problem.wishes:
        had = rows[wish.worker][wish.day]
        met = had is not None if wish.shift is None else had == wish.shift
        total += wish.weight * (met != wish.wanted)
    return total


def _uneven(problem: RosterProblem, plan: RosterPlan) -> float:
    shifts = {shift.id: shift for shift in problem.shifts}
    total = 0.0
    for row in plan.rows:
        days = ((day, name) for day, name in enumerate(row.shifts) if name is not None)
        heavy = sum(is_heavy(problem, day, shifts[name]) for day, name in days)
        total += problem.fairness * heavy * (heavy - 1) / 2
    return total
