"""Queries that every page asks, thought up once a connection.

The ORM thinks a query up anew each time it is asked; for a small query that is most of
its cost. :func:`rows` keeps the statement a query became and puts the next values into it.
The query stays one of the ORM, so that it follows the models and reads alike on both
databases; :mod:`dongxun.kernel.hot` is for what the ORM cannot say.

The function that builds the query stands at the top of a module, and the same kinds of
values must make the same statement: no condition inside it may depend on a value.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar, cast
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators
from django.db.models.sql.compiler import SQLCompiler

from dongxun.kernel import bulk

M = TypeVar("M", bound=Model)

Build = Callable[..., QuerySet[Any, Any]]
"""Makes a query out of plain values and tuples of them: of ``values_list``, or of objects."""

_FAR_DAY = date(9000, 1, 1)
_STAND_INS: dict[type, Callable[[int], Any]] = {
    int: lambda n: 2_000_000_000 + n,
    str: lambda n: f"\N{SYMBOL FOR NULL}{n}",
    UUID: lambda n: UUID(int=(0xFACADE << 100) + n),
    date: lambda n: _FAR_DAY + timedelta(days=n),
    datetime: lambda n: datetime(9000, 1, 1, tzinfo=UTC) + timedelta(seconds=n),
}


@dataclass(frozen=True, slots=True)
class _Statement:
    """What a query became: ``places`` says for each ``%s`` which value it takes, or which constant."""

    sql: str
    places: tuple[tuple[int | None, Any], ...]
    compiler: SQLCompiler
    converters: dict[int, Any]


def rows(build: Build, *values: Any) -> list[tuple[Any, ...]]:
    """Return what the query of ``build(*values)`` finds, as tuples.

    Raises:
        KeyError: a value is of a kind that is not taken here, such as None.
        ValueError: the query does something with a value before it asks for it.
    """
    return _ask(build, values)[1]


def objects(build: Callable[..., QuerySet[M]], *values: Any) -> list[M]:
    """Return the objects that a query finds, with those of ``select_related``; see :func:`rows`.

    The query may leave columns out by ``only``; it must not prefetch or annotate.
    """
    statement, found = _ask(build, values)
    if not found:
        return []
    known = cast("dict[str, Any]", statement.compiler.klass_info)
    fields = known["select_fields"]
    model, start, end = cast("type[M]", known["model"]), fields[0], fields[-1] + 1
    names = [column.target.attname for column, *_rest in statement.compiler.select[start:end]]
    related = get_related_populators(  # type: ignore[call-arg]  # the stubs know Django 6
        known, statement.compiler.select, DEFAULT_DB_ALIAS
    )
    made = []
    for row in found:
        one = model.from_db(DEFAULT_DB_ALIAS, names, row[start:end])
        for part in related:
            part.populate(row, one)
        made.append(one)
    return made


def _ask(build: Build, values: tuple[Any, ...]) -> tuple["_Statement", list[tuple[Any, ...]]]:
    connection = connections[DEFAULT_DB_ALIAS]
    flat: list[Any] = []
    kinds: list[Any] = [build]
    for value in values:
        if isinstance(value, tuple):
            kinds.append(tuple(map(type, value)))
            flat += value
        else:
            kinds.append(type(value))
            flat.append(value)
    known: dict[Any, _Statement] = vars(connection).setdefault("asked", {})
    statement = known.get(key := tuple(kinds))
    if statement is None:
        statement = known[key] = _thought_up(build, values)
    given = [bulk.value(value) for value in flat]
    parameters = [constant if at is None else given[at] for at, constant in statement.places]
    with bulk.prepared() as cursor:
        cursor.execute(statement.sql, parameters)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    if statement.converters:
        found = list(map(tuple, statement.compiler.apply_converters(found, statement.converters)))
    return statement, found


def _thought_up(build: Build, values: tuple[Any, ...]) -> _Statement:
    """Return the statement of a query in which each value is stood in for by one of its kind."""
    marks: list[Any] = []

    def mark(value: Any) -> Any:
        marks.append(_STAND_INS[type(value)](len(marks)))
        return marks[-1]

    stand_ins = [tuple(map(mark, v)) if isinstance(v, tuple) else mark(v) for v in values]
    query = build(*stand_ins).query
    compiler = query.get_compiler(DEFAULT_DB_ALIAS)
    sql, parameters = compiler.as_sql()
    at = {bulk.value(given): place for place, given in enumerate(marks)}
    places = tuple((at.get(given), given) for given in parameters)
    if len({place for place, _given in places if place is not None}) != len(marks):
        raise ValueError(sql)
    fields = [column for column, *_rest in compiler.select[: compiler.col_count]]
    return _Statement(sql, places, compiler, compiler.get_converters(fields))
