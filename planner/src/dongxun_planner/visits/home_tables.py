"""Home visits as tables of numbers, for the kernels; and plans back from them."""

from typing import Any, NamedTuple

import numpy as np

from dongxun_planner.visits.homes import Call, Round, VisitPlan, VisitProblem, ways


class Tables(NamedTuple):
    """One line for each task (a need of a visit) and for each route (a visitor's duty).

    ``partner`` is a task's other task, or -1; ``may`` says which task may be in which route and
    ``own`` what it costs there; ``of_day`` lists the routes of each day, ended by -1.
    """

    visit: Any
    partner: Any
    is_second: Any
    minutes: Any
    load: Any
    opens: Any
    closes: Any
    latest: Any
    least: Any
    most: Any
    place: Any
    way: Any
    home: Any
    day: Any
    begins: Any
    ends: Any
    holds: Any
    may: Any
    own: Any
    of_day: Any
    can: Any
    near: Any
    prices: Any


NEAREST = 12


def tables(problem: VisitProblem) -> Tables:
    """Draw the tables of a problem that complains of nothing."""
    visits = problem.visits
    tasks = [(v, i) for v, visit in enumerate(visits) for i in range(len(visit.needs))]
    routes = [(w, duty) for w, who in enumerate(problem.visitors) for duty in who.duties]
    days = sorted({duty.day for _, duty in routes})
    visit = np.array([v for v, _ in tasks], dtype=np.int64)
    needs = [visits[v].needs[i] for v, i in tasks]
    partner = [
        -1 if len(visits[v].needs) == 1 else t + (1 if i == 0 else -1)
        for t, (v, i) in enumerate(tasks)
    ]
    may, own = _may(problem, tasks, routes)
    day = np.array([days.index(duty.day) for _, duty in routes], dtype=np.int64)
    way = ways(problem)
    prices = problem.prices
    each = [visits[v] for v, _ in tasks]
    return Tables(
        visit=visit,
        partner=np.array(partner, dtype=np.int64),
        is_second=np.array([i == 1 for _, i in tasks], dtype=np.bool_),
        minutes=np.array([need.minutes for need in needs], dtype=np.float64),
        load=np.array([need.load for need in needs], dtype=np.int64),
        opens=np.array([one.opens for one in each], dtype=np.float64),
        closes=np.array([one.closes for one in each], dtype=np.float64),
        latest=np.array([one.closes + problem.tolerance for one in each], dtype=np.float64),
        least=np.array([one.apart[0] for one in each], dtype=np.float64),
        most=np.array([one.apart[1] for one in each], dtype=np.float64),
        place=visit.copy(),
        way=way,
        home=np.array([len(visits) + w for w, _ in routes], dtype=np.int64),
        day=day,
        begins=np.array([duty.begins for _, duty in routes], dtype=np.float64),
        ends=np.array([duty.ends for _, duty in routes], dtype=np.float64),
        holds=np.array([problem.visitors[w].holds for w, _ in routes], dtype=np.int64),
        may=may,
        own=own,
        of_day=_lists([np.flatnonzero(day == d).tolist() for d in range(len(days))]),
        can=_lists([np.flatnonzero(row).tolist() for row in may]),
        near=_near(way[np.ix_(visit, visit)], visit),
        prices=np.array([prices.way, prices.late, prices.latest, prices.unvisited]),
    )


def _may(problem: VisitProblem, tasks: Any, routes: Any) -> tuple[Any, Any]:
    skills = [set(who.skills) for who in problem.visitors]
    goes = np.array([w for w, _ in routes], dtype=np.int64)
    on = np.array([duty.day for _, duty in routes], dtype=np.int64)
    may = np.zeros((len(tasks), len(routes)), dtype=np.bool_)
    own = np.zeros((len(tasks), len(routes)), dtype=np.float64)
    for t, (v, i) in enumerate(tasks):
        visit = problem.visits[v]
        need, known = visit.needs[i], set(visit.known)
        fits = [
            need.load <= who.holds and mine.issuperset(need.skills)
            for who, mine in zip(problem.visitors, skills, strict=True)
        ]
        strange = [bool(known) and who.id not in known for who in problem.visitors]
        may[t] = np.array(fits, dtype=np.bool_)[goes]
        if visit.days:
            may[t] &= np.isin(on, visit.days)
        own[t] = problem.prices.stranger * np.array(strange, dtype=np.float64)[goes]
    return may, own


def _lists(rows: list[list[int]]) -> Any:
    table = np.full((len(rows), max((len(row) for row in rows), default=0) + 1), -1, dtype=np.int64)
    for i, row in enumerate(rows):
        table[i, : len(row)] = row
    return table


def _near(apart: Any, visit: Any) -> Any:
    """Return for each task the nearest tasks of other visits, nearest first."""
    far = np.where(visit[:, None] == visit[None, :], np.inf, apart)
    order = np.argsort(far, axis=1, kind="stable")[:, :NEAREST]
    rows = [[int(u) for u in row if np.isfinite(far[t, u])] for t, row in enumerate(order)]
    return _lists(rows)


def plan_of(problem: VisitProblem, rows: Any, counts: Any, begins: Any) -> VisitPlan:
    """Read a plan from the kernels' rows of tasks and the minutes at which tasks begin."""
    tasks = [(visit.id, i) for visit in problem.visits for i in range(len(visit.needs))]
    routes = [(who.id, duty.day) for who in problem.visitors for duty in who.duties]
    rounds = []
    for r, (who, day) in enumerate(routes):
        if counts[r]:
            row = rows[r, : counts[r]].tolist()
            calls = tuple(Call(tasks[t][0], tasks[t][1], round(float(begins[t]), 6)) for t in row)
            rounds.append(Round(who, day, calls))
    rounds.sort(key=lambda each: each.day)
    return VisitPlan("visits", tuple(rounds))
