"""Seasons of several districts planned at once, by one worker process and by two.

The searches are those of the console: a job in the task queue, a process of its own for each. The
limit is a search's own time, so two workers take half as long as one where each has a processor. Each
worker does one search at a time, in its lane for long jobs. ``DONGXUN_SHARE=0.2`` shortens the searches.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from benchmarks._plans import SHARE
from tools.bench import Figure

DATABASES = ("postgresql",)
DISTRICTS, SECONDS, SIZE, FIRST_SEED = 4, 15 * SHARE, 0.25, 301
PATIENCE_S = 600.0


def measure() -> Iterator[Figure]:
    """Yield the wall seconds and the mean gap with each number of workers, and their ratio."""
    took = {}
    for workers in (1, 2):
        rows = _ask(workers)
        begun = time.monotonic()
        with _workers(workers):
            gaps = _ended(rows)
        took[workers] = time.monotonic() - begun
        words = "one worker" if workers == 1 else "two workers"
        yield Figure(f"{DISTRICTS} districts planned by {words}", took[workers], "s")
        yield Figure(f"their mean proven gap by {words}", 100.0 * sum(gaps) / len(gaps), "%")
    yield Figure("time with two workers, to that with one", took[2] / took[1], "×", 0.65)


def _ask(workers: int) -> list[UUID]:
    from dongxun.kernel import jobs
    from dongxun.kernel.actors import Actor
    from dongxun.organisations.tests.make import make_organisation
    from dongxun.planning.contracts import RunKind
    from dongxun.planning.services.asking import JOB, new_run
    from dongxun.seasons.tests.make import make_season
    from dongxun_planner.generate.district import district
    from dongxun_planner.wire import write

    by, keys = Actor.system("bench"), []
    for seed in range(FIRST_SEED, FIRST_SEED + DISTRICTS):
        node = make_organisation(f"{seed}-{workers} 区", type_code="district")
        row = new_run(
            by,
            RunKind.SEASON,
            make_season(node).id,
            node,
            settings={"seconds": SECONDS, "seed": seed},
            problem=write(district(seed, size=SIZE)),
        )
        row.job_id = jobs.start(JOB, node.name, {"run": str(row.id)}, by=by).id
        row.save(update_fields=["job_id"])
        keys.append(row.id)
    return keys


@contextmanager
def _workers(count: int) -> Iterator[None]:
    command = [sys.executable, "manage.py", "worker"]
    running = [
        subprocess.Popen(command, env=dict(os.environ))  # noqa: S603 - our own worker
        for _ in range(count)
    ]
    try:
        yield
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(timeout=60)


def _ended(keys: list[UUID]) -> list[float]:
    from dongxun.planning.contracts import OVER
    from dongxun.planning.models import Run

    until = time.monotonic() + PATIENCE_S
    while Run.objects.filter(id__in=keys).exclude(state__in=OVER).exists():
        if time.monotonic() > until:
            raise TimeoutError("the workers did not end the searches")
        time.sleep(0.2)
    outcomes = [row.outcome for row in Run.objects.filter(id__in=keys)]
    return [(one["cost"] - one["bound"]) / one["cost"] for one in outcomes]
