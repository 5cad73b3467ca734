"""New lecturers, halls and slots for meetings that fell through; everything else stays.

Each fallen meeting has columns (hall, lecturer, slot) that fit beside all that stays; a program
chooses at most one for each, so that as many as can be are held, near what people know.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np

from dongxun_planner.highs import INF, RowMaker, solve
from dongxun_planner.protocol import Search
from dongxun_planner.replan.problems import ReplanPlan, ReplanProblem, Session
from dongxun_planner.season.problems import Lecturer, Venue
from dongxun_planner.season.travel import At, too_far
from dongxun_planner.zoning.check import km

MOST = 300


@dataclass(frozen=True)
class Uses:
    """How much of each limited thing is taken by what stays."""

    taken: Counter[tuple[object, ...]]
    weeks: list[tuple[int, int]]
    problem: ReplanProblem
    lessons: dict[tuple[str, int], list[At]] = field(default_factory=lambda: defaultdict(list))

    @staticmethod
    def of(problem: ReplanProblem, staying: list[Session]) -> "Uses":
        """Count what these sessions take."""
        weeks = [date.fromisoformat(day).isocalendar()[:2] for day in problem.season.days]
        uses = Uses(Counter(), weeks, problem)
        halves = problem.season.halves
        for session in staying:
            uses.taken.update(uses.keys(session))
            uses.lessons[session.lecturer, session.slot // halves].append(uses.at(session))
        for each in problem.season.lecturers:
            for lesson in each.lessons:
                uses.lessons[each.id, lesson.slot // halves].append((lesson.slot, lesson))
        return uses

    @cached_property
    def _venues(self) -> dict[str, Venue]:
        return {venue.id: venue for venue in self.problem.season.venues}

    def at(self, session: Session) -> At:
        """Return when and where a session is."""
        return session.slot, self._venues[session.venue]

    def far(self, one: Session, other: Session) -> bool:
        """Tell whether no lecturer can hold both on one day."""
        return too_far(self.problem.season, self.at(one), self.at(other))

    def keys(self, session: Session) -> Iterator[tuple[object, ...]]:
        """Yield what a session takes one of."""
        day = session.slot // self.problem.season.halves
        yield "lecturer", session.lecturer, session.slot
        yield "hall", session.venue, session.slot
        yield "load", session.lecturer
        yield "lecturer week", session.lecturer, self.weeks[day]
        for n, pair in enumerate(self.problem.kin):
            if session.cohort in {pair.cohort, pair.other}:
                yield "kin", n, session.slot
        if session.cohort is not None:
            yield "day", session.cohort, day
            yield "cohort week", session.cohort, self.weeks[day]

    def limit(self, key: tuple[object, ...], loads: dict[str, int]) -> int:
        """Return how often a thing may be taken."""
        if key[0] == "load":
            return loads[str(key[1])]
        season = self.problem.season
        weekly = {"lecturer week": season.lecturer_a_week, "cohort week": season.cohort_a_week}
        return weekly.get(str(key[0]), 1)

    def fits(self, session: Session, loads: dict[str, int]) -> bool:
        """Tell whether a session fits beside what stays."""
        if any(self.taken[key] >= self.limit(key, loads) for key in self.keys(session)):
            return False
        day = session.lecturer, session.slot // self.problem.season.halves
        lessons = self.lessons.get(day, ())
        return not any(too_far(self.problem.season, self.at(session), one) for one in lessons)


def repaired(
    problem: ReplanProblem, staying: list[Session], lost: list[Session], search: Search[ReplanPlan]
) -> list[Session]:
    """Return the sessions that replace the lost ones; those that find no place are left out."""
    if not lost or search.left <= 0:
        return []
    uses = Uses.of(problem, staying)
    loads = {each.id: each.load for each in problem.season.lecturers}
    columns: list[tuple[int, float, Session]] = []
    for number, session in enumerate(lost):
        options = sorted(
            (pair for pair in _options(problem, session) if uses.fits(pair[1], loads)),
            key=lambda pair: (pair[0], pair[1].slot, pair[1].lecturer, pair[1].venue),
        )
        columns.extend((number, cost, option) for cost, option in options[:MOST])
    return _choose(columns, len(lost), uses, loads, search)


def _choose(
    columns: list[tuple[int, float, Session]],
    count: int,
    uses: Uses,
    loads: dict[str, int],
    search: Search[ReplanPlan],
) -> list[Session]:
    rows = RowMaker()
    for number in range(count):
        mine = [k for k, column in enumerate(columns) if column[0] == number]
        rows.add([*mine, len(columns) + number], 1.0, 1.0, 1.0)
    users: dict[tuple[object, ...], list[int]] = {}
    for k, (_, _, session) in enumerate(columns):
        for key in uses.keys(session):
            users.setdefault(key, []).append(k)
    for key, mine in users.items():
        rows.add(mine, 1.0, -INF, float(uses.limit(key, loads) - uses.taken[key]))
    for mine in _apart([column[2] for column in columns], uses):
        rows.add(mine, 1.0, -INF, 1.0)
    cost = np.array([*(column[1] for column in columns), *[1e5] * count])
    answer = solve(
        cost,
        np.ones(len(cost)),
        rows.rows(),
        whole=np.ones(len(cost), dtype=np.bool_),
        seconds=max(0.5, search.left / 2),
        seed=search.limits.seed,
        stop=search.limits.stop,
    )
    if answer.x is None:
        return []
    return [columns[k][2] for k in np.flatnonzero(answer.x[: len(columns)] > 0.5).tolist()]


def _apart(options: list[Session], uses: Uses) -> Iterator[list[int]]:
    """Yield columns of which one lecturer can hold one only: those too far from each other.

    Of one slot a lecturer holds one anyway, so all that is too far from a place and slot makes one
    row for each other slot of the day.
    """
    halves = uses.problem.season.halves
    days: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    for k, option in enumerate(options):
        days[option.lecturer, option.slot // halves].append(k)
    for mine in days.values():
        places: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
        for k in mine:
            places[options[k].slot, options[k].venue].append(k)
        for (slot, _venue), here in places.items():
            for later in range(slot + 1, (slot // halves + 1) * halves):
                those = [k for k in mine if options[k].slot == later]
                far = [k for k in those if uses.far(options[here[0]], options[k])]
                if far:
                    yield [*here, *far]


def _options(problem: ReplanProblem, lost: Session) -> Iterator[tuple[float, Session]]:
    """Yield places a session could have, and how far each is from what people know, in yuan.

    It keeps its own hall, or where that is lost or too small a near one.
    """
    season = problem.season
    slots = len(season.days) * season.halves
    away = _away(problem, lost)
    for venue in _halls(problem, lost):
        closed, other_hall = set(venue.closed), 100 * (venue.id != lost.venue)
        for lecturer in _teachers(problem, lost):
            drive = 2 * season.prices.drive_km * km(lecturer, venue) + other_hall
            for slot in lecturer.free:
                if problem.first_slot <= slot < slots and slot not in closed and slot not in away:
                    moved = 100 * (slot != lost.slot) + 5 * abs(slot - lost.slot) / season.halves
                    option = Session(lost.cohort, lost.topic, venue.id, lecturer.id, slot)
                    yield drive + moved, option


def _away(problem: ReplanProblem, lost: Session) -> set[int]:
    """Return the slots in which people of a session are elsewhere."""
    mine = problem.published.cohorts[lost.cohort or 0].units
    return {slot for unit in problem.season.units if unit.id in mine for slot in unit.closed}


def _teachers(problem: ReplanProblem, lost: Session) -> list[Lecturer]:
    barred = {
        b.lecturer for b in problem.barred if (b.cohort, b.topic) == (lost.cohort, lost.topic)
    }
    return [
        each
        for each in problem.season.lecturers
        if lost.topic in each.topics and each.id not in barred
    ]


def _halls(problem: ReplanProblem, lost: Session) -> list[Venue]:
    season = problem.season
    cohort = problem.published.cohorts[lost.cohort or 0]
    units = [unit for unit in season.units if unit.id in cohort.units]
    members = sum(unit.members for unit in units)
    [old] = [venue for venue in season.venues if venue.id == lost.venue]
    fitting = [
        venue
        for venue in season.venues
        if venue.seats >= members and all(km(u, venue) <= season.within_km for u in units)
    ]
    fitting.sort(key=lambda venue: (venue.id != old.id, km(venue, old)))
    return fitting[:5]
