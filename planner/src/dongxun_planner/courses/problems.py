"""The timetabling problem and its plan, as immutable values."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from dongxun_planner.wire import Between, Count, twice

Few = Annotated[int, Between(1, 1000)]


@dataclass(frozen=True)
class Course:
    """A course: how many lectures a week, spread over at least so many days."""

    id: str
    teacher: str
    lectures: Count
    least_days: Count
    students: Count
    barred: tuple[Count, ...] = ()


@dataclass(frozen=True)
class Room:
    """A room and its seats."""

    id: str
    seats: Count


@dataclass(frozen=True)
class CourseProblem:
    """Give every lecture a period and a room; period = day × periods of a day + hour.

    Costs: a student without a seat 1, a day missing of a course's least days 5, a lecture of a
    curriculum with none of it right before or after on its day 2, a further room of a course 1.

    Source: Di Gaspero, McCollum and Schaerf, 'ITC-2007: curriculum-based course timetabling'.
    """

    name: str
    days: Few
    hours: Few
    courses: tuple[Course, ...]
    rooms: tuple[Room, ...]
    curricula: tuple[tuple[str, ...], ...]

    def complaints(self) -> Iterator[str]:
        """Say what clashes."""
        yield from twice("course", [course.id for course in self.courses])
        yield from twice("room", [room.id for room in self.rooms])


@dataclass(frozen=True)
class CoursePlan:
    """(course, room, period) of every lecture."""

    lectures: tuple[tuple[str, str, int], ...]
