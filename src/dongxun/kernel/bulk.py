"""Many rows in few statements, without an object for each; for books and counters.

Values are given as Python has them; :func:`insert` brings them into the form
that the database in use wants. Nothing here checks permissions or constraints
that the database does not check itself.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, models

_Row = TypeVar("_Row")
_ROWS = 500
_WORTH_COPYING = 100
_TEXTS = frozenset({"varchar", "text", "jsonb"})
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
    UUID: lambda raw: f"{raw.int:032x}",
    date: date.isoformat,
    Decimal: str,
    datetime: _moment,
}


def _forms() -> dict[type, Callable[[Any], Any]]:
    return _SQLITE if connection.vendor == "sqlite" else _EVERYWHERE


def value(raw: Any) -> Any:
    """Return ``raw`` as a parameter for a raw statement."""
    form = _forms().get(type(raw))
    return raw if form is None else form(raw)


_PLAIN = (models.CharField, models.TextField, models.IntegerField, models.BooleanField)


@lru_cache(maxsize=128)
def _to_form(model: type[models.Model], fields: tuple[str, ...]) -> tuple[int, ...]:
    """Return which places of a row may hold what the database takes in another form only."""
    known = {
        field.column: getattr(field, "target_field", field)
        for field in model._meta.concrete_fields  # noqa: SLF001 - Django documents it
    }
    return tuple(at for at, name in enumerate(fields) if not isinstance(known[name], _PLAIN))


def _values(rows: Iterable[Sequence[Any]], places: tuple[int, ...]) -> list[list[Any]]:
    form_of, ready = _forms().get, []
    for row in rows:
        values = list(row)
        for at in places:
            if form := form_of(type(values[at])):
                values[at] = form(values[at])
        ready.append(values)
    return ready


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
    into = f"{table(model)} ({', '.join(map(connection.ops.quote_name, fields))})"
    head = f"INSERT INTO {into} VALUES "  # noqa: S608
    tail = f" ON CONFLICT {on_conflict}" if on_conflict else ""
    one = "(" + ", ".join(["%s"] * len(fields)) + ")"
    send = _many if connection.vendor == "sqlite" else _wide
    is_postgresql = connection.vendor == "postgresql"
    places, written = _to_form(model, tuple(fields)), 0
    for part in chunks(rows, _ROWS):
        values = _values(part, places)
        if is_postgresql and not on_conflict and len(values) >= _WORTH_COPYING:
            written += _copy(into, values)
        elif is_postgresql and len(values) > 1:
            written += _in_columns(into, _kinds(model, tuple(fields)), tail, values)
        else:
            written += send(head, one, tail, values)
    return written


def _many(head: str, one: str, tail: str, rows: list[list[Any]]) -> int:
    with connection.cursor() as cursor:
        cursor.executemany(head + one + tail, rows)
        return int(cursor.rowcount)


def prepared() -> Any:
    """Return a cursor for a statement whose text is always the same."""
    found: Callable[[], Any] = getattr(connection, "prepared_cursor", connection.cursor)
    return found()


def _wide(head: str, one: str, tail: str, rows: list[list[Any]]) -> int:
    with prepared() as cursor:
        cursor.execute(head + ", ".join([one] * len(rows)) + tail, [v for row in rows for v in row])
        return int(cursor.rowcount)


@lru_cache(maxsize=128)
def _kinds(model: type[models.Model], fields: tuple[str, ...]) -> tuple[str, ...]:
    """Return PostgreSQL's types of columns, without their lengths, which the table itself keeps."""
    types = {
        field.column: str(field.db_type(connection)).partition("(")[0]
        for field in model._meta.concrete_fields  # noqa: SLF001 - Django documents it
    }
    return tuple(types[name] for name in fields)


def _in_columns(into: str, kinds: tuple[str, ...], tail: str, rows: list[list[Any]]) -> int:
    """Hand rows over as one array a column.

    The text is the same for any number of rows, so PostgreSQL has it prepared.
    """
    arrays = ", ".join(
        f"%b::{kind}[]" for kind in kinds
    )  # in text each quote is sought and doubled
    columns = [
        [raw if raw is None else str(raw) for raw in column]
        if kind in _TEXTS  # choices and plain texts beside each other make no array
        else list(column)
        for kind, column in zip(kinds, zip(*rows, strict=True), strict=True)
    ]
    with prepared() as cursor:
        cursor.execute(f"INSERT INTO {into} SELECT * FROM unnest({arrays}){tail}", columns)  # noqa: S608
        return int(cursor.rowcount)


def _copy(into: str, rows: list[list[Any]]) -> int:
    """Hand rows over by COPY: neither we write nor PostgreSQL reads a statement of them."""
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(f"COPY {into} FROM STDIN") as stream,
    ):
        for row in rows:
            stream.write_row(row)
    return len(rows)


def present(model: type[models.Model], field: str, wanted: Collection[str]) -> set[str]:
    """Return those of many texts that a column holds; ``IN`` of the ORM weighs each of them."""
    if not wanted:
        return set()
    column, marks = connection.ops.quote_name(field), ", ".join(["%s"] * len(wanted))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {column} FROM {table(model)} WHERE {column} IN ({marks})",  # noqa: S608
            list(wanted),
        )
        return {text for (text,) in cursor.fetchall()}


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
