"""What would let each session that is not held be held after all: tried out, one change at a time.

A remedy stands beside the plan and the remedies before it, so that all of them together are possible.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from dongxun_planner.season.problems import Lecturer, SeasonPlan, SeasonProblem, Venue
from dongxun_planner.season.travel import too_far
from dongxun_planner.season.unheld import (
    COHORT_WEEK,
    DAY,
    HALL,
    LECTURER_WEEK,
    LOAD,
    OPEN,
    World,
)
from dongxun_planner.zoning.check import km

FREE, NEW, NOTHING = "free", "new", ""
ONE_CHANGE = (OPEN, HALL, COHORT_WEEK, LECTURER_WEEK, LOAD, DAY)
"""In this order the first that helps is named; then a free half-day, then another lecturer."""


@dataclass(frozen=True)
class Remedy:
    """What alone lets a session be held, and where it is then.

    ``code``: ``open`` nothing need change; ``hall`` another hall this once; ``cohort_week``,
    ``lecturer_week``, ``load`` one more than the limit; ``day`` a second session that day; ``free``
    the lecturer comes in a slot in which they are not free; ``new`` a lecturer more (the
    ``number``-th of the topic); empty: none of these alone.
    """

    code: str
    lecturer: str = ""
    slot: int = -1
    venue: str = ""
    number: int = 0


def remedies(problem: SeasonProblem, plan: SeasonPlan) -> list[Remedy]:
    """Return a remedy for each of the plan's unheld sessions, in their order."""
    tried = _Tried(problem, plan)
    return [tried.remedy(each.topic, tried.world.cohort_of(each.units)) for each in plan.unheld]


class _Tried:
    def __init__(self, problem: SeasonProblem, plan: SeasonPlan) -> None:
        self.problem, self.plan, self.world = problem, plan, World(problem, plan)
        self.units = {unit.id: unit for unit in problem.units}
        self.load = max((one.load for one in problem.lecturers), default=0)
        self.more: defaultdict[str, list[_More]] = defaultdict(list)

    def remedy(self, topic: str, number: int | None) -> Remedy:
        """Return the first change that helps, and hold the session so."""
        if number is None:
            return Remedy(NOTHING)
        found = self._one_change(topic, number) or self._comes(topic, number)
        if found is None:
            return self._another(topic, number)
        self.world.take(number, found.venue, found.lecturer, found.slot)
        return found

    def _one_change(self, topic: str, number: int) -> Remedy | None:
        """Return the best place that breaks one rule at most, by one at most."""
        found: dict[str, Remedy] = {}
        slots = self._slots(number)
        for lecturer, slot in self.world.places(topic):
            full = self.world.used["load", lecturer.id] - lecturer.load
            kept_from = slots.get(slot)
            if kept_from is None or full > 0 or (full == 0 and (kept_from or LOAD in found)):
                continue
            if kept_from and kept_from <= found.keys():
                continue
            every = kept_from | self.world.of_lecturer(lecturer, slot)
            code = next(iter(every), OPEN)
            if len(every) > 1 or code not in ONE_CHANGE or code in found:
                continue
            if hall := self._hall(number, lecturer, slot, code):
                found[code] = Remedy(code, lecturer.id, slot, hall)
                if code == OPEN:
                    break
        return next((found[code] for code in ONE_CHANGE if code in found), None)

    def _slots(self, number: int) -> dict[int, set[str]]:
        """Return the slots in which one thing at most stands in the way, whoever teaches."""
        slots = range(len(self.problem.days) * self.problem.halves)
        found = {slot: self.world.of_slot(number, slot) for slot in slots}
        return {slot: codes for slot, codes in found.items() if len(codes) <= 1}

    def _hall(self, number: int, lecturer: Lecturer, slot: int, code: str) -> str:
        """Return the hall if the one change is enough; else nothing."""
        if code == HALL:
            return self._other_hall(number, lecturer, slot)
        enough = not self.world.blockers(number, lecturer, slot, raised=code)
        return self.plan.cohorts[number].venue if enough else ""

    def _other_hall(self, number: int, lecturer: Lecturer, slot: int) -> str:
        """Return the cheapest hall that is open and holds them; empty: there is none."""
        able = [
            venue
            for venue in self._reach(number)
            if not self.world.is_taken(venue.id, slot)
            and not self.world.is_far(lecturer.id, slot, venue.id)
        ]
        return min(able, key=lambda venue: (venue.cost, venue.id)).id if able else ""

    def _reach(self, number: int) -> Iterator[Venue]:
        mine = [self.units[name] for name in self.plan.cohorts[number].units]
        members = sum(unit.members for unit in mine)
        for venue in self.problem.venues:
            near = all(km(unit, venue) <= self.problem.within_km + 1e-9 for unit in mine)
            if venue.seats >= members and near:
                yield venue

    def _comes(self, topic: str, number: int) -> Remedy | None:
        """Return a lecturer with sessions left who would have to be free in one more slot."""
        open_ = [slot for slot, codes in self._slots(number).items() if not codes]
        hall = self.plan.cohorts[number].venue
        for lecturer in self.problem.lecturers:
            known = {*lecturer.free, *(lesson.slot for lesson in lecturer.lessons)}
            if topic not in lecturer.topics or not known:
                continue
            if self.world.used["load", lecturer.id] >= lecturer.load:
                continue
            for slot in sorted(open_, key=set(lecturer.rather_not).__contains__):
                if slot not in known and not self.world.blockers(number, lecturer, slot):
                    return Remedy(FREE, lecturer.id, slot, hall)
        return None

    def _another(self, topic: str, number: int) -> Remedy:
        """Return a place with a lecturer more: one already asked for, or one besides."""
        hall = self.plan.cohorts[number].venue
        open_ = [slot for slot, codes in self._slots(number).items() if not codes]
        some = self.more[topic]
        for k, one in enumerate([*some, _More(self.problem, self.load)]):
            for slot in open_:
                if one.can(slot, self.world.venues[hall]):
                    if k == len(some):
                        some.append(one)
                    one.take(slot, self.world.venues[hall], self.world.weeks)
                    self.world.hold(number, hall, slot)
                    return Remedy(NEW, "", slot, hall, k + 1)
        return Remedy(NOTHING)


class _More:
    """A lecturer who is not there yet: free whenever asked, with the limits of the others."""

    def __init__(self, problem: SeasonProblem, load: int) -> None:
        self.problem, self.load = problem, load
        self.lessons: list[tuple[int, Venue]] = []
        self.a_week = Counter[object]()
        self.weeks: list[tuple[int, int]] = []

    def can(self, slot: int, hall: Venue) -> bool:
        """Whether they can teach in a slot."""
        week = self.weeks[slot // self.problem.halves] if self.weeks else None
        return (
            len(self.lessons) < max(1, self.load)
            and self.a_week[week] < self.problem.lecturer_a_week
            and all(other != slot for other, _hall in self.lessons)
            and not any(too_far(self.problem, (slot, hall), one) for one in self.lessons)
        )

    def take(self, slot: int, hall: Venue, weeks: list[tuple[int, int]]) -> None:
        """Have them teach."""
        self.weeks = weeks
        self.lessons.append((slot, hall))
        self.a_week[weeks[slot // self.problem.halves]] += 1
