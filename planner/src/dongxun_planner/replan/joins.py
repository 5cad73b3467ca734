"""Seats for people who missed a topic: in sessions that are held anyway, or in a few new ones."""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from dongxun_planner.highs import INF, RowMaker, solve
from dongxun_planner.places import distances_km
from dongxun_planner.replan.problems import Join, Missed, ReplanProblem, Session
from dongxun_planner.replan.repair import Uses
from dongxun_planner.zoning.check import km

NEAREST = 60


Place = tuple[str, int]


class Seats:
    """Who can join which of these sessions."""

    def __init__(self, problem: ReplanProblem, sessions: Sequence[Session] = ()) -> None:
        season = problem.season
        self.problem = problem
        self.units = {unit.id: unit for unit in season.units}
        self.venues = {venue.id: venue for venue in season.venues}
        cohorts = problem.published.cohorts
        self.own = {name: number for number, cohort in enumerate(cohorts) for name in cohort.units}
        self._unit_at = {unit.id: i for i, unit in enumerate(season.units)}
        self._venue_at = {venue.id: j for j, venue in enumerate(season.venues)}
        self._ways = distances_km(
            [(unit.latitude, unit.longitude) for unit in season.units],
            [(venue.latitude, venue.longitude) for venue in season.venues],
        )
        size = [sum(self.units[name].members for name in c.units) for c in cohorts]
        self._taken = Counter[Place]()
        for each in sessions:
            self._taken[place_of(each)] += 0 if each.cohort is None else size[each.cohort]

    def shortest(self, miss: Missed) -> float:
        """Return the km to the nearest hall of all."""
        return float(self._ways[self._unit_at[miss.unit]].min(initial=np.inf))

    def spare(self, place: Place) -> int:
        """Return how many more a hall can seat in a slot, whatever is taught there then."""
        return max(0, self.venues[place[0]].seats - self._taken[place])

    def near(self, miss: Missed, sessions: list[Session]) -> Iterator[tuple[int, float]]:
        """Yield the nearest sessions that people can join, and the yuan of one person's way."""
        season, left = self.problem.season, NEAREST
        mine = [
            j for j, s in enumerate(sessions) if s.topic == miss.topic and self.spare(place_of(s))
        ]
        if not mine:
            return
        row = self._ways[self._unit_at[miss.unit]]
        ways = row[[self._venue_at[sessions[j].venue] for j in mine]]
        busy = {s.slot for s in sessions if s.cohort == self.own[miss.unit]}
        busy |= set(self.units[miss.unit].closed)
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


def one_more(
    problem: ReplanProblem, sessions: list[Session], past: list[Session], left: tuple[Missed, ...]
) -> Session | None:
    """Return the new session that helps the most people who are left; nothing where none pays."""
    seats, season = Seats(problem), problem.season
    uses = Uses.of(problem, [*past, *sessions])
    loads = {each.id: each.load for each in season.lecturers}
    busy = {(session.cohort, session.slot) for session in sessions}
    helped = []
    for topic in sorted({miss.topic for miss in left}):
        mine = [miss for miss in left if miss.topic == topic]
        for venue in season.venues:
            near = [m for m in mine if km(seats.units[m.unit], venue) <= season.within_km]
            count = min(venue.seats, sum(miss.members for miss in near))
            if count * problem.uncovered > problem.makeup:
                helped.append((-count, topic, venue.id, near))
    for _, topic, venue_id, near in sorted(helped, key=lambda each: each[:3]):
        closed = set(seats.venues[venue_id].closed)
        for lecturer in season.lecturers:
            for slot in lecturer.free if topic in lecturer.topics else ():
                session = Session(None, topic, venue_id, lecturer.id, slot)
                ahead = problem.first_slot <= slot < len(season.days) * season.halves
                can_come = not any(
                    (seats.own[miss.unit], slot) in busy or slot in seats.units[miss.unit].closed
                    for miss in near
                )
                if ahead and slot not in closed and can_come and uses.fits(session, loads):
                    return session
    return None
