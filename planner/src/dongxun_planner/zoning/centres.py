"""Clients to centres with room for so many: one program for hubs with capacities and for areas.

A Lagrangian-free model: x(client, centre) and y(centre) with x ≤ y, which has a strong bound,
solved by HiGHS from a plan that a quick heuristic finds.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dongxun_planner.highs import INF, Answer, Floats, RowMaker, solve
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
        mean, off: the cost of each unit of size that an open centre is off the mean.
        ways: (client, centre, clients): the client goes there only if one of these does.
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
    mean: float = 0.0
    off: float = 0.0
    ways: tuple[tuple[int, int, tuple[int, ...]], ...] = ()


@dataclass(frozen=True)
class Assignment:
    """Client → centre, or nothing found; the bound holds in any case."""

    centre_of: NDArray[np.int64] | None
    bound: float
    infeasible: bool = False


@dataclass(frozen=True)
class Relaxed:
    """The program without whole numbers: its value, and how much dearer each pair makes it."""

    bound: float
    dearer: Floats


def assign(
    problem: Centres, search: Search[object], start: NDArray[np.int64] | None = None
) -> Assignment:
    """Solve with HiGHS within what is left of the search.

    Args:
        start: client → centre, a solution to begin from.
    """
    allowed = np.argwhere(np.isfinite(problem.costs))
    answer = _solve(problem, allowed, search, start, is_whole=True)
    if answer.x is None:
        return Assignment(None, answer.bound, answer.infeasible)
    centre_of = np.zeros(problem.costs.shape[0], dtype=np.int64)
    for n in np.flatnonzero(answer.x[: len(allowed)] > 0.5):
        centre_of[allowed[n, 0]] = allowed[n, 1]
    return Assignment(centre_of, answer.bound)


def relax(problem: Centres, search: Search[object]) -> Relaxed | None:
    """Solve without whole numbers; nothing where the time was too short. No solution costs endless."""
    allowed = np.argwhere(np.isfinite(problem.costs))
    answer = _solve(problem, allowed, search, None, is_whole=False)
    dearer = np.full(problem.costs.shape, np.inf)
    if answer.infeasible:
        return Relaxed(np.inf, dearer)
    if answer.reduced is None or not np.isfinite(answer.bound):
        return None
    dearer[allowed[:, 0], allowed[:, 1]] = answer.reduced[: len(allowed)]
    return Relaxed(answer.bound, dearer)


def _solve(
    problem: Centres,
    allowed: NDArray[np.int64],
    search: Search[object],
    start: NDArray[np.int64] | None,
    *,
    is_whole: bool,
) -> Answer:
    number = {(i, j): n for n, (i, j) in enumerate(allowed.tolist())}
    pairs, centres = len(allowed), problem.costs.shape[1]
    lacks, offs = centres * len(problem.groups), 2 * centres * bool(problem.off)
    cost = np.concatenate(
        [
            problem.costs[allowed[:, 0], allowed[:, 1]],
            problem.fixed,
            np.full(lacks, problem.lack),
            np.full(offs, problem.off),
        ]
    )
    upper = np.ones(len(cost))
    upper[len(cost) - offs :] = INF
    whole = np.arange(len(cost)) < pairs + centres
    limits = search.limits
    return solve(
        cost,
        upper,
        _rows(problem, number, pairs).rows(),
        whole=whole if is_whole else None,
        seconds=search.left,
        threads=limits.threads,
        seed=limits.seed,
        start=None if start is None else _point(problem, number, start, len(cost)),
        nodes=None if limits.work is None else 100 * limits.work,
        stop=limits.stop,
    )


def _point(
    problem: Centres,
    number: dict[tuple[int, int], int],
    centre_of: NDArray[np.int64],
    columns: int,
) -> Floats:
    """Return the values of all columns for a client → centre."""
    centres, x = problem.costs.shape[1], np.zeros(columns)
    for i, j in enumerate(centre_of.tolist()):
        x[number[i, j]] = x[len(number) + j] = 1.0
    last = len(number) + centres * (1 + len(problem.groups))
    for j in np.unique(centre_of).tolist():
        for g, group in enumerate(problem.groups):
            x[len(number) + centres * (1 + g) + j] = not np.any(centre_of[list(group)] == j)
        if problem.off:
            above = float(problem.sizes[centre_of == j].sum()) - problem.mean
            x[last + 2 * j], x[last + 2 * j + 1] = max(0.0, above), max(0.0, -above)
    return x


def _rows(problem: Centres, number: dict[tuple[int, int], int], pairs: int) -> RowMaker:
    clients, centres = problem.costs.shape
    rows = RowMaker()
    by_client: list[list[int]] = [[] for _ in range(clients)]
    by_centre: list[list[int]] = [[] for _ in range(centres)]
    sizes_of: list[list[float]] = [[] for _ in range(centres)]
    size = problem.sizes.tolist()
    for (i, j), column in number.items():
        by_client[i].append(column)
        by_centre[j].append(column)
        sizes_of[j].append(size[i])
    for mine in by_client:
        rows.add(mine, 1.0, 1.0, 1.0)
    rows.add_within([*number.values()], [pairs + j for _, j in number])
    for j, (mine, sizes) in enumerate(zip(by_centre, sizes_of, strict=True)):
        columns = [*mine, pairs + j]
        if problem.most[j] < problem.sizes.sum():
            rows.add(columns, [*sizes, -float(problem.most[j])], -INF, 0.0)
        if problem.least[j] > 0:
            rows.add(columns, [*sizes, -float(problem.least[j])], 0.0, INF)
        if problem.own:
            itself = [number[j, j]] if (j, j) in number else []  # else it is no centre
            rows.add([*itself, pairs + j], [*[1.0] * len(itself), -1.0], 0.0, 0.0)
        if problem.off:
            off = pairs + centres * (1 + len(problem.groups)) + 2 * j
            values = [*sizes, -problem.mean, -1.0, 1.0]
            rows.add([*columns, off, off + 1], values, 0.0, 0.0)
    for i, j, others in problem.ways:
        if (i, j) in number:
            near = [number[b, j] for b in others if (b, j) in number]
            rows.add([number[i, j], *near], [1.0, *[-1.0] * len(near)], -INF, 0.0)
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
