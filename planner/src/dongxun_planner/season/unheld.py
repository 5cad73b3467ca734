"""Why sessions of a plan are not held, and what would help; plain Python, without any solver.

A set of topics is scarce where the lecturers of any of them can hold fewer sessions than are wanted of
all of them (Hall). For other sessions every lecturer and slot is looked at, and what alone stands in
the way of most of them is the reason.
"""

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from dongxun_planner.season.problems import (
    Lecturer,
    Meeting,
    SeasonPlan,
    SeasonProblem,
    Unit,
    week_of_day,
)
from dongxun_planner.season.travel import At, too_far

MOST_TOPICS = 10
NOBODY, NO_TIME, SCARCE, HALL, ELSEWHERE = "nobody", "no_time", "scarce", "hall", "elsewhere"
LECTURER_WEEK, COHORT_WEEK, LOAD = "lecturer_week", "cohort_week", "load"
DAY, TAKEN, OPEN, WAY = "day", "taken", "open", "way"
RAISED = (LECTURER_WEEK, COHORT_WEEK, LOAD)
"""What can be tried out for all at once: a limit one higher."""
WORDS = {
    HALL: "the hall is taken or closed whenever a lecturer of {topic} is free",
    ELSEWHERE: "its people are elsewhere whenever a lecturer of {topic} is free",
    LECTURER_WEEK: "the lecturers of {topic} hold as many sessions a week as they may",
    COHORT_WEEK: "it has as many sessions a week as it may whenever a lecturer of {topic} is free",
    LOAD: "the lecturers of {topic} hold as many sessions as they may",
    DAY: "it meets already on the days on which a lecturer of {topic} is free",
    WAY: "the lecturers of {topic} who are free teach too far away on that day",
    TAKEN: "the lecturers of {topic} are taken or not free in the slots that are left",
    OPEN: "a place is left for it; the search ended before it was found",
}


@dataclass(frozen=True)
class Reason:
    """What binds.

    Args:
        topics: the scarce set, or the topic alone.
        can: sessions that the lecturers of these topics can hold in all.
        wanted: sessions of these topics.
    """

    code: str
    topics: tuple[str, ...]
    can: int
    wanted: int
    lecturers: int

    def words(self, topic: str) -> str:
        """Say it."""
        if self.code == NOBODY:
            return f"nobody teaches {topic}"
        if self.code == NO_TIME:
            return f"no lecturer of {topic} has a free slot and sessions left"
        if self.code == SCARCE:
            names = ", ".join(self.topics)
            return f"lecturers of {names} can hold {self.can} sessions, {self.wanted} are wanted"
        return WORDS[self.code].format(topic=topic)


def explained(problem: SeasonProblem, plan: SeasonPlan) -> SeasonPlan:
    """Return the plan with the reason of each session that is not held."""
    found = reasons(problem, plan)
    unheld = tuple(
        dataclasses.replace(each, why=reason.words(each.topic))
        for each, reason in zip(plan.unheld, found, strict=True)
    )
    return dataclasses.replace(plan, unheld=unheld)


def reasons(problem: SeasonProblem, plan: SeasonPlan) -> list[Reason]:
    """Return why each of the plan's unheld sessions is not held, in their order."""
    world = World(problem, plan)
    return [world.reason(each.topic, world.cohort_of(each.units)) for each in plan.unheld]


def would_fit(problem: SeasonProblem, plan: SeasonPlan, code: str, topic: str) -> int:
    """Return how many unheld sessions of a topic find a place as things stand if one limit gives.

    Args:
        code: one of ``RAISED``: one more a week, or one more in all.
    """
    world = World(problem, plan)
    count = 0
    for each in plan.unheld:
        number = world.cohort_of(each.units)
        if each.topic != topic or number is None:
            continue
        for lecturer, slot in world.places(topic):
            if not world.blockers(number, lecturer, slot, raised=code):
                world.take(number, plan.cohorts[number].venue, lecturer.id, slot)
                count += 1
                break
    return count


