"""What the benchmarks of the planner share: runs of its command, published files, their best known.

Files are those of ``DONGXUN_PLANNING_DATA`` (``../shared/data/planning`` unless given). A quarter of
an hour is what a benchmark takes: it runs ``DONGXUN_FILES`` files or seeds (4 unless given), spread
evenly; 0 is all of them.
"""

import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

from tools.bench import ROOT, Figure

DATA = Path(os.environ.get("DONGXUN_PLANNING_DATA", ROOT.parent / "shared/data/planning"))
FILES = int(os.environ.get("DONGXUN_FILES", "4"))
THREADS = 2

T = TypeVar("T")


@dataclass(frozen=True)
class Run:
    """What ``dongxun-plan`` said: its last line, and when its first plan was there."""

    last: dict[str, Any]
    first_s: float
    plan: dict[str, Any] | None

    @property
    def gap_percent(self) -> float:
        """Return the proven gap."""
        return 100.0 * float(self.last["gap"] if self.last["gap"] is not None else 1.0)

    def above_percent(self, best: float) -> float:
        """Return how far the cost is above the best known; 100 where there is no plan."""
        cost = self.last["cost"]
        return 100.0 if cost is None else 100.0 * (float(cost) / best - 1.0)


def spread(all_: Sequence[T]) -> list[T]:
    """Return as many of these as a benchmark runs, evenly spread."""
    if not FILES or len(all_) <= FILES:
        return list(all_)
    return [all_[round(i * (len(all_) - 1) / max(1, FILES - 1))] for i in range(FILES)]


def plan(*words: str, seconds: float, seed: int = 1) -> Run:
    """Run ``dongxun-plan`` with these words and limits, as a person does, in its own process."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "plan"
        limits = ["--time-limit", f"{seconds:g}", "--threads", str(THREADS), "--seed", str(seed)]
        command = [sys.executable, "-m", "dongxun_planner.cli", *words, *limits, "--out", str(out)]
        first, last, begun = float("inf"), "", time.monotonic()
        with subprocess.Popen(  # noqa: S603 - our own command
            command, stdout=subprocess.PIPE, text=True
        ) as running:
            for line in running.stdout or ():
                if first == float("inf") and " cost " in line and "cost -" not in line:
                    first = time.monotonic() - begun
                last = line
        text = out.read_text(encoding="utf-8") if out.exists() else ""
    made = json.loads(text)["plan"] if text.startswith("{") else None
    return Run(json.loads(last), first, made)


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
        run = plan("bench", form, str(path), seconds=seconds)
        gaps.append(run.above_percent(best[path.stem]))
        yield Figure(f"{form} {path.stem} at {seconds:g} s, above best", gaps[-1], "%")
    if gaps:
        mean = sum(gaps) / len(gaps)
        yield Figure(
            f"{form}, mean of {len(gaps)} at {seconds:g} s (before: {was})", mean, "%", bar
        )


def middle(values: list[float]) -> float:
    """Return the median; infinity where there is none."""
    return median(values) if values else float("inf")
