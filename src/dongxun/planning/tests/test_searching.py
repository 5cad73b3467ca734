"""What a long search promises: it holds nothing up, outlives a kill, ends when told, keeps its memory."""

import os
import select
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
from django.conf import settings

from dongxun.planning import searching, solving
from dongxun_planner.generate.district import district
from dongxun_planner.wire import write

PATIENCE_S = 600


@contextmanager
def process(mode, folder):
    unset = {"DONGXUN_DATABASE_URL", "DONGXUN_VAR"}
    environment = {name: text for name, text in os.environ.items() if name not in unset}
    environment |= {"DONGXUN_VAR": str(folder), "PYTHONPATH": str(settings.BASE_DIR)}
    command = [sys.executable, "-m", "dongxun.planning.tests.killed", mode]
    with subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR) as running:  # noqa: S603
        try:
            yield running
        finally:
            running.kill()


def ask(folder, question):
    with closing(sqlite3.connect(folder / "dongxun.sqlite3", timeout=60)) as base, base:
        return base.execute(question).fetchall()


def until(worker, holds, words):
    patience = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < patience, words
        assert worker.poll() is None
        with suppress(subprocess.TimeoutExpired):
            worker.wait(timeout=0.05)


def children_of(pid):
    """Return files that can be read once the children of a process have ended."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [os.pidfd_open(int(child)) for task in tasks for child in task.read_text().split()]


@pytest.mark.once
def test_a_search_holds_no_import_up_outlives_its_worker_and_ends_when_told(tmp_path):
    state = "SELECT state, plan IS NOT NULL FROM planning_run"
    with process("begin", tmp_path) as begun:
        assert begun.wait() == 0

    with process("work", tmp_path) as worker:
        imported = "SELECT state FROM files_importbatch"
        until(worker, lambda: ask(tmp_path, imported) == [("done",)], "the import is done")
        until(worker, lambda: ask(tmp_path, state) == [("running", 1)], "there is a plan")
        searches = children_of(worker.pid)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        for search in searches:
            assert select.select([search], [], [], PATIENCE_S)[0], "the search outlived its worker"
            os.close(search)
    assert len(searches) == 1
    assert ask(tmp_path, state) == [("running", 1)]

    with process("work", tmp_path) as worker:
        again = "SELECT tries, state FROM kernel_job WHERE kind = 'planning.solve'"
        until(worker, lambda: ask(tmp_path, again) == [(2, "running")], "it goes on")
        ask(tmp_path, "UPDATE planning_run SET stops = 1")
        until(worker, lambda: ask(tmp_path, state) == [("cancelled", 1)], "it ends with its plan")


def test_a_search_that_needs_more_memory_than_it_may_have_says_so():
    limits = solving.Limits(5.0, memory=100 * 1024**2)

    found = solving.solve(write(district(1)), limits)

    assert found.failed == "memory"
    assert "内存" in searching.failure(found.failed)
