"""Home care with paired visits, in the JSON of iolab-uniud/hhcrsp, instances and solutions.

Instances: Mankowska, Meisel and Bierwirth 2014. Cost: a third each of the ways, of all lateness and of
the greatest. Ways are the instance's table; where it has none, as the crow flies between locations.
"""

import heapq
import json
import math
from collections import defaultdict
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from dongxun_planner.protocol import Limits, Outcome, Status, Watch, kept, quiet
from dongxun_planner.visits.homes import (
    Duty,
    Need,
    Visit,
    Visitor,
    VisitPlan,
    VisitPrices,
    VisitProblem,
)
from dongxun_planner.visits.plan import plan_visits
from dongxun_planner.wire import BadProblemError, checked, parse

LONG = 1e6
PRICES = VisitPrices(way=1 / 3, late=1 / 3, latest=1 / 3, unvisited=1e5)
NOWHERE = (0.0, 0.0)


def read(path: Path) -> VisitProblem:
    """Read an instance.

    Raises:
        BadProblemError: not of this format.
    """
    try:
        problem = _problem(parse(path))
    except KeyError as error:
        raise BadProblemError(f"{path}: no instance of hhcrsp: {error} is missing") from error
    except (OSError, ValueError, TypeError, AttributeError, OverflowError) as error:
        raise BadProblemError(f"{path}: no instance of hhcrsp: {error}") from error
    if not problem.visits:
        raise BadProblemError(f"{path}: no patients in it")
    return checked(problem, path)


def _problem(told: Any) -> VisitProblem:
    offices, table = told["central_offices"], told.get("distances")
    if len(offices) != 1:
        raise ValueError(f"{len(offices)} central offices; one can be planned")
    usual = {each["id"]: each.get("default_duration") for each in told.get("services") or ()}
    visits = tuple(_visit(each, usual, is_far=table is None) for each in told["patients"])
    at = _point(offices[0], is_far=table is None)
    visitors = tuple(
        Visitor(each["id"], at, (Duty(0, 0.0, LONG),), _abilities(each))
        for each in told["caregivers"]
    )
    minutes = () if table is None else _minutes(table, len(visits), len(visitors))
    return VisitProblem("visits", visits, visitors, "plane", 1.0, LONG, PRICES, minutes)


def _abilities(told: Any) -> tuple[str, ...]:
    if not isinstance(told["abilities"], list):
        raise TypeError(f"caregiver {told['id']}: abilities are no list")  # a word is letters
    return tuple(told["abilities"])


def _minutes(table: Any, visits: int, visitors: int) -> tuple[tuple[float, ...], ...]:
    """Return ways between visits and visitors; in the table the office is first, here the last."""
    if {visits + 1} != {len(table), *map(len, table)}:
        raise ValueError(
            f"distances: must have {visits + 1} rows of {visits + 1}, the office first"
        )
    order = [*range(1, visits + 1), *[0] * visitors]
    return tuple(tuple(table[a][b] for b in order) for a in order)


def _point(told: Any, *, is_far: bool) -> tuple[float, float]:
    """Return where somebody is; needed only where that says how far it is."""
    if not is_far and told.get("location") is None:
        return NOWHERE
    x, y = told["location"]
    return float(x), float(y)


def _visit(told: Any, usual: dict[str, Any], *, is_far: bool) -> Visit:
    opens, closes = map(float, told["time_window"])
    needs = tuple(_need(told["id"], each, usual) for each in told["required_caregivers"])
    together = told.get("synchronization") or {"type": "simultaneous"}
    if together["type"] not in {"simultaneous", "sequential"}:
        raise ValueError(f"patient {told['id']}: no synchronization is {together['type']!r}")
    least, most = together["distance"] if together["type"] == "sequential" else (0, 0)
    point = _point(told, is_far=is_far)
    return Visit(told["id"], point, needs, opens, closes, apart=(float(least), float(most)))


def _need(patient: Any, told: Any, usual: dict[str, Any]) -> Need:
    minutes = told.get("duration", usual.get(told["service"]))
    if minutes is None:
        raise ValueError(f"patient {patient}: service {told['service']} has no duration")
    return Need(float(minutes), (told["service"],))


def solve(problem: VisitProblem, limits: Limits, watch: Watch = quiet) -> Outcome[VisitPlan]:
    """Solve an instance; a plan that leaves somebody out is none."""
    outcome = kept(partial(plan_visits, problem, limits, watch))
    if not outcome.parts.get("unvisited"):
        return outcome
    return Outcome(
        None,
        None,
        outcome.bound,
        Status.NONE_FOUND,
        outcome.causes,
        outcome.steps,
        seconds=outcome.seconds,
        cpu_seconds=outcome.cpu_seconds,
    )


def write(problem: VisitProblem, plan: VisitPlan) -> str:
    """Write a solution; a caregiver who stays at the office has a route of no locations."""
    calls = {each.visitor: each.calls for each in plan.rounds}
    needs = {visit.id: visit.needs for visit in problem.visits}
    routes = []
    for who in problem.visitors:
        places = []
        for call in calls.get(who.id, ()):
            need = needs[call.visit][call.need]
            times = {
                "arrival_time": call.begins,
                "departure_time": round(call.begins + need.minutes, 6),
            }
            places.append({"patient_id": call.visit, "service_id": need.skills[0]} | times)
        routes.append({"caregiver_id": who.id, "locations": places})
    document = {"routes": routes, "global_ordering": _order(plan)}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _order(plan: VisitPlan) -> list[str]:
    """Return patients so that no route goes back in it, the earliest first.

    Where two who come one after the other meet the same two patients the other way round, there is
    no such order; then whoever is first visited goes before.
    """
    begins: dict[str, float] = defaultdict(lambda: math.inf)
    after: dict[str, set[str]] = defaultdict(set)
    for each in plan.rounds:
        for call in each.calls:
            begins[call.visit] = min(begins[call.visit], call.begins)
        for call, later in pairwise(each.calls):
            after[call.visit].add(later.visit)
    before = {name: sum(name in each for each in after.values()) for name in begins}
    ready = [(begins[name], name) for name in begins if not before[name]]
    heapq.heapify(ready)
    order: dict[str, None] = {}
    while len(order) < len(begins):
        if not ready:
            heapq.heappush(ready, min((begins[name], name) for name in begins if name not in order))
        _, name = heapq.heappop(ready)
        order[name] = None
        for there in after[name]:
            before[there] -= 1
            if not before[there] and there not in order:
                heapq.heappush(ready, (begins[there], there))
    return list(order)
