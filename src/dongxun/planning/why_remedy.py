"""What would let a session that is not held be held after all, as it was tried out: in words."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from django.utils.translation import gettext as _

from dongxun.kit import times
from dongxun.lecturers.contracts import DayPart
from dongxun.planning.snapshots.slots import HALVES, PARTS, Grid
from dongxun_planner.season import remedies, unheld
from dongxun_planner.season.problems import SeasonPlan, SeasonProblem

WORDS: Final[Mapping[str, Callable[[], str]]] = {
    unheld.OPEN: lambda: _("A place is left: %(when)s, %(lecturer)s, %(hall)s. Search longer."),
    unheld.HALL: lambda: _("Another hall this once: %(hall)s, %(when)s, %(lecturer)s."),
    unheld.COHORT_WEEK: lambda: _(
        "One session more for them in that week: %(when)s, %(lecturer)s, %(hall)s."
    ),
    unheld.LECTURER_WEEK: lambda: _(
        "One session more for %(lecturer)s in that week: %(when)s, %(hall)s."
    ),
    unheld.LOAD: lambda: _("One session more in all for %(lecturer)s: %(when)s, %(hall)s."),
    unheld.DAY: lambda: _("A second session on that day: %(when)s, %(lecturer)s, %(hall)s."),
    remedies.FREE: lambda: _("If %(lecturer)s could come on %(when)s: %(hall)s is open then."),
    remedies.NEW: lambda: _(
        "A lecturer more for this topic (no. %(number)d), free on %(when)s; %(hall)s is open then."
    ),
    remedies.NOTHING: lambda: _(
        "No single change of hall, lecturer or limit helps; more days in the plan may."
    ),
}


def helps(problem: SeasonProblem, plan: SeasonPlan) -> Iterator[tuple[str, str]]:
    """Yield code and words for each unheld session of a plan, in the plan's order.

    All of them together are possible beside the plan.
    """
    grid = Grid.of(problem.days)
    halls = {one.id: one.name for one in problem.venues}
    teachers = {one.id: one.name for one in problem.lecturers}
    for found in remedies.remedies(problem, plan):
        values = {
            "hall": halls.get(found.venue, ""),
            "lecturer": teachers.get(found.lecturer, ""),
            "when": _when(grid, found.slot),
            "number": found.number,
        }
        yield found.code, WORDS[found.code]() % values


def _when(grid: Grid, slot: int) -> str:
    if slot < 0:
        return ""
    day = times.day_with_weekday(grid.moment(slot))
    return f"{day} {DayPart(PARTS[slot % HALVES]).label}"