class World:
    """A plan's uses of everything that may be used only so often."""

    def __init__(self, problem: SeasonProblem, plan: SeasonPlan) -> None:
        self.problem, self.plan = problem, plan
        self.weeks = [week_of_day(day) for day in problem.days]
        self.used: Counter[tuple[object, ...]] = Counter()
        units = {unit.id: unit for unit in problem.units}
        mine = [[units[name] for name in c.units if name in units] for c in plan.cohorts]
        self.away = [{slot for unit in some for slot in unit.closed} for some in mine]
        self.closed = {(venue.id, slot) for venue in problem.venues for slot in venue.closed}
        self.wanted: Counter[str] = Counter()
        self.venues = {venue.id: venue for venue in problem.venues}
        self.lessons: defaultdict[tuple[str, int], list[At]] = defaultdict(list)
        for one in problem.lecturers:
            for lesson in one.lessons:
                self.lessons[one.id, lesson.slot // problem.halves].append((lesson.slot, lesson))
        self._note_besides(mine)
        self._number = {cohort.units: k for k, cohort in enumerate(plan.cohorts)}
        for k, cohort in enumerate(plan.cohorts):
            held = {meeting.topic for meeting in cohort.meetings}
            self.wanted.update(held | set(problem.lacking(mine[k])))
            for meeting in cohort.meetings:
                self.take(k, cohort.venue, meeting.lecturer, meeting.slot)
        facts = [meeting for c in plan.cohorts for meeting in c.meetings if meeting.held]
        self._held = Counter(meeting.topic for meeting in facts)
        self._left = {one.id: self._capacity(one, facts) for one in problem.lecturers}
        self._scarce: dict[str, Reason | None] = {}

    def _note_besides(self, mine: list[list[Unit]]) -> None:
        """Note what lecturers and the units of each cohort have besides the plan."""
        for one in self.problem.lecturers:
            self.used.update(("week", one.id, week_of_day(day)) for day in one.besides)
        self.given = self.used.copy()
        for number, units in enumerate(mine):
            every = [Counter(week_of_day(day) for day in unit.besides) for unit in units]
            for week in set().union(*every):
                self.used["cohort week", number, week] = max(each[week] for each in every)
            days = {day for unit in units for day in unit.besides}
            self.used.update(
                ("day", number, k) for k, day in enumerate(self.problem.days) if day in days
            )

    def take(self, number: int, venue: str, lecturer: str, slot: int) -> None:
        """Note a session."""
        day = slot // self.problem.halves
        week = self.weeks[day]
        self.lessons[lecturer, day].append((slot, self.venues[venue]))
        self.used.update(
            [("lecturer", lecturer, slot), ("week", lecturer, week), ("load", lecturer)]
        )
        self.hold(number, venue, slot)

    def hold(self, number: int, venue: str, slot: int) -> None:
        """Note the same for cohort and hall alone."""
        day = slot // self.problem.halves
        self.used.update(
            [("cohort week", number, self.weeks[day]), ("day", number, day), ("hall", venue, slot)]
        )

    def cohort_of(self, units: tuple[str, ...]) -> int | None:
        """Return the number of a cohort."""
        return self._number.get(units)

    def _capacity(self, lecturer: Lecturer, facts: list[Meeting]) -> int:
        """Return how many sessions a lecturer can hold beside those held: load, free slots, weeks."""
        slots = [meeting.slot for meeting in facts if meeting.lecturer == lecturer.id]
        halves, limit = self.problem.halves, self.problem.lecturer_a_week
        held = Counter(self.weeks[slot // halves] for slot in slots)
        free = Counter(self.weeks[slot // halves] for slot in {*lecturer.free} - {*slots})
        pins = [m for pin in self.problem.pinned for m in pin.meetings if m.lecturer == lecturer.id]
        kept = Counter(self.weeks[meeting.slot // halves] for meeting in pins)
        most = 0
        for week, count in free.items():
            room = max(limit - self.given["week", lecturer.id, week], min(kept[week], limit))
            most += min(count, max(0, room - held[week]))
        return min(max(0, lecturer.load - len(slots)), most)

    def _can(self, able: list[Lecturer], topics: Iterable[str]) -> int:
        """Return how many sessions of some topics were held, by anybody, or can be by these."""
        held = sum(self._held[topic] for topic in topics)
        return held + sum(self._left[one.id] for one in able)

    def reason(self, topic: str, number: int | None) -> Reason:
        """Return why a session of a topic is not held."""
        able = [one for one in self.problem.lecturers if topic in one.topics]
        can = self._can(able, [topic])
        plain = Reason(TAKEN, (topic,), can, self.wanted[topic], len(able))
        if not able:
            return dataclasses.replace(plain, code=NOBODY)
        if not can:
            return dataclasses.replace(plain, code=NO_TIME)
        if scarce := self._scarce_with(topic):
            return scarce
        return dataclasses.replace(plain, code=self._binding(topic, number))

    def _scarce_with(self, topic: str) -> Reason | None:
        """Return the scarcest set of topics with this one in it, if one is."""
        if topic not in self._scarce:
            found = [each for each in self._sets() if topic in each.topics]
            worst = max(found, key=lambda each: each.wanted - each.can)
            self._scarce[topic] = worst if worst.wanted > worst.can else None
        return self._scarce[topic]

    def _sets(self) -> Iterator[Reason]:
        """Yield sets of topics, the small ones first."""
        topics = self.problem.topics
        sizes = range(1, len(topics) + 1) if len(topics) <= MOST_TOPICS else (1, 2, len(topics))
        for size in sizes:
            for some in combinations(topics, size):
                able = [one for one in self.problem.lecturers if set(some) & set(one.topics)]
                can = self._can(able, some)
                yield Reason(SCARCE, some, can, sum(self.wanted[t] for t in some), len(able))

    def places(self, topic: str) -> Iterator[tuple[Lecturer, int]]:
        """Yield who could teach a topic, and when; what lecturers would rather not, last."""
        able = [one for one in self.problem.lecturers if topic in one.topics]
        for unwanted in (False, True):
            for one in able:
                rather_not = set(one.rather_not)
                for slot in one.free:
                    if (slot in rather_not) == unwanted:
                        yield one, slot

    def _binding(self, topic: str, number: int | None) -> str:
        """Return what stands in the way most often alone; else most often at all."""
        if number is None:
            return TAKEN
        alone, every = Counter[str](), Counter[str]()
        for lecturer, slot in self.places(topic):
            found = self.blockers(number, lecturer, slot)
            if not found:
                return OPEN
            every.update(found)
            if len(found) == 1:
                alone.update(found)
        return (alone or every or Counter([TAKEN])).most_common(1)[0][0]

    def is_taken(self, venue: str, slot: int) -> bool:
        """Whether a hall is closed or in use."""
        return (venue, slot) in self.closed or self.used["hall", venue, slot] > 0

    def is_far(self, lecturer: str, slot: int, venue: str) -> bool:
        """Whether a lecturer teaches that day so far away that there is no time for the way."""
        here = (slot, self.venues[venue])
        lessons = self.lessons.get((lecturer, slot // self.problem.halves), ())
        return any(one[0] != slot and too_far(self.problem, here, one) for one in lessons)

    def blockers(self, number: int, lecturer: Lecturer, slot: int, raised: str = "") -> set[str]:
        """Return what keeps a cohort from being taught by somebody in a slot.

        Args:
            raised: a code whose limit is one higher.
        """
        venue = self.plan.cohorts[number].venue
        found = self.of_slot(number, slot, raised) | self.of_lecturer(lecturer, slot, raised)
        return found | ({WAY} if self.is_far(lecturer.id, slot, venue) else set())

    def of_slot(self, number: int, slot: int, raised: str = "") -> set[str]:
        """Return what of this stands in the way whoever teaches."""
        used, venue = self.used, self.plan.cohorts[number].venue
        day = slot // self.problem.halves
        a_week = used["cohort week", number, self.weeks[day]] - (raised == COHORT_WEEK)
        tests = (
            (HALL, self.is_taken(venue, slot)),
            (ELSEWHERE, slot in self.away[number]),
            (DAY, used["day", number, day] > (raised == DAY)),
            (COHORT_WEEK, a_week >= self.problem.cohort_a_week),
        )
        return {code for code, is_so in tests if is_so}

    def of_lecturer(self, lecturer: Lecturer, slot: int, raised: str = "") -> set[str]:
        """Return what of this stands in the way whoever learns, ways aside."""
        used, key = self.used, lecturer.id
        week = self.weeks[slot // self.problem.halves]
        a_week = used["week", key, week] - (raised == LECTURER_WEEK)
        tests = (
            (TAKEN, used["lecturer", key, slot] > 0),
            (LECTURER_WEEK, a_week >= self.problem.lecturer_a_week),
            (LOAD, used["load", key] - (raised == LOAD) >= lecturer.load),
        )
        return {code for code, is_so in tests if is_so}
