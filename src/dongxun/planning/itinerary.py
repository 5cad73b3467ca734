"""Proposed rounds as people read them: who goes when, to whom in which order, and who is left out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import NAMESPACE_OID, UUID, uuid5

from django.utils.translation import gettext as _

from dongxun.kernel.actors import Actor
from dongxun.people import api as people
from dongxun.people.contracts import Card
from dongxun.planning.models import Run
from dongxun.planning.snapshots.rounds import FAR, FULL, NO_POINT
from dongxun_planner.visits.problems import RoundPlan, RoundProblem, length
from dongxun_planner.wire import read


@dataclass(frozen=True, slots=True)
class Call:
    """One home of a proposed round: ``way`` minutes from the one before."""

    person_id: UUID
    card: Card | None
    at: time
    until: time
    way: int


@dataclass(frozen=True, slots=True)
class Proposed:
    """A round: ``id`` is that of the round it becomes; ``way`` is all its travel in minutes."""

    id: UUID
    visitor_id: UUID
    visitor: Card | None
    day: date
    calls: tuple[Call, ...]
    back: time
    way: int


class Itineraries:
    """All rounds of a search, and who cannot be placed, in words."""

    def __init__(self, run: Run, *, by: Actor) -> None:
        self.run = run
        self.problem = read(RoundProblem, run.problem)
        plan = read(RoundPlan, run.plan) if run.plan else RoundPlan(())
        about = run.about
        placed = {stop for route in plan.routes for stop in route}
        left = [(key, FULL) for n, key in enumerate(about["people"], start=1) if n not in placed]
        self._why: list[tuple[str, str]] = [*map(tuple, about["unplaced"]), *left]
        visitors = [who for who, _day in about["goes"]]
        ids = {UUID(key) for key in (*about["people"], *visitors, *(k for k, _w in self._why))}
        self._cards = people.cards(ids, by=by)
        self.rounds = [*self._rounds(plan)]

    @property
    def homes(self) -> int:
        """Return how many homes the rounds reach."""
        return sum(len(one.calls) for one in self.rounds)

    @property
    def way(self) -> int:
        """Return all travel in minutes."""
        return sum(one.way for one in self.rounds)

    @property
    def unplaced(self) -> list[tuple[str, str, str]]:
        """Return (name, branch, why) of those who cannot be placed; hidden people are left out."""
        words = {
            NO_POINT: _("no point is known of the home, nor of a unit above"),
            FAR: _("too far to go there and back within the day"),
            FULL: _("the visitors' days are full"),
        }
        return [
            (card.name, card.branch_name, words[why])
            for key, why in self._why
            for card in [self._cards.get(UUID(key))]
            if card
        ]

    def _rounds(self, plan: RoundPlan) -> Iterator[Proposed]:
        """Yield the rounds in order of their days; the fullest go first."""
        routes = sorted(plan.routes, key=lambda route: (-len(route), route))
        goes = self.run.about["goes"]
        for number, (route, (who, day)) in enumerate(zip(routes, goes, strict=False)):
            calls, back, way = self._calls(route)
            key = uuid5(NAMESPACE_OID, f"{self.run.id}:{number}")
            visitor = self._cards.get(UUID(who))
            yield Proposed(key, UUID(who), visitor, date.fromisoformat(day), calls, back, way)

    def _calls(self, route: tuple[int, ...]) -> tuple[tuple[Call, ...], time, int]:
        """Return the homes of a route with their times, when it is back, and its travel."""
        problem, scale = self.problem, self.problem.scale
        begins = time.fromisoformat(self.run.settings["begins"])
        ends = time.fromisoformat(self.run.settings["ends"])
        now, here, way = 0, 0, 0
        calls = []
        for stop in route:
            leg = length(problem, here, stop)
            now, way, here = max(now + leg, problem.stops[stop].opens), way + leg, stop
            end = now + problem.stops[stop].service
            key = UUID(self.run.about["people"][stop - 1])
            card = self._cards.get(key)
            at, until = (_clock(begins, ends, each / scale) for each in (now, end))
            calls.append(Call(key, card, at, until, round(leg / scale)))
            now = end
        leg = length(problem, here, 0)
        return tuple(calls), _clock(begins, ends, (now + leg) / scale), round((way + leg) / scale)


def _clock(begins: time, ends: time, minutes: float) -> time:
    """Return the time of day so many minutes after the beginning, to the next five until the end."""
    day = date(2000, 1, 1)
    at = datetime.combine(day, begins) + timedelta(minutes=-(-minutes // 5) * 5)
    return min(at, datetime.combine(day, ends)).time()
