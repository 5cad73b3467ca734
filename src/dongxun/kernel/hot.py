"""Statements of the hot paths, written out: a whole hall checks in within minutes.

The ORM thinks a query up anew each time it is asked, and PostgreSQL plans it anew;
together that is most of what a small request costs. Here the text of a statement
stands fixed and PostgreSQL prepares it once a connection. Only for what thousands
of phones ask at once; everything else asks the ORM.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection, models

from dongxun.kernel import bulk

_IDS = "IN %ids"
"""Stands in a statement for one of several ids; the last of its placeholders."""

Kind = Callable[[Any], Any]


def statement(text: str, **words: type[models.Model] | str) -> str:
    """Return ``text`` with its blanks filled: a model stands for its table, ``FROM {check_in}``."""
    return text.format(
        **{
            blank: word if isinstance(word, str) else f'"{word._meta.db_table}"'  # noqa: SLF001
            for blank, word in words.items()
        }
    )


def behind(model: type[models.Model], field: str) -> type[models.Model]:
    """Return the model that a field points to, of a room below whose tables are its own."""
    found: type[models.Model] = model._meta.get_field(field).related_model  # type: ignore[assignment]  # noqa: SLF001
    return found


def moment(raw: datetime) -> datetime:
    """Return a moment that SQLite kept, aware."""
    return raw.replace(tzinfo=UTC)


def day(raw: date) -> date:
    """Return a day: a date already, whichever database keeps it."""
    return raw


def rows(
    sql: str, values: Sequence[Any], kinds: Sequence[Kind], ids: Collection[UUID] | None = None
) -> list[tuple[Any, ...]]:
    """Return what a statement finds.

    Args:
        kinds: for each column what makes a value of the text or number that SQLite
            keeps: ``UUID``, :func:`moment`, :func:`day`, ``bool``, ``str``, ``int``.
        ids: what ``IN %ids`` stands for.
    """
    with bulk.prepared() as cursor:
        cursor.execute(*_given(sql, values, ids))
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return _read(found, kinds) if connection.vendor == "sqlite" else found


def run(sql: str, values: Sequence[Any], ids: Collection[UUID] | None = None) -> int:
    """Run a statement that changes rows; return how many."""
    with bulk.prepared() as cursor:
        cursor.execute(*_given(sql, values, ids))
        return int(cursor.rowcount)


def _given(sql: str, values: Sequence[Any], ids: Collection[UUID] | None) -> tuple[str, list[Any]]:
    """Return the statement and its values as the database in use wants them."""
    given = [bulk.value(raw) for raw in values]
    if ids is None:
        return sql, given
    if connection.vendor == "sqlite":
        return _spelled_out(sql, len(ids)), [*given, *(key.hex for key in ids)]
    return sql.replace(_IDS, "= ANY(%b)"), [*given, list(ids)]


_AS_IT_IS = frozenset({int, str, day})


def _read(found: list[tuple[Any, ...]], kinds: Sequence[Kind]) -> list[tuple[Any, ...]]:
    """Return rows with the ids, moments and flags that SQLite kept as texts and numbers."""
    made = [(at, kind) for at, kind in enumerate(kinds) if kind not in _AS_IT_IS]
    read: list[tuple[Any, ...]] = []
    for row in found:
        values = list(row)
        for at, kind in made:
            if (raw := values[at]) is not None:
                values[at] = _id(raw) if kind is UUID else kind(raw)
        read.append(tuple(values))
    return read


@lru_cache(maxsize=1 << 12)
def _id(text: str) -> UUID:
    return UUID(text)


@lru_cache(maxsize=512)
def _spelled_out(sql: str, count: int) -> str:
    return sql.replace(_IDS, f"IN ({', '.join(['%s'] * count)})" if count else "IN (NULL)")
