"""Whether a plan still keeps its limits beside what came into the season since it was asked for."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from django.utils.translation import gettext as _

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.organisations import api as organisations
from dongxun.planning import proposal as reading
from dongxun.planning.snapshots import groups, standing
from dongxun.planning.snapshots.besides import besides, uses_of
from dongxun.planning.snapshots.season import made_sessions
from dongxun.planning.snapshots.slots import Grid
from dongxun.seasons import api as seasons
from dongxun_planner.protocol import Cause
from dongxun_planner.season.check import check_season
from dongxun_planner.season.problems import SeasonProblem

WORDS: Final[Mapping[str, Callable[[], str]]] = {
    "lecturer_week": lambda: _(
        "%(who)s would teach %(count)d times in one week (at most %(limit)d)"
    ),
    "load": lambda: _("%(who)s would teach more often than is allowed in all"),
    "cohort_week": lambda: _(
        "%(who)s would have %(count)d sessions in one week (at most %(limit)d)"
    ),
    "cohort_day": lambda: _("%(who)s would have %(count)d sessions on one day"),
}


def beyond(found: reading.Proposal, *, by: Actor) -> Iterator[str]:
    """Yield which limits the plan would break beside what is new, with names."""
    problem = _as_now(found, by)
    if problem == found.problem:
        return
    names = {one.id: one.name for one in problem.units}
    names |= {one.id: one.name for one in problem.lecturers}
    new = [one for one in problem.units if one not in found.problem.units]
    busy = {unit.id for unit in new}
    for cause in check_season(problem, found.plan).broken:
        if isinstance(cause, Cause) and (words := WORDS.get(cause.code)):
            who = [key for key in cause.about.get("units", ()) if key in busy]
            said = "、".join(names[key] for key in who or [cause.about.get("lecturer", "")])
            yield words() % {"who": said, **{k: cause.about[k] for k in ("count", "limit")}}


def _as_now(found: reading.Proposal, by: Actor) -> SeasonProblem:
    """Return the problem with what its units and lecturers have besides by now."""
    problem, run = found.problem, found.run
    node = organisations.node(run.organisation_id)
    made = made_sessions(by, run.season_id, node)
    branches = organisations.nodes({groups.branch_of(unit.id) for unit in problem.units})
    grid = Grid.of(problem.days)
    facts = besides(
        uses_of(seasons.rules(run.season_id), grid),
        [one for one in made if one.id not in found.there],
        (grid, standing.Branches(branches.values()), problem.units),
        found.there,
    )
    asked_on = clock.day_of(run.created_at).isoformat()
    units = tuple(
        replace(one, besides=_now(one.besides, facts.units.get(one.id, ()), asked_on))
        for one in problem.units
    )
    kept = Counter(meeting.lecturer for pin in problem.pinned for meeting in pin.meetings)
    lecturers = []
    for one in problem.lecturers:
        days = _now(one.besides, facts.lecturers.get(one.id, ()), asked_on)
        load = one.load + min(0, len(one.besides) - len(days))
        # What is kept is no load too many: the same question asked today would allow it.
        load = max(load, min(kept[one.id], one.load))
        lecturers.append(replace(one, besides=days, load=load))
    return replace(problem, units=units, lecturers=tuple(lecturers))


def _now(before: tuple[str, ...], now: tuple[str, ...], asked_on: str) -> tuple[str, ...]:
    """Return the days of today, and those of the plan's own sessions that were held and are not among them."""
    held = Counter(day for day in before if day <= asked_on)
    return tuple(sorted((held | Counter(now)).elements()))
