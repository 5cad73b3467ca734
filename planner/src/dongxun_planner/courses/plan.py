"""Course timetables by annealing, cooled over the time there is."""

from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np

from dongxun_planner.courses.anneal import State, World, anneal, costs, count
from dongxun_planner.courses.check import check_courses
from dongxun_planner.courses.problems import CoursePlan, CourseProblem
from dongxun_planner.protocol import Limits, Outcome, Search, Watch, quiet

HOT, COLD, PIECE = 30.0, 0.12, 100_000
PATIENT = 0.5  # of the time: as long it stays hot, until there is a timetable without clashes


def plan_courses(
    problem: CourseProblem, limits: Limits, watch: Watch = quiet
) -> Outcome[CoursePlan]:
    """Make a timetable."""
    check = partial(check_courses, problem)
    search: Search[CoursePlan] = Search(limits, check, watch=watch, step=1.0)
    if causes := impossible(problem):
        return search.impossible(*causes)
    search.at_least(least_cost(problem))
    with ThreadPoolExecutor(limits.threads) as pool:
        _search(problem, search, pool)
    if search.plan is None and not search.cancelled:
        search.causes = ("no timetable without clashes was found within the limits",)
    return search.outcome()


def _search(problem: CourseProblem, search: Search[CoursePlan], pool: Executor) -> None:
    """Cool one timetable for each thread; what is best of any is offered."""
    limits, piece, offered, began = search.limits, 0, np.inf, 0.0
    seeds = range(limits.seed, limits.seed + limits.threads)
    desks = [(seed, *_start(problem, seed)) for seed in seeds]  # no table is shared by threads
    kept = [(state.period.copy(), state.room.copy()) for _, _, state, _ in desks]
    while not search.over and (limits.work is None or piece < limits.work):
        done = piece / limits.work if limits.work else search.spent
        if offered == np.inf and done < PATIENT:
            began = done  # it cools from the first timetable without clashes on
        heat = HOT * (COLD / HOT) ** min(1.0, (done - began) / (1.0 - began))

        def cool(desk: Any, best: Any, heat: float = heat, piece: int = piece) -> float:
            seed, world, state, cost = desk
            anneal(world, state, best, cost, PIECE, heat, seed * 100_000 + piece)
            return float(cost[2])

        costs = list(pool.map(cool, desks, kept))
        piece += 1
        first = int(np.argmin(costs))
        if costs[first] < offered:
            offered = costs[first]
            search.offer(_plan(problem, desks[first][1], kept[first]))


def _start(problem: CourseProblem, seed: int) -> tuple[World, State, Any]:
    """Seat every lecture somewhere, with little regard to anything."""
    world = _world(problem)
    periods, rooms = problem.days * problem.hours, len(problem.rooms)
    courses, lectures = len(problem.courses), len(world.course_of)
    places = np.random.default_rng(seed).permutation(periods * rooms)[:lectures]
    state = State(
        period=places // rooms,
        room=places % rooms,
        grid=np.full((periods, rooms), -1, dtype=np.int64),
        conflicts=np.zeros((courses, periods), dtype=np.int64),
        on_day=np.zeros((courses, problem.days), dtype=np.int64),
        used=np.zeros((courses, rooms), dtype=np.int64),
        held=np.zeros((max(1, len(problem.curricula)), periods), dtype=np.int64),
        days=np.zeros(courses, dtype=np.int64),
    )
    state.grid[state.period, state.room] = np.arange(lectures)
    for lecture in range(lectures):
        count(world, state, lecture, state.period[lecture], state.room[lecture], 1)
    cost = np.array([0.0, 0.0, np.inf])
    costs(world, state, cost)
    return world, state, cost


def _world(problem: CourseProblem) -> World:
    courses = problem.courses
    at = {course.id: i for i, course in enumerate(courses)}
    clash = np.array([[a.teacher == b.teacher for b in courses] for a in courses])
    member = np.zeros((max(1, len(problem.curricula)), len(courses)), dtype=np.bool_)
    for q, some in enumerate(problem.curricula):
        members = [at[name] for name in some]
        clash[np.ix_(members, members)] = True
        member[q, members] = True
    barred = np.zeros((len(courses), problem.days * problem.hours), dtype=np.int64)
    for i, course in enumerate(courses):
        barred[i, list(course.barred)] = 1
    clashes, many = _padded([np.flatnonzero(row).tolist() for row in clash])
    groups, group_count = _padded([np.flatnonzero(row).tolist() for row in member.T])
    students = np.array([course.students for course in courses])
    seats = np.array([room.seats for room in problem.rooms])
    return World(
        course_of=np.repeat(np.arange(len(courses)), [course.lectures for course in courses]),
        over=np.maximum(0, students[:, None] - seats[None, :]),
        least=np.array([course.least_days for course in courses]),
        barred=barred,
        clash=clash,
        clashes=clashes,
        count=many,
        groups=groups,
        group_count=group_count,
        member=member,
        hours=problem.hours,
    )


def _padded(rows: list[list[int]]) -> tuple[Any, Any]:
    count = np.array([len(row) for row in rows], dtype=np.int64)
    table = np.zeros((len(rows), max(1, count.max(initial=1))), dtype=np.int64)
    for i, row in enumerate(rows):
        table[i, : len(row)] = row
    return table, count


def _plan(problem: CourseProblem, world: World, best: Any) -> CoursePlan:
    rows = zip(world.course_of.tolist(), best[0].tolist(), best[1].tolist(), strict=True)
    lectures = ((problem.courses[c].id, problem.rooms[r].id, p) for c, p, r in rows)
    return CoursePlan(tuple(lectures))


def least_cost(problem: CourseProblem) -> float:
    """Return a cost that no timetable undercuts: seats that no room has, days no lectures fill."""
    largest = max(room.seats for room in problem.rooms)
    return float(
        sum(
            course.lectures * max(0, course.students - largest)
            + 5 * max(0, course.least_days - min(course.lectures, problem.days))
            for course in problem.courses
        )
    )


def impossible(problem: CourseProblem) -> list[str]:
    """Return what no timetable can help, with names."""
    periods = problem.days * problem.hours
    if not problem.rooms or not periods or not problem.courses:
        return ["there are no rooms, periods or courses"]
    causes = []
    lectures = sum(course.lectures for course in problem.courses)
    if lectures > periods * len(problem.rooms):
        causes.append(f"{lectures} lectures for {periods * len(problem.rooms)} places")
    if not lectures:
        causes.append("no course has any lectures")
    for course in problem.courses:
        left = periods - len(set(course.barred))
        if course.lectures > left:
            causes.append(f"course {course.id}: {course.lectures} lectures, {left} periods left")
    loads: dict[str, int] = {}
    for course in problem.courses:
        loads[course.teacher] = loads.get(course.teacher, 0) + course.lectures
    causes += [f"teacher {t}: {n} lectures in {periods}" for t, n in loads.items() if n > periods]
    sizes = {course.id: course.lectures for course in problem.courses}
    causes += [
        f"curriculum of {', '.join(some)}: more lectures than {periods} periods"
        for some in problem.curricula
        if sum(sizes[name] for name in set(some)) > periods
    ]
    return causes
