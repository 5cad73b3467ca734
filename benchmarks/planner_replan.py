"""A published season repaired: 5 % absences, one lecturer ill, one hall lost.

A gap is closable unless a bound says that no repair can: a flow of people to seats, every hall that a
session that fell through could move to, and every new session, being as large as the largest. A session
that fell through has to change; any other that changes counts as moved. What a person waits for who asks
from the page is in ``planner_room``.
"""

import os
import random
import tempfile
from collections.abc import Iterator
from dataclasses import replace

from ortools.graph.python.max_flow import SimpleMaxFlow

from benchmarks._plans import looked_at, middle, plan, spread, written
from dongxun_planner.generate.district import district
from dongxun_planner.replan.check import fallen, published_sessions
from dongxun_planner.replan.problems import Missed, ReplanProblem
from dongxun_planner.season.problems import SeasonPlan, SeasonProblem
from dongxun_planner.wire import read, write
from dongxun_planner.zoning.check import km
from tools.bench import Figure

SEEDS = range(201, 206)
SEASON_S, REPAIR_S = 20.0, 5.0
ABSENT = 0.05
SIZE = float(os.environ.get("DONGXUN_SIZE", "1"))


def measure() -> Iterator[Figure]:
    """Yield the share of closable gaps left open, of sessions moved, and the time, as medians."""
    left, moved, took, lost = [], [], [], []
    with tempfile.TemporaryDirectory() as folder:
        for seed in spread(SEEDS):
            season = district(seed, size=SIZE)
            season_path = written(write(season), folder, f"season-{seed}")
            found = plan("season", season_path, seconds=SEASON_S, seed=seed)
            problem = troubled(season, read(SeasonPlan, found.plan), seed)
            run = plan("replan", written(write(problem), folder, "trouble"), seconds=REPAIR_S)
            parts, fell = run.last["parts"], len(fallen(problem))
            missing, most = sum(miss.members for miss in problem.missed), closable(problem)
            left.append(100.0 * (1.0 - (missing - parts["uncovered"]) / most) if most else 0.0)
            published = sum(len(cohort.meetings) for cohort in problem.published.cohorts)
            moved.append(100.0 * max(0.0, parts["changed"] - fell) / published)
            took.append(float(run.last["seconds"]))
            lost.append(parts["dropped"])
            yield Figure(f"seed {seed}: {fell} fell through, {missing} missed a topic", most, "can")
    many = f"{len(took)} seeds"
    yield Figure(f"re-plan: closable gaps left open, median of {many}", middle(left), "%", 1.0)
    yield Figure(
        f"re-plan: other published sessions moved, median of {many}", middle(moved), "%", 1.0
    )
    yield Figure(f"re-plan: people of sessions dropped, median of {many}", middle(lost), "")
    yield Figure(f"re-plan: time, median of {many}", middle(took), "s", 5.0)
    yield from looked_at()


def closable(problem: ReplanProblem) -> int:
    """Return how many of those who missed something no repair can seat more of."""
    season, lost = problem.season, set(fallen(problem))
    size = {unit.id: unit.members for unit in season.units}
    units = {unit.id: unit for unit in season.units}
    venues = {venue.id: venue for venue in season.venues}
    own = {name: n for n, cohort in enumerate(problem.published.cohorts) for name in cohort.units}
    largest = max(venue.seats for venue in season.venues)
    ahead = [s for s in published_sessions(problem) if s.slot >= problem.first_slot]
    busy = {(s.cohort, s.slot) for s in ahead if s not in lost}
    flow, source, sink, new = SimpleMaxFlow(), 0, 1, 2
    flow.add_arc_with_capacity(new, sink, problem.makeups * largest)
    for n, session in enumerate(ahead, start=3):
        names = problem.published.cohorts[session.cohort or 0].units
        seats = largest if session in lost else venues[session.venue].seats
        flow.add_arc_with_capacity(n, sink, max(0, seats - sum(size[name] for name in names)))
    for n, miss in enumerate(problem.missed, start=3 + len(ahead)):
        flow.add_arc_with_capacity(source, n, miss.members)
        flow.add_arc_with_capacity(n, new, miss.members)
        for k, session in enumerate(ahead, start=3):
            if session.topic != miss.topic or (own[miss.unit], session.slot) in busy:
                continue
            near = km(units[miss.unit], venues[session.venue]) <= season.within_km + 1e-9
            if near or session in lost:
                flow.add_arc_with_capacity(n, k, miss.members)
    flow.solve(source, sink)
    return int(flow.optimal_flow())


def troubled(season: SeasonProblem, published: SeasonPlan, seed: int) -> ReplanProblem:
    """Let a lecturer be ill, a hall be lost, and one in twenty miss what is past."""
    dice = random.Random(seed)
    past = 60
    meetings = [(c, m) for c in published.cohorts for m in c.meetings]
    later = [(cohort, meeting) for cohort, meeting in meetings if meeting.slot >= past]
    ill, lost = dice.choice(later)[1].lecturer, dice.choice(later)[0].venue
    every = tuple(range(200))
    now = replace(
        season,
        lecturers=tuple(
            replace(who, free=()) if who.id == ill else who for who in season.lecturers
        ),
        venues=tuple(replace(v, closed=every) if v.id == lost else v for v in season.venues),
    )
    members = {unit.id: unit.members for unit in season.units}
    missed: dict[tuple[str, str], int] = {}
    for cohort, meeting in meetings:
        if meeting.slot < past:
            for unit in cohort.units:
                many = sum(dice.random() < ABSENT for _ in range(members[unit]))
                if many:
                    missed[unit, meeting.topic] = many
    some = tuple(Missed(unit, topic, many) for (unit, topic), many in missed.items())
    return ReplanProblem("replan", now, published, some, past)
