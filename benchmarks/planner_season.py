"""A district's season from the generator: proven gap, first plan, sessions not held.

Seeds from 101 on and the other tightnesses: none was used in tuning. ``DONGXUN_SIZE=0.1`` makes the
districts smaller.
"""

import os
import tempfile
from collections.abc import Iterator

from benchmarks._plans import Run, looked_at, middle, plan, spread, written
from dongxun_planner.generate.district import district
from dongxun_planner.wire import write
from tools.bench import Figure

SEEDS = range(101, 111)
SECONDS = 120.0
TIGHTNESS = 0.93
OTHERS = (0.88, 0.97)
"""More and less room than the district that everything was tuned on."""
SIZE = float(os.environ.get("DONGXUN_SIZE", "1"))


def measure() -> Iterator[Figure]:
    """Yield the medians over the seeds."""
    runs = list(_runs(TIGHTNESS, spread(SEEDS)))
    many = f"{len(runs)} seeds"
    for seed, run in zip(spread(SEEDS), runs, strict=True):
        yield Figure(f"season, seed {seed}: proven gap", run.gap_percent, "%")
    gap = middle([run.gap_percent for run in runs])
    first = middle([run.first_s for run in runs])
    yield Figure(f"season at 120 s, median of {many} (before: 11.5)", gap, "%", 3.0)
    yield Figure(f"its first full plan, median of {many} (before: 70)", first, "s", 10.0)
    for tightness in OTHERS:
        some = list(_runs(tightness, spread(SEEDS)[1::2] or spread(SEEDS)))
        gap = middle([run.gap_percent for run in some])
        yield Figure(f"season, tightness {tightness}, median of {len(some)}", gap, "%", 3.0)
        runs += some
    more = sum(run.last["parts"]["unheld"] > run.last["parts"]["unheld_minimum"] for run in runs)
    yield Figure(f"of {len(runs)}, with more sessions unheld than proven", more, "", 0)
    yield from looked_at()


def _runs(tightness: float, seeds: list[int]) -> Iterator[Run]:
    with tempfile.TemporaryDirectory() as folder:
        for seed in seeds:
            problem = write(district(seed, size=SIZE, tightness=tightness))
            yield plan("season", written(problem, folder, str(seed)), seconds=SECONDS, seed=seed)
