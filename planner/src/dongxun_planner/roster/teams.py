"""Some rows of a roster taken apart and made anew beside the others, again and again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from dongxun_planner.roster.columns import OPEN, Column, Columns
from dongxun_planner.roster.dive import Dive

BANK, NODES = 30, 20
STEPS, ROUNDS = 12, 4  # of a dive
EVEN = 0.4  # of all draws of a kind: by even chances
LP, BETTER, SAME = "nothing to gain", "better", "no better one found"


@dataclass
class Kind:
    """One way to take a roster apart: some people's whole rows, or some days of everybody.

    Args:
        share: of the people or of the days; grows where nothing was to gain.
        gained, asked: what came of it lately, and what work it was.
    """

    of_days: bool
    share: float = 0.25
    gained: float = 0.0
    asked: float = 1.0

    def note(self, gained: float, asked: int) -> None:
        """Note what came of it once more; rows that are as good up to a billionth gain nothing."""
        self.gained = 0.8 * self.gained + max(0.0, gained)
        self.asked = 0.8 * self.asked + asked


class Teams:
    """Makes rosters better piece by piece.

    Args:
        root: the program of the whole staff; its likeliest rows are where each team begins.
        step: costs are multiples of it; 0 where they are not.
        left: the seconds left; infinite where the clock must not decide anything.
    """

    def __init__(
        self,
        root: Columns,
        dice: Any,
        step: float,
        left: Callable[[], float],
    ) -> None:
        self.staff, self.dice, self.left = root.staff, dice, left
        self.gain, self.prices, self.lows = step or 1e-4, root.best, root.lows
        self.workers, self.length = self.staff.t.may.shape[:2]
        self.kinds = [Kind(of_days=False), Kind(of_days=True)]
        self.bank: dict[int, list[Column]] = {who: [] for who in root.team}
        for number in np.argsort(root.reduced(root.best), kind="stable").tolist():
            each = root.columns[number]
            if len(self.bank[each.who]) < BANK:
                self.bank[each.who].append(each)

    def work(self, days: Any, idle: int, keep: Callable[[Any], None]) -> Any:
        """Go on until so many in a row gained nothing; return the table of days."""
        plan = [self.staff.column(who, row) for who, row in enumerate(days)]
        failed = 0
        while failed < idle and not self.staff.over():
            kind, before, asked = self._kind(), self._cost(plan), self.staff.asked
            team, fixed = self._drawn(kind, plan)
            said, rows = self._again(plan, team, fixed)
            for each in rows:
                plan[each.who] = each
            kind.note(before - self._cost(plan), self.staff.asked - asked)
            failed = 0 if said == BETTER else failed + 1
            if said == BETTER:
                keep(np.array([each.row for each in plan]))
            elif said == LP:
                kind.share = min(1.0, kind.share * 1.03)
        return np.array([each.row for each in plan])

    def _cost(self, plan: list[Column]) -> float:
        return self.staff.cost(self.staff.t.wanted, plan)

    def _kind(self) -> Kind:
        """Draw the kind of a team: more often the one of which more came for the work."""
        rates = np.array([kind.gained / kind.asked for kind in self.kinds])
        even = np.full(len(rates), 1 / len(rates))
        chances = EVEN * even + (1 - EVEN) * rates / rates.sum() if rates.sum() > 0 else even
        return self.kinds[int(self.dice.choice(len(rates), p=chances))]

    def _drawn(self, kind: Kind, plan: list[Column]) -> tuple[list[int], Any]:
        """Draw who, and which of their days are fixed; more often where the gap to the bound is."""
        people, days = self._gaps(plan)
        if not kind.of_days:
            team = self._some(people, self._many(kind, self.workers, 3))
            return team, np.full((len(team), self.length), OPEN)
        many = self._many(kind, self.length, 4)
        middle = self._some(days, 1)[0]
        begin = min(max(0, middle - int(self.dice.integers(many))), self.length - many)
        fixed = np.array([each.row for each in plan])
        fixed[:, begin : begin + many] = OPEN
        return list(range(self.workers)), fixed

    def _gaps(self, plan: list[Column]) -> tuple[Any, Any]:
        """Share out to workers, and to days, what the roster costs more than the bound.

        At the bound's prices it is what rows cost more than the cheapest rows, and what each want
        costs more than its price.
        """
        t, prices = self.staff.t, self.prices
        rows = [e.cost - float(prices[e.serves] @ e.times) for e in plan] - self.lows
        lack = t.wanted - self.staff.served(plan)
        wants = t.under * np.maximum(0, lack) + t.over * np.maximum(0, -lack) - prices * lack
        cells = np.append(np.maximum(0.0, wants), 0.0)[t.at].sum(axis=2)
        reach = np.where(t.may, cells, 0.0).max(axis=2).sum(axis=1)
        rows = np.maximum(0.0, rows)
        return rows + reach * rows.sum() / max(1e-9, reach.sum()), cells.sum(axis=1)

    def _many(self, kind: Kind, most: int, least: int) -> int:
        return int(min(most, max(least, most * kind.share * self.dice.uniform(0.5, 1.5))))

    def _some(self, weights: Any, many: int) -> list[int]:
        """Draw some of as many as there are weights; half of all chances are even."""
        total = float(weights.sum())
        even = np.full(len(weights), 1 / len(weights))
        chances = (even + weights / total) / 2 if total > 0 else even
        return sorted(self.dice.choice(len(weights), many, replace=False, p=chances).tolist())

    def _again(self, plan: list[Column], team: list[int], fixed: Any) -> tuple[str, list[Column]]:
        """Make rows anew where nothing is fixed; say what came of it, and return rows as good."""
        staff, mine, free = self.staff, [plan[who] for who in team], set(team)
        wanted = staff.t.wanted - staff.served([each for each in plan if each.who not in free])
        now = staff.cost(wanted, mine)
        below, near = now - self.gain + 1e-6, max(0.5 * self.gain, 1e-4 * now)
        columns = Columns(staff, team, wanted, fixed)
        for i, each in enumerate(mine):
            columns.add(each)
            for other in self.bank[each.who]:
                if ((fixed[i] == OPEN) | (fixed[i] == other.row)).all():
                    columns.add(other)
        columns.price(self.prices, 1)
        columns.converge(40, near, lambda _: None, below, care=1)
        if columns.bound >= below:
            return LP, []
        rows = Dive(columns, below, near, STEPS, ROUNDS).run()
        if rows is None or staff.cost(wanted, rows) >= below:
            left, size = self.left(), BANK * len(team)
            limited = left == np.inf
            seconds, nodes = (36_000.0, NODES) if limited else (min(2.0, left), None)
            rows = columns.choose(mine, size, seconds, nodes)
        cost = np.inf if rows is None else staff.cost(wanted, rows)
        if rows is None or cost > now + 1e-9:
            return SAME, []
        return (BETTER if cost < below else SAME), rows
