"""What every test of every room may ask for."""

from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from django.utils.translation.reloader import translation_file_changed

from dongxun.kernel import clock
from tests.cast import cast
from tests.guards import MORNING, _clean_process, no_network, pytest_runtest_setup
from tools import messages

__all__ = [
    "_clean_process",
    "cast",
    "no_network",
    "pytest_runtest_setup",
]


def pytest_configure(config: pytest.Config) -> None:
    """Set the clock before any test is read; compile the catalogues before any page is asked."""
    clock.run_from(MORNING)
    if config.option.markexpr == "walk":
        _walk_on_a_file()
    if not hasattr(config, "workerinput"):
        messages.compile_()
        translation_file_changed(sender=None, file_path=Path("django.mo"))  # read before? forget it


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out on PostgreSQL what was run on SQLite, to the same end: what knows no database.

    A test marked ``once`` knows one, but what it is long about is something else.
    """
    if connections["default"].vendor != "postgresql":
        return
    config.hook.pytest_deselected(items=[one for one in items if not _asks_the_database(one)])
    items[:] = filter(_asks_the_database, items)


def _asks_the_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("once"):
        return False
    fixtures = getattr(item, "fixturenames", ())
    return "db" in fixtures or item.get_closest_marker("django_db") is not None


def _walk_on_a_file() -> None:
    """Give each thread of the server under a walk a connection of its own, as in earnest.

    A database in memory is one connection: two requests at once would share a transaction.
    """
    for connection in connections.all():
        if connection.vendor == "sqlite":
            connection.settings_dict["TEST"]["NAME"] = str(settings.VAR / "walks.sqlite3")
