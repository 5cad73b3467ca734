"""Whole rows as columns of a linear program: a bound for every roster, and rosters of such rows."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

import numpy as np

from dongxun_planner.highs import INF, Master, RowMaker, solve
from dongxun_planner.roster.rows import Finder, shape
from dongxun_planner.roster.tables import Tables

NOBODY = 1e5  # the price of a worker without a row, on the way
SLOW = 20  # rounds in which a program near its bound must fall by a thousandth


@dataclass(frozen=True, eq=False)
class Column:
    """A row of a worker: its own cost, which wants it serves, and how often each."""

    who: int
    row: Any
    cost: float
    serves: Any
    times: Any

    @property
    def key(self) -> tuple[int, bytes]:
        """Return what makes it the same as another."""
        return self.who, self.row.astype(np.int16).tobytes()


class Staff:
    """Everybody's rows: finds and measures them.

    Args:
        over: asked before every round; ends the rounds.
    """

    def __init__(self, t: Tables, pool: Executor, over: Callable[[], bool]) -> None:
        self.t, self.pool, self.over = t, pool, over
        self.finders = [Finder(t, shape(t, who)) for who in range(len(t.may))]
        self.extra = np.zeros((len(t.may), len(t.minutes)))
        self._own = threading.local()

    def column(self, who: int, row: Any) -> Column:
        """Measure a row."""
        t, every = self.t, np.arange(len(row))
        heavy = int(t.heavy[every, row].sum())
        cost = float(t.own[who, every, row].sum()) + t.fairness * heavy * (heavy - 1) / 2
        served = t.at[every, row].ravel()
        served = served[served >= 0]
        numbers, times = np.unique(served[t.counts[who, served]], return_counts=True)
        return Column(who, row.copy(), cost, numbers, times.astype(np.float64))

    def served(self, columns: Sequence[Column]) -> Any:
        """Return how often each want is served."""
        have = np.zeros(len(self.t.wanted))
        for each in columns:
            have[each.serves] += each.times
        return have

    def cost(self, wanted: Any, columns: Sequence[Column]) -> float:
        """Return the cost of these rows, where this is wanted."""
        lack = wanted - self.served(columns)
        paid = self.t.under * np.maximum(0, lack) + self.t.over * np.maximum(0, -lack)
        return float(paid.sum()) + sum(each.cost for each in columns)

    def cheapest(self, who: int, duals: Any, rounds: int) -> tuple[float, Any | None]:
        """Return what no row of a worker undercuts at these prices, and a good row."""
        t, finder = self.t, self.finders[who]
        table = self._table(finder)
        padded = np.append(np.where(t.counts[who][: len(duals)], duals, 0.0), 0.0)
        price = t.own[who] - padded[t.at].sum(axis=2)
        return finder.cheapest(price, table, self.extra[who], rounds)

    def _table(self, finder: Finder) -> Any:
        """Return this thread's table of that extent, clean if it served another band."""
        if not hasattr(self._own, "tables"):
            self._own.tables, self._own.served = {}, {}
        extent = finder.extent
        if extent not in self._own.tables:
            self._own.tables[extent] = finder.empty()
        elif self._own.served[extent] != finder.key:
            self._own.tables[extent].fill(np.inf)
        self._own.served[extent] = finder.key
        return self._own.tables[extent]


