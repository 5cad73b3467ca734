"""What people and lecturers have in the season besides a plan: facts that its limits count."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from dongxun.activities import api as activities
from dongxun.activities.api import PlannedSession
from dongxun.kernel import clock
from dongxun.kernel.actors import Interval
from dongxun.planning.snapshots.groups import branch_of, number_of, units_of
from dongxun.planning.snapshots.slots import Grid
from dongxun.planning.snapshots.standing import Branches
from dongxun.seasons.contracts import SeasonRules
from dongxun_planner.season.problems import Unit

Days = Mapping[str, tuple[str, ...]]
"""By unit or lecturer the day (YYYY-MM-DD) of each session, in order."""


@dataclass(frozen=True, slots=True)
class Besides:
    """Days by unit and by lecturer, and the slots in which units are expected there."""

    units: Days
    lecturers: Days
    closed: Mapping[str, set[int]]


def uses_of(rules: SeasonRules, grid: Grid) -> list[activities.Use]:
    """Return what the season's live sessions take up, in whole weeks."""
    days = (rules.starts_on, rules.ends_on, *grid.days[:1], *grid.days[-1:])
    first, last = min(days) - timedelta(days=7), max(days) + timedelta(days=8)
    return activities.uses_between(rules.id, clock.moment(first), clock.moment(last))


def besides(
    uses: Collection[activities.Use],
    others: Iterable[PlannedSession],
    world: tuple[Grid, Branches, Sequence[Unit]],
    mine: Collection[UUID],
) -> Besides:
    """Return what there is besides the sessions of a plan; sub-venues are one with their session.

    Whoever is expected by name, as one of a cohort, a secretary or a delegate, keeps the branch
    from another session at that time; as a session that the branch has it does not count.

    Args:
        uses: every live session of the season.
        others: those of accepted plans that this plan does not hold; they say which study group comes.
        mine: sessions that the plan shows itself.
    """
    grid, branches, units = world
    parts: defaultdict[UUID, list[str]] = defaultdict(list)
    for unit in units:
        parts[branch_of(unit.id)].append(unit.id)
    known = {unit.id for unit in units}
    grouped = {
        one.id: [unit for unit in units_of(one) if unit in known and number_of(unit)]
        for one in others
    }
    met: defaultdict[str, dict[UUID | None, str]] = defaultdict(dict)
    closed: defaultdict[str, set[int]] = defaultdict(set)
    for use in uses:
        if use.id in mine:
            continue
        day, slots = (
            clock.day_of(use.starts_at).isoformat(),
            grid.touched(use.starts_at, use.ends_at),
        )
        whole = {branch.id for span in use.people for branch in branches.of(span)}
        coming = [unit for branch in whole for unit in parts[branch]]
        for unit in (*coming, *(grouped.get(use.id, ()) if use.id else ())):
            met[unit][use.main_id] = day
            closed[unit].update(slots)
        told = {branch_of(unit) for unit in grouped.get(use.id, ())} if use.id else set()
        homes = (Interval(lft, lft) for lft in set(use.named.values()))
        some = {branch.id for home in homes for branch in branches.of(home)}
        for branch in some - whole - told:
            for key in parts[branch]:
                closed[key].update(slots)
    return Besides(_days(met), taught_besides(uses, mine), closed)


def taught_besides(uses: Iterable[activities.Use], mine: Collection[UUID]) -> Days:
    """Return what lecturers teach besides the sessions of a plan; sub-venues are one with theirs.

    Args:
        mine: sessions that the plan shows itself.
    """
    given: defaultdict[str, dict[UUID | None, str]] = defaultdict(dict)
    for use in uses:
        for who in use.lecturers if use.id not in mine else ():
            given[str(who)][use.main_id] = clock.day_of(use.starts_at).isoformat()
    return _days(given)


def _days(found: Mapping[str, Mapping[UUID | None, str]]) -> Days:
    return {key: tuple(sorted(days.values())) for key, days in found.items()}
