import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import suppress

from django.conf import settings

from dongxun.files.tests.killed import CHUNK, ROWS


def process(mode, folder):
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DONGXUN_DATABASE_URL", "DONGXUN_VAR"}
    } | {"DONGXUN_VAR": str(folder), "PYTHONPATH": str(settings.BASE_DIR)}
    command = [sys.executable, "-m", "dongxun.files.tests.killed", mode]
    return subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR)  # noqa: S603


def ask(folder, question):
    with sqlite3.connect(f"file:{folder}/dongxun.sqlite3?mode=ro", uri=True) as base:
        return base.execute(question).fetchall()


def rows_in(folder):
    [[count]] = ask(folder, "SELECT count(*) FROM kernel_idempotencykey")
    return count


def kill_when_further(folder, than):
    worker = process("work", folder)
    patience = time.monotonic() + 600
    while rows_in(folder) <= than and worker.poll() is None:
        assert time.monotonic() < patience
        with suppress(subprocess.TimeoutExpired):
            worker.wait(timeout=0.05)
    worker.send_signal(signal.SIGKILL)
    worker.wait()


def test_a_worker_killed_while_importing_loses_and_doubles_nothing(tmp_path):
    assert process("begin", tmp_path).wait() == 0
    kill_when_further(tmp_path, 2 * CHUNK)
    assert rows_in(tmp_path) % CHUNK == 0
    assert process("work", tmp_path).wait() == 0

    assert ask(tmp_path, "SELECT state FROM files_importbatch") == [("done",)]
    assert ask(
        tmp_path, "SELECT count(*), min(status), max(status) FROM kernel_idempotencykey"
    ) == [(ROWS, 1, 1)]
    assert ask(tmp_path, "SELECT count(*) FROM files_importchange") == [(ROWS,)]
    assert ask(
        tmp_path, "SELECT count(*) FROM kernel_auditentry WHERE action LIKE '%apply_import'"
    ) == [(1,)]
