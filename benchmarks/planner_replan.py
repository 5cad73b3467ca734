"""A published season repaired: 5 % absences, one lecturer ill, one hall lost."""

import random
import tempfile
from collections.abc import Iterator
from dataclasses import replace

from benchmarks._plans import middle, plan, spread, written
from dongxun_planner.generate.district import district
from dongxun_planner.replan.problems import Missed, ReplanProblem
from dongxun_planner.season.problems import SeasonPlan, SeasonProblem
from dongxun_planner.wire import read, write
from tools.bench import Figure

SEEDS = range(201, 206)
SEASON_S, REPAIR_S = 20.0, 5.0
ABSENT = 0.05


def measure() -> Iterator[Figure]:
    """Yield the share of gaps closed, of published sessions moved, and the time, as medians."""
    closed, moved, took = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        for seed in spread(SEEDS):
            season = district(seed)
            season_path = written(write(season), folder, f"season-{seed}")
            found = plan("season", season_path, seconds=SEASON_S, seed=seed)
            problem = troubled(season, read(SeasonPlan, found.plan), seed)
            run = plan("replan", written(write(problem), folder, "trouble"), seconds=REPAIR_S)
            missing = sum(miss.members for miss in problem.missed)
            published = sum(len(cohort.meetings) for cohort in problem.published.cohorts)
            parts = run.last["parts"]
            closed.append(100.0 * (1.0 - parts["uncovered"] / missing))
            moved.append(100.0 * parts["changed"] / published)
            took.append(float(run.last["seconds"]))
    many = f"{len(took)} seeds"
    yield Figure(f"re-plan: gaps left open, median of {many}", 100.0 - middle(closed), "%", 1.0)
    yield Figure(f"re-plan: published sessions changed, median of {many}", middle(moved), "%", 1.0)
    yield Figure(f"re-plan: time, median of {many}", middle(took), "s", 5.0)


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
