"""Many rows in few statements, without an object for each; for books and counters.

Values are given as Python has them; :func:`insert` brings them into the form
that the database in use wants. Nothing here checks permissions or constraints
that the database does not check itself.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, models

_Row = TypeVar("_Row")
_ROWS = 500
_ROOMY_KIB = 1 << 20


@contextmanager
def roomy() -> Iterator[None]:
    """Let SQLite hold a very large transaction in memory.

    Once its page cache is full it spills, and each further page then costs a walk
    over all changed ones: minutes for some hundred megabytes.
    """
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA cache_size")
        [before] = cursor.fetchone()
        cursor.execute(f"PRAGMA cache_size = -{_ROOMY_KIB}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA cache_size = {before}")


def chunks(rows: Iterable[_Row], size: int) -> Iterable[list[_Row]]:
    """Yield ``rows`` in lists of at most ``size``."""
    source = iter(rows)
    while part := list(islice(source, size)):
        yield part


def _json(raw: Any) -> str:
    return json.dumps(raw, ensure_ascii=False, sort_keys=True)


@lru_cache(maxsize=512)
def _moment(raw: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(raw)


_EVERYWHERE: dict[type, Callable[[Any], Any]] = {dict: _json, list: _json}
_SQLITE: dict[type, Callable[[Any], Any]] = {
    **_EVERYWHERE,
    UUID: lambda raw: raw.hex,
    Decimal: str,
    datetime: _moment,
}


def _forms() -> dict[type, Callable[[Any], Any]]:
    return _SQLITE if connection.vendor == "sqlite" else _EVERYWHERE


def value(raw: Any) -> Any:
    """Return ``raw`` as a parameter for a raw statement."""
    form = _forms().get(type(raw))
    return raw if form is None else form(raw)


def _values(rows: Iterable[Sequence[Any]]) -> list[tuple[Any, ...]]:
    forms = _forms()
    return [
        tuple([forms[type(raw)](raw) if type(raw) in forms else raw for raw in row]) for row in rows
    ]


def insert(
    model: type[models.Model],
    fields: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    on_conflict: str = "",
) -> int:
    """Insert rows; return how many were written.

    Args:
        fields: names of the model's columns (``person_id``), in the order of the values.
        on_conflict: what follows ``ON CONFLICT``, see :func:`overwrite`, :func:`add_up`.
    """
    columns = [connection.ops.quote_name(name) for name in fields]
    head = f"INSERT INTO {table(model)} ({', '.join(columns)}) VALUES "  # noqa: S608
    tail = f" ON CONFLICT {on_conflict}" if on_conflict else ""
    one = "(" + ", ".join(["%s"] * len(columns)) + ")"
    send = _many if connection.vendor == "sqlite" else _wide
    written = 0
    for part in chunks(rows, _ROWS):
        written += send(head, one, tail, _values(part))
    return written


def _many(head: str, one: str, tail: str, rows: list[tuple[Any, ...]]) -> int:
    with connection.cursor() as cursor:
        cursor.executemany(head + one + tail, rows)
        return int(cursor.rowcount)


def _wide(head: str, one: str, tail: str, rows: list[tuple[Any, ...]]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(head + ", ".join([one] * len(rows)) + tail, [v for row in rows for v in row])
        return int(cursor.rowcount)


def overwrite(key: Sequence[str], fields: Sequence[str]) -> str:
    """Return the clause by which a row with the same ``key`` takes the new values."""
    return _clause(key, fields, lambda name: f"excluded.{name}")


def add_up(model: type[models.Model], key: Sequence[str], fields: Sequence[str]) -> str:
    """Return the clause by which the new values are added to the row with the same ``key``."""
    return _clause(key, fields, lambda name: f"{table(model)}.{name} + excluded.{name}")


def _clause(key: Sequence[str], fields: Sequence[str], new: Callable[[str], str]) -> str:
    quote = connection.ops.quote_name
    names = [quote(name) for name in fields]
    sets = ", ".join(f"{name} = {new(name)}" for name in names)
    return f"({', '.join(map(quote, key))}) DO UPDATE SET {sets}"


def table(model: type[models.Model]) -> str:
    """Return the quoted name of the model's table."""
    return connection.ops.quote_name(model._meta.db_table)  # noqa: SLF001 - Django documents it
