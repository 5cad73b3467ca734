"""Home visits as immutable values: who is visited by whom, on which day, in which order."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from dongxun_planner.places import distances_km
from dongxun_planner.wire import Amount, Between, Count, twice

MANY = 1_000_000
Pair = Annotated[int, Between(0, 1)]


@dataclass(frozen=True)
class Need:
    """One visitor that a visit needs: with all these skills, for so many minutes, carrying so much."""

    minutes: Amount
    skills: tuple[str, ...] = ()
    load: Count = 0


@dataclass(frozen=True)
class Visit:
    """A home to be visited once, by one visitor or by two.

    Args:
        at: kilometres on a plane, or latitude and longitude (``points`` of the problem).
        opens, closes: minutes of the day between which a call begins.
        days: those on which it may be; none means every day.
        apart: the second call begins at least and at most so long after the first began.
        known: visitors who have been there before; others are strangers.
    """

    id: str
    at: tuple[float, float]
    needs: tuple[Need, ...]
    opens: Amount = 0.0
    closes: Amount = 1440.0
    days: tuple[Count, ...] = ()
    apart: tuple[Amount, Amount] = (0.0, 0.0)
    known: tuple[str, ...] = ()


@dataclass(frozen=True)
class Duty:
    """A day on which somebody visits, from leaving home to being back, in minutes of the day."""

    day: Count
    begins: Amount = 0.0
    ends: Amount = 1440.0


@dataclass(frozen=True)
class Visitor:
    """Somebody who visits, from a home of their own; carries at most ``holds`` a day."""

    id: str
    at: tuple[float, float]
    duties: tuple[Duty, ...]
    skills: tuple[str, ...] = ()
    holds: Count = MANY


@dataclass(frozen=True)
class VisitPrices:
    """What a plan costs: each minute on the way or late, the latest call, what is left out."""

    way: Amount = 1.0
    late: Amount = 5.0
    latest: Amount = 0.0
    unvisited: Amount = 1000.0
    stranger: Amount = 0.0


@dataclass(frozen=True)
class VisitProblem:
    """Visit homes in rounds; two visitors meet where a home needs two.

    Args:
        minutes_per_km: of everybody's ways.
        tolerance: minutes after ``closes`` that a call may still begin, at the price ``late``.
        minutes: from each (a row) to each, all visits first, then all visitors; none means as the
            crow flies.
    """

    kind: Literal["visits"]
    visits: tuple[Visit, ...]
    visitors: tuple[Visitor, ...]
    points: Literal["plane", "globe"] = "globe"
    minutes_per_km: Amount = 3.0
    tolerance: Amount = 0.0
    prices: VisitPrices = VisitPrices()
    minutes: tuple[tuple[Amount, ...], ...] = ()
    version: Literal[1] = 1

    @cached_property
    def places(self) -> dict[tuple[type, str], int]:
        """Return which row of ``minutes`` is whose."""
        each: list[Visit | Visitor] = [*self.visits, *self.visitors]
        return {(type(one), one.id): number for number, one in enumerate(each)}

    def complaints(self) -> Iterator[str]:
        """Say what clashes."""
        yield from twice("visit", [each.id for each in self.visits])
        yield from twice("visitor", [each.id for each in self.visitors])
        yield from self._of_visits()
        size = len(self.visits) + len(self.visitors)
        if self.minutes and {size} != {len(self.minutes), *map(len, self.minutes)}:
            yield f"minutes: must have {size} rows of {size}, one for each visit and each visitor"
        for visitor in self.visitors:
            yield from twice(f"visitor {visitor.id}: day", [str(d.day) for d in visitor.duties])
            for duty in visitor.duties:
                if duty.begins > duty.ends:
                    yield f"visitor {visitor.id}: day {duty.day} ends before it begins"
        if self.points == "globe":
            points = [(each.id, each.at) for each in self.visits]
            points += [(each.id, each.at) for each in self.visitors]
            for name, (latitude, longitude) in points:
                if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
                    yield f"{name}: its point is not on the globe"

    def _of_visits(self) -> Iterator[str]:
        names = {each.id for each in self.visitors}
        for visit in self.visits:
            if not 1 <= len(visit.needs) <= 2:
                yield f"visit {visit.id}: needs {len(visit.needs)} visitors; one or two can be planned"
            if visit.opens > visit.closes:
                yield f"visit {visit.id}: closes before it opens"
            if visit.apart[0] > visit.apart[1]:
                yield f"visit {visit.id}: its two calls are apart by at least more than at most"
            for name in visit.known:
                if name not in names:
                    yield f"visit {visit.id}: {name} is no visitor here"


@dataclass(frozen=True)
class Call:
    """One visitor at one home: which of its needs, and the minute of the day it begins."""

    visit: str
    need: Pair
    begins: float


@dataclass(frozen=True)
class Round:
    """The calls of one visitor on one day, in order."""

    visitor: str
    day: Count
    calls: tuple[Call, ...]


@dataclass(frozen=True)
class VisitPlan:
    """Rounds; a visit that is in none is left out."""

    kind: Literal["visits"]
    rounds: tuple[Round, ...]
    version: Literal[1] = 1


def ways(problem: VisitProblem) -> NDArray[np.float64]:
    """Return the minutes between all points, visits first, then visitors."""
    if problem.minutes:
        return np.array(problem.minutes, dtype=np.float64)
    points = [each.at for each in problem.visits] + [each.at for each in problem.visitors]
    return _minutes(problem, points, points)


def way(problem: VisitProblem, here: Visit | Visitor, there: Visit | Visitor) -> float:
    """Return the minutes from one to the other, to the last bit what ``ways`` says."""
    if problem.minutes:
        places = problem.places
        return problem.minutes[places[type(here), here.id]][places[type(there), there.id]]
    return float(_minutes(problem, [here.at], [there.at])[0, 0])


def _minutes(
    problem: VisitProblem, here: list[tuple[float, float]], there: list[tuple[float, float]]
) -> NDArray[np.float64]:
    """Return minutes to a thousandth; one piece of arithmetic, since ties are rounded by it."""
    if problem.points == "globe":
        km = distances_km(here, there)
    else:
        a = np.array(here, dtype=np.float64).reshape(-1, 2)
        b = np.array(there, dtype=np.float64).reshape(-1, 2)
        km = np.sqrt(((a[:, None, :] - b[None, :, :]) ** 2).sum(axis=2))
    result: NDArray[np.float64] = np.round(km * problem.minutes_per_km, 3)
    return result
