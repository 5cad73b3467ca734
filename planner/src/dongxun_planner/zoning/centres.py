"""Clients to centres with room for so many: one program for hubs with capacities and for areas.

A Lagrangian-free model: x(client, centre) and y(centre) with x ≤ y, which has a strong bound,
solved by HiGHS from a plan that a quick heuristic finds.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dongxun_planner.highs import INF, Floats, RowMaker, solve
from dongxun_planner.protocol import Search


@dataclass(frozen=True)
class Centres:
    """Clients × centres.

    Args:
        costs: infinite where a client may not go.
        least, most: sum of the sizes at an open centre.
        groups: per skill the clients that have it; ``lack`` is the cost of an open centre
            without any of them.
        same, different: pairs of clients.
        own: a centre serves itself; then centre j is client j.
    """

    costs: Floats
    fixed: Floats
    sizes: Floats
    least: Floats
    most: Floats
    count: int
    groups: tuple[tuple[int, ...], ...] = ()
    lack: float = 0.0
    same: tuple[tuple[int, int], ...] = ()
    different: tuple[tuple[int, int], ...] = ()
    own: bool = False
    at_most: bool = False
    clients: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Assignment:
    """Client → centre, or nothing found; the bound holds in any case."""

    centre_of: NDArray[np.int64] | None
    bound: float
    infeasible: bool = False


def assign(problem: Centres, search: Search[object]) -> Assignment:
    """Solve with HiGHS within what is left of the search."""
    allowed = np.argwhere(np.isfinite(problem.costs))
    number = {(int(i), int(j)): n for n, (i, j) in enumerate(allowed)}
    pairs, centres = len(allowed), problem.costs.shape[1]
    lacks = centres * len(problem.groups)
    cost = np.concatenate(
        [problem.costs[allowed[:, 0], allowed[:, 1]], problem.fixed, np.full(lacks, problem.lack)]
    )
    rows = _rows(problem, number, pairs)
    whole = np.ones(len(cost), dtype=np.bool_)
    whole[pairs + centres :] = False
    limits = search.limits
    answer = solve(
        cost,
        np.ones(len(cost)),
        rows.rows(),
        whole=whole,
        seconds=search.left,
        threads=limits.threads,
        seed=limits.seed,
        stop=limits.stop,
    )
    if answer.x is None:
        return Assignment(None, answer.bound, answer.infeasible)
    centre_of = np.zeros(problem.costs.shape[0], dtype=np.int64)
    for n in np.flatnonzero(answer.x[:pairs] > 0.5):
        centre_of[allowed[n, 0]] = allowed[n, 1]
    return Assignment(centre_of, answer.bound)


def _rows(problem: Centres, number: dict[tuple[int, int], int], pairs: int) -> RowMaker:
    clients, centres = problem.costs.shape
    rows = RowMaker()
    for i in range(clients):
        rows.add([number[i, j] for j in range(centres) if (i, j) in number], 1.0, 1.0, 1.0)
    for (_, j), column in number.items():
        rows.add([column, pairs + j], [1.0, -1.0], -INF, 0.0)
    for j in range(centres):
        mine = [i for i in range(clients) if (i, j) in number]
        columns = [number[i, j] for i in mine] + [pairs + j]
        sizes = [float(problem.sizes[i]) for i in mine]
        if problem.most[j] < problem.sizes.sum():
            rows.add(columns, [*sizes, -float(problem.most[j])], -INF, 0.0)
        if problem.least[j] > 0:
            rows.add(columns, [*sizes, -float(problem.least[j])], 0.0, INF)
        if problem.own and (j, j) in number:
            rows.add([number[j, j], pairs + j], [1.0, -1.0], 0.0, 0.0)
    low = 0.0 if problem.at_most else float(problem.count)
    rows.add(list(range(pairs, pairs + centres)), 1.0, low, float(problem.count))
    _wishes(problem, number, pairs, rows)
    return rows


def _wishes(
    problem: Centres, number: dict[tuple[int, int], int], pairs: int, rows: RowMaker
) -> None:
    centres = problem.costs.shape[1]
    for g, group in enumerate(problem.groups):
        for j in range(centres):
            has = [number[i, j] for i in group if (i, j) in number]
            lack = pairs + centres + g * centres + j
            rows.add([*has, lack, pairs + j], [1.0] * len(has) + [1.0, -1.0], 0.0, INF)
    for j in range(centres):
        for a, b in problem.same:
            mine = [number[i, j] for i in (a, b) if (i, j) in number]
            rows.add(mine, [1.0, -1.0][: len(mine)], 0.0, 0.0)
        for a, b in problem.different:
            mine = [number[i, j] for i in (a, b) if (i, j) in number]
            rows.add(mine, 1.0, -INF, 1.0)
