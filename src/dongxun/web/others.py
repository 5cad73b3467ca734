"""Who else is being served by this process, so that whoever is in no hurry lets them go first."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_served = 0
_changed = threading.Condition()


@contextmanager
def served() -> Iterator[None]:
    """Count a request as one that others give way to."""
    _add(1)
    try:
        yield
    finally:
        _add(-1)


@contextmanager
def giving_way() -> Iterator[None]:
    """Count the request of this thread no longer: it is itself one that gives way."""
    _add(-1)
    try:
        yield
    finally:
        _add(1)


def let_pass(seconds: float) -> bool:
    """Wait until nobody else is being served, at most so long; return whether nobody is."""
    with _changed:
        return _changed.wait_for(lambda: _served <= 0, timeout=seconds)


def _add(number: int) -> None:
    global _served  # noqa: PLW0603 - one count of a process, changed here alone
    with _changed:
        _served += number
        if _served <= 0:
            _changed.notify_all()