class Columns:
    """The program of a team: one row for each of them, wants met or paid for.

    Args:
        wanted: what the rest of the staff leaves to them; may be below 0.
    """

    def __init__(self, staff: Staff, team: Sequence[int], wanted: Any) -> None:
        self.staff, self.team, self.wanted = staff, list(team), wanted
        self.wants, t = len(wanted), staff.t
        self.at = {who: self.wants + i for i, who in enumerate(self.team)}
        rhs = np.concatenate([wanted, np.ones(len(self.team))]).astype(np.float64)
        self.master = Master(rhs, rhs, primal=True)
        self.columns: list[Column] = []
        for r in range(self.wants):
            self.master.add(float(t.under[r]), [r], [1.0])
            self.master.add(float(t.over[r]), [r], [-1.0])
        for row in self.at.values():
            self.master.add(NOBODY, [row], [1.0])
        self.slacks = 2 * self.wants + len(self.team)
        self.known: set[tuple[int, bytes]] = set()
        self.held: dict[int, int] = {}
        self.bound, self.low, self.best = -np.inf, -np.inf, np.zeros(self.wants)

    def add(self, column: Column) -> bool:
        """Take a row in; tell whether it is new."""
        if column.key in self.known:
            return False
        self.known.add(column.key)
        at = [*column.serves.tolist(), self.at[column.who]]
        self.master.add(column.cost, at, [*column.times.tolist(), 1.0])
        self.columns.append(column)
        return True

    def add_all(self, days: Any) -> None:
        """Take in every row of a roster."""
        for who in self.team:
            self.add(self.staff.column(who, days[who]))

    def step(self, share: float, rounds: int = 3) -> tuple[float, int]:
        """Solve, price every worker's rows; return the program's value and how many are new.

        Args:
            share: of the prices that gave the best bound; they keep the rest from leaping about.
            rounds: with each of which limits on single shifts are priced better.
        """
        staff, t = self.staff, self.staff.t
        duals, value = self.master.solve()
        wants = np.clip(duals[: self.wants], -t.over, t.under)
        mixed = share * self.best + (1 - share) * wants if np.isfinite(self.bound) else wants
        free = [who for who in self.team if who not in self.held]
        answers = list(staff.pool.map(lambda who: staff.cheapest(who, mixed, rounds), free))
        rows = [(who, row) for who, (_, row) in zip(free, answers, strict=True) if row is not None]
        new = sum(self.add(staff.column(who, row)) for who, row in rows)
        self.low = float(mixed @ self.wanted) + sum(low for low, _ in answers)
        for number in self.held.values():
            each = self.columns[number]
            self.low += each.cost - float(mixed[each.serves] @ each.times)
        if not self.held and self.low > self.bound:
            self.bound, self.best = self.low, mixed
        return value, new

    def converge(
        self, most: int, near: float, tell: Callable[[float], None], below: float = np.inf
    ) -> None:
        """Take in rows until none is better or little comes of it, at most so many rounds.

        Args:
            below: ends the rounds when the bound says that no roster costs less than this.
        """
        share, idle = 0.0, 0
        values: list[float] = []
        for _ in range(most):
            if self.staff.over():
                return
            value, new = self.step(share, 3 + 9 * idle)
            tell(self.bound)
            idle = 0 if new else idle + 1
            share = 0.5 if new else 0.0
            if idle > 1 or value - self.bound < near or self.bound >= below:
                return
            values.append(value)
            slow = len(values) > SLOW and values[-SLOW] - value < 1e-3 * value
            if slow and value - self.bound < 0.03 * value:
                return

    def dive(
        self, below: float, near: float, rounds: int, due: Callable[[], float] = lambda: 0.0
    ) -> list[Column] | None:
        """Fix the likeliest rows step by step, with better ones for the rest in between.

        Args:
            below: rosters that cost this or more are of no use.
            near: rounds end where the program's value is so near to its bound.
            due: asked which share of the rows should be fixed by now.
        """
        rows = None
        while self._settle(below, near, rounds) and self._hold(due() * len(self.team)):
            if len(self.held) == len(self.team):
                rows = [self.columns[number] for number in self.held.values()]
                break
        for number in self.held.values():
            self.master.fix(self.slacks + number, 0.0)
        self.held.clear()
        return rows

    def _settle(self, below: float, near: float, rounds: int) -> bool:
        """Take in rows beside those held; tell whether going on is of use."""
        for _ in range(rounds):
            if self.staff.over():
                return False
            value, new = self.step(0.0, 1)
            if not new or value - self.low < near or self.low >= below:
                break
        return self.low < below

    def _hold(self, due: float) -> bool:
        """Fix the rows as good as chosen, one at least and as many as are due; tell if one was."""
        self.master.solve()
        values = self.master.values()[self.slacks :]
        before = len(self.held)
        for number in np.argsort(-values, kind="stable").tolist():
            who = self.columns[number].who
            if who in self.held:
                continue
            if values[number] < 0.9 and len(self.held) >= max(before + 1, due):
                break
            self.held[who] = number
            self.master.fix(self.slacks + number, 1.0)
        return len(self.held) > before

    def reduced(self, duals: Any) -> Any:
        """Return the columns' costs at these prices of wants."""
        return np.array([e.cost - float(duals[e.serves] @ e.times) for e in self.columns])

    def choose(
        self, now: list[Column], most: int, seconds: float, nodes: int | None
    ) -> list[Column] | None:
        """Return the best roster of the likeliest rows, beginning with this one."""
        duals, _ = self.master.solve()
        values = self.master.values()[self.slacks :]
        here = {each.key for each in now}
        reduced = self.reduced(duals) - duals[[self.at[each.who] for each in self.columns]]
        order = np.lexsort((reduced, -values)).tolist()
        likely = [self.columns[number] for number in order]
        keep = [each for i, each in enumerate(likely) if i < most or each.key in here]
        start = np.array([float(each.key in here) for each in keep])
        x = self._program(keep, start, seconds, nodes)
        if x is None:
            return None
        return [each for each, value in zip(keep, x, strict=False) if value > 0.5]

    def _program(
        self, keep: list[Column], start: Any, seconds: float, nodes: int | None
    ) -> Any | None:
        wants, columns, t = self.wants, len(keep), self.staff.t
        lists: list[tuple[list[int], list[float]]] = [([], []) for _ in range(wants + len(self.at))]
        for number, each in enumerate(keep):
            served = zip(each.serves.tolist(), each.times.tolist(), strict=True)
            for row, value in (*served, (self.at[each.who], 1.0)):
                lists[row][0].append(number)
                lists[row][1].append(value)
        maker, have = RowMaker(), np.zeros(wants)
        for r, (at, values) in enumerate(lists):
            if r >= wants:
                maker.add(at, values, 1.0, 1.0)
                continue
            have[r] = start[at] @ np.array(values)
            rhs = float(self.wanted[r])
            paid = [columns + r, columns + wants + r]
            maker.add([*at, *paid], [*values, 1.0, -1.0], rhs, rhs)
        lack = self.wanted - have
        point = np.concatenate([start, np.maximum(0, lack), np.maximum(0, -lack)])
        return solve(
            np.concatenate([[each.cost for each in keep], t.under, t.over]),
            np.concatenate([np.ones(columns), np.full(2 * wants, INF)]),
            maker.rows(),
            whole=np.arange(columns + 2 * wants) < columns,
            seconds=seconds,
            start=point,
            nodes=nodes,
        ).x
