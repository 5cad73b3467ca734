"""Remember what the migrations made, so that a run of tests on SQLite starts at once.

The first run migrates and keeps a copy in ``build/``, named by a fingerprint of
all migrations; later runs copy it into their memory. PostgreSQL always migrates.
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import management
from django.core.management import call_command
from django.db import connection

from dongxun.web.serve import fingerprint


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, request: pytest.FixtureRequest
) -> None:
    """Where pytest-django is about to create the database, hand it our ``migrate``."""
    if connection.vendor == "sqlite" and not request.config.getvalue("nomigrations"):
        management.call_command = _migrate_or_remember  # type: ignore[assignment]


def _migrate_or_remember(name: str, *arguments: Any, **options: Any) -> None:
    """Stand in for one ``call_command("migrate")``."""
    management.call_command = call_command
    copy = Path(settings.BASE_DIR) / "build" / "test-database" / f"{fingerprint()}.sqlite3"
    connection.ensure_connection()
    if copy.exists():
        with closing(sqlite3.connect(copy)) as source:
            source.backup(connection.connection)
        return
    call_command(name, *arguments, **options)
    copy.parent.mkdir(parents=True, exist_ok=True)
    for old in copy.parent.glob("*.sqlite3"):
        old.unlink(missing_ok=True)
    part = copy.with_suffix(f".{os.getpid()}")
    with closing(sqlite3.connect(part)) as target:
        connection.connection.backup(target)
    part.rename(copy)
