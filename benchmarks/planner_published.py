"""Published instances of rounds, home visits, rosters and timetables, beside their best known."""

import re
from collections.abc import Iterator
from pathlib import Path

from benchmarks._plans import DATA, FILES, best_of, looked_at, middle, published, spread, tries
from tools.bench import Figure

IP_VNS = {
    f"Instance{n}": cost
    for n, cost in {
        1: 607.0,
        3: 1001.0,
        5: 1143.0,
        7: 1056.0,
        8: 1364.0,
        9: 439.0,
        13: 3109.0,
        15: 4144.0,
        18: 5049.0,
    }.items()
}
"""What IP and variable neighbourhood search reached in 10 minutes, where planning.md gives it.

Source: ORProjects/NRP, table of results.
"""


def measure() -> Iterator[Figure]:
    """Yield the figures of each set that is here."""
    if not DATA.is_dir():
        return
    yield from _rounds()
    yield from _home_visits()
    yield from _rosters()
    yield from _timetables()
    yield from looked_at()


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
    small = [path for n in range(1, 13) if (path := folder / f"Instance{n}.txt").exists()]
    near = worse = 0
    for path in spread(small):
        cost = _roster(path, 60.0)
        above = 100.0 * (cost / best[path.stem] - 1.0)
        near += above <= 1.0
        worse += cost > IP_VNS.get(path.stem, cost)
        yield Figure(f"curtois {path.stem} at 60 s, above best", above, "%")
    many = len(spread(small))
    yield Figure(f"rosters of {many} not within 1 % (before: 5 of 6)", many - near, "", 0.25 * many)
    large = [path for n in range(13, 19) if (path := folder / f"Instance{n}.txt").exists()]
    for path in spread(large):
        cost, known = _roster(path, 300.0), IP_VNS.get(path.stem)
        worse += cost > (known or cost)
        said = f"IP+VNS in 10 min: {known:g}" if known else f"best {best[path.stem]:g}"
        yield Figure(f"curtois {path.stem} at 300 s ({said})", cost, "", known)
    yield Figure("rosters worse than the published column of IP+VNS in 10 min", worse, "", 0)


def _roster(path: Path, seconds: float) -> float:
    return middle([run.cost for run in tries("bench", "curtois", str(path), seconds=seconds)])


def _timetables() -> Iterator[Figure]:
    folder = DATA / "timetabling_itc2007"
    best, files = best_of(folder / "bks.csv"), sorted(folder.glob("*.ctt"))
    total = known = 0.0
    for path in spread(files):
        cost = middle([r.cost for r in tries("bench", "itc2007", str(path), seconds=120.0)])
        total, known = total + cost, known + best[path.stem]
        yield Figure(f"itc2007 {path.stem} at 120 s (best {best[path.stem]:g})", cost, "")
    if files:
        ratio = total / known
        said = "all" if not FILES else str(len(spread(files)))
        yield Figure(
            f"timetables, {said}: costs to best known (before: 3.0 to 3.7)", ratio, "×", 1.35
        )
