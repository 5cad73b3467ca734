"""Solomon's and Gehring–Homberger's text: vehicle routing with time windows.

Distances are cut to one decimal and are the objective (as in the DIMACS challenge). Solutions:
``Route #k: stop stop …`` lines and ``Cost``.

Source: Solomon 1987; 12th DIMACS implementation challenge, VRPTW rules.
"""

from pathlib import Path

from dongxun_planner.protocol import Limits, Outcome, Watch, quiet
from dongxun_planner.visits.check import check_rounds
from dongxun_planner.visits.problems import RoundPlan, RoundProblem, Stop
from dongxun_planner.visits.routing import plan_rounds
from dongxun_planner.wire import BadProblemError, checked


def read(path: Path) -> RoundProblem:
    """Read an instance.

    Raises:
        BadProblemError: not of this format.
    """
    try:
        lines = [line.split() for line in path.read_text(encoding="ascii").splitlines()]
        words = [line for line in lines if line and all(_is_number(word) for word in line)]
        [vehicles, capacity] = (
            int(word) for word in next(line for line in words if len(line) == 2)
        )
        stops = [_stop([float(word) for word in line]) for line in words if len(line) == 7]
    except (OSError, ValueError, StopIteration) as error:
        raise BadProblemError(f"{path}: no instance of Solomon's form: {error}") from error
    if len(stops) < 2:
        raise BadProblemError(f"{path}: no stops in it beside the depot")
    return checked(RoundProblem(tuple(stops), vehicles, capacity), path)


def _is_number(word: str) -> bool:
    return word.replace(".", "", 1).replace("-", "", 1).isdigit()


def _stop(row: list[float]) -> Stop:
    _, x, y, demand, opens, closes, service = row
    return Stop(x, y, int(demand), round(10 * opens), round(10 * closes), round(10 * service))


def solve(problem: RoundProblem, limits: Limits, watch: Watch = quiet) -> Outcome[RoundPlan]:
    """Solve an instance."""
    return plan_rounds(problem, limits, watch)


def write(problem: RoundProblem, plan: RoundPlan) -> str:
    """Write a solution."""
    lines = [
        f"Route #{number}: {' '.join(map(str, route))}\n"
        for number, route in enumerate(plan.routes, start=1)
    ]
    cost = check_rounds(problem, plan).cost
    return "".join(lines) + f"Cost {cost:.1f}\n"
