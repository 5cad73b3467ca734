"""OR-Library's p-median: distances on a graph, or the finished table as ``.npz``.

Text: ``nodes edges p``, then ``from to length`` for each edge, nodes from 1; the last line for a
pair of nodes stands. ``.npz``: ``n``, ``p`` and ``upper``, the upper triangle row by row without
its diagonal. Solutions: one line ``facility: client client …`` for each open node.

Source: Beasley, 'A note on solving large p-median problems', 1985; OR-Library.
"""

import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dongxun_planner.highs import Floats
from dongxun_planner.protocol import Limits, Outcome, Search, Verdict, Watch, quiet
from dongxun_planner.wire import MOST, BadProblemError, text_of
from dongxun_planner.zoning.median import median

STRANGE = (
    AttributeError,
    EOFError,
    IndexError,
    KeyError,
    OverflowError,
    RuntimeError,  # encrypted, or pressed in a way that is not known
    TypeError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What numpy says of an archive that is none, or of another kind."""


@dataclass(frozen=True)
class Median:
    """Distances between all nodes, and how many to open."""

    distances: Floats
    count: int


@dataclass(frozen=True)
class MedianPlan:
    """The open nodes and the node that serves each."""

    open: tuple[int, ...]
    served_by: tuple[int, ...]


def read(path: Path) -> Median:
    """Read an instance.

    Raises:
        BadProblemError: not of this format.
    """
    try:
        problem = _packed(path) if path.suffix == ".npz" else _text(path)
    except (OSError, ValueError, *STRANGE) as error:
        raise BadProblemError(f"{path}: no p-median instance: {error}") from error
    if not 1 <= problem.count <= len(problem.distances):
        raise BadProblemError(f"{path}: cannot open {problem.count} of {len(problem.distances)}")
    if not np.isfinite(problem.distances).all():
        raise BadProblemError(f"{path}: the graph is in more than one piece")
    return problem


def _packed(path: Path) -> Median:
    with np.load(path, allow_pickle=False) as packed:
        size, count = int(packed["n"]), int(packed["p"])
        _in_size(size, 10_000)
        upper = np.asarray(packed["upper"]).ravel()
    if upper.dtype.kind not in "buif" or len(upper) not in {
        size * (size + n) // 2 for n in (-1, 1)
    }:
        raise ValueError(f"upper: no upper triangle of {size} nodes")
    if not ((upper >= 0) & (upper <= MOST) & (upper % 1 == 0)).all():
        raise ValueError("distances must be whole numbers of 0 or more")
    table = np.zeros((size, size))
    corner = 1 if len(upper) == size * (size - 1) // 2 else 0
    table[np.triu_indices(size, corner)] = upper
    return Median(np.maximum(table, table.T), count)


def _text(path: Path) -> Median:
    numbers = [int(word) for word in text_of(path).split()]
    size, edges, count = numbers[:3]
    _in_size(size, 5000)
    if len(numbers) != 3 + 3 * edges:
        raise ValueError(f"{len(numbers)} figures, {3 + 3 * edges} were due")
    table = np.full((size, size), np.inf)
    np.fill_diagonal(table, 0.0)
    for k in range(edges):
        a, b, length = numbers[3 + 3 * k : 6 + 3 * k]
        if not (1 <= a <= size and 1 <= b <= size and 0 <= length <= MOST):
            raise ValueError(f"edge {k + 1}: {a} {b} {length}")
        table[a - 1, b - 1] = table[b - 1, a - 1] = length
    for middle in range(size):
        np.minimum(table, table[:, middle, None] + table[None, middle], out=table)
    return Median(table, count)


def _in_size(nodes: int, most: int) -> None:
    if not 1 <= nodes <= most:
        raise ValueError(f"{nodes} nodes")


def check(problem: Median, plan: MedianPlan) -> Verdict:
    """Check which nodes are open and add up the ways."""
    broken = []
    if len(set(plan.open)) != problem.count or len(plan.open) != problem.count:
        broken.append(f"{len(set(plan.open))} nodes are open instead of {problem.count}")
    if len(plan.served_by) != len(problem.distances):
        broken.append("not every node is served")
    broken.extend(
        f"node {j + 1} serves but is not open" for j in set(plan.served_by) - {*plan.open}
    )
    cost = sum(float(problem.distances[i, j]) for i, j in enumerate(plan.served_by))
    return Verdict(cost, tuple(broken))


def solve(problem: Median, limits: Limits, watch: Watch = quiet) -> Outcome[MedianPlan]:
    """Solve an instance."""
    search: Search[MedianPlan] = Search(
        limits, lambda plan: check(problem, plan), watch=watch, step=1.0
    )
    bracket = median(problem.distances, problem.count, search)  # type: ignore[arg-type]
    nearest = bracket.places[problem.distances[:, bracket.places].argmin(axis=1)]
    search.at_least(bracket.bound)
    search.offer(MedianPlan(tuple(sorted(bracket.places.tolist())), tuple(nearest.tolist())))
    return search.outcome()


def write(problem: Median, plan: MedianPlan) -> str:
    """Write a solution."""
    lines = []
    for j in plan.open:
        clients = (str(i + 1) for i, by in enumerate(plan.served_by) if by == j)
        lines.append(f"{j + 1}: {' '.join(clients)}\n")
    return "".join(lines)
