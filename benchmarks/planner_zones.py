"""Towns into zones with proof and the ten next best; p-medians of published networks."""

import random
import tempfile
from collections.abc import Iterator

from benchmarks._plans import DATA, best_of, looked_at, plan, spread, written
from dongxun_planner.formats import pmed
from dongxun_planner.wire import write
from dongxun_planner.zoning.problems import Town, TownProblem
from tools.bench import Figure

SIZES = ((14, 5, 1.0), (20, 5, 5.0))
SMALL = 400
"""Places of the largest network that must be solved with proof."""


def measure() -> Iterator[Figure]:
    """Yield the seconds for towns, and how many networks were solved with proof in a minute."""
    for towns, zones, bar in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            run = plan("zoning", written(write(_towns(towns, zones)), folder, "t"), seconds=60.0)
        proven = run.last["status"] == "optimal"
        took = float(run.last["seconds"]) if proven else float("inf")
        yield Figure(f"{towns} towns into {zones} zones, with proof", took, "s", bar)
    best = best_of(DATA / "zoning/bks_pmed.csv") if DATA.is_dir() else {}
    files = sorted((DATA / "zoning/pmed").glob("pmed*")) if best else []
    open_ = {True: 0, False: 0}
    for path in spread(files):
        size = len(pmed.read(path).distances)
        run = plan("bench", "pmed", str(path), seconds=60.0)
        is_best = run.last["status"] == "optimal" and run.last["cost"] == best[path.stem]
        open_[size <= SMALL] += not is_best
        took = float(run.last["seconds"]) if is_best else float("inf")
        yield Figure(f"pmed {path.stem}, {size} places, proven best in", took, "s")
    if files:
        words = "networks not solved with proof in 60 s"
        yield Figure(f"{words}, up to {SMALL} places", open_[True], "", 0)
        yield Figure(f"{words}, larger", open_[False], "")
    yield from looked_at()


def _towns(count: int, zones: int) -> TownProblem:
    dice = random.Random(count)
    towns = tuple(
        Town(f"t{n}", 32 + dice.random() / 2, 121 + dice.random() / 2, dice.randrange(800, 5000))
        for n in range(count)
    )
    return TownProblem("towns", towns, zones)
