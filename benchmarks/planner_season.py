"""A district's season from the generator: proven gap, first plan, sessions not held.

Seeds from 101 on: none was used in tuning.
"""

import tempfile
from collections.abc import Iterator

from benchmarks._plans import Run, middle, plan, spread, written
from dongxun_planner.generate.district import district
from dongxun_planner.wire import write
from tools.bench import Figure

SEEDS = range(101, 111)
SECONDS = 120.0


def measure() -> Iterator[Figure]:
    """Yield the medians over the seeds."""
    runs: list[Run] = []
    with tempfile.TemporaryDirectory() as folder:
        for seed in spread(SEEDS):
            path = written(write(district(seed)), folder, str(seed))
            runs.append(plan("season", path, seconds=SECONDS, seed=seed))
            yield Figure(f"season, seed {seed}: proven gap", runs[-1].gap_percent, "%")
    many = f"{len(runs)} seeds"
    gap = middle([run.gap_percent for run in runs])
    first = middle([run.first_s for run in runs])
    yield Figure(f"season at 120 s, median of {many} (before: 11.5)", gap, "%", 3.0)
    yield Figure(f"its first full plan, median of {many} (before: 70)", first, "s", 10.0)
    more = sum(run.last["parts"]["unheld"] > run.last["parts"]["unheld_minimum"] for run in runs)
    yield Figure("seeds with more sessions unheld than proven", more, "", 0)
