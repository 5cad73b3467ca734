from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import Count, Q
from django.test.utils import CaptureQueriesContext

from dongxun.kernel import asked
from dongxun.kernel.ids import new_id
from dongxun.kernel.models import Job

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 8, 0, 0, 123456, tzinfo=UTC)


def make_jobs(count):
    return [
        Job.objects.create(
            kind=f"k{n}", created_at=AT + timedelta(hours=n), heartbeat_at=AT, payload={"n": [n]}
        )
        for n in range(count)
    ]


def by_time(kind, since, ids):
    found = Job.objects.filter(Q(kind=kind) | Q(id__in=ids), created_at__gte=since)
    return found.order_by("-created_at").values_list("id", "created_at", "payload", "lease")[:20]


def counted():
    return Job.objects.order_by().values_list("kind").annotate(n=Count("id"))


def altered(words):
    return Job.objects.filter(kind__contains=words).values_list("id")


def test_rows_come_back_as_the_orm_would_give_them():
    first, second, third = make_jobs(3)

    for given in [
        ("k2", AT, (first.id, second.id)),
        ("k0", AT + timedelta(hours=1), (second.id, second.id)),
        ("k0", AT, (new_id(), third.id)),
        ("none", AT, ()),
    ]:
        assert asked.rows(by_time, *given) == list(by_time(*given)), given
    assert asked.rows(by_time, "k1", AT, ())[0] == (second.id, second.created_at, {"n": [1]}, None)


def in_part(kind):
    return Job.objects.filter(kind=kind).only("kind", "payload")


def test_objects_come_back_with_the_columns_that_were_asked_for():
    make_jobs(2)

    [found] = asked.objects(in_part, "k1")
    assert (found.payload, found.get_deferred_fields()) == (
        {"n": [1]},
        in_part("k1").get().get_deferred_fields(),
    )
    assert found == Job.objects.get(kind="k1")
    assert asked.objects(in_part, "none") == []


def test_a_query_without_values_is_asked_anew_each_time():
    make_jobs(1)
    assert asked.rows(counted) == [("k0", 1)]

    make_jobs(1)
    assert asked.rows(counted) == [("k0", 2)]


def test_each_asking_is_one_query_that_can_be_counted():
    asked.rows(by_time, "k1", AT, ())

    with CaptureQueriesContext(connection) as seen:
        asked.rows(by_time, "k2", AT, ())
    assert len(seen) == 1


def test_values_that_a_query_changes_or_cannot_stand_in_for_are_refused():
    with pytest.raises(ValueError, match="LIKE"):
        asked.rows(altered, "k")
    with pytest.raises(KeyError):
        asked.rows(altered, None)
