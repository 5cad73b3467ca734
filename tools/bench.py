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
from urllib.parse import unquote, urlparse

ROOT = Path(__file__).resolve().parents[1]
MARK = "figure: "
_TICK = os.sysconf("SC_CLK_TCK")
IDLE = 0.22
"""What :func:`yardstick` takes on the reference machine when it has nothing else to do."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value and the bar it must not exceed (None: information)."""

    what: str
    value: float
    unit: str
    bar: float | None = None


@dataclass(slots=True)
class Spent:
    """CPU and wall seconds of a block, once it has ended: ours, our children's and PostgreSQL's."""

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
    times, server = os.times(), postmaster()
    own = times.user + times.system + times.children_user + times.children_system
    return own + (cpu_of(server) if server else 0.0)


def postmaster() -> int | None:
    """Return the process id of the private PostgreSQL of this run, None on SQLite."""
    url = os.environ.get("DONGXUN_DATABASE_URL")
    if not url:
        return None
    place = Path(unquote(urlparse(url).hostname or ""))
    return int((place / "data" / "postmaster.pid").read_text().split()[0])


def cpu_of(*roots: int) -> float:
    """Return the CPU seconds of processes and of their children, those that have ended too."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text()
        except OSError:
            continue
        fields = stat[stat.rindex(")") + 2 :].split()
        if int(folder.name) in roots:
            total += sum(map(int, fields[11:15]))
        elif int(fields[1]) in roots:
            total += sum(map(int, fields[11:13]))
    return total / _TICK


def yardstick() -> float:
    """Return the CPU seconds of a fixed piece of work: on a busy machine the same work takes more.

    Cores that are shared, and caches and clocks too, make CPU time a moving measure.
    """
    begun, found = time.process_time(), {}
    for number in range(900_000):
        found[number % 5000] = f"{number}x"
    return time.process_time() - begun


def main(names: list[str]) -> int:
    """Measure the named benchmarks, or all; return 1 when a bar is missed."""
    print(
        f"yardstick {yardstick():.2f} CPU-s (an idle machine: {IDLE}), load {os.getloadavg()[0]:.1f}"
    )
    chosen = names or sorted(p.stem for p in (ROOT / "benchmarks").glob("[!_]*.py"))
    missed = 0
    print(f"{'what':<58} {'measured':>12} {'bar':>10}")
    for name in chosen:
        for database in getattr(
            importlib.import_module(f"benchmarks.{name}"), "DATABASES", ("sqlite",)
        ):
            begun = yardstick()
            figures = _in_own_process(name, database)
            factor = (begun + yardstick()) / 2 / IDLE
            print(
                f"-- {name}, {database}: load {os.getloadavg()[0]:.1f}, machine {factor:.2f} × idle"
            )
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
    command = [sys.executable, "-m", "tools.bench", "--prepare", name]
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


def _prepare(name: str) -> int:
    """Migrate, then measure in a process that has not: a server does not hold what that took."""
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], check=True)
    return subprocess.run(
        [sys.executable, "-m", "tools.bench", "--measure", name], check=False
    ).returncode


def _measure(name: str) -> int:
    """Measure, in the process started for it."""
    import django

    django.setup()
    measure: Callable[[], Iterator[Figure]] = importlib.import_module(f"benchmarks.{name}").measure
    for figure in measure():
        print(MARK + json.dumps(asdict(figure)), flush=True)
    return 0


def _run(arguments: list[str]) -> int:
    steps = {"--prepare": _prepare, "--measure": _measure}
    step = steps.get(arguments[0]) if arguments else None
    return step(arguments[1]) if step else main(arguments)


if __name__ == "__main__":
    sys.exit(_run(sys.argv[1:]))
