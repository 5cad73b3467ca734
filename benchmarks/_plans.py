"""What the benchmarks of the planner share: runs of its command, published files, their best known.

Files are those of ``DONGXUN_PLANNING_DATA`` (``../shared/data/planning`` unless given). A quarter of
an hour is what a benchmark takes: it runs ``DONGXUN_FILES`` files or seeds (4 unless given), spread
evenly; 0 is all of them. ``DONGXUN_SEEDS`` are tried on each published file (1 unless given), the
middle one counts. ``DONGXUN_SHARE=0.02`` cuts all limits to that share, to see a benchmark run:
its figures then say nothing.

Every plan is looked at once more: by ``dongxun-plan check`` where there is a file of the problem, else
it went through the checker inside (``Search.offer``); and it must have a bound. :func:`looked_at` tells.
"""

import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

from tools.bench import ROOT, Figure

DATA = Path(os.environ.get("DONGXUN_PLANNING_DATA", ROOT.parent / "shared/data/planning"))
FILES = int(os.environ.get("DONGXUN_FILES", "4"))
TRIES = int(os.environ.get("DONGXUN_SEEDS", "1"))
SHARE = float(os.environ.get("DONGXUN_SHARE", "1"))
THREADS = 2

COMMAND = [sys.executable, "-m", "dongxun_planner.cli"]
PLANS: Counter[str] = Counter()
"""How many plans were made in this process, and how many of them are at fault."""

T = TypeVar("T")


@dataclass(frozen=True)
class Run:
    """What ``dongxun-plan`` said: its last line, and when its first plan was there."""

    last: dict[str, Any]
    first_s: float
    plan: dict[str, Any] | None

    @property
    def cost(self) -> float:
        """Return its cost; infinity where there is no plan."""
        return float("inf") if self.last["cost"] is None else float(self.last["cost"])

    @property
    def gap_percent(self) -> float:
        """Return the proven gap."""
        return 100.0 * float(self.last["gap"] if self.last["gap"] is not None else 1.0)

    def above_percent(self, best: float) -> float:
        """Return how far the cost is above the best known; 100 where there is no plan."""
        return 100.0 if self.last["cost"] is None else 100.0 * (self.cost / best - 1.0)


def spread(all_: Sequence[T]) -> list[T]:
    """Return as many of these as a benchmark runs, evenly spread."""
    if not FILES or len(all_) <= FILES:
        return list(all_)
    return [all_[round(i * (len(all_) - 1) / max(1, FILES - 1))] for i in range(FILES)]


def plan(*words: str, seconds: float, seed: int = 1) -> Run:
    """Run ``dongxun-plan`` with these words and limits, as a person does, in its own process."""
    with tempfile.TemporaryDirectory() as folder:
        out, limit = Path(folder) / "plan", f"{seconds * SHARE:g}"
        limits = ["--time-limit", limit, "--threads", str(THREADS), "--seed", str(seed)]
        command = [*COMMAND, *words, *limits, "--out", str(out)]
        first, last, begun = float("inf"), "", time.monotonic()
        with subprocess.Popen(  # noqa: S603 - our own command
            command, stdout=subprocess.PIPE, text=True
        ) as running:
            for line in running.stdout or ():
                if first == float("inf") and " cost " in line and "cost -" not in line:
                    first = time.monotonic() - begun
                last = line
        text = out.read_text(encoding="utf-8") if out.exists() else ""
        _look_at(words, json.loads(last), out)
    made = json.loads(text)["plan"] if text.startswith("{") else None
    return Run(json.loads(last), first, made)


def _look_at(words: Sequence[str], last: dict[str, Any], out: Path) -> None:
    if last.get("cost") is None:
        return
    PLANS["made"] += 1
    checked = True
    if words[0] != "bench":
        command = [*COMMAND, "check", words[-1], str(out)]
        done = subprocess.run(  # noqa: S603 - our own command
            command, stdout=subprocess.PIPE, text=True, check=False
        )
        said = json.loads(done.stdout.splitlines()[-1])
        checked = said["status"] == "kept" and abs(said["cost"] - last["cost"]) < 1e-6
    PLANS["at fault"] += last["bound"] is None or not checked


def looked_at() -> Iterator[Figure]:
    """Yield how many of all plans so far have no bound or did not pass the checker."""
    words = f"of {PLANS['made']} plans, without a bound or not passed by the checker"
    yield Figure(words, PLANS["at fault"], "", 0)


def tries(*words: str, seconds: float) -> list[Run]:
    """Run the command with as many seeds as asked for."""
    return [plan(*words, seconds=seconds, seed=seed) for seed in range(1, TRIES + 1)]


def written(problem: dict[str, Any], folder: str, name: str) -> str:
    """Write a problem as a file; return its path."""
    path = Path(folder) / f"{name}.json"
    path.write_text(json.dumps(problem, ensure_ascii=False), encoding="utf-8")
    return str(path)


def best_of(path: Path) -> dict[str, float]:
    """Return the best known cost by instance, from a table of two columns."""
    with path.open(encoding="utf-8") as lines:
        return {name: float(cost) for name, cost in list(csv.reader(lines))[1:]}


def published(  # noqa: PLR0917 - a line of a table
    form: str, files: list[Path], best: dict[str, float], seconds: float, bar: float, was: str
) -> Iterator[Figure]:
    """Yield how far each instance is above its best known, and the mean beside its bar."""
    gaps = []
    for path in spread(files):
        runs = tries("bench", form, str(path), seconds=seconds)
        gaps.append(middle([run.above_percent(best[path.stem]) for run in runs]))
        yield Figure(f"{form} {path.stem} at {seconds:g} s, above best", gaps[-1], "%")
    if gaps:
        mean = sum(gaps) / len(gaps)
        yield Figure(
            f"{form}, mean of {len(gaps)} at {seconds:g} s (before: {was})", mean, "%", bar
        )


def middle(values: list[float]) -> float:
    """Return the median; infinity where there is none."""
    return median(values) if values else float("inf")
