"""Two desks write a lesson of one title at the same moment."""

from django.db import transaction

from dongxun.kernel.errors import Conflict
from dongxun.library.models import Lesson
from dongxun.library.tests.make import make_lesson
from tests.at_once import PATIENCE_S, beside, holds_up, two_writers


@two_writers
def test_of_two_lessons_of_one_title_written_at_once_the_second_is_told(cast):
    with transaction.atomic():
        make_lesson(cast.season, cast.own.branch, title="一课")
        thread, raised = beside(lambda: make_lesson(cast.season, cast.own.branch, title="一课"))
        assert holds_up(thread)
    thread.join(PATIENCE_S)
    assert [type(error) for error in raised] == [Conflict]
    assert Lesson.objects.count() == 1
