"""New lecturers, halls and slots for meetings that fell through; everything else stays.

Each fallen meeting has columns (hall, lecturer, slot) that fit beside all that stays; a program
chooses at most one for each, so that as many as can be are held, near what people know.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

import numpy as np

from dongxun_planner.highs import INF, RowMaker, solve
from dongxun_planner.protocol import Search
from dongxun_planner.replan.check import engages
from dongxun_planner.replan.problems import ReplanPlan, ReplanProblem, Session
from dongxun_planner.season.check import beside
from dongxun_planner.season.problems import Lecturer, Venue, week_of_day
from dongxun_planner.season.travel import At, too_far
from dongxun_planner.zoning.check import km

MOST = 150
DROP = 1e4
"""Above what any other place or time counts: a session is not held only where there is none."""
MOST_WISH = 1000.0
"""A wish counts no more, whatever it costs: it is no reason not to hold a session."""
Column = tuple[int, float, Session]
"""The number of what fell through, how far it is from what people know, and where it would be."""


@dataclass(frozen=True)
class Uses:
    """How much of each limited thing is taken by what stays."""

    taken: Counter[tuple[object, ...]]
    besides: Counter[tuple[object, ...]]
    problem: ReplanProblem
    lessons: dict[tuple[str, int], list[At]] = field(default_factory=lambda: defaultdict(list))
    slots: dict[tuple[str, str], set[int]] = field(default_factory=lambda: defaultdict(set))

    @staticmethod
    def of(problem: ReplanProblem, staying: list[Session]) -> "Uses":
        """Count what these sessions take."""
        units = (cohort.units for cohort in problem.published.cohorts)
        uses = Uses(Counter(), beside(problem.season, units), problem)
        halves = problem.season.halves
        for session in staying:
            uses.take(session)
        for each in problem.season.lecturers:
            for lesson in each.lessons:
                uses.lessons[each.id, lesson.slot // halves].append((lesson.slot, lesson))
        return uses

    def take(self, session: Session) -> None:
        """Count one more."""
        self.taken.update(self.keys(session))
        day = session.slot // self.problem.season.halves
        self.lessons[session.lecturer, day].append(self.at(session))
        self.slots["hall", session.venue].add(session.slot)
        self.slots["lecturer", session.lecturer].add(session.slot)

    @cached_property
    def _kin(self) -> dict[int | None, list[int]]:
        """Return the numbers of the pairs that each cohort is of."""
        found: dict[int | None, list[int]] = defaultdict(list)
        for n, pair in enumerate(self.problem.kin):
            found[pair.cohort].append(n)
            if pair.other != pair.cohort:
                found[pair.other].append(n)
        return found

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
        season = self.problem.season
        at = session.slot // season.halves
        day = season.days[at] if at < len(season.days) else None
        week = week_of_day(day) if day else None
        yield "lecturer", session.lecturer, session.slot
        yield "hall", session.venue, session.slot
        yield "load", session.lecturer
        yield "lecturer week", session.lecturer, week
        for n in self._kin.get(session.cohort, ()):
            yield "kin", n, session.slot
        if session.cohort is not None:
            yield "cohort day", session.cohort, day or at
            yield "cohort week", session.cohort, week

    def kept(self, left: Session) -> Iterator[tuple[object, ...]]:
        """Yield what a session that finds no place still takes: it stands as it is published."""
        wanted = {"hall", "kin", "cohort day"} | (
            {"lecturer"} if engages(self.problem, left) else set()
        )
        return (key for key in self.keys(left) if key[0] in wanted)

    def apart(self, left: Session, other: Session) -> bool:
        """Tell whether the lecturer of a session that finds no place is too far away for another."""
        halves = self.problem.season.halves
        mine = (left.lecturer, left.slot // halves) == (other.lecturer, other.slot // halves)
        return mine and self.far(left, other) and engages(self.problem, left)

    def limit(self, key: tuple[object, ...], loads: dict[str, int]) -> int:
        """Return how often a thing may be taken."""
        if key[0] == "load":
            return loads[str(key[1])]
        season = self.problem.season
        weekly = {"lecturer week": season.lecturer_a_week, "cohort week": season.cohort_a_week}
        return weekly.get(str(key[0]), 1) - self.besides[key]

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
    columns: list[Column] = []
    for number, session in enumerate(lost):
        fitting = (pair for pair in _options(problem, session, uses) if uses.fits(pair[1], loads))
        columns.extend((number, cost, option) for cost, option in islice(fitting, MOST))
    sizes = problem.sizes()
    without = [DROP + problem.uncovered * sizes[s.cohort or 0, s.topic] for s in lost]
    start = _quick(columns, Uses.of(problem, staying), loads)
    start = _standing(columns, start, lost, uses)
    return _choose(columns, (lost, without, start), uses, loads, search)


def _quick(columns: list[Column], uses: Uses, loads: dict[str, int]) -> list[int]:
    """Return columns that fit together: whoever has the fewest chooses first, the nearest that is left."""
    by_number: dict[int, list[int]] = defaultdict(list)
    for k, column in enumerate(columns):
        by_number[column[0]].append(k)
    found = []
    for mine in sorted(by_number.values(), key=lambda mine: (len(mine), mine)):
        first = next((k for k in mine if uses.fits(columns[k][2], loads)), None)
        if first is not None:
            uses.take(columns[first][2])
            found.append(first)
    return found


def _standing(
    columns: list[Column], chosen: list[int], lost: list[Session], uses: Uses
) -> list[int]:
    """Return columns without those that take what sessions without one still have."""
    while True:
        held = {columns[k][0] for k in chosen}
        left = [session for n, session in enumerate(lost) if n not in held]
        taken = {key for session in left for key in uses.kept(session)}
        fit = [
            k
            for k in chosen
            if taken.isdisjoint(uses.keys(columns[k][2]))
            and not any(uses.apart(session, columns[k][2]) for session in left)
        ]
        if len(fit) == len(chosen):
            return fit
        chosen = fit


def _choose(
    columns: list[Column],
    given: tuple[list[Session], list[float], list[int]],
    uses: Uses,
    loads: dict[str, int],
    search: Search[ReplanPlan],
) -> list[Session]:
    """Return the sessions of the best columns; those of a quick choice where no time was left.

    Args:
        given: what fell through, what each of it counts that is not held, and the quick choice.
    """
    (lost, without, quick), rows = given, RowMaker()
    for number in range(len(without)):
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
    for number, left in enumerate(lost):
        for mine in _in_its_way(columns, (number, left), users, uses):
            rows.add([*mine, len(columns) + number], 1.0, -INF, 1.0)
    cost = np.array([*(column[1] for column in columns), *without])
    start = np.zeros(len(cost))
    start[quick] = 1.0
    held = {columns[k][0] for k in quick}
    start[[len(columns) + n for n in range(len(without)) if n not in held]] = 1.0
    answer = solve(
        cost,
        np.ones(len(cost)),
        rows.rows(),
        start=start,
        whole=np.ones(len(cost), dtype=np.bool_),
        seconds=max(0.5, search.left / 2),
        seed=search.limits.seed,
        stop=search.limits.stop,
    )
    if answer.x is None:
        return [columns[k][2] for k in quick]
    return [columns[k][2] for k in np.flatnonzero(answer.x[: len(columns)] > 0.5).tolist()]


def _in_its_way(
    columns: list[Column],
    left: tuple[int, Session],
    users: Mapping[tuple[object, ...], list[int]],
    uses: Uses,
) -> Iterator[list[int]]:
    """Yield columns of others of which none can be where one finds no place: it keeps what it has."""
    number, session = left
    halves = uses.problem.season.halves
    for key in uses.kept(session):
        mine = [k for k in users.get(key, ()) if columns[k][0] != number]
        if mine:
            yield mine
    first = session.slot - session.slot % halves
    for slot in range(first, first + halves):
        for k in users.get(("lecturer", session.lecturer, slot), ()):
            if columns[k][0] != number and uses.apart(session, columns[k][2]):
                yield [k]


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


def _options(problem: ReplanProblem, lost: Session, uses: Uses) -> Iterator[tuple[float, Session]]:
    """Yield places a session could have, those nearest to what people know first, in yuan.

    It keeps its own hall, or where that is lost or too small for it a near one.
    """
    season = problem.season
    ahead = set(range(problem.first_slot, len(season.days) * season.halves))
    ahead -= _away(problem, lost)
    moved = {
        slot: 100 * (slot != lost.slot) + 5 * abs(slot - lost.slot) / season.halves
        for slot in ahead
    }
    found = []
    for venue in _halls(problem, lost):
        open_ = ahead - set(venue.closed) - uses.slots["hall", venue.id]
        other_hall = 100 * (venue.id != lost.venue)
        for lecturer in _teachers(problem, lost):
            drive = 2 * season.prices.drive_km * km(lecturer, venue) + other_hall
            free = open_.intersection(lecturer.free) - uses.slots["lecturer", lecturer.id]
            dear = dict.fromkeys(lecturer.rather_not, min(season.prices.wish, MOST_WISH))
            found += [
                (drive + moved[slot] + dear.get(slot, 0.0), slot, lecturer.id, venue.id)
                for slot in free
            ]
    for cost, slot, lecturer_id, venue_id in sorted(found):
        yield cost, Session(lost.cohort, lost.topic, venue_id, lecturer_id, slot)


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
    members = problem.sizes()[lost.cohort or 0, lost.topic]
    [old] = [venue for venue in season.venues if venue.id == lost.venue]
    fitting = [
        venue
        for venue in season.venues
        if (venue.seats >= members or venue is old)
        and all(km(u, venue) <= season.within_km for u in units)
    ]
    fitting.sort(key=lambda venue: (venue.id != old.id, km(venue, old)))
    return fitting[:5]
