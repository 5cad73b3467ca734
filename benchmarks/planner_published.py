"""Published instances of rounds, home visits, rosters and timetables, beside their best known."""

import re
from collections.abc import Iterator
from pathlib import Path

from benchmarks._plans import DATA, FILES, best_of, plan, published, spread
from tools.bench import Figure


def measure() -> Iterator[Figure]:
    """Yield the figures of each set that is here."""
    if not DATA.is_dir():
        return
    yield from _rounds()
    yield from _home_visits()
    yield from _rosters()
    yield from _timetables()


def _rounds() -> Iterator[Figure]:
    folder = DATA / "vrptw"
    files, best = sorted((folder / "solomon").glob("*.txt")), folder / "bks_solomon_dimacs.csv"
    for seconds, bar in ((10.0, 0.3), (60.0, 0.1)):
        yield from published("solomon", files, best_of(best), seconds, bar, "0.52 at 10 CPU-s")
    large = sorted((folder / "homberger_1000").glob("*.vrp"))
    known = {path.stem: _cost_in(path.with_suffix(".sol")) for path in large}
    yield from published("cvrplib", large, known, 120.0, 5.0, "none")


def _cost_in(path: Path) -> float:
    return float(path.read_text(encoding="utf-8").split()[-1])


def _home_visits() -> Iterator[Figure]:
    folder = DATA / "homecare_mankowska"
    table = (folder / "mankowska_best.md").read_text(encoding="utf-8")
    best = dict(re.findall(r"\| (\S+)\.json\s*\|.*\|\s*([\d.]+)\s*\|\s*sol-", table))
    files = [p for p in sorted(folder.glob("*.json")) if 25 <= int(p.stem.split("_")[2]) <= 100]
    known = {name: float(cost) for name, cost in best.items()}
    yield from published("hhcrsp", files, known, 60.0, 3.0, "50 on one of 25")


def _rosters() -> Iterator[Figure]:
    folder = DATA / "rostering_curtois"
    best = best_of(folder / "bks.csv")
    near, files = 0, [folder / f"Instance{n}.txt" for n in range(1, 13)]
    here = spread([path for path in files if path.exists()])
    for path in here:
        run = plan("bench", "curtois", str(path), seconds=60.0)
        above = run.above_percent(best[path.stem])
        near += above <= 1.0
        yield Figure(f"curtois {path.stem} at 60 s, above best", above, "%")
    wanted = 0.25 * len(here)
    yield Figure(
        f"rosters of {len(here)} not within 1 % (before: 5 of 6)", len(here) - near, "", wanted
    )


def _timetables() -> Iterator[Figure]:
    folder = DATA / "timetabling_itc2007"
    best, files = best_of(folder / "bks.csv"), sorted(folder.glob("*.ctt"))
    total = known = 0.0
    for path in spread(files):
        run = plan("bench", "itc2007", str(path), seconds=120.0)
        cost = float("inf") if run.last["cost"] is None else float(run.last["cost"])
        total, known = total + cost, known + best[path.stem]
        yield Figure(f"itc2007 {path.stem} at 120 s (best {best[path.stem]:g})", cost, "")
    if files:
        ratio = total / known
        said = "all" if not FILES else str(len(spread(files)))
        yield Figure(
            f"timetables, {said}: costs to best known (before: 3.0 to 3.7)", ratio, "×", 1.35
        )
