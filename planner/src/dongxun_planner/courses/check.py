"""The checker of course timetables: rules and costs once more, without any solver."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from dongxun_planner.courses.problems import CoursePlan, CourseProblem
from dongxun_planner.protocol import Verdict


def check_courses(problem: CourseProblem, plan: CoursePlan) -> Verdict:
    """Check a timetable."""
    broken = tuple(_broken(problem, plan))
    if broken:
        return Verdict(float("inf"), broken)
    courses = {course.id: course for course in problem.courses}
    seats = {room.id: room.seats for room in problem.rooms}
    days, rooms = defaultdict(set), defaultdict(set)
    for course, room, period in plan.lectures:
        days[course].add(period // problem.hours)
        rooms[course].add(room)
    lacking = (max(0, courses[c].students - seats[r]) for c, r, _ in plan.lectures)
    parts = {
        "seats": sum(lacking),
        "days": 5 * sum(max(0, c.least_days - len(days[c.id])) for c in problem.courses),
        "gaps": 2 * _alone(problem, plan),
        "rooms": sum(max(0, len(used) - 1) for used in rooms.values()),
    }
    return Verdict(float(sum(parts.values())), (), {k: float(v) for k, v in parts.items()})


def _broken(problem: CourseProblem, plan: CoursePlan) -> Iterator[str]:
    courses = {course.id: course for course in problem.courses}
    known = {room.id for room in problem.rooms}
    counts = Counter(course for course, _, _ in plan.lectures)
    for course in problem.courses:
        if counts[course.id] != course.lectures:
            yield f"course {course.id}: {counts[course.id]} lectures of {course.lectures}"
    taken: dict[tuple[tuple[str, object], int], str] = {}
    for name, room, period in plan.lectures:
        if (
            name not in courses
            or room not in known
            or not (0 <= period < problem.days * problem.hours)
        ):
            yield f"{name} in {room}, period {period}: one of the three is not here"
            continue
        if period in courses[name].barred:
            yield f"course {name}: is barred in period {period}"
        groups: list[tuple[str, object]] = [("room", room), ("teacher", courses[name].teacher)]
        groups += [("curriculum", q) for q, some in enumerate(problem.curricula) if name in some]
        for group in groups:
            if (group, period) in taken:
                yield f"{taken[group, period]} and {name}: same {group[0]} in period {period}"
            taken[group, period] = name


def _alone(problem: CourseProblem, plan: CoursePlan) -> int:
    periods = defaultdict(set)
    for course, _, period in plan.lectures:
        periods[course].add(period)
    alone = 0
    for some in problem.curricula:
        held = Counter(period for course in some for period in periods[course])
        for period, count in held.items():
            before = period % problem.hours and period - 1 in held
            after = (period + 1) % problem.hours and period + 1 in held
            alone += 0 if before or after else count
    return alone
