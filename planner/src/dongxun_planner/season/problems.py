"""The season's problem and plan, as immutable values."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Annotated, Literal

from dongxun_planner.protocol import Cause
from dongxun_planner.wire import Amount, Between, Count, Latitude, Longitude, Positive, twice

Weekday = Annotated[int, Between(0, 6)]
MOST_MEMBERS = 2_000_000


@dataclass(frozen=True)
class Unit:
    """A branch, or a study group of a large one: it learns together, on its study day.

    Args:
        study_day: 0 is Monday.
        closed: slots in which its people are elsewhere.
        done: topics that it has had, or has somewhere else: it stays away from them.
        besides: days (YYYY-MM-DD), one for each session that it has besides the plan's: they take
            the day and count in their week. They may lie outside the problem's days.
    """

    id: str
    latitude: Latitude
    longitude: Longitude
    members: Positive
    study_day: Weekday
    name: str = ""
    closed: tuple[Count, ...] = ()
    done: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()


@dataclass(frozen=True)
class Venue:
    """A hall; ``cost`` in yuan for a session; ``closed`` are slots in which it cannot be had."""

    id: str
    latitude: Latitude
    longitude: Longitude
    seats: Count
    cost: Amount = 0.0
    closed: tuple[Count, ...] = ()
    name: str = ""


@dataclass(frozen=True)
class Lesson:
    """Something else that a lecturer teaches: when, and where."""

    slot: Count
    latitude: Latitude
    longitude: Longitude


@dataclass(frozen=True)
class Lecturer:
    """Who can teach: which topics, in which slots, how many sessions in all.

    ``lessons`` are others that stay as they are: on their days there must be time for the way.
    ``besides`` are the days (YYYY-MM-DD) of all others, one for each: they count in their week, not
    against ``load``. They may lie outside the problem's days.

    Args:
        rather_not: slots in which they would rather not teach; each session there costs ``wish``.
    """

    id: str
    latitude: Latitude
    longitude: Longitude
    topics: tuple[str, ...]
    free: tuple[Count, ...]
    load: Count
    name: str = ""
    lessons: tuple[Lesson, ...] = ()
    besides: tuple[str, ...] = ()
    rather_not: tuple[Count, ...] = ()


@dataclass(frozen=True)
class Prices:
    """What things cost, in yuan.

    Args:
        walk_km: a member's way to the hall, one km.
        drive_km: a lecturer's way, one km; there and back are two.
        off_day: a member who learns on another weekday than their branch's study day.
        moved: a session on another weekday than its cohort's.
        unheld: a session that is not held.
        wish: a session in a slot in which its lecturer would rather not teach.
    """

    walk_km: Amount = 0.2
    drive_km: Amount = 1.5
    off_day: Amount = 0.3
    moved: Amount = 20.0
    unheld: Amount = 2000.0
    wish: Amount = 30.0


@dataclass(frozen=True)
class Meeting:
    """One topic taught to a cohort: by whom and in which slot.

    ``held``: it was, and is a fact that no rule judges; it counts beside those to come.
    """

    topic: str
    lecturer: str
    slot: Count
    held: bool = False


@dataclass(frozen=True)
class Cohort:
    """Units that learn every topic together in one hall, on one weekday; and their meetings."""

    venue: str
    weekday: Weekday
    units: tuple[str, ...]
    meetings: tuple[Meeting, ...] = ()


@dataclass(frozen=True)
class SeasonProblem:
    """Teach every topic once to every unit that lacks it.

    ``days`` are the teaching days, holidays left out; slot ``halves * i + h`` is part h of the
    i-th day. ``pinned`` cohorts keep hall, weekday and units, and the meetings they list.
    A cohort meets at most once a day, for each topic that one of its units lacks. What units and
    lecturers have ``besides`` counts in these limits; what is pinned may stand beside it.

    ``kmh`` is how fast a lecturer comes along between two lessons of one day, as the crow flies.
    ``pauses`` are the least minutes from the end of one to the beginning of the other: the first
    for lessons in two parts of the day that follow each other, the second where one part lies
    between, and so on; the last holds beyond. Without any, nobody looks at these ways.
    """

    kind: Literal["season"]
    topics: tuple[str, ...]
    days: tuple[str, ...]
    units: tuple[Unit, ...]
    venues: tuple[Venue, ...]
    lecturers: tuple[Lecturer, ...]
    halves: Annotated[int, Between(1, 6)] = 2
    within_km: Amount = 10.0
    lecturer_a_week: Positive = 3
    cohort_a_week: Positive = 2
    prices: Prices = Prices()
    pinned: tuple[Cohort, ...] = ()
    kmh: Annotated[float, Between(1, 1000)] = 30.0
    pauses: tuple[Count, ...] = (120,)
    version: Literal[1] = 1

    def complaints(self) -> Iterator[str]:
        """Say what clashes."""
        for what, things in (
            ("unit", self.units),
            ("venue", self.venues),
            ("lecturer", self.lecturers),
        ):
            yield from twice(what, [thing.id for thing in things])
        yield from twice("topic", list(self.topics))
        yield from twice("day", list(self.days))
        yield from self._bad_days()
        if (members := sum(unit.members for unit in self.units)) > MOST_MEMBERS:
            yield f"units: {members} members in all; {MOST_MEMBERS} at most can be planned"
        slots = len(self.days) * self.halves
        for lecturer in self.lecturers:
            for topic in set(lecturer.topics) - set(self.topics):
                yield f"lecturer {lecturer.name or lecturer.id}: {topic} is no topic here"
            if any(slot >= slots for slot in lecturer.free):
                yield f"lecturer {lecturer.name or lecturer.id}: free in a slot after the last"
            if any(slot >= slots for slot in lecturer.rather_not):
                yield f"lecturer {lecturer.name or lecturer.id}: a wish for a slot after the last"
            if any(lesson.slot >= slots for lesson in lecturer.lessons):
                yield f"lecturer {lecturer.name or lecturer.id}: a lesson in a slot after the last"
        for unit in self.units:
            for topic in set(unit.done) - set(self.topics):
                yield f"unit {unit.name or unit.id}: {topic} is no topic here"
        yield from self._bad_pins(slots)

    def lacking(self, units: Iterable[Unit]) -> tuple[str, ...]:
        """Return the topics that one of these units lacks, in order."""
        lacks = [set(unit.done) for unit in units]
        return tuple(t for t in self.topics if any(t not in done for done in lacks))

    def unwanted(self) -> set[tuple[str, int]]:
        """Return lecturers with slots in which they would rather not teach."""
        return {(each.id, slot) for each in self.lecturers for slot in each.rather_not}

    def _bad_days(self) -> Iterator[str]:
        yield from (f"day {day}: is no date (YYYY-MM-DD)" for day in self.days if not _is_day(day))
        named: list[tuple[str, Unit | Lecturer]] = [("unit", one) for one in self.units]
        for what, one in named + [("lecturer", one) for one in self.lecturers]:
            for day in one.besides:
                if not _is_day(day):
                    yield f"{what} {one.name or one.id}: {day} is no date (YYYY-MM-DD)"
        if list(self.days) != sorted(self.days):
            yield "days: are not in order"

    def _bad_pins(self, slots: int) -> Iterator[str]:
        units, venues = {u.id for u in self.units}, {v.id for v in self.venues}
        lecturers = {lecturer.id for lecturer in self.lecturers}
        every = Counter(name for pin in self.pinned for name in pin.units)
        for name in (name for name, count in every.items() if count > 1):
            yield Cause(f"pinned unit {name}: comes twice", "kept_twice", units=[name])
        for pin in self.pinned:
            about = {"venue": pin.venue, "units": list(pin.units)}
            for name in pin.units:
                if name not in units:
                    yield Cause(f"pinned unit {name}: is not here", "kept_gone", **about)
            if pin.venue not in venues:
                yield Cause(f"pinned venue {pin.venue}: is not here", "kept_gone", **about)
            if not pin.units:
                yield f"pinned cohort at {pin.venue}: has no units"
            yield from twice(f"pinned at {pin.venue}: topic", [m.topic for m in pin.meetings])
            for meeting in pin.meetings:
                if meeting.topic not in self.topics or meeting.lecturer not in lecturers:
                    yield f"pinned {meeting.topic} by {meeting.lecturer}: one of the two is not here"
                if meeting.slot >= slots:
                    yield f"pinned {meeting.topic} at {pin.venue}: in a slot after the last"


@lru_cache(maxsize=1024)
def week_of_day(day: str) -> tuple[int, int]:
    """Return year and number of the week of a date."""
    year, week, _weekday = date.fromisoformat(day).isocalendar()
    return year, week


def _is_day(said: str) -> bool:
    try:
        return date.fromisoformat(said).isoformat() == said
    except ValueError:
        return False


@dataclass(frozen=True)
class Unheld:
    """A session that is not held, and why; without words while a search goes on."""

    units: tuple[str, ...]
    topic: str
    why: str


@dataclass(frozen=True)
class SeasonPlan:
    """The cohorts with their meetings; a topic without a meeting is not held, and why."""

    cohorts: tuple[Cohort, ...]
    unheld: tuple[Unheld, ...] = ()
    kind: Literal["season"] = "season"
    version: Literal[1] = 1
