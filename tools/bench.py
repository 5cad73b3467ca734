"""``make bench``: run ``benchmarks/*.py`` and print one table of figures and bars.

A benchmark is a module with ``measure() -> Iterator[Figure]``. It runs in a
process of its own against a fresh, migrated database: SQLite in a file, or
PostgreSQL with its own settings (``DATABASES`` in the module names which; the
default is SQLite). CPU time and peak memory are the figures; wall clock only
informs.
"""

import importlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MARK = "figure: "


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value and the bar it must not exceed (None: information)."""

    what: str
    value: float
    unit: str
    bar: float | None = None


@dataclass(slots=True)
class Spent:
    """CPU and wall seconds of a block, children included, once it has ended."""

    cpu: float = 0.0
    wall: float = 0.0


@contextmanager
def spent() -> Iterator[Spent]:
    """Measure a block; read ``cpu`` and ``wall`` when it has ended."""
    result, cpu, wall = Spent(), _cpu(), time.monotonic()
    yield result
    result.cpu, result.wall = _cpu() - cpu, time.monotonic() - wall


def peak_mb() -> float:
    """Return the peak memory of this process or of its largest child, in MB."""
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(w).ru_maxrss for w in who) / 1024


def _cpu() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def main(names: list[str]) -> int:
    """Measure the named benchmarks, or all; return 1 when a bar is missed."""
    chosen = names or sorted(p.stem for p in (ROOT / "benchmarks").glob("[!_]*.py"))
    missed = 0
    print(f"{'what':<58} {'measured':>12} {'bar':>10}")
    for name in chosen:
        for database in getattr(
            importlib.import_module(f"benchmarks.{name}"), "DATABASES", ("sqlite",)
        ):
            figures = _in_own_process(name, database)
            missed += figures is None
            for figure in figures or []:
                missed += _print(figure, database)
    print("all bars met" if not missed else f"{missed} missed")
    return int(missed > 0)


def _print(figure: Figure, database: str) -> bool:
    is_missed = figure.bar is not None and figure.value > figure.bar
    bar = "" if figure.bar is None else f"≤ {figure.bar:g}"
    label = f"{figure.what} ({database})"
    flag = "  MISSED" if is_missed else ""
    print(f"{label:<58} {figure.value:>7.2f} {figure.unit:<6} {bar:>8}{flag}", flush=True)
    return is_missed


def _in_own_process(name: str, database: str) -> list[Figure] | None:
    command = [sys.executable, "-m", "tools.bench", "--measure", name]
    if database == "postgresql":
        command = [sys.executable, "tools/pg.py", *command]
    with tempfile.TemporaryDirectory(prefix="dongxun-bench-") as var:
        environment = os.environ | {
            "DONGXUN_VAR": var,
            "DONGXUN_PG_HONEST": "1",
            "DJANGO_SETTINGS_MODULE": "dongxun.web.settings",
        }
        environment.pop("DONGXUN_DATABASE_URL", None)
        done = subprocess.run(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=False
        )
    lines = [line for line in done.stdout.splitlines() if line.startswith(MARK)]
    if done.returncode:
        print(f"{name} ({database}) failed:\n{done.stdout}")
        return None
    return [Figure(**json.loads(line.removeprefix(MARK))) for line in lines]


def _measure(name: str) -> int:
    """Migrate and measure, in the process started for it."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    measure: Callable[[], Iterator[Figure]] = importlib.import_module(f"benchmarks.{name}").measure
    for figure in measure():
        print(MARK + json.dumps(asdict(figure)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(_measure(sys.argv[2]) if sys.argv[1:2] == ["--measure"] else main(sys.argv[1:]))
