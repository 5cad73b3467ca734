"""Guards that hold in every test: no network, one language, and a morning to begin on."""

import os
import socket
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import translation
from hypothesis import settings as hypothesis_settings

from dongxun.kernel import clock
from dongxun.seasons.queries import rules

LOCAL = {"localhost", "127.0.0.1", "::1"}


hypothesis_settings.register_profile("steady", deadline=None, database=None, derandomize=True)
hypothesis_settings.load_profile("steady")


class NetworkUsed(AssertionError):
    """A test tried to reach another machine."""


# A working day in winter, mid-morning, far from the edge of a code, a day and a year; another
# one may be asked for, to see that nothing hangs on it.
MORNING = datetime.fromisoformat(os.environ.get("DONGXUN_TEST_AT", "2026-11-18T10:20:03+08:00"))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Begin each test at the same moment; a browser has the real one, so walks keep it."""
    clock.run_from(None if item.get_closest_marker("walk") else MORNING)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and address[0] not in LOCAL:
            raise NetworkUsed(address)
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def _clean_process() -> Iterator[None]:
    """Leave neither cache entries nor a language to the next test."""
    cache.clear()
    rules._cache.clear()  # a season of the same id may have other rules in the next test
    with translation.override("zh-hans"):
        yield
