"""CVRPLIB's ``.vrp``: capacities (CVRP, rounded lengths) or time windows too (VRPTW, cut to 0.1).

Solutions as in ``.sol`` files: ``Route #k:`` lines and ``Cost``.

Source: CVRPLIB's description of TSPLIB's form; 12th DIMACS implementation challenge.
"""

from pathlib import Path

from dongxun_planner.formats import solomon
from dongxun_planner.protocol import Limits, Outcome, Watch, quiet
from dongxun_planner.visits.check import check_rounds
from dongxun_planner.visits.problems import RoundPlan, RoundProblem, Stop
from dongxun_planner.visits.routing import plan_rounds
from dongxun_planner.wire import BadProblemError, checked

Sections = dict[str, list[list[float]]]


def read(path: Path) -> RoundProblem:
    """Read an instance.

    Raises:
        BadProblemError: not of this format, or its lengths are not Euclidean.
    """
    try:
        heads, sections = _parts(path.read_text(encoding="ascii"))
        return checked(_problem(heads, sections), path)
    except BadProblemError:
        raise
    except (OSError, ValueError, OverflowError, KeyError, IndexError) as error:
        raise BadProblemError(f"{path}: no instance of CVRPLIB's form: {error}") from error


def _parts(text: str) -> tuple[dict[str, str], Sections]:
    heads: dict[str, str] = {}
    sections: Sections = {}
    current: list[list[float]] = []
    for line in text.splitlines():
        if line.strip() == "EOF":
            break
        if ":" in line:
            name, value = line.split(":", 1)
            heads[name.strip()] = value.strip()
        elif line.strip().endswith("_SECTION"):
            current = sections.setdefault(line.strip(), [])
        elif line.strip():
            current.append([float(word) for word in line.split()])
    return heads, sections


def _problem(heads: dict[str, str], sections: Sections) -> RoundProblem:
    if heads.get("EDGE_WEIGHT_TYPE") != "EUC_2D":
        raise ValueError(f"lengths of type {heads.get('EDGE_WEIGHT_TYPE')} are not read")
    windows = {int(row[0]): row[1:] for row in sections.get("TIME_WINDOW_SECTION", [])}
    demand = {int(row[0]): int(row[1]) for row in sections["DEMAND_SECTION"]}
    services = {int(row[0]): row[1] for row in sections.get("SERVICE_TIME_SECTION", [])}
    depot = int(sections["DEPOT_SECTION"][0][0])
    scale = 10 if windows else 1
    stops = []
    for number, x, y in sorted(sections["NODE_COORD_SECTION"], key=lambda row: row[0] != depot):
        opens, closes = windows.get(int(number), [0, 0])
        service = services.get(int(number), float(heads.get("SERVICE_TIME", "0")))
        service = 0 if int(number) == depot else service
        times = (round(scale * value) for value in (opens, closes, service))
        stops.append(Stop(x, y, demand[int(number)], *times))
    return RoundProblem(
        tuple(stops),
        int(heads.get("VEHICLES", len(stops) - 1)),
        int(heads["CAPACITY"]),
        scale,
        bool(windows),
        bool(windows),
    )


def solve(problem: RoundProblem, limits: Limits, watch: Watch = quiet) -> Outcome[RoundPlan]:
    """Solve an instance."""
    return plan_rounds(problem, limits, watch)


def write(problem: RoundProblem, plan: RoundPlan) -> str:
    """Write a solution; whole lengths as whole numbers."""
    if problem.has_windows:
        return solomon.write(problem, plan)
    lines = solomon.write(problem, plan).splitlines(keepends=True)[:-1]
    return "".join(lines) + f"Cost {check_rounds(problem, plan).cost:.0f}\n"
