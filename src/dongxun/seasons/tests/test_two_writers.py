"""Two change one topic or course at once: nobody overwrites the other without a word."""

import pytest

from dongxun.kit.tests.two_writers import as_sent, check_two_writers
from dongxun.seasons import api
from dongxun.seasons.models import Course, Topic

pytestmark = pytest.mark.django_db


def test_of_two_who_change_a_topic_or_a_course_the_later_sees_what_the_first_has_written(cast):
    office, season, topic = cast.client("office"), cast.season, cast.topics[0]
    page = f"/console/seasons/{season.id}/topics/{topic.id}/"
    typed = as_sent(office.get(page).context["form"]) | {"reason": "听了大家的意见"}
    check_two_writers(office, page, typed, {"name": "乡村振兴新篇"}, {"minutes": "77"})
    assert Topic.objects.get(id=topic.id).minutes == 77
    key = api.write_course(by=cast.actor("office"), topic_id=topic.id, title="田头一课", minutes=30)
    page = f"{page}courses/{key}/"
    typed = as_sent(office.get(page).context["form"])
    check_two_writers(office, page, typed, {"summary": "甲写的"}, {"summary": "乙写的"})
    assert Course.objects.get(id=key).summary == "乙写的"
