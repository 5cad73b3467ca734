"""Seats for people who missed a topic: in sessions that are held anyway, or in a few new ones."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from dongxun_planner.highs import INF, RowMaker, solve
from dongxun_planner.places import distances_km
from dongxun_planner.replan.check import stuck
from dongxun_planner.replan.problems import Join, Missed, ReplanProblem, Session
from dongxun_planner.replan.repair import Uses
from dongxun_planner.zoning.check import km

NEAREST, TRIES = 60, 2000


Place = tuple[str, int]


class Seats:
    """Who can join which of these sessions."""

    def __init__(self, problem: ReplanProblem, sessions: Sequence[Session] = ()) -> None:
        season = problem.season
        self.problem = problem
        self.units = {unit.id: unit for unit in season.units}
        self.venues = {venue.id: venue for venue in season.venues}
        self.unit_at = {unit.id: i for i, unit in enumerate(season.units)}
        self.venue_at = {venue.id: j for j, venue in enumerate(season.venues)}
        self.ways = distances_km(
            [(unit.latitude, unit.longitude) for unit in season.units],
            [(venue.latitude, venue.longitude) for venue in season.venues],
        )
        sizes, limits = problem.sizes(), problem.limits()
        self._taken, self._most = Counter[Place](), dict[Place, int]()
        slots: dict[int, set[int]] = defaultdict(set)
        for each in sessions:
            if each.cohort is not None:
                place, key = place_of(each), (each.cohort, each.topic)
                self._taken[place] += sizes[key]
                if key in limits:
                    self._most[place] = min(limits[key], self._most.get(place, limits[key]))
                slots[each.cohort].add(each.slot)
        for each in stuck(problem, sessions):
            slots[each.cohort or 0].add(each.slot)
        own = problem.own()
        self._slots = {name: [slots[number] for number in own[name]] for name in own}

    def shortest(self, miss: Missed) -> float:
        """Return the km to the nearest hall of all."""
        return float(self.ways[self.unit_at[miss.unit]].min(initial=np.inf))

    def away(self, unit: str) -> set[int]:
        """Return the slots in which a unit's people are at sessions of their own, or elsewhere."""
        return set(self.units[unit].closed).union(*self._slots.get(unit, ()))

    def spare(self, place: Place) -> int:
        """Return how many more a hall can seat in a slot, whatever is taught there then."""
        left = max(0, self.venues[place[0]].seats - self._taken[place])
        return min(left, self._most.get(place, left))

    def near(self, miss: Missed, sessions: list[Session]) -> Iterator[tuple[int, float]]:
        """Yield the nearest sessions that people can join, and the yuan of one person's way."""
        season, left = self.problem.season, NEAREST
        mine = [
            j for j, s in enumerate(sessions) if s.topic == miss.topic and self.spare(place_of(s))
        ]
        if not mine:
            return
        row = self.ways[self.unit_at[miss.unit]]
        ways = row[[self.venue_at[sessions[j].venue] for j in mine]]
        busy = self.away(miss.unit)
        for k in np.argsort(ways, kind="stable").tolist():
            if ways[k] > season.within_km or not left:
                return
            if sessions[mine[k]].slot not in busy:
                left -= 1
                yield mine[k], season.prices.walk_km * float(ways[k])


def place_of(session: Session) -> Place:
    """Return the hall and slot of a session: what is published may have two there."""
    return session.venue, session.slot


def seat(
    problem: ReplanProblem, sessions: list[Session]
) -> tuple[tuple[Join, ...], tuple[Missed, ...]]:
    """Seat as many as can be, near their homes.

    Those of a unit who missed two topics may be the same people: where both would be heard in one
    slot, the one that fewer want there is heard elsewhere.
    """
    seats, pairs = Seats(problem, sessions), dict[tuple[int, int], float]()
    for i, miss in enumerate(problem.missed):
        for j, way in seats.near(miss, sessions):
            if way < problem.uncovered:
                pairs[i, j] = way
    while True:
        counts, left = _transport(problem, sessions, seats, pairs)
        barred = _barred(problem, sessions, counts)
        if not barred:
            break
        for i, slot in barred:
            for pair in [p for p in pairs if p[0] == i and sessions[p[1]].slot == slot]:
                del pairs[pair]
    joins = Counter[tuple[str, str, str, int]]()
    for (i, j), n in counts.items():
        miss = problem.missed[i]
        joins[miss.unit, miss.topic, *place_of(sessions[j])] += n
    return tuple(Join(u, t, n, v, slot) for (u, t, v, slot), n in joins.items()), left


def _barred(
    problem: ReplanProblem, sessions: list[Session], counts: dict[tuple[int, int], int]
) -> set[tuple[int, int]]:
    """Return who must not hear what they missed in which slot: another topic is heard there."""
    heard: dict[tuple[str, int], Counter[str]] = {}
    for (i, j), n in counts.items():
        miss = problem.missed[i]
        heard.setdefault((miss.unit, sessions[j].slot), Counter())[miss.topic] += n
    stays = {key: topics.most_common(1)[0][0] for key, topics in heard.items() if len(topics) > 1}
    return {
        (i, slot)
        for i, miss in enumerate(problem.missed)
        for (unit, slot), topic in stays.items()
        if unit == miss.unit and topic != miss.topic
    }


