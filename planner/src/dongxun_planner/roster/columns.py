"""Whole rows as columns of a linear program: a bound for every roster, and rosters of such rows."""

import math
import threading
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any

import numpy as np

from dongxun_planner.highs import INF, Master, RowMaker, solve
from dongxun_planner.roster.rows import Shape, cheapest, empty, shape
from dongxun_planner.roster.tables import Tables

NOBODY = 1e5  # the price of a worker without a row, on the way


class Columns:
    """The program: one row for each worker, wants met or paid for.

    Args:
        over: asked before every round; ends the rounds.
    """

    def __init__(self, t: Tables, pool: Executor, over: Callable[[], bool]) -> None:
        self.t, self.pool, self.over = t, pool, over
        self.workers, self.days = t.may.shape[:2]
        self.wants = len(t.wanted)
        rhs = np.concatenate([t.wanted, np.ones(self.workers)]).astype(np.float64)
        self.master = Master(rhs, rhs)
        self.columns: list[tuple[int, Any, float, list[int], list[float]]] = []
        self.slacks = 0
        for r in range(self.wants):
            self._slack(float(t.under[r]), r, 1.0)
            self._slack(float(t.over[r]), r, -1.0)
        for who in range(self.workers):
            self._slack(NOBODY, self.wants + who, 1.0)
        self.known: set[tuple[int, bytes]] = set()
        self.bound, self.best = -np.inf, np.zeros(self.wants)
        self.extra = np.zeros((self.workers, len(t.minutes)))
        self.shapes = [shape(t, who) for who in range(self.workers)]
        self.fixed: set[int] = set()
        self._own = threading.local()

    def _slack(self, cost: float, row: int, value: float) -> None:
        self.master.add(cost, [row], [value])
        self.slacks += 1

    def add(self, who: int, row: Any) -> bool:
        """Take a row in; tell whether it is new."""
        key = self._key(who, row)
        if key in self.known:
            return False
        self.known.add(key)
        t, every = self.t, np.arange(self.days)
        heavy = int(t.heavy[every, row].sum())
        cost = float(t.own[who, every, row].sum()) + t.fairness * heavy * (heavy - 1) / 2
        served = t.at[every, row].ravel()
        served = served[served >= 0]
        served = served[t.counts[who, served]]
        numbers, times = np.unique(served, return_counts=True)
        at, values = [*numbers.tolist(), self.wants + who], [*times.astype(float).tolist(), 1.0]
        self.master.add(cost, at, values)
        self.columns.append((who, row.copy(), cost, at, values))
        return True

    def add_all(self, days: Any) -> None:
        """Take in every row of a roster."""
        for who, row in enumerate(days):
            self.add(who, row)

    def _prices(self, who: int, duals: Any) -> Any:
        t = self.t
        padded = np.concatenate([np.where(t.counts[who][: self.wants], duals, 0.0), [0.0]])
        return t.own[who] - padded[t.at].sum(axis=2)

    def _cheapest(self, one: Shape, duals: Any, rounds: int) -> tuple[float, Any | None]:
        if not hasattr(self._own, "tables"):
            self._own.tables = {}
        key = tuple(one.numbers().tolist())
        if key not in self._own.tables:
            self._own.tables[key] = empty(self.t, one)
        table, price = self._own.tables[key], self._prices(one.who, duals)
        return cheapest(self.t, one, price, table, self.extra[one.who], rounds)

    def step(self, share: float, rounds: int = 3) -> tuple[float, int]:
        """Solve, price every worker's rows; return the program's value and how many are new.

        Args:
            share: of the prices that gave the best bound; they keep the rest from leaping about.
            rounds: with each of which limits on single shifts are priced better.
        """
        duals, value = self.master.solve()
        wants = np.clip(duals[: self.wants], -self.t.over, self.t.under)
        mixed = share * self.best + (1 - share) * wants if np.isfinite(self.bound) else wants
        free = [one for one in self.shapes if one.who not in self.fixed]
        answers = list(self.pool.map(lambda one: self._cheapest(one, mixed, rounds), free))
        new = sum(
            self.add(one.who, row)
            for one, (_, row) in zip(free, answers, strict=True)
            if row is not None
        )
        total = float(mixed @ self.t.wanted) + sum(low for low, _ in answers)
        if not self.fixed and total > self.bound:
            self.bound, self.best = total, mixed
        return value, new

    def converge(self, most: int, near: float, tell: Callable[[float], None]) -> None:
        """Take in rows until none is better, at most so many rounds."""
        share, idle = 0.0, 0
        for _ in range(most):
            if self.over():
                return
            value, new = self.step(share, 3 + 9 * idle)
            tell(self.bound)
            idle = 0 if new else idle + 1
            share = 0.5 if new else 0.0
            if idle > 1 or value - self.bound < near:
                return

    def dive(self, pace: float) -> Any | None:
        """Fix the likeliest rows step by step, with better ones for the rest in between."""
        rows: dict[int, Any] = {}
        while len(rows) < self.workers and not self.over():
            self.step(0.0, 1)
            self.master.solve()
            values = self.master.values()[self.slacks :]
            wanted, before = len(rows) + max(1, math.ceil(pace * self.workers)), len(rows)
            for number in np.argsort(-values, kind="stable").tolist():
                who, row = self.columns[number][:2]
                if values[number] < 0.01 or (len(rows) >= wanted and values[number] < 0.99):
                    break
                if who not in rows:
                    rows[who] = row
                    self.fixed.add(who)
                    self.master.fix(self.slacks + number, 1.0)
            if len(rows) == before:
                break
        return self._whole(rows)

    def refine(self, days: Any, some: list[int], rounds: int, nodes: int | None) -> Any | None:
        """Find new rows for some workers beside the others', who keep theirs."""
        self.add_all(days)
        self.fixed = set(range(self.workers)) - set(some)
        keys = {self._key(who, days[who]) for who in self.fixed}
        held = [n for n, (who, row, *_) in enumerate(self.columns) if self._key(who, row) in keys]
        for number in held:
            self.master.fix(self.slacks + number, 1.0)
        for _ in range(rounds):
            if self.over() or not self.step(0.0, 2)[1]:
                break
        chosen = self.choose(days, 60 * len(some), 1.5 if nodes is None else 36_000.0, nodes)
        for number in held:
            self.master.fix(self.slacks + number, 0.0)
        self.fixed = set()
        return chosen

    @staticmethod
    def _key(who: int, row: Any) -> tuple[int, bytes]:
        return who, row.astype(np.int16).tobytes()

    def _whole(self, rows: dict[int, Any]) -> Any | None:
        if len(rows) < self.workers:
            return None
        return np.array([rows[who] for who in range(self.workers)])

    def release(self) -> None:
        """Free every row that a dive fixed."""
        self.fixed.clear()
        for number in range(len(self.columns)):
            self.master.fix(self.slacks + number, 0.0)

    def choose(self, days: Any, most: int, seconds: float, nodes: int | None) -> Any | None:
        """Return the best roster of the likeliest rows, beginning with this one."""
        duals, _ = self.master.solve()
        values = self.master.values()[self.slacks :]
        here = {self._key(who, row) for who, row in enumerate(days)}
        reduced = [cost - duals[at] @ np.array(v) for _, _, cost, at, v in self.columns]
        keep: list[Any] = []
        start: list[float] = []
        for number in np.lexsort((reduced, -values)).tolist():
            who, row = self.columns[number][:2]
            mine = self._key(who, row) in here
            if mine or (len(keep) < most + len(self.fixed) and who not in self.fixed):
                keep.append(self.columns[number])
                start.append(float(mine))
        x = self._program(keep, np.array(start), seconds, nodes)
        if x is None:
            return None
        chosen = zip(keep, x, strict=False)
        return self._whole({who: row for (who, row, *_), value in chosen if value > 0.5})

    def _program(
        self, keep: list[Any], start: Any, seconds: float, nodes: int | None
    ) -> Any | None:
        wants, columns = self.wants, len(keep)
        lists: list[tuple[list[int], list[float]]] = [([], []) for _ in range(wants + self.workers)]
        for number, (_, _, _, at, values) in enumerate(keep):
            for row, value in zip(at, values, strict=True):
                lists[row][0].append(number)
                lists[row][1].append(value)
        maker, have = RowMaker(), np.zeros(wants)
        for r, (at, values) in enumerate(lists):
            if r >= wants:
                maker.add(at, values, 1.0, 1.0)
                continue
            have[r] = start[at] @ np.array(values)
            rhs = float(self.t.wanted[r])
            paid = [columns + r, columns + wants + r]
            maker.add([*at, *paid], [*values, 1.0, -1.0], rhs, rhs)
        lack = self.t.wanted - have
        point = np.concatenate([start, np.maximum(0, lack), np.maximum(0, -lack)])
        answer = solve(
            np.concatenate([[each[2] for each in keep], self.t.under, self.t.over]),
            np.concatenate([np.ones(columns), np.full(2 * wants, INF)]),
            maker.rows(),
            whole=np.arange(columns + 2 * wants) < columns,
            seconds=seconds,
            start=point,
            nodes=nodes,
        )
        return answer.x
