"""Searches in a process of their own: bounded in time and memory, stopped when asked.

The planner's libraries are never loaded into a process that serves pages.
"""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO, Any, Final

from dongxun.planning import child

MEMORY: Final = 3 * 1024**3
TICK_S: Final = 0.5
GRACE_S: Final = 240.0
"""How long past its limit a search may still compile, prove and write before it is ended."""
Watch = Callable[[dict[str, Any], dict[str, Any] | None], None]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one search may use."""

    seconds: float
    threads: int = 1
    seed: int = 1
    work: int | None = None
    memory: int = MEMORY
    grace: float = GRACE_S


@dataclass(slots=True)
class Found:
    """What a search ended with; ``failed`` is ``memory crash refused`` or empty."""

    outcome: dict[str, Any] = field(default_factory=dict)
    plan: dict[str, Any] | None = None
    failed: str = ""
    words: str = ""


def no_watch(_step: dict[str, Any], _plan: dict[str, Any] | None) -> None:
    """Watch nothing."""


def never() -> bool:
    """Never stop."""
    return False


def solve(
    problem: dict[str, Any],
    limits: Limits,
    *,
    watch: Watch = no_watch,
    stops: Callable[[], bool] = never,
) -> Found:
    """Search for a plan; return when it ends.

    Args:
        watch: called with each step and with the new best plan, if that step found one.
        stops: asked twice a second; once true the search ends with what it has. May raise.
    """
    process = _begin()
    lines: queue.Queue[str | None] = queue.Queue()
    reader = threading.Thread(target=_read, args=(process.stdout, lines), daemon=True)
    reader.start()
    try:
        asked = {
            "problem": problem,
            "seconds": limits.seconds,
            "threads": limits.threads,
            "seed": limits.seed,
            "work": limits.work,
            "memory": limits.memory,
        }
        _hand_over(process, json.dumps(asked))
        return _follow(process, lines, limits, watch, stops)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        with suppress(BrokenPipeError):
            process.stdin and process.stdin.close()
        reader.join(timeout=5)
        if process.stdout:
            process.stdout.close()


def _begin() -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "PYTHONIOENCODING": "utf-8",
    }
    return subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", child.__name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        env=environment,
        start_new_session=True,
    )


def _hand_over(process: subprocess.Popen[str], text: str) -> None:
    try:
        if process.stdin:
            process.stdin.write(f"{text}\n")
            process.stdin.flush()
    except BrokenPipeError:  # it died at once; its silence is told as a crash
        return


def _read(stream: IO[str] | None, lines: "queue.Queue[str | None]") -> None:
    if stream:
        for line in stream:
            lines.put(line)
    lines.put(None)


def _follow(
    process: subprocess.Popen[str],
    lines: "queue.Queue[str | None]",
    limits: Limits,
    watch: Watch,
    stops: Callable[[], bool],
) -> Found:
    """Listen until the process has said all, is asked to stop, or goes on too long."""
    waited, best = 0.0, Found()
    while True:
        if stops():  # asked on while it ends: that keeps the lease, and a signal may be lost
            process.send_signal(signal.SIGINT)
        try:
            line = lines.get(timeout=TICK_S)
        except queue.Empty:
            waited += TICK_S
            if waited > limits.seconds + limits.grace:
                return Found(plan=best.plan, failed="late")
            continue
        if line is None:
            return Found(plan=best.plan, failed="crash")
        said = json.loads(line)
        if child.STEP in said:
            best.plan = said["plan"] or best.plan
            watch(said[child.STEP], said["plan"])
        elif child.OUTCOME in said:
            return Found(said[child.OUTCOME], said["plan"])
        elif child.REFUSED in said:
            words = "; ".join(said[child.REFUSED][:5])
            outcome = {child.CLASHES: said[child.CLASHES]} if said[child.CLASHES] else {}
            return Found(outcome, failed="refused", words=words)
        elif child.FAILED in said:
            return Found(plan=best.plan, failed=said[child.FAILED])
