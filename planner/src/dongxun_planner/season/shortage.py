"""Why sessions cannot be held, in words: what makes a season impossible, and what is scarce."""

import dataclasses
import math

import numpy as np

from dongxun_planner.season.bound import Bound
from dongxun_planner.season.check import check_pins
from dongxun_planner.season.problems import SeasonProblem
from dongxun_planner.season.tables import Tables, scarce_topics


def impossible(problem: SeasonProblem, tables: Tables) -> list[str]:
    """Return what no plan can help, with names; an empty list where plans exist."""
    for what, things in (
        ("units", problem.units),
        ("venues", problem.venues),
        ("topics", problem.topics),
        ("teaching days", problem.days),
    ):
        if not things:
            return [f"there are no {what}"]
    causes = [*check_pins(problem)]
    pinned = {name for pin in problem.pinned for name in pin.units}
    for i, unit in enumerate(problem.units):
        if unit.id in pinned:
            continue
        name, near = unit.name or unit.id, np.isfinite(tables.way[i])
        if not near.any():
            causes.append(f"unit {name}: no venue within {problem.within_km:g} km")
        elif int(tables.seats[near].max()) < unit.members:
            most = int(tables.seats[near].max())
            causes.append(
                f"unit {name}: {unit.members} members, the largest venue within"
                f" {problem.within_km:g} km has {most} seats"
            )
    return causes


def fewest_unheld(tables: Tables, pinned: int, rounds: int = 60) -> int:
    """Return a number of sessions that every plan leaves unheld, by what lecturers can hold.

    Fewer cohorts want fewer sessions, so it takes the fewest cohorts that any plan can have.
    """
    bare = _bare(tables)
    bound = Bound(bare, np.ones(len(tables.seats)))
    for unit in range(len(tables.members)):
        fits = np.flatnonzero(np.isfinite(bare.way[unit]) & (tables.seats >= tables.members[unit]))
        bound.add(int(fits[0]), int(tables.weekdays[0]), np.array([unit]))
    for _ in range(rounds):
        bound.round()
        if bound.done:
            break
    cohorts = min(pinned + math.ceil(bound.value - 1e-6), len(tables.unheld) - 1)
    return int(tables.unheld[cohorts])


def _bare(tables: Tables) -> Tables:
    """Return the tables with every way and every day for nothing."""
    way = np.where(np.isfinite(tables.way), 0.0, np.inf)
    off = np.zeros(len(tables.off))
    return dataclasses.replace(tables, way=way, off=off, weekdays=tables.weekdays[:1])


def scarce(problem: SeasonProblem, tables: Tables, cohorts: int) -> str:
    """Name the topics whose lecturers lack the most sessions; empty where none do."""
    topics = scarce_topics(tables, cohorts)
    if not topics:
        return ""
    can = int(tables.load[tables.teaches[:, topics].any(axis=1)].sum())
    names = ", ".join(problem.topics[t] for t in topics)
    return f"lecturers of {names} can hold {can} sessions, {cohorts} cohorts want {cohorts * len(topics)}"