def _transport(
    problem: ReplanProblem,
    sessions: list[Session],
    seats: Seats,
    pairs: dict[tuple[int, int], float],
) -> tuple[dict[tuple[int, int], int], tuple[Missed, ...]]:
    """Return how many go where, and who is left: a transport program, so nobody is halved."""
    missed, rows = problem.missed, RowMaker()
    by_miss: list[list[int]] = [[] for _ in missed]
    by_place: dict[Place, list[int]] = {}
    for k, (i, j) in enumerate(pairs):
        by_miss[i].append(k)
        by_place.setdefault(place_of(sessions[j]), []).append(k)
    for i, miss in enumerate(missed):
        rows.add([*by_miss[i], len(pairs) + i], 1.0, float(miss.members), float(miss.members))
    for place, mine in by_place.items():
        rows.add(mine, 1.0, -INF, float(seats.spare(place)))
    costs = np.array([*pairs.values(), *[problem.uncovered] * len(missed)])
    answer = solve(costs, np.full(len(costs), INF), rows.rows())
    if answer.x is None:
        return {}, missed
    counts = np.rint(answer.x).astype(int).tolist()
    chosen = {pair: n for pair, n in zip(pairs, counts[: len(pairs)], strict=True) if n}
    left = zip(missed, counts[len(pairs) :], strict=True)
    return chosen, tuple(Missed(miss.unit, miss.topic, n) for miss, n in left if n)


def more(
    problem: ReplanProblem, sessions: list[Session], past: list[Session], left: tuple[Missed, ...]
) -> list[Session]:
    """Return new sessions, each the one that helps the most people whom those before it leave."""
    found: list[Session] = []
    room = _Room(problem, sessions, past)
    while len(found) < problem.makeups:
        new = room.best(left)
        if new is None:
            break
        found.append(new)
        left = room.without(left, new)
    return found


class _Room:
    """Where and when a session more can be held, and who would come."""

    def __init__(
        self, problem: ReplanProblem, sessions: list[Session], past: list[Session]
    ) -> None:
        season = problem.season
        self.problem, self.seats = problem, Seats(problem, sessions)
        self._uses = Uses.of(problem, [*past, *sessions, *stuck(problem, sessions)])
        self._slots = len(season.days) * season.halves
        self._near = self.seats.ways <= season.within_km
        self._open = np.ones((len(season.venues), self._slots), dtype=np.bool_)
        self._open[:, : problem.first_slot] = False
        for j, venue in enumerate(season.venues):
            shut = {*venue.closed, *self._uses.slots["hall", venue.id]}
            self._open[j, [slot for slot in shut if slot < self._slots]] = False
        self._holds = np.array([venue.seats for venue in season.venues], dtype=np.float64)
        self._can: dict[str, NDArray[np.float64]] = {}

    def _free(self, unit: str) -> NDArray[np.float64]:
        """Return 1 for each slot in which people of a unit can come."""
        if unit not in self._can:
            row = np.ones(self._slots)
            row[[slot for slot in self.seats.away(unit) if slot < self._slots]] = 0.0
            self._can[unit] = row
        return self._can[unit]

    def best(self, left: tuple[Missed, ...]) -> Session | None:
        """Return the session that helps the most people who are left; nothing where none pays."""
        found: tuple[float, Session | None] = 0.0, None
        for topic in sorted({miss.topic for miss in left}):
            count, session = self._of(topic, [miss for miss in left if miss.topic == topic])
            if count > found[0]:
                found = count, session
        return found[1]

    def _of(self, topic: str, mine: list[Missed]) -> tuple[float, Session | None]:
        """Return the best session of a topic, the earlier one of two alike, and how many it helps."""
        able = [each for each in self.problem.season.lecturers if topic in each.topics]
        taught = np.zeros(self._slots, dtype=np.bool_)
        for each in able:
            taught[[slot for slot in each.free if slot < self._slots]] = True
        near = self._near[[self.seats.unit_at[miss.unit] for miss in mine]]
        members = np.array([miss.members for miss in mine], dtype=np.float64)
        come = (near * members[:, None]).T @ np.array([self._free(miss.unit) for miss in mine])
        helped = np.minimum(come, self._holds[:, None]) * (self._open & taught)
        least = self.problem.makeup / max(self.problem.uncovered, 1e-9)
        venues, slots = np.nonzero(helped > least)
        order = np.lexsort((venues, slots, -helped[venues, slots]))
        loads = {each.id: each.load for each in able}
        for k in order[:TRIES].tolist():
            venue, slot = self.problem.season.venues[venues[k]], int(slots[k])
            for each in sorted(
                able, key=lambda one: (slot in one.rather_not, km(one, venue), one.id)
            ):
                session = Session(None, topic, venue.id, each.id, slot)
                if slot in each.free and self._uses.fits(session, loads):
                    return float(helped[venues[k], slots[k]]), session
        return 0.0, None

    def without(self, left: tuple[Missed, ...], new: Session) -> tuple[Missed, ...]:
        """Return who is left once the nearest have their seats; the session is held from now on."""
        at = self.seats.venue_at[new.venue]
        seats = self.seats.venues[new.venue].seats
        taken: dict[Missed, int] = {}
        way = self.seats.ways[:, at]
        for miss in sorted(left, key=lambda miss: float(way[self.seats.unit_at[miss.unit]])):
            i = self.seats.unit_at[miss.unit]
            if miss.topic == new.topic and self._near[i, at] and self._free(miss.unit)[new.slot]:
                taken[miss] = min(seats, miss.members)
                seats -= taken[miss]
                self._free(miss.unit)[new.slot] = 0.0
        self._open[at, new.slot] = False
        self._uses.take(new)
        rest = [(miss, miss.members - taken.get(miss, 0)) for miss in left]
        return tuple(Missed(miss.unit, miss.topic, n) for miss, n in rest if n)
