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
from dongxun_planner.wire import BadProblemError, checked, text_of


def read(path: Path) -> RoundProblem:
    """Read an instance.

    Raises:
        BadProblemError: not of this format.
    """
    try:
        vehicles, capacity, stops = _parts(text_of(path))
    except (OSError, ValueError) as error:
        raise BadProblemError(f"{path}: no instance of Solomon's form: {error}") from error
    if len(stops) < 2:
        raise BadProblemError(f"{path}: no stops in it beside the depot")
    return checked(RoundProblem(tuple(stops), vehicles, capacity), path)


def _parts(text: str) -> tuple[int, int, list[Stop]]:
    """Return the vehicles, what each carries, and all stops; every line of figures must be one."""
    fleet: list[int] = []
    stops: list[Stop] = []
    for at, line in enumerate(text.splitlines(), start=1):
        words = line.split()
        if not words or words[0][0].isalpha():
            continue
        try:
            if fleet:
                stops.append(_stop(words, len(stops)))
            else:
                fleet = [whole(word) for word in words]
                _vehicles, _capacity = fleet
        except (ValueError, OverflowError) as error:
            raise ValueError(f"line {at}, {line.strip()!r}: {error}") from error
    if not fleet:
        raise ValueError("it says no vehicles")
    return fleet[0], fleet[1], stops


def _stop(words: list[str], number: int) -> Stop:
    if len(words) != 7:
        raise ValueError(f"{len(words)} figures instead of 7")
    if whole(words[0]) != number:
        raise ValueError(f"customer {words[0]} stands where {number} is due")
    x, y, demand, opens, closes, service = words[1:]
    times = (round(10 * float(word)) for word in (opens, closes, service))
    return Stop(float(x), float(y), whole(demand), *times)


def whole(word: str | float) -> int:
    """Return a whole number; 10.0 is one.

    Raises:
        ValueError: it is none.
    """
    value = float(word)
    if not value.is_integer():
        raise ValueError(f"{word} is no whole number")
    return int(value)


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
