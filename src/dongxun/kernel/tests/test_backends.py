from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import Max
from django.db.models.functions import Coalesce, TruncDate

from dongxun.kernel.ids import new_id
from dongxun.kernel.models import Job

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 23, 59, 58, 123456, tzinfo=UTC)


@pytest.mark.parametrize("at", [AT, AT.replace(microsecond=0)])
def test_ids_moments_and_days_are_read_as_they_were_written(at):
    key = Job.objects.create(kind="k", created_at=at, heartbeat_at=at).id

    row = Job.objects.values_list("id", "created_at", "lease", "started_at").get()
    assert row == (key, at, None, None)
    assert row[1].utcoffset() == timedelta(0)


def test_what_is_computed_of_a_moment_is_read_alike():
    lease = new_id()
    Job.objects.create(kind="k", created_at=AT, heartbeat_at=AT)
    Job.objects.create(kind="k", created_at=AT + timedelta(hours=1), heartbeat_at=AT, lease=lease)

    assert Job.objects.aggregate(Max("created_at")) == {"created_at__max": AT + timedelta(hours=1)}
    days = Job.objects.annotate(day=TruncDate("created_at", tzinfo=UTC)).order_by("created_at")
    assert [job.day for job in days] == [date(2026, 11, 22), date(2026, 11, 23)]
    assert Job.objects.filter(id=Coalesce("lease", "id")).count() == 1
    assert lease in Job.objects.values_list(Coalesce("lease", "id"), flat=True)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL sees to it by itself")
def test_a_yes_or_no_is_asked_so_that_sqlite_finds_it_in_an_index():
    for wanted in (True, False):
        sql, _values = Job.objects.filter(cancel_requested=wanted).query.sql_with_params()
        assert sql.endswith('WHERE "kernel_job"."cancel_requested" = %s')


@pytest.mark.parametrize("wanted", [True, False])
def test_a_yes_or_no_finds_its_rows(wanted):
    for asked in (True, False):
        Job.objects.create(kind="k", created_at=AT, heartbeat_at=AT, cancel_requested=asked)

    assert [job.cancel_requested for job in Job.objects.filter(cancel_requested=wanted)] == [wanted]
    assert Job.objects.exclude(cancel_requested=wanted).get().cancel_requested is not wanted
