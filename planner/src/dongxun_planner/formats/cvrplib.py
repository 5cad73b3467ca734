"""CVRPLIB's ``.vrp``: capacities (CVRP, rounded lengths) or time windows too (VRPTW, cut to 0.1).

Solutions as in ``.sol`` files: ``Route #k:`` lines and ``Cost``.

Source: CVRPLIB's description of TSPLIB's form; 12th DIMACS implementation challenge.
"""

from collections.abc import Collection
from pathlib import Path

from dongxun_planner.formats import solomon
from dongxun_planner.formats.solomon import whole
from dongxun_planner.protocol import Limits, Outcome, Watch, quiet
from dongxun_planner.visits.check import check_rounds
from dongxun_planner.visits.problems import RoundPlan, RoundProblem, Stop
from dongxun_planner.visits.routing import plan_rounds
from dongxun_planner.wire import BadProblemError, checked, text_of

Sections = dict[str, list[list[float]]]
TYPES = {"CVRP", "VRPTW", "CVRPTW"}
BY_NODE = ("NODE_COORD_SECTION", "DEMAND_SECTION", "TIME_WINDOW_SECTION", "SERVICE_TIME_SECTION")
NO_LIMIT = 999_999
"""A DISTANCE from here on limits no route."""


def read(path: Path) -> RoundProblem:
    """Read an instance.

    Raises:
        BadProblemError: not of this format, or its lengths are not Euclidean.
    """
    try:
        heads, sections = _parts(text_of(path))
        return checked(_problem(heads, sections), path)
    except BadProblemError:
        raise
    except KeyError as error:
        raise BadProblemError(
            f"{path}: no instance of CVRPLIB's form: {error} is missing"
        ) from error
    except (OSError, ValueError, OverflowError, IndexError) as error:
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
    nodes = _nodes(heads, sections)
    windows = _by_node(sections, "TIME_WINDOW_SECTION", nodes)
    demand = _by_node(sections, "DEMAND_SECTION", nodes)
    services = _by_node(sections, "SERVICE_TIME_SECTION", nodes)
    depot = _depot(sections["DEPOT_SECTION"], nodes)
    if wanted := demand[depot][0]:
        raise ValueError(f"the depot wants {wanted:g}; nothing is taken to it")
    scale = 10 if windows else 1
    stops = []
    for number in sorted(nodes, key=lambda number: number != depot):
        opens, closes = windows[number] if windows else [0, 0]
        service = services[number][0] if services else float(heads.get("SERVICE_TIME", "0"))
        service = 0 if number == depot else service
        times = (round(scale * value) for value in (opens, closes, service))
        x, y = nodes[number]
        stops.append(Stop(x, y, whole(demand[number][0]), *times))
    return RoundProblem(
        tuple(stops),
        int(heads.get("VEHICLES", len(stops) - 1)),
        whole(heads["CAPACITY"]),
        scale,
        bool(windows),
        bool(windows),
    )


def _depot(rows: list[list[float]], nodes: Collection[int]) -> int:
    """Return the number of the depot; the list of them ends with -1."""
    numbers = [whole(number) for row in rows for number in row]
    if numbers[-1:] == [-1]:
        numbers.pop()
    if len(numbers) != 1:
        raise ValueError(f"{len(numbers)} depots; one can be planned")
    if numbers[0] not in nodes:
        raise ValueError(f"depot {numbers[0]} is no node")
    return numbers[0]


def _nodes(heads: dict[str, str], sections: Sections) -> dict[int, list[float]]:
    """Return the place of each node; refuse what would be left out of the plan in silence."""
    if heads.get("EDGE_WEIGHT_TYPE") != "EUC_2D":
        raise ValueError(f"lengths of type {heads.get('EDGE_WEIGHT_TYPE')} are not read")
    if heads.get("TYPE", "CVRP") not in TYPES:
        raise ValueError(f"problems of type {heads['TYPE']} are not read")
    if float(heads.get("DISTANCE", NO_LIMIT)) < NO_LIMIT:
        raise ValueError(f"DISTANCE {heads['DISTANCE']}: limits on a route's length are not read")
    if strange := sections.keys() - {*BY_NODE, "DEPOT_SECTION"}:
        raise ValueError(f"{', '.join(sorted(strange))}: not read")
    nodes = {whole(number): place for number, *place in sections["NODE_COORD_SECTION"]}
    said = int(heads.get("DIMENSION", len(nodes)))
    if not len(nodes) == len(sections["NODE_COORD_SECTION"]) == said:
        raise ValueError(f"{len(nodes)} nodes with a place, DIMENSION says {said}")
    return nodes


def _by_node(
    sections: Sections, name: str, nodes: dict[int, list[float]]
) -> dict[int, list[float]]:
    rows = {whole(number): row for number, *row in sections.get(name, [])}
    if name in sections and rows.keys() != nodes.keys():
        other = ", ".join(str(number) for number in sorted(rows.keys() ^ nodes.keys())[:5])
        raise ValueError(f"{name}: not one line for each node, see {other}")
    return rows


def solve(problem: RoundProblem, limits: Limits, watch: Watch = quiet) -> Outcome[RoundPlan]:
    """Solve an instance."""
    return plan_rounds(problem, limits, watch)


def write(problem: RoundProblem, plan: RoundPlan) -> str:
    """Write a solution; whole lengths as whole numbers."""
    if problem.has_windows:
        return solomon.write(problem, plan)
    lines = solomon.write(problem, plan).splitlines(keepends=True)[:-1]
    return "".join(lines) + f"Cost {check_rounds(problem, plan).cost:.0f}\n"
