"""ITC-2007 track 3, ``.ctt``: courses, rooms, curricula, unavailable periods.

Solutions: ``course room day period`` for each lecture, days and periods from 0.

Source: Di Gaspero, McCollum and Schaerf 2007, the competition's description.
"""

from pathlib import Path

from dongxun_planner.courses.plan import plan_courses
from dongxun_planner.courses.problems import Course, CoursePlan, CourseProblem, Room
from dongxun_planner.protocol import Limits, Outcome, Watch, quiet
from dongxun_planner.wire import BadProblemError, checked, text_of

SECTIONS = ("COURSES:", "ROOMS:", "CURRICULA:", "UNAVAILABILITY_CONSTRAINTS:")
COUNTED = ("Courses", "Rooms", "Curricula", "Constraints")
"""What the head of a file says of its sections: how many lines each of them has."""


def read(path: Path) -> CourseProblem:
    """Read an instance.

    Raises:
        BadProblemError: not of this format.
    """
    try:
        return checked(_problem(text_of(path)), path)
    except BadProblemError:
        raise
    except KeyError as error:
        raise BadProblemError(f"{path}: no instance of ITC-2007: {error} is missing") from error
    except (OSError, ValueError, IndexError) as error:
        raise BadProblemError(f"{path}: no instance of ITC-2007: {error}") from error


def _problem(text: str) -> CourseProblem:
    heads, rows = _parts(text)
    days, hours = int(heads["Days"]), int(heads["Periods_per_day"])
    barred: dict[str, list[int]] = {}
    for course, day, hour in rows[SECTIONS[3]]:
        if not (0 <= int(day) < days and 0 <= int(hour) < hours):
            raise ValueError(f"{course} barred on day {day}, hour {hour}")
        barred.setdefault(course, []).append(int(day) * hours + int(hour))
    courses = tuple(
        Course(name, teacher, int(lectures), int(least), int(students), tuple(barred.get(name, ())))
        for name, teacher, lectures, least, students in rows[SECTIONS[0]]
    )
    curricula = tuple(_curriculum(row) for row in rows[SECTIONS[2]])
    known = {course.id for course in courses}
    unknown = {name for some in curricula for name in some} | barred.keys()
    if unknown - known or len(known) < len(courses):
        raise ValueError(f"a course twice, or not known: {', '.join(sorted(unknown - known))}")
    rooms = tuple(Room(name, int(seats)) for name, seats, *_ in rows[SECTIONS[1]])
    return CourseProblem(heads.get("Name", ""), days, hours, courses, rooms, curricula)


def _parts(text: str) -> tuple[dict[str, str], dict[str, list[list[str]]]]:
    heads: dict[str, str] = {}
    rows: dict[str, list[list[str]]] = {}
    current: list[list[str]] | None = None
    ended = False
    for words in filter(None, (line.split() for line in text.splitlines())):
        if words[0] in SECTIONS:
            current = rows.setdefault(words[0], [])
        elif words[0] == "END.":
            ended = True
        elif current is None:
            heads[words[0].rstrip(":")] = " ".join(words[1:])
        else:
            current.append(words)
    if not ended:
        raise ValueError("no END. in it: it is cut")
    for name, section in zip(COUNTED, SECTIONS, strict=True):
        if int(heads.get(name, len(rows[section]))) != len(rows[section]):
            raise ValueError(f"{section} {len(rows[section])} lines, the head says {heads[name]}")
    return heads, rows


def _curriculum(row: list[str]) -> tuple[str, ...]:
    if len(row) != 2 + int(row[1]):
        raise ValueError(f"curriculum {row[0]}: {len(row) - 2} courses, it says {row[1]}")
    return tuple(row[2:])


def solve(problem: CourseProblem, limits: Limits, watch: Watch = quiet) -> Outcome[CoursePlan]:
    """Solve an instance."""
    return plan_courses(problem, limits, watch)


def write(problem: CourseProblem, plan: CoursePlan) -> str:
    """Write a solution."""
    return "".join(
        f"{course} {room} {period // problem.hours} {period % problem.hours}\n"
        for course, room, period in plan.lectures
    )
