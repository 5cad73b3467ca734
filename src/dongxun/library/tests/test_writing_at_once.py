"""Two desks write a lesson of one title at the same moment."""

import pytest
from django.db import connection, transaction

from dongxun.kernel.errors import Conflict
from dongxun.library.models import Lesson
from dongxun.library.tests.make import make_lesson
from tests.at_once import PATIENCE_S, beside, holds_up

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql",
        reason="two writers at once: SQLite queues them itself, and its tests have one connection",
    ),
]


def test_of_two_lessons_of_one_title_written_at_once_the_second_is_told(cast):
    with transaction.atomic():
        make_lesson(cast.season, cast.own.branch, title="一课")
        thread, raised = beside(lambda: make_lesson(cast.season, cast.own.branch, title="一课"))
        assert holds_up(thread)
    thread.join(PATIENCE_S)
    assert [type(error) for error in raised] == [Conflict]
    assert Lesson.objects.count() == 1
