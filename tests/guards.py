"""Guards that hold in every test: no network beyond this machine, one frozen language."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import translation
from hypothesis import settings as hypothesis_settings

LOCAL = {"localhost", "127.0.0.1", "::1"}


hypothesis_settings.register_profile("steady", deadline=None, database=None, derandomize=True)
hypothesis_settings.load_profile("steady")


class NetworkUsed(AssertionError):
    """A test tried to reach another machine."""


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
    with translation.override("zh-hans"):
        yield
