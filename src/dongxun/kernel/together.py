"""Questions of several rooms in one statement: a page of counts asks the database once.

A room writes its question as a generator. It yields the queries whose rows it wants, all of
``values_list`` with numbers, flags, texts and moments, gets a list of rows for each, and returns
what it makes of them; it may yield again. :func:`ask` goes on with all questions side by side::

    def _late(season_id: UUID) -> Question[int]:
        [rows] = yield [totals(Need.objects.filter(season_id=season_id), n=Count("id"))]
        return only(rows, 0)[0]

Rows come back by way of JSON: a flag may be 0 or 1, a moment is a text for :func:`moment`, an
id one for ``UUID``.
"""

import json
from collections.abc import Generator, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Aggregate, QuerySet, Value

T = TypeVar("T")
Rows = list[tuple[Any, ...]]
Question = Generator[Sequence[QuerySet[Any, Any]], list[Rows], T]
_AS_LIST = {
    "sqlite": "(SELECT json_group_array(json_array({columns})) FROM {name})",
    "postgresql": "(SELECT json_agg(json_build_array({columns})) FROM {name})",
}


def ask(*questions: Question[Any]) -> list[Any]:
    """Answer questions in their order; as many statements as the longest of them has turns."""
    both = side_by_side(*questions)
    try:
        wanted = next(both)
        while True:
            wanted = both.send(_rows_of(wanted))
    except StopIteration as done:
        found: list[Any] = done.value
        return found


def side_by_side(*questions: Question[Any]) -> Question[list[Any]]:
    """Make one question of several, which are asked in the same turns."""
    found: list[Any] = [None] * len(questions)
    waiting: dict[int, Sequence[QuerySet[Any, Any]]] = {}
    sent: dict[int, list[Rows] | None] = dict.fromkeys(range(len(questions)))
    while sent:
        waiting = {}
        for number, rows in sent.items():
            question = questions[number]
            try:
                waiting[number] = next(question) if rows is None else question.send(rows)
            except StopIteration as done:
                found[number] = done.value
        sent = {}
        if waiting:
            answers = iter((yield [query for part in waiting.values() for query in part]))
            sent = {number: [next(answers) for _ in part] for number, part in waiting.items()}
    return found


def totals(rows: QuerySet[Any], **counts: Aggregate) -> QuerySet[Any, Any]:
    """Return the query of one row of counts over all of ``rows``."""
    whole: QuerySet[Any, Any] = rows.order_by().annotate(whole=Value(1)).values("whole")
    counted: QuerySet[Any, Any] = whole.annotate(**counts).values_list(*counts)
    return counted


def only(rows: Rows, *usual: int) -> tuple[int, ...]:
    """Return the row of :func:`totals`; ``usual`` where it was clear that nothing is to count."""
    return rows[0] if rows else usual


def moment(text: str) -> datetime:
    """Return the moment of a row, aware."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _rows_of(queries: Sequence[QuerySet[Any, Any]]) -> list[Rows]:
    """Return the rows of each query: one statement, none where all are known to find nothing."""
    found: list[Rows] = [[] for _query in queries]
    parts, lists, values, asked = [], [], [], []
    for number, query in enumerate(queries):
        compiler = query.query.get_compiler(connection.alias)
        try:
            sql, given = compiler.as_sql()
        except EmptyResultSet:
            continue
        columns = ", ".join(f"c{at}" for at in range(len(compiler.select)))
        parts.append(f"q{number} ({columns}) AS ({sql})")
        lists.append(_AS_LIST[connection.vendor].format(columns=columns, name=f"q{number}"))
        values += given
        asked.append(number)
    if asked:
        with connection.cursor() as cursor:
            # the texts are Django's own; what people typed stands in ``values``
            cursor.execute(f"WITH {', '.join(parts)} SELECT {', '.join(lists)}", values)
            row = cursor.fetchone()
        for number, raw in zip(asked, row, strict=True):
            read = json.loads(raw) if isinstance(raw, str) else raw
            found[number] = [tuple(each) for each in read or ()]
    return found
