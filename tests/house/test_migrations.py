"""An empty database made at once is the one that all migrations lead to."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection

SHAPE = """
import django, functools, json, sys
django.setup()
from django.apps.registry import Apps
# Drawing models asks this of each key, a third of a walk; no model of ours can be swapped.
Apps.get_swappable_settings_name = functools.cache(Apps.get_swappable_settings_name)
from django.core.management import call_command
from django.db import connection
call_command("migrate", *sys.argv[1:], verbosity=0)
shape = {}
with connection.cursor() as cursor:
    for table in connection.introspection.table_names(cursor):
        columns = connection.introspection.get_table_description(cursor, table)
        for column in columns:
            shape[f"{table}.{column.name}"] = [
                str(column.type_code), column.display_size, column.internal_size, column.precision,
                column.scale, column.null_ok, column.default, column.collation,
            ]
        limits = connection.introspection.get_constraints(cursor, table)
        for name, limit in limits.items():  # SQLite counts what has no name by its order
            nameless = name.startswith(("fk_", "__unnamed"))
            shape[f"{table}: {limit['columns'] if nameless else name}"] = limit
        cursor.execute(f'SELECT count(*) FROM "{table}"')
        shape[f"{table} holds"] = cursor.fetchone()
    sqlite = "SELECT type, name, sql FROM sqlite_master WHERE type IN ('trigger', 'view')"
    postgresql = "SELECT 'trigger', tgname FROM pg_trigger WHERE NOT tgisinternal"
    cursor.execute(sqlite if connection.vendor == "sqlite" else postgresql)
    shape["besides"] = sorted(map(list, cursor.fetchall()))
print("shape:" + json.dumps(shape, default=str, sort_keys=True))
"""
DJANGOS_OWN = {"auth_group_permissions.id"}
"""Keys of a table nobody uses: Django's migrations make them larger than its model says."""


def shape_of(folder: Path, url: str, *arguments: str) -> dict[str, Any]:
    """Return every column, constraint, trigger and count of rows of a database made anew."""
    environment = os.environ | {"DONGXUN_VAR": str(folder)}
    if url:
        environment["DONGXUN_DATABASE_URL"] = url
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", SHAPE, *arguments],
        cwd=settings.BASE_DIR,
        env=environment | {"DJANGO_SETTINGS_MODULE": "dongxun.web.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    found = done.stdout.rpartition("shape:")[2]
    return dict(json.loads(found))


def empty_database(name: str) -> str:
    """Return the URL of an empty database beside that of the tests; SQLite needs none."""
    if connection.vendor == "sqlite":
        return ""
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
    url = urlsplit(os.environ["DONGXUN_DATABASE_URL"])
    return urlunsplit(url._replace(path=f"/{name}"))


@pytest.mark.django_db(transaction=True)
def test_an_empty_database_made_at_once_is_the_one_all_migrations_lead_to(tmp_path: Path):
    (tmp_path / "walked").mkdir()
    (tmp_path / "at_once").mkdir()
    walked = shape_of(tmp_path / "walked", empty_database("walked"), "--step-by-step")
    at_once = shape_of(tmp_path / "at_once", empty_database("at_once"))
    keys = sorted(walked | at_once)
    assert [
        (key, walked.get(key), at_once.get(key))
        for key in keys
        if key not in DJANGOS_OWN and walked.get(key) != at_once.get(key)
    ] == []
