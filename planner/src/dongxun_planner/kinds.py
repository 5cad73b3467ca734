"""Every kind of problem: its values, its planner and its checker, and the command that plans it.

Planners are imported when they are asked for, so a checker never loads a solver.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any

from dongxun_planner.protocol import Limits, Outcome, Verdict, Watch, kept
from dongxun_planner.replan.check import check_replan
from dongxun_planner.replan.problems import ReplanPlan, ReplanProblem
from dongxun_planner.roster.check import check_roster
from dongxun_planner.roster.problems import RosterPlan, RosterProblem
from dongxun_planner.season.check import check_season
from dongxun_planner.season.problems import SeasonPlan, SeasonProblem
from dongxun_planner.visits.check import check_rounds
from dongxun_planner.visits.check_homes import check_visits
from dongxun_planner.visits.homes import VisitPlan, VisitProblem
from dongxun_planner.visits.problems import RoundPlan, RoundProblem
from dongxun_planner.wire import BadProblemError, read
from dongxun_planner.zoning import check as zoning_check
from dongxun_planner.zoning import problems as zoning


@dataclass(frozen=True)
class Kind:
    """One kind of problem; ``planner`` is ``module:function`` of this package."""

    command: str
    problem: type
    plan: type
    planner: str
    check: Callable[[Any, Any], Verdict]

    def solve(self, problem: Any, limits: Limits, watch: Watch) -> Outcome[Any]:
        """Plan it."""
        module, function = self.planner.split(":")
        planner = getattr(import_module(f"dongxun_planner.{module}"), function)
        return kept(partial(planner, problem, limits, watch))


KINDS: dict[str, Kind] = {
    "towns": Kind(
        "zoning",
        zoning.TownProblem,
        zoning.TownPlan,
        "zoning.towns:plan_towns",
        zoning_check.check_towns,
    ),
    "agencies": Kind(
        "zoning",
        zoning.AgencyProblem,
        zoning.AgencyPlan,
        "zoning.agencies:plan_agencies",
        zoning_check.check_agencies,
    ),
    "hubs": Kind(
        "zoning",
        zoning.HubProblem,
        zoning.HubPlan,
        "zoning.hubs:plan_hubs",
        zoning_check.check_hubs,
    ),
    "pairing": Kind(
        "zoning",
        zoning.PairingProblem,
        zoning.PairingPlan,
        "zoning.pairing:plan_pairing",
        zoning_check.check_pairing,
    ),
    "rounds": Kind("visits", RoundProblem, RoundPlan, "visits.routing:plan_rounds", check_rounds),
    "visits": Kind("visits", VisitProblem, VisitPlan, "visits.plan:plan_visits", check_visits),
    "season": Kind("season", SeasonProblem, SeasonPlan, "season.plan:plan_season", check_season),
    "replan": Kind("replan", ReplanProblem, ReplanPlan, "replan.plan:plan_replan", check_replan),
    "roster": Kind("roster", RosterProblem, RosterPlan, "roster.plan:plan_roster", check_roster),
}


def kind_of(value: Any, command: str | None = None) -> Kind:
    """Return the kind that parsed JSON says it is.

    Raises:
        BadProblemError: it says none that this command knows.
    """
    known = [name for name, kind in KINDS.items() if command in {None, kind.command}]
    name = value.get("kind") if isinstance(value, dict) else None
    if name not in known:
        raise BadProblemError(f"$.kind: must be {' or '.join(repr(each) for each in known)}")
    return KINDS[name]


def read_problem(value: Any, command: str | None = None) -> tuple[Kind, Any]:
    """Read a problem of whichever kind it is."""
    kind = kind_of(value, command)
    return kind, read(kind.problem, value)
