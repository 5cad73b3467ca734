"""One search for each seed, in processes of their own; what they find comes as it is found.

A process is told through its pipe to end, and ends by itself where the pipe breaks: nothing is left
running after its parent. Ctrl-C is heard by the parent alone, which then ends with what it has.
"""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from dongxun_planner.protocol import Search

Tell = Callable[[Any], object]
Over = Callable[[], bool]
Work = Callable[[Any, int, Tell, Over], None]
"""Search with a seed: tell what was found, ask often whether to end."""

EVERY_S = 0.1
LATE_S = 5.0
"""How long a process may go on once it was told to end."""


@dataclass(frozen=True)
class _Spent:
    """CPU seconds of a process so far."""

    seconds: float


def search_in_processes(work: Work, problem: Any, search: Search[Any]) -> Iterator[Any]:
    """Yield what as many seeds as threads find, until all have ended or the search is over.

    Raises:
        Exception: what a process died of.
    """
    context = multiprocessing.get_context("spawn")
    limits = search.limits
    running: dict[Any, BaseProcess] = {}
    try:
        for seed in range(limits.seed, limits.seed + min(limits.threads, cores())):
            if running and search.over:
                break
            mine, theirs = context.Pipe()
            process: BaseProcess = context.Process(
                target=_run, args=(work, problem, seed, theirs), daemon=True
            )
            with _deaf():
                process.start()
            theirs.close()
            running[mine] = process
        yield from _listen(running, search)
    finally:
        for pipe, process in running.items():
            if process.is_alive():
                process.terminate()
            process.join()
            pipe.close()


def cores() -> int:
    """Return how many processes can work at once here."""
    return len(os.sched_getaffinity(0))


@contextmanager
def _deaf() -> Iterator[None]:
    """Let processes begin that never hear Ctrl-C, not even while they load."""
    resource_tracker.ensure_running()  # it would hear again in the midst of the next lines
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _listen(running: dict[Any, BaseProcess], search: Search[Any]) -> Iterator[Any]:
    open_, ended = set(running), 0.0
    spent: dict[Any, float] = {}
    while open_:
        ready: list[Any] = wait([*open_], timeout=EVERY_S)
        for pipe in ready:
            try:
                found = pipe.recv()
            except (EOFError, ConnectionError):
                open_.discard(pipe)
                _lost(running[pipe], is_over=bool(ended))
                continue
            if isinstance(found, _Spent):
                spent[pipe] = found.seconds
                search.cpu_elsewhere = sum(spent.values())
                continue
            if isinstance(found, Exception):
                raise found
            yield found
        if search.over and not ended:
            ended = time.monotonic()
            for pipe in open_:
                _end(pipe)
        if ended and time.monotonic() - ended > LATE_S:
            return


def _end(pipe: Any) -> None:
    try:
        pipe.send(None)
    except ConnectionError:  # it has ended by itself
        return


def _lost(process: BaseProcess, *, is_over: bool) -> None:
    """Tell of a process that was killed, by want of memory for one."""
    process.join(LATE_S)
    if process.exitcode and not is_over:
        raise MemoryError


def _run(work: Work, problem: Any, seed: int, pipe: "Connection[Any, Any]") -> None:
    """Search in the new process."""
    told_at = -EVERY_S

    def over() -> bool:
        nonlocal told_at
        if time.monotonic() - told_at >= EVERY_S:
            told_at = time.monotonic()
            pipe.send(_Spent(time.process_time()))
        return pipe.poll()

    try:
        work(problem, seed, pipe.send, over)
        pipe.send(_Spent(time.process_time()))
    except ConnectionError:  # nobody listens any more
        return
    except Exception as error:  # noqa: BLE001 - the parent raises it
        pipe.send(error)
