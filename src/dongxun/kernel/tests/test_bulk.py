from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from dongxun.kernel import bulk
from dongxun.kernel.ids import new_id
from dongxun.kernel.models import AuditEntry, SyncItem

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
AUDIT = ("at", "actor_kind", "actor_id", "actor_label", "action", "subject_kind", "subject_id")
ITEM = ("id", "kind", "device", "body", "body_hash", "received_at", "answer", "reason", "skew_s")


def line(number, subject_id=None):
    text = f"甲\t乙\\{number}\n丙"
    return (AT, "system", None, text, "a.b", "", subject_id, None, {"文": [number, None, True]})


@pytest.mark.parametrize("count", [1, 19, 20, 1200])
def test_rows_arrive_as_they_are_however_many(count):
    key = new_id()

    columns = (*AUDIT, "organisation_id", "detail")
    assert bulk.insert(AuditEntry, columns, (line(n, key) for n in range(count))) == count

    rows = list(AuditEntry.objects.order_by("id"))
    assert len(rows) == count
    last = rows[-1]
    assert (last.at, last.actor_id, last.subject_id) == (AT, None, key)
    assert last.actor_label == f"甲\t乙\\{count - 1}\n丙"
    assert last.detail == {"文": [count - 1, None, True]}


@pytest.mark.parametrize("count", [2, 40])
def test_a_row_that_is_there_already_is_refused_as_by_the_orm(count):
    rows = [(UUID(int=1), "k", "", {}, "", AT, "", "", None)] * count

    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(SyncItem, ITEM, rows)

    assert not SyncItem.objects.exists()


def test_present_says_which_of_many_texts_a_column_holds():
    bulk.insert(SyncItem, ITEM, [(new_id(), "k", "", {}, text, AT, "", "", 1) for text in "ab"])

    assert bulk.present(SyncItem, "body_hash", {"a", "c"}) == {"a"}
    assert bulk.present(SyncItem, "body_hash", set()) == set()
