"""Home care with paired visits, in the JSON of iolab-uniud/hhcrsp; solutions in a form of our own.

Instances: Mankowska, Meisel and Bierwirth 2014. Cost: a third each of the ways, of all lateness and of
the greatest. A solution has one line for each caregiver: ``c1: p3/s4@345.000 p7/s1@402.500``.
"""

import json
from pathlib import Path
from typing import Any

from dongxun_planner.protocol import Limits, Outcome, Status, Watch, quiet
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
from dongxun_planner.wire import BadProblemError, checked

LONG = 1e6
PRICES = VisitPrices(way=1 / 3, late=1 / 3, latest=1 / 3, unvisited=1e5)


def read(path: Path) -> VisitProblem:
    """Read an instance.

    Raises:
        BadProblemError: not of this format.
    """
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        [office] = told["central_offices"]
        visits = tuple(_visit(each) for each in told["patients"])
        visitors = tuple(
            Visitor(each["id"], _point(office), (Duty(0, 0.0, LONG),), tuple(each["abilities"]))
            for each in told["caregivers"]
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadProblemError(f"{path}: no instance of hhcrsp: {error!r}") from error
    if not visits:
        raise BadProblemError(f"{path}: no patients in it")
    return checked(VisitProblem("visits", visits, visitors, "plane", 1.0, LONG, PRICES), path)


def _point(told: Any) -> tuple[float, float]:
    x, y = told["location"]
    return float(x), float(y)


def _visit(told: Any) -> Visit:
    opens, closes = map(float, told["time_window"])
    cares = told["required_caregivers"]
    needs = tuple(Need(float(each["duration"]), (each["service"],)) for each in cares)
    together = told.get("synchronization") or {}
    apart = map(float, together["distance"] if together.get("type") == "sequential" else (0, 0))
    least, most = apart
    return Visit(told["id"], _point(told), needs, opens, closes, apart=(least, most))


def solve(problem: VisitProblem, limits: Limits, watch: Watch = quiet) -> Outcome[VisitPlan]:
    """Solve an instance; a plan that leaves somebody out is none."""
    outcome = plan_visits(problem, limits, watch)
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
    """Write a solution."""
    cares = {visit.id: [need.skills[0] for need in visit.needs] for visit in problem.visits}
    lines = [
        f"{each.visitor}: "
        + " ".join(f"{c.visit}/{cares[c.visit][c.need]}@{c.begins:.3f}" for c in each.calls)
        for each in plan.rounds
    ]
    return "\n".join(lines) + "\n"
