"""HiGHS behind one file: linear programs, with or without whole numbers.

The only module that knows highspy, pinned to the version that can live beside OR-Tools.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

INF = float(highspy.kHighsInf)
DUAL, PRIMAL = 1, 4  # the strategies' numbers
PATIENCE_S = 0.5
"""How long a program may go on once it was told to end, or its time is over: within a sub-problem
HiGHS hears nothing, and looks at no clock.
"""
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Rows:
    """Constraints ``lower ≤ A x ≤ upper``, row by row: ``starts`` has one more entry than rows."""

    lower: Floats
    upper: Floats
    starts: Ints
    columns: Ints
    values: Floats


class RowMaker:
    """Collects constraints one by one."""

    def __init__(self) -> None:
        self._lower: list[float] = []
        self._upper: list[float] = []
        self._starts = [0]
        self._columns: list[int] = []
        self._values: list[float] = []

    def add(
        self, columns: list[int], values: list[float] | float, lower: float, upper: float
    ) -> None:
        """Add ``lower ≤ Σ value × column ≤ upper``."""
        same = isinstance(values, int | float)
        self._columns.extend(columns)
        self._values.extend([float(values)] * len(columns) if same else values)  # type: ignore[arg-type]
        self._starts.append(len(self._columns))
        self._lower.append(lower)
        self._upper.append(upper)

    def add_within(self, columns: list[int], within: list[int]) -> None:
        """Add that each of these columns is at most the other beside it."""
        count, before = len(columns), len(self._columns)
        self._columns.extend(each for pair in zip(columns, within, strict=True) for each in pair)
        self._values.extend([1.0, -1.0] * count)
        self._starts.extend(range(before + 2, before + 2 * count + 1, 2))
        self._lower.extend([-INF] * count)
        self._upper.extend([0.0] * count)

    def rows(self) -> Rows:
        """Return what was collected."""
        return Rows(
            np.array(self._lower, dtype=np.float64),
            np.array(self._upper, dtype=np.float64),
            np.array(self._starts, dtype=np.int64),
            np.array(self._columns, dtype=np.int64),
            np.array(self._values, dtype=np.float64),
        )


@dataclass(frozen=True)
class Answer:
    """What HiGHS found: ``x`` is None where it found nothing; ``bound`` holds in any case."""

    x: Floats | None
    cost: float
    bound: float
    infeasible: bool = False
    duals: Floats | None = None
    reduced: Floats | None = None


def solve(
    cost: Floats,
    upper: Floats,
    rows: Rows,
    *,
    whole: NDArray[np.bool_] | None = None,
    seconds: float = INF,
    threads: int = 1,
    seed: int = 1,
    start: Floats | None = None,
    nodes: int | None = None,
    gap: float = 0.0,
    stop: threading.Event | None = None,
) -> Answer:
    """Minimise ``cost · x`` for ``0 ≤ x ≤ upper`` under the rows.

    Args:
        whole: which columns must be whole numbers.
        stop: ends it with what it has, within about half a second; signals are heard meanwhile. With
            it the seconds are kept as well; without it only as far as HiGHS looks at the clock.
        start: a feasible point to begin from.
        nodes: most nodes of the tree: the same for the same input, whatever the clock says.
    """
    until = time.monotonic() + seconds
    highs = _model(cost, upper, rows, whole)
    seconds = until - time.monotonic()
    for option, value in _options(seconds, threads, seed, nodes, gap).items():
        highs.setOptionValue(option, value)
    if start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = start.tolist()
        highs.setSolution(solution)
    if stop is None:
        highs.run()
        return _answer(highs, whole is not None)
    watched = _Watched(highs, stop, until, is_whole=whole is not None)
    return _answer(highs, whole is not None) if watched.run() else watched.so_far()


class _Watched:
    """A program solved in a thread of its own, so that whoever waits for it can go on without it.

    HiGHS asks whether to end between the nodes of its tree only. A thread that does not hear is left
    behind; it ends at its next question or at its time limit.
    """

    def __init__(
        self, highs: highspy.Highs, stop: threading.Event, until: float, *, is_whole: bool
    ) -> None:
        self._highs, self._stop, self._until = highs, stop, until
        self._x: Floats | None = None
        self._cost, self._bound = INF, -INF
        self._error: BaseException | None = None
        if is_whole:
            highs.cbMipInterrupt += self._asked
            highs.cbMipImprovingSolution += self._found

    def run(self) -> bool:
        """Solve it; return whether it ended by itself, when it was told to, or in time.

        Raises:
            BaseException: what the solver died of, want of memory for one.
        """
        thread = threading.Thread(target=self._work, daemon=True)
        thread.start()
        while thread.is_alive() and not self._stop.is_set() and time.monotonic() < self._until:
            thread.join(0.1)
        thread.join(PATIENCE_S)
        if self._error is not None:
            raise self._error
        return not thread.is_alive()

    def so_far(self) -> Answer:
        """Return the best point and bound that it told of before it was left behind."""
        return Answer(self._x, self._cost, self._bound)

    def _work(self) -> None:
        try:
            self._highs.run()
        except BaseException as error:  # noqa: BLE001 - raised where it is waited for
            self._error = error

    def _asked(self, event: Any) -> None:
        self._bound = max(self._bound, float(event.data_out.mip_dual_bound))
        if self._stop.is_set() or time.monotonic() >= self._until:
            event.interrupt()

    def _found(self, event: Any) -> None:
        self._x = np.array(event.data_out.mip_solution, dtype=np.float64)
        self._cost = float(event.data_out.objective_function_value)


def _options(
    seconds: float, threads: int, seed: int, nodes: int | None, gap: float
) -> dict[str, object]:
    options: dict[str, object] = {
        "output_flag": False,
        "time_limit": max(0.01, seconds),
        "threads": threads,
        "random_seed": seed,
        "mip_rel_gap": gap,
        "mip_abs_gap": 1e-6,
    }
    return options | ({} if nodes is None else {"mip_max_nodes": nodes})


def _model(
    cost: Floats, upper: Floats, rows: Rows, whole: NDArray[np.bool_] | None
) -> highspy.Highs:
    program = highspy.HighsLp()
    program.num_col_ = len(cost)
    program.num_row_ = len(rows.lower)
    program.col_cost_ = cost
    program.col_lower_ = np.zeros(len(cost))
    program.col_upper_ = upper
    program.row_lower_ = rows.lower
    program.row_upper_ = rows.upper
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_ = rows.starts
    program.a_matrix_.index_ = rows.columns
    program.a_matrix_.value_ = rows.values
    if whole is not None:
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        program.integrality_ = [kinds[int(each)] for each in whole]
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.passModel(program)
    return highs


def _answer(highs: highspy.Highs, is_whole: bool) -> Answer:  # noqa: FBT001 - two ways to read one result
    status, info = highs.getModelStatus(), highs.getInfo()
    if status in {
        highspy.HighsModelStatus.kInfeasible,
        highspy.HighsModelStatus.kUnboundedOrInfeasible,
    }:
        return Answer(None, INF, INF, infeasible=True)
    solution = highs.getSolution()
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    optimal = status == highspy.HighsModelStatus.kOptimal
    cost = info.objective_function_value if found else INF
    if is_whole:
        x = np.array(solution.col_value) if found else None
        return Answer(x, cost, info.mip_dual_bound)
    return Answer(
        np.array(solution.col_value) if found else None,
        cost,
        cost if optimal else -INF,
        duals=np.array(solution.row_dual),
        reduced=np.array(solution.col_dual),
    )


class Master:
    """A linear program that grows by columns and is solved again from where it stood."""

    def __init__(
        self,
        lower: Floats,
        upper: Floats,
        *,
        primal: bool = False,
        ended: Callable[[], bool] | None = None,
    ) -> None:
        """Begin with rows alone.

        Args:
            primal: by the primal simplex, for which the last solution stays one with new columns.
            ended: asked all the time; once true, a solution ends where it stands and is the last.
                Signals are heard too while it is asked.
        """
        self.broken_off = False
        self._ended = ended
        self._highs = highspy.Highs()
        if ended is not None:
            self._highs.cbSimplexInterrupt += self._asked
        self._primal = primal
        self._narrowed = False
        self._highs.setOptionValue("output_flag", False)
        self._highs.setOptionValue("threads", 1)
        none = np.array([], dtype=np.float64)
        starts = np.zeros(len(lower), dtype=np.int32)
        self._highs.addRows(len(lower), lower, upper, 0, starts, starts[:0], none)
        self._waiting: list[tuple[float, list[int], list[float]]] = []

    def add(self, cost: float, rows: list[int], values: list[float]) -> None:
        """Add a column with no upper end."""
        self._waiting.append((cost, rows, values))

    def solve(self) -> tuple[Floats, float]:
        """Return the duals of the rows and the value.

        Where it was broken off, now or before, these are no solution's: prices of nothing.
        """
        self._flush()
        if self.broken_off:
            return np.zeros(self._highs.getNumRow()), INF
        strategy = PRIMAL if self._primal and not self._narrowed else DUAL
        self._highs.setOptionValue("simplex_strategy", strategy)
        self._narrowed = False
        self._highs.run()
        if self.broken_off:
            return np.zeros(self._highs.getNumRow()), INF
        solution = self._highs.getSolution()
        return np.array(solution.row_dual), float(self._highs.getInfo().objective_function_value)

    def _asked(self, event: Any) -> None:
        if self._ended is not None and self._ended():
            self.broken_off = True
            event.interrupt()

    def values(self) -> Floats:
        """Return the columns' values of the last solution; nothing of any where it was broken off."""
        if self.broken_off:
            self._flush()
            return np.zeros(self._highs.getNumCol())
        return np.array(self._highs.getSolution().col_value)

    def fix(self, column: int, least: float) -> None:
        """Ask for at least this much of a column."""
        self._highs.changeColBounds(column, least, INF)

    def bar(self, columns: Ints) -> None:
        """Leave these columns out; the next solution comes from the dual simplex."""
        self._bound(columns, 0.0)
        self._narrowed = True

    def admit(self, columns: Ints) -> None:
        """Take barred columns in again."""
        self._bound(columns, INF)

    def _bound(self, columns: Ints, most: float) -> None:
        self._flush()
        count, at = len(columns), columns.astype(np.int32)
        if count:
            self._highs.changeColsBounds(count, at, np.zeros(count), np.full(count, most))

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        count = len(waiting)
        sizes = np.array([len(rows) for _, rows, _ in waiting])
        starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int32)
        rows = np.array([row for _, rows, _ in waiting for row in rows], dtype=np.int32)
        values = np.array([v for _, _, values in waiting for v in values], dtype=np.float64)
        costs = np.array([cost for cost, _, _ in waiting], dtype=np.float64)
        zero, top = np.zeros(count), np.full(count, INF)
        self._highs.addCols(count, costs, zero, top, len(rows), starts, rows, values)
