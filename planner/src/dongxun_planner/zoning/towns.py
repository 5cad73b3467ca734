"""Towns into zones: the best division with proof where all zones can be listed, else a good one.

A quick map comes first. Then every possible zone is listed, and the best sets of them are found
with proof (``listing``). Where there are too many zones, or the time is too short, towns are
exchanged between the zones of a map (``exchanging``), and a program over the zones' middles says
how far the best map may be from the best possible (``middles``).
"""

import math
from dataclasses import replace
from functools import partial

from dongxun_planner.protocol import Limits, Outcome, Search, Watch, quiet
from dongxun_planner.zoning.check import check_towns
from dongxun_planner.zoning.exchanging import Exchanges
from dongxun_planner.zoning.ground import Ground, towns_of
from dongxun_planner.zoning.listing import LATE, EndedError, best_divisions, list_zones
from dongxun_planner.zoning.middles import Middles
from dongxun_planner.zoning.problems import TownMap, TownPlan, TownProblem

LISTING = 0.4
"""Of the time: how long zones may be listed."""
EXCHANGING, IDLE = 0.4, 12
"""Of the time left, and rounds in a row without a gain: how long towns are exchanged."""
FIRST, FIRST_IDLE, SOON = 0.1, 2, 20_000
"""The same before a choice among so many zones that it may not end in time."""
MOST_TOWNS = 62
"""A set of towns is a number of so many bits."""


def plan_towns(problem: TownProblem, limits: Limits, watch: Watch = quiet) -> Outcome[TownPlan]:
    """Divide towns into zones: the best division with proof, and the next best, where it can be."""
    check = partial(check_towns, problem)
    search: Search[TownPlan] = Search(limits, check, watch=watch, step=1.0)
    ground = Ground(problem)
    if causes := obvious(ground):
        return search.impossible(*causes)
    exchanges, middles = Exchanges(ground, limits.seed), Middles(ground, search)
    middles.simple()
    exchanges.quick()
    _offer(exchanges, search)
    why = LATE
    if search.left > 0:
        try:
            return _listed(exchanges, search)
        except EndedError as ended:
            why = str(ended)
            if ended.met:
                search.offer(ground.plan([*ended.met]))
    if not search.over and _improved(exchanges, middles):
        return _impossible(ground, search)
    if not search.proven and not search.cancelled:
        search.causes = (why,)
    return search.outcome()


def _listed(exchanges: Exchanges, search: Search[TownPlan]) -> Outcome[TownPlan]:
    """Find the best division among all possible zones.

    Raises:
        EndedError: they are too many, or the time was too short.
    """
    ground = exchanges.ground
    if len(ground) > MOST_TOWNS:
        raise EndedError(f"{len(ground)} towns: more than {MOST_TOWNS} cannot be listed")
    search.tell("listing zones")
    until = search.left * (1 - LISTING)
    zones = list_zones(ground, lambda: search.left <= until)
    if len(zones.masks) > SOON:
        _exchange(exchanges, search, FIRST, FIRST_IDLE)
    search.tell(f"choosing among {len(zones.masks)} zones")
    best = best_divisions(ground, zones, search)
    if not best:
        return _impossible(ground, search)
    maps = [TownMap(ground.names(masks), float(cost)) for cost, masks in best]
    search.at_least(best[0][0])
    search.offer(TownPlan(maps[0].zones, tuple(maps[1:])), says_more=True)
    return search.outcome()


def _improved(exchanges: Exchanges, middles: Middles) -> bool:
    """Make the map better and the bound too; tell whether it was found that no map exists."""
    search = middles.search
    search.tell("zones around their middles")
    middles.begin()
    _exchange(exchanges, search, EXCHANGING, IDLE)
    search.tell("zones around their middles")
    return middles.work()


def _exchange(exchanges: Exchanges, search: Search[TownPlan], share: float, most_idle: int) -> None:
    """Exchange towns for a share of the time left, or until rounds in a row gain nothing."""
    search.tell("exchanging towns")
    until, idle, rounds, work = search.left * (1 - share), 0, 0, search.limits.work
    while search.left > until and idle < most_idle and (work is None or rounds < work):
        is_better = exchanges.round(lambda: search.left <= until, is_fresh=not rounds % 3)
        idle, rounds = 0 if is_better else idle + 1, rounds + 1
        _offer(exchanges, search)


def _offer(exchanges: Exchanges, search: Search[TownPlan]) -> None:
    if exchanges.best is not None:
        search.offer(exchanges.ground.plan(exchanges.best))


def _impossible(ground: Ground, search: Search[TownPlan]) -> Outcome[TownPlan]:
    """End with what would help, if that is found in time: the proof stands without it."""
    search.tell("finding out why")
    try:
        percent = _wide_enough(ground.problem, search)
    except EndedError:
        return search.impossible(_none_exist(ground))
    known = {"none_at_percent": 100.0} if percent is None else {"tolerance_percent": float(percent)}
    return search.impossible(_why_not(ground, percent), **known)


def obvious(ground: Ground) -> list[str]:
    """Return what makes every division impossible, with names, before any search."""
    problem, names = ground.problem, [town.name or town.id for town in ground.problem.towns]
    found = []
    if not problem.towns:
        return ["there are no towns"]
    if problem.zones > len(ground):
        found.append(f"{problem.zones} zones cannot be made of {len(ground)} towns")
    found.extend(
        f"town {name}: its {members} members alone are more than a zone may have ({ground.high})"
        for name, members in zip(names, ground.members, strict=True)
        if members > ground.high
    )
    for piece in ground.pieces((1 << len(ground)) - 1):
        if (size := ground.size(piece)) < ground.low:
            who = ", ".join(names[i] for i in towns_of(piece))
            found.append(
                f"{who}: borders nothing else and has {size} members, fewer than {ground.low}"
            )
    return found


def _wide_enough(problem: TownProblem, search: Search[TownPlan]) -> int | None:
    """Return from how many percent of unevenness on a division exists; none if at 100 none does.

    Raises:
        EndedError: the limit came before.
    """
    unsure = ""
    percents: list[int] = [*range(math.ceil(100 * problem.tolerance) + 5, 100, 5)]
    if problem.tolerance < 1:
        percents.append(100)
    for percent in percents:
        if search.left <= 0:
            raise EndedError(LATE)
        wider = Ground(replace(problem, tolerance=percent / 100))
        exchanges = Exchanges(wider, search.limits.seed)
        exchanges.quick()
        try:
            if exchanges.best is not None or _exists(wider, search):
                return percent
        except EndedError as ended:
            unsure = str(ended)
    if unsure:
        raise EndedError(unsure)
    return None


def _exists(ground: Ground, search: Search[TownPlan]) -> bool:
    zones = list_zones(ground, lambda: search.left <= 0)
    return bool(best_divisions(ground, zones, search, is_asked=False))


def _why_not(ground: Ground, percent: int | None) -> str:
    """Say what would make a division possible: how much more uneven zones would have to be."""
    asked = _none_exist(ground)
    if percent is None:
        return f"{asked}, nor at a tolerance of 100 %; neighbours, wishes or members allow none"
    return f"{asked}; they do if zones may differ by {percent} % from the mean"


def _none_exist(ground: Ground) -> str:
    return (
        f"no {ground.problem.zones} connected zones of {ground.low} to {ground.high} members exist"
    )
