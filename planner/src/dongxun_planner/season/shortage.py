"""Why sessions cannot be held, in words: what makes a season impossible, and what is scarce."""

import dataclasses
import math
from collections.abc import Callable

import numpy as np

from dongxun_planner.protocol import Cause
from dongxun_planner.season.bound import Bound
from dongxun_planner.season.check import check_pins
from dongxun_planner.season.lecturers import Halls
from dongxun_planner.season.live import Live
from dongxun_planner.season.problems import SeasonProblem
from dongxun_planner.season.tables import Flags, Tables, scarce_topics


def impossible(problem: SeasonProblem, tables: Tables) -> list[Cause]:
    """Return what no plan can help, with names; an empty list where plans exist."""
    for what, things in (
        ("units", problem.units),
        ("venues", problem.venues),
        ("topics", problem.topics),
        ("teaching days", problem.days),
    ):
        if not things:
            return [Cause(f"there are no {what}", f"no_{what.split()[-1]}")]
    causes = [*check_pins(problem)]
    pinned = {name for pin in problem.pinned for name in pin.units}
    for i, unit in enumerate(problem.units):
        if unit.id in pinned:
            continue
        name, near = unit.name or unit.id, np.isfinite(tables.way[i])
        if not near.any():
            words = f"unit {name}: no venue within {problem.within_km:g} km"
            causes.append(Cause(words, "no_hall", units=[unit.id], km=problem.within_km))
        elif int(tables.seats[near].max()) < unit.members:
            most = int(tables.seats[near].max())
            words = (
                f"unit {name}: {unit.members} members, the largest venue within"
                f" {problem.within_km:g} km has {most} seats"
            )
            about = {"members": unit.members, "seats": most, "km": problem.within_km}
            causes.append(Cause(words, "large", units=[unit.id], **about))
    return causes


def fewest_unheld(live: Live, over: Callable[[], bool], rounds: int = 60) -> int:
    """Return a number of sessions that every plan leaves unheld, by what lecturers can hold.

    Fewer cohorts want fewer sessions, so it takes for each topic the fewest cohorts that those who
    lack it can have in any plan. What was held is neither wanted nor in anybody's power.

    Args:
        over: tells that there is no time for more; the number holds all the same.
    """
    need, known = live.tables.need, dict[bytes, int]()
    wanted = live.pinned_wants().sum(axis=0)
    for topic in range(need.shape[1]):
        mine = need[:, topic]
        if mine.tobytes() not in known:
            known[mine.tobytes()] = _fewest_cohorts(_bare(live.tables, mine), over, rounds)
        wanted[topic] += known[mine.tobytes()]
    return scarce_topics(live.full, wanted)[0]


def _fewest_cohorts(bare: Tables, over: Callable[[], bool], rounds: int) -> int:
    """Return a number of cohorts that no plan of these units undercuts."""
    units = len(bare.members)
    if not units:
        return 0
    largest = int(bare.seats[np.isfinite(bare.way).any(axis=0)].max())
    fewest = math.ceil(int(bare.members.sum()) / largest)
    bound = Bound(bare, Halls.same(np.ones(len(bare.seats)), units))
    for unit in range(units):
        fits = np.flatnonzero(np.isfinite(bare.way[unit]) & (bare.seats >= bare.members[unit]))
        bound.add(int(fits[0]), int(bare.weekdays[0]), np.array([unit]))
    for _ in range(rounds):
        if over() or bound.done:
            break
        bound.round()
    return max(fewest, math.ceil(bound.value - 1e-6))


def _bare(tables: Tables, mine: Flags) -> Tables:
    """Return the tables of some units with every way and every day for nothing."""
    return dataclasses.replace(
        tables,
        members=tables.members[mine],
        study_day=tables.study_day[mine],
        need=tables.need[mine],
        way=np.where(np.isfinite(tables.way[mine]), 0.0, np.inf),
        off=np.zeros(int(mine.sum())),
        weekdays=tables.weekdays[:1],
    )
