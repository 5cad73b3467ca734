"""Campaigns, study days, courses: lists and forms."""

from datetime import time

import pytest
from django.urls import reverse

from dongxun.kernel import clock
from dongxun.kernel.errors import Conflict, NotFound
from dongxun.kernel.models import Event
from dongxun.organisations.tests.make import SYSTEM
from dongxun.seasons import api
from dongxun.seasons.contracts import StudyDayLine
from dongxun.seasons.models import Course, StudyDay
from dongxun.seasons.tests.make import make_study_day

pytestmark = pytest.mark.django_db


def words(response) -> str:
    return str(response.content.decode())


def test_campaigns_decide_nobodys_standing(cast):
    api.add_campaign(by=SYSTEM, season_id=cast.season.id, name="一")
    Event.objects.all().delete()

    key = api.add_campaign(by=SYSTEM, season_id=cast.season.id, name="二")
    with pytest.raises(Conflict):
        api.edit_campaign(by=SYSTEM, campaign_id=key, name="一")
    for _ in range(2):
        api.remove_campaign(by=SYSTEM, campaign_id=key)

    assert not Event.objects.filter(name="RequirementChanged").exists()


def test_an_organiser_keeps_the_study_days_of_the_own_town(cast):
    client = cast.client("organiser")
    form = {
        "organisation_id": str(cast.own.node.id),
        "title": "每月固定学习日",
        "every": "month",
        "at": "14:30",
        "minutes": "60",
    }
    new = reverse("seasons:new_study_day")
    refused = client.post(new, form)
    assert refused.status_code == 422
    assert "14:30" in words(refused)
    assert client.post(new, form | {"day": "31"}).status_code == 302
    row = StudyDay.objects.get()
    assert (row.day, row.weekday) == (31, None)

    url = reverse("seasons:study_day", args=[row.id])
    typed = form | {"every": "week", "weekday": "4", "title": "周五学习日"}
    assert client.post(url, typed).status_code == 302
    assert "每周：星期五" in words(client.get(reverse("seasons:study_days")))
    elsewhere = make_study_day(cast.season, cast.foreign.node)
    assert client.get(reverse("seasons:study_day", args=[elsewhere])).status_code == 404
    assert client.post(new, form | {"organisation_id": str(cast.foreign.node.id)}).status_code in {
        404,
        422,
    }
    for _ in range(2):
        client.post(reverse("seasons:remove_study_day", args=[row.id]))
    assert [day.id for day in StudyDay.objects.all()] == [elsewhere]


def test_two_study_days_of_one_unit_have_different_titles(cast):
    make_study_day(cast.season, cast.own.node, title="一")
    other = make_study_day(cast.season, cast.own.node, title="二")

    with pytest.raises(Conflict):
        api.set_study_day(
            by=SYSTEM,
            season_id=cast.season.id,
            organisation_id=cast.own.node.id,
            line=StudyDayLine("一", "week", time(9), weekday=0),
            study_day_id=other,
        )
    with pytest.raises(NotFound):
        api.study_day(other, clock.today(), by=cast.actor("other_organiser"))


def test_courses_are_added_changed_put_in_order_and_taken_out(cast):
    client = cast.client("office")
    topic = [cast.season.id, cast.topics[0].id]
    new = reverse("seasons:new_course", args=topic)
    assert client.post(new, {"title": "", "minutes": "0"}).status_code == 422
    for title in ("第一讲", "第二讲", "第三讲"):
        form = {"title": title, "minutes": "45", "audience": "", "summary": ""}
        assert client.post(new, form).status_code == 302
    third = Course.objects.get(title="第三讲")
    move = reverse("seasons:move_course", args=[*topic, third.id])
    for place in ("0", "0", "x"):
        assert client.post(move, {"place": place}).status_code == 302
    order = list(Course.objects.order_by("order").values_list("title", flat=True))
    assert order == ["第三讲", "第一讲", "第二讲"]

    one = reverse("seasons:course", args=[*topic, third.id])
    taken = {"title": "第一讲", "minutes": "45"}
    assert client.post(one, taken).status_code == 409
    assert client.post(one, taken | {"title": "第三讲（修订）"}).status_code == 302
    assert "第三讲（修订）" in words(client.get(reverse("seasons:topic", args=topic)))
    gone = reverse("seasons:remove_course", args=[*topic, third.id])
    assert client.post(gone).status_code == 302
    assert client.post(gone).status_code == 404
    assert Course.objects.count() == 2
    latest = api.versions(cast.season.id, by=SYSTEM)[0]
    assert latest.reason == "删去课程：第三讲（修订）"
    assert latest.changes[0].after == "第一讲 45′、第二讲 45′"
