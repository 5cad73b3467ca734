from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import Permission
from django.db import connection

from dongxun.kernel import bulk, hot
from dongxun.kernel.ids import new_id
from dongxun.kernel.models import SyncItem

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 8, 0, 0, 123456, tzinfo=UTC)
ITEM = ("id", "kind", "device", "body", "body_hash", "received_at", "answer", "reason", "skew_s")
FOUND = hot.statement(
    """
    SELECT id, received_at, kind, skew_s FROM {sync_item}
    WHERE received_at <= %s AND id IN %ids ORDER BY skew_s
""",
    sync_item=SyncItem,
)
KINDS = (UUID, hot.moment, str, int)


def items(count):
    ids = [new_id() for _ in range(count)]
    rows = [(key, "k", "", {}, "", AT, "", "", n or None) for n, key in enumerate(ids)]
    bulk.insert(SyncItem, ITEM, rows)
    return ids


@pytest.mark.parametrize("asked", [1, 3])
def test_rows_come_back_as_the_orm_would_give_them(asked):
    first, *_others, last = items(4)

    found = hot.rows(FOUND, [AT], KINDS, ids=[last, *[new_id()] * (asked - 1)])

    assert found == [(last, AT, "k", 3)]
    assert hot.rows(FOUND, [AT], KINDS, ids=[first]) == [(first, AT, "k", None)]


def test_no_ids_find_nothing():
    items(2)

    assert hot.rows(FOUND, [AT], KINDS, ids=[]) == []


def test_a_model_stands_for_its_table_in_a_statement():
    found = hot.statement(
        "{item} {kind} {x}", item=SyncItem, kind=hot.behind(Permission, "content_type"), x="id"
    )

    assert found == '"kernel_syncitem" "django_content_type" id'


@pytest.mark.skipif(connection.vendor != "postgresql", reason="asks PostgreSQL itself")
def test_a_statement_is_prepared_once_and_kept():
    for _ in range(3):
        hot.rows(FOUND, [AT], KINDS, ids=[new_id()])

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", ["%skew_s%"]
        )
        assert cursor.fetchone() == (1,)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="asks PostgreSQL itself")
@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_server_has_closed_is_opened_again():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [process] = cursor.fetchone()
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [process])
    other.close()
    asked: Any = connection
    asked.health_check_enabled, asked.health_check_done = True, False

    assert hot.rows(FOUND, [AT], KINDS, ids=[]) == []
