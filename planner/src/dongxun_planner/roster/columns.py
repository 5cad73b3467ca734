"""Whole rows as columns of a linear program: a bound for every roster, and rosters of such rows."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

import numpy as np

from dongxun_planner.highs import INF, Master, RowMaker, solve
from dongxun_planner.roster.rows import Finder, Quotas
from dongxun_planner.roster.shapes import shape
from dongxun_planner.roster.tables import Tables

NOBODY = 1e5  # the price of a worker without a row, on the way
SLOW = 20  # rounds in which a program near its bound must fall by a thousandth
OPEN = -1  # in a table of days: no shift is fixed


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
        over: asked before every row; ends the rounds.
        stop: ends a choice among rows.
        ended: ends a solution of the program, which is then the last.

    ``asked`` counts the days for which prices were asked: work done, whatever the clock says.
    """

    def __init__(
        self,
        t: Tables,
        pool: Executor,
        over: Callable[[], bool],
        stop: threading.Event,
        *,
        ended: Callable[[], bool] | None = None,
    ) -> None:
        self.t, self.pool, self.over, self.stop, self.ended = t, pool, over, stop, ended
        self.finders = [Finder(t, shape(t, who)) for who in range(len(t.may))]
        self.quotas = [Quotas(len(t.minutes)) for _ in self.finders]
        self.asked = 0
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

    def cheapest(self, who: int, duals: Any, rounds: int, fixed: Any) -> tuple[float, Any | None]:
        """Return what no row of a worker with these days undercuts at these prices, and a good row."""
        if self.over():
            return -np.inf, None
        t, finder = self.t, self.finders[who]
        table = self._table(finder)
        padded = np.append(np.where(t.counts[who][: len(duals)], duals, 0.0), 0.0)
        price = t.own[who] - padded[t.at].sum(axis=2)
        some = np.flatnonzero(fixed != OPEN)
        kept = price[some, fixed[some]]
        price[some] = np.inf
        price[some, fixed[some]] = kept
        return finder.cheapest(price, table, self.quotas[who], rounds)

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
        fixed: shifts that are not asked about; by place in the team, and day.
    """

    def __init__(
        self, staff: Staff, team: Sequence[int], wanted: Any, fixed: Any | None = None
    ) -> None:
        self.staff, self.team, self.wanted = staff, list(team), wanted
        self.wants, t = len(wanted), staff.t
        self.at = {who: self.wants + i for i, who in enumerate(self.team)}
        rhs = np.concatenate([wanted, np.ones(len(self.team))]).astype(np.float64)
        self.master = Master(rhs, rhs, primal=True, ended=staff.ended)
        self.columns: list[Column] = []
        for r in range(self.wants):
            self.master.add(float(t.under[r]), [r], [1.0])
            self.master.add(float(t.over[r]), [r], [-1.0])
        for row in self.at.values():
            self.master.add(NOBODY, [row], [1.0])
        self.slacks = 2 * self.wants + len(self.team)
        self.of: list[list[int]] = [[] for _ in self.team]
        self.known: set[tuple[int, bytes]] = set()
        self.fixed = np.full((len(self.team), t.may.shape[1]), OPEN) if fixed is None else fixed
        self.barred: set[int] = set()
        self.narrowed = False
        self.bound, self.low, self.best = -np.inf, -np.inf, np.zeros(self.wants)
        self.lows = np.zeros(len(self.team))
        self.latest: list[Column] = []

    def add(self, column: Column) -> bool:
        """Take a row in; tell whether it is new."""
        if column.key in self.known:
            return False
        self.known.add(column.key)
        at = [*column.serves.tolist(), self.at[column.who]]
        self.master.add(column.cost, at, [*column.times.tolist(), 1.0])
        self.of[self.at[column.who] - self.wants].append(len(self.columns))
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
        t = self.staff.t
        duals, value = self.master.solve()
        if self.master.broken_off:
            return value, 0
        wants = np.clip(duals[: self.wants], -t.over, t.under)
        mixed = share * self.best + (1 - share) * wants if np.isfinite(self.bound) else wants
        return value, self.price(mixed, rounds)

    def price(self, duals: Any, rounds: int = 3) -> int:
        """Take in every worker's cheapest row at these prices of wants; return how many are new."""
        staff, fixed = self.staff, self.fixed

        def cheapest(i: int) -> tuple[float, Any | None]:
            return staff.cheapest(self.team[i], duals, rounds, fixed[i])

        lows, self.latest = np.zeros(len(self.team)), []
        free = np.flatnonzero((fixed == OPEN).any(axis=1)).tolist()
        staff.asked += rounds * int((fixed == OPEN).sum())
        for i in sorted(set(range(len(self.team))) - set(free)):
            each = staff.column(self.team[i], fixed[i])
            lows[i] = each.cost - float(duals[each.serves] @ each.times)
        new = 0
        for i, (low, row) in zip(free, staff.pool.map(cheapest, free), strict=True):
            lows[i] = low
            if row is not None:
                self.latest.append(staff.column(self.team[i], row))
                new += self.add(self.latest[-1])
        self.low = float(duals @ self.wanted + lows.sum())
        if not self.narrowed and self.low > self.bound:
            self.bound, self.best, self.lows = self.low, duals, lows
        return new

    def warm(self, rounds: int) -> list[Column] | None:
        """Find prices to begin with, and rows at them, without the program: it is slow at first.

        Prices rise where people lack and fall where there are too many (a subgradient's steps).
        Return the best roster on the way.
        """
        staff, t = self.staff, self.staff.t
        prices, length, idle, least = np.zeros(self.wants), 1.0, 0, np.inf
        lack, best = np.zeros(self.wants), None
        for _ in range(rounds):
            before = self.bound
            self.price(prices, 1)
            if staff.over():
                break
            now = self.wanted - staff.served(self.latest)
            cost = staff.cost(self.wanted, self.latest)
            if cost < least and len(self.latest) == len(self.team):
                least, best = cost, self.latest
            lack = 0.7 * lack + 0.3 * now
            idle = 0 if self.bound > before else idle + 1
            if idle >= 4:
                length, idle, prices = 0.6 * length, 0, self.best
            step = length * (min(least, cost) - self.low) / max(1.0, float(now @ now))
            prices = np.clip(prices + step * lack, -t.over, t.under)
        return best

    def narrow(self, fixed: Any) -> None:
        """Fix more days: rows that do not keep them are left out."""
        for i in np.flatnonzero((fixed != self.fixed).any(axis=1)).tolist():
            rows = np.array([self.columns[number].row for number in self.of[i]])
            bad = ((rows != fixed[i]) & (fixed[i] != OPEN)).any(axis=1)
            self.barred |= set(np.array(self.of[i])[bad].tolist())
        self.master.bar(self.slacks + np.array(sorted(self.barred), dtype=np.int64))
        self.fixed, self.narrowed = fixed, True

    def widen(self, fixed: Any) -> None:
        """Fix only these days again."""
        self.master.admit(self.slacks + np.array(sorted(self.barred), dtype=np.int64))
        self.barred.clear()
        self.fixed, self.narrowed = fixed, False

    def values(self) -> Any:
        """Return how much of each row the last solution has."""
        return self.master.values()[self.slacks :]

    def converge(
        self,
        most: int,
        near: float,
        tell: Callable[[float], None],
        below: float = np.inf,
        care: int = 3,
    ) -> None:
        """Take in rows until none is better or little comes of it, at most so many rounds.

        Args:
            below: ends the rounds when the bound says that no roster costs less than this.
            care: rounds for limits on single shifts; four times as many where no row is new.
        """
        share, idle = 0.0, 0
        values: list[float] = []
        for _ in range(most):
            if self.staff.over():
                return
            value, new = self.step(share, care * (1 + 3 * idle))
            tell(self.bound)
            idle = 0 if new else idle + 1
            share = 0.5 if new else 0.0
            if idle > 1 or value - self.bound < near or self.bound >= below:
                return
            values.append(value)
            slow = len(values) > SLOW and values[-SLOW] - value < 1e-3 * value
            if slow and value - self.bound < 0.03 * value:
                return

    def reduced(self, duals: Any) -> Any:
        """Return the columns' costs at these prices of wants."""
        return np.array([e.cost - float(duals[e.serves] @ e.times) for e in self.columns])

    def choose(
        self, now: list[Column], most: int, seconds: float, nodes: int | None
    ) -> list[Column] | None:
        """Return the best roster of the likeliest rows, beginning with this one."""
        duals, _ = self.master.solve()
        values = self.values()
        here = {each.key for each in now}
        reduced = self.reduced(duals) - duals[[self.at[each.who] for each in self.columns]]
        order = np.lexsort((reduced, -values)).tolist()
        likely = [self.columns[number] for number in order]
        keep = [each for i, each in enumerate(likely) if i < most or each.key in here]
        start = np.array([float(each.key in here) for each in keep])
        x = self._program(keep, start, seconds=seconds, nodes=nodes)
        if x is None:
            return None
        return [each for each, value in zip(keep, x, strict=False) if value > 0.5]

    def _program(self, keep: list[Column], start: Any, **limits: Any) -> Any | None:
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
            start=point,
            stop=self.staff.stop,
            **limits,
        ).x
