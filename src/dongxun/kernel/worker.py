"""The worker: what is done after a request has been answered.

In embedded mode it is one thread beside the web threads, at scale a process of
its own (``manage.py worker``). It takes turns: the outbox first, then whatever
rooms have added. A turn must be safe to repeat, for a kill can come anywhere.
What would hold all others up for minutes has a lane: a thread that does it alone.
"""

import logging
import threading
import time
from collections.abc import Callable

from django.db import close_old_connections, connections

from dongxun.kernel import outbox

Turn = Callable[[], int]
"""Does a bounded piece of due work; returns how much, 0 when nothing is due."""

IDLE_S = 0.5
AFTER_ERROR_S = 5.0
ENDS_S = 5.0
"""How long a lane may finish what it does; what it leaves is taken up like after a kill."""
log = logging.getLogger(__name__)
_turns: list[Turn] = [outbox.deliver]
_lanes: list[Turn] = []
_starts: list[Callable[[], None]] = []


def add_turn(turn: Turn) -> None:
    """Let the worker do ``turn`` as well; called once, when an app is ready."""
    if turn not in _turns:
        _turns.append(turn)


def add_lane(turn: Turn) -> None:
    """Let a thread of its own do ``turn``, beside all turns; called once, when an app is ready."""
    if turn not in _lanes:
        _lanes.append(turn)


def seldom(seconds: float, work: Callable[[], object]) -> Turn:
    """Return a turn that does ``work`` when first called, and each ``seconds`` after.

    It is never in a hurry, so it says that nothing is due.
    """
    done_at: list[float] = []

    def turn() -> int:
        now = time.monotonic()
        if not done_at or now - done_at[0] >= seconds:
            done_at[:] = [now]
            work()
        return 0

    return turn


def add_start(start: Callable[[], None]) -> None:
    """Let the embedded worker do ``start`` once, before its first turn.

    It is the only worker of its installation, so whatever it finds half done was
    left by a process that is gone.
    """
    if start not in _starts:
        _starts.append(start)


def work_once() -> int:
    """Give each turn one go; return how much was done. Tests and commands call this."""
    return sum(turn() for turn in _turns)


def run(stop: threading.Event) -> None:
    """Work until ``stop`` is set; an error waits and tries again, it never ends the worker."""
    lanes = [
        threading.Thread(target=_go_on, args=(stop, lane), name="lane", daemon=True)
        for lane in _lanes
    ]
    for thread in lanes:
        thread.start()
    _go_on(stop, work_once)
    for thread in lanes:
        thread.join(ENDS_S)


def _go_on(stop: threading.Event, turn: Turn) -> None:
    while not stop.is_set():
        close_old_connections()
        try:
            pause = 0.0 if turn() else IDLE_S
        except Exception:  # the worker outlives a broken turn and a database that is away
            log.exception("a turn of the worker failed")
            pause = AFTER_ERROR_S
        stop.wait(pause)
    connections.close_all()


def run_alone(stop: threading.Event) -> None:
    """Work until ``stop`` is set, as the only worker of the installation."""
    for start in _starts:
        try:
            start()
        except Exception:  # the turns come to the same in the end
            log.exception("a start of the worker failed")
    run(stop)


def start_thread() -> threading.Event:
    """Start the embedded worker; setting the returned event ends it."""
    stop = threading.Event()
    threading.Thread(target=run_alone, args=(stop,), name="worker", daemon=True).start()
    return stop
