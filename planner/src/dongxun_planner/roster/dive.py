"""A roster out of a program of rows: days are fixed step by step, with better rows in between."""

from collections.abc import Callable
from typing import Any

import numpy as np

from dongxun_planner.roster.columns import OPEN, Column, Columns

CARE = 3  # rounds for limits on single shifts
SURE = 0.95  # a day is fixed on which so much of the program's rows agree
LIKELY = 0.5  # of the rows that keep the days fixed before, so much keeps the next one too


class Dive:
    """Fixes the days on which a program's rows agree most, until everybody has a row.

    Args:
        below: rosters that cost this or more are of no use.
        near: rounds end where the program's value is so near to its own bound.
        steps: of about so many days each are fixed what the program was not sure of at first.
        rounds: of new rows after each step, at most.
        due: asked which share of these days should be fixed by now.
    """

    def __init__(  # noqa: PLR0917 - how carefully to dive
        self,
        columns: Columns,
        below: float,
        near: float,
        steps: int,
        rounds: int,
        due: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self.columns, self.below, self.near = columns, below, near
        self.steps, self.rounds, self.due = steps, rounds, due
        self.fixed = columns.fixed.copy()
        self.unsure = 0
        self.late = False

    def run(self) -> list[Column] | None:
        """Return everybody's row; nothing where none come below the cost, or time is over."""
        columns, before, rows = self.columns, self.columns.fixed, None
        while self._settle():
            fixed = self._fix()
            columns.narrow(self.fixed.copy())
            if not self._open():
                rows = [
                    columns.staff.column(who, self.fixed[i]) for i, who in enumerate(columns.team)
                ]
                break
            if not fixed:
                break
        columns.widen(before)
        return rows

    def _open(self) -> int:
        return int((self.fixed == OPEN).sum())

    def _settle(self) -> bool:
        """Take in rows that keep what is fixed; tell whether going on is of use."""
        columns = self.columns
        for _ in range(1 if self.late else self.rounds):
            if columns.staff.over():
                return False
            value, new = columns.step(0.0, CARE)
            if not new or value - columns.low < self.near or columns.low >= self.below:
                break
        return columns.low < self.below and not columns.staff.over()

    def _fix(self) -> int:
        """Fix the days on which rows agree; return how many are fixed more than before."""
        self.columns.master.solve()
        some = self._support()
        cells = [
            (share, i, day, shift)
            for i, (rows, weights) in some.items()
            for share, day, shift in self._shares(i, rows, weights)
        ]
        cells.sort(key=lambda cell: (-cell[0], cell[1:]))
        unsure = sum(cell[0] < SURE for cell in cells)
        self.unsure = self.unsure or max(1, unsure)
        late = unsure - int(self.unsure * (1 - min(1.0, self.due())))
        self.late = late > self.unsure // self.steps
        asked, fixed = max(1, self.unsure // self.steps, late), 0
        for share, i, day, shift in cells:
            if share < SURE and asked <= 0:
                break
            rows, weights = some[i]
            keeps = rows[:, day] == shift
            least = SURE - 0.05 if share >= SURE else LIKELY
            if weights[keeps].sum() >= least * weights.sum() or not fixed:
                some[i] = rows[keeps], weights[keeps]
                self.fixed[i, day] = shift
                fixed += 1
                asked -= share < SURE
        return fixed

    def _support(self) -> dict[int, tuple[Any, Any]]:
        """Return the rows that the solution has of those who have open days, and how much of each."""
        columns, values = self.columns, self.columns.values()
        found: dict[int, tuple[Any, Any]] = {}
        for i in np.flatnonzero((self.fixed == OPEN).any(axis=1)).tolist():
            some = [number for number in columns.of[i] if values[number] > 1e-6]
            if some:
                rows = np.array([columns.columns[number].row for number in some])
                found[i] = rows, values[some]
        return found

    def _shares(self, i: int, rows: Any, weights: Any) -> list[tuple[float, int, int]]:
        """Return for each open day the likeliest shift and how much of the rows has it."""
        every = np.arange(rows.shape[1])
        shares = np.zeros((rows.shape[1], len(self.columns.staff.t.minutes)))
        for row, weight in zip(rows, weights, strict=True):
            shares[every, row] += weight
        shifts = shares.argmax(axis=1)
        return [
            (float(shares[day, shifts[day]]), day, int(shifts[day]))
            for day in np.flatnonzero(self.fixed[i] == OPEN).tolist()
        ]
