"""Some workers' rows taken apart and made anew beside the others', again and again."""

from collections.abc import Callable
from typing import Any

import numpy as np

from dongxun_planner.roster.columns import Column, Columns

BANK, NODES = 30, 20
LP, BETTER, SAME = "nothing to gain", "better", "no better one found"


class Teams:
    """Makes rosters better team by team.

    Args:
        root: the program of the whole staff; its likeliest rows are where each team begins.
        step: costs are multiples of it; 0 where they are not.
        left: the seconds left; infinite where the clock must not decide anything.
    """

    def __init__(self, root: Columns, dice: Any, step: float, left: Callable[[], float]) -> None:
        self.staff, self.dice, self.left = root.staff, dice, left
        self.gain = step or 1e-4
        self.workers = len(root.team)
        self.size = min(float(self.workers), max(3.0, self.workers / 4))
        self.bank: dict[int, list[Column]] = {who: [] for who in root.team}
        for number in np.argsort(root.reduced(root.best), kind="stable").tolist():
            each = root.columns[number]
            if len(self.bank[each.who]) < BANK:
                self.bank[each.who].append(each)

    def work(self, days: Any, idle: int, keep: Callable[[Any], None]) -> Any:
        """Go on until so many teams in a row gained nothing; return the table of days."""
        plan = [self.staff.column(who, row) for who, row in enumerate(days)]
        failed = 0
        while failed < idle and not self.staff.over():
            most = self.size * self.dice.uniform(0.5, 1.5)
            many = int(min(self.workers, max(min(3, self.workers), most)))
            team = sorted(self.dice.choice(self.workers, many, replace=False).tolist())
            said, rows = self._again(plan, team)
            for each in rows:
                plan[each.who] = each
            failed = 0 if said == BETTER else failed + 1
            if said == BETTER:
                keep(np.array([each.row for each in plan]))
            elif said == LP:
                self.size = min(self.workers, self.size * 1.03)
        return np.array([each.row for each in plan])

    def _again(self, plan: list[Column], team: list[int]) -> tuple[str, list[Column]]:
        """Make a team's rows anew; say what came of it, and return rows as good as theirs."""
        staff, mine, free = self.staff, [plan[who] for who in team], set(team)
        wanted = staff.t.wanted - staff.served([each for each in plan if each.who not in free])
        now = staff.cost(wanted, mine)
        below, near = now - self.gain + 1e-6, max(0.5 * self.gain, 1e-4 * now)
        columns = Columns(staff, team, wanted)
        for each in mine:
            columns.add(each)
        for who in team:
            for each in self.bank[who]:
                columns.add(each)
        columns.converge(40, near, lambda _: None, below)
        if columns.bound >= below:
            return LP, []
        rows = columns.dive(below, near, 6)
        if rows is None or staff.cost(wanted, rows) >= below:
            left, size = self.left(), BANK * len(team)
            limited = left == np.inf
            seconds, nodes = (36_000.0, NODES) if limited else (min(2.0, left), None)
            rows = columns.choose(mine, size, seconds, nodes)
        cost = np.inf if rows is None else staff.cost(wanted, rows)
        if rows is None or cost > now + 1e-9:
            return SAME, []
        return (BETTER if cost < below else SAME), rows
