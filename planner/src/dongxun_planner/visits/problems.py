"""Vehicle routing with time windows, in whole units, as immutable values."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from dongxun_planner.wire import Amount, Between, Count

Coordinate = Annotated[float, Between(-1e7, 1e7)]


@dataclass(frozen=True)
class Stop:
    """A place with what it wants; the first of a problem is the depot.

    Args:
        x, y: as the benchmark gives them.
        opens, closes: when service may begin, in the problem's units.
    """

    x: Coordinate
    y: Coordinate
    demand: Count
    opens: Count
    closes: Count
    service: Count


@dataclass(frozen=True)
class RoundProblem:
    """Visit every stop once with vehicles of one depot; the sum of distances is least.

    Args:
        scale: units for one unit of length: 10 where lengths are cut to one decimal.
        is_cut: lengths are cut off, not rounded.
        has_windows: travel takes as long as it is far; else only capacities count.
        penalty: length that leaving a stop out costs; 0 where every stop must be visited.
    """

    stops: tuple[Stop, ...]
    vehicles: Count
    capacity: Count
    scale: Annotated[int, Between(1, 1000)] = 10
    is_cut: bool = True
    has_windows: bool = True
    penalty: Amount = 0.0
    kind: Literal["rounds"] = "rounds"
    version: Literal[1] = 1

    def complaints(self) -> Iterator[str]:
        """Say what clashes."""
        if not self.stops:
            yield "stops: the first is the depot, and there is none"
        for number, stop in enumerate(self.stops) if self.has_windows else ():
            if stop.opens > stop.closes:
                yield f"stop {number}: closes before it opens"

    @property
    def skip(self) -> int:
        """Return the penalty in the problem's units."""
        return round(self.penalty * self.scale)


@dataclass(frozen=True)
class RoundPlan:
    """The stops of each vehicle in order, without the depot."""

    routes: tuple[tuple[int, ...], ...]
    kind: Literal["rounds"] = "rounds"
    version: Literal[1] = 1


def length(problem: RoundProblem, a: int, b: int) -> int:
    """Return the length between two stops in the problem's units."""
    here, there = problem.stops[a], problem.stops[b]
    exact = problem.scale * ((here.x - there.x) ** 2 + (here.y - there.y) ** 2) ** 0.5
    return int(exact + 1e-9) if problem.is_cut else int(exact + 0.5)
