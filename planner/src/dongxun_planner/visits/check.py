"""The checker of rounds: rules and lengths once more, without any solver."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from dongxun_planner.protocol import Verdict
from dongxun_planner.visits.problems import RoundPlan, RoundProblem, length


def check_rounds(problem: RoundProblem, plan: RoundPlan) -> Verdict:
    """Check routes; the cost is in the benchmark's own unit of length."""
    broken: list[str] = []
    count = len(problem.stops)
    seen = Counter(stop for route in plan.routes for stop in route)
    left = [stop for stop in range(1, count) if not seen[stop]]
    if not problem.skip:
        broken.extend(f"stop {stop}: is not visited" for stop in left)
    broken.extend(f"stop {stop}: is visited {n} times" for stop, n in seen.items() if n > 1)
    broken.extend(f"stop {stop}: is not here" for stop in seen if not 0 < stop < count)
    if len(plan.routes) > problem.vehicles:
        broken.append(f"{len(plan.routes)} routes for {problem.vehicles} vehicles")
    if broken:
        return Verdict(float("inf"), tuple(broken))
    total = 0
    for number, route in enumerate(plan.routes, start=1):
        broken.extend(f"route {number}: {rule}" for rule in _late(problem, route))
        path = (0, *route, 0)
        total += sum(length(problem, a, b) for a, b in pairwise(path))
    parts = {"routes": float(len(plan.routes))}
    if problem.skip:
        parts |= {"length": total / problem.scale, "left_out": float(len(left))}
        total += problem.skip * len(left)
    return Verdict(total / problem.scale, tuple(broken), parts)


def _late(problem: RoundProblem, route: tuple[int, ...]) -> Iterator[str]:
    load = sum(problem.stops[stop].demand for stop in route)
    if load > problem.capacity:
        yield f"{load} on a vehicle that holds {problem.capacity}"
    if not problem.has_windows:
        return
    now, here = problem.stops[0].opens, 0
    for stop in (*route, 0):
        now += problem.stops[here].service * bool(here) + length(problem, here, stop)
        now = max(now, problem.stops[stop].opens)
        if now > problem.stops[stop].closes:
            yield f"stop {stop} at {now}, closes at {problem.stops[stop].closes}"
        here = stop
