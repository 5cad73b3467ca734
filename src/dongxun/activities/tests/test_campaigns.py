"""Campaigns with what their sessions add up to; sessions arranged from a study day."""

from datetime import date, time, timedelta

import pytest
from django.urls import reverse

from dongxun.activities.models import CheckIn, Draft
from dongxun.activities.tests.make import make_session
from dongxun.kernel import clock
from dongxun.organisations.tests.make import SYSTEM
from dongxun.seasons import api
from dongxun.seasons.models import Campaign, Cohort
from dongxun.seasons.tests.make import make_study_day

pytestmark = pytest.mark.django_db


def words(response) -> str:
    return str(response.content.decode())


def test_a_campaign_is_added_changed_and_shows_what_its_sessions_add_up_to(cast):
    client = cast.client("office")
    new = reverse("seasons:new_campaign")
    assert client.post(new, {"name": " "}).status_code == 422
    assert client.post(new, {"name": "会议精神到我村", "theme": "面对面"}).status_code == 302
    row = Campaign.objects.get()
    session = make_session(cast.season, cast.own.node, campaign=row, public_count=7)
    for person in cast.own.people[:2]:
        CheckIn.objects.create(
            session=session,
            person=person,
            branch_id=person.branch_id,
            method="roll",
            occurred_at=clock.now(),
        )
    shown = words(client.get(reverse("activities:campaigns")))
    assert "会议精神到我村" in shown
    assert 'data-label="人次">2<' in shown
    assert 'data-label="群众">7<' in shown
    one = reverse("activities:campaign", args=[row.id])
    assert session.title in words(client.get(one))

    change = reverse("seasons:campaign", args=[row.id])
    assert client.post(change, {"name": "会议精神进万家"}).status_code == 302
    assert "会议精神进万家" in words(client.get(one))
    removed = client.post(reverse("seasons:remove_campaign", args=[row.id]), follow=True)
    assert "不能删去" in words(removed)
    reasons = [version.reason for version in api.versions(cast.season.id, by=SYSTEM)]
    assert reasons[:2] == ["主题活动改名：会议精神进万家", "新增主题活动：会议精神到我村"]


def test_a_campaign_is_offered_when_a_session_is_arranged(cast):
    key = api.add_campaign(by=SYSTEM, season_id=cast.season.id, name="会议精神到我村")

    page = cast.client("organiser").get(reverse("activities:new"), {"campaign": key})

    assert f'<option value="{key}" selected>会议精神到我村' in words(page)


def test_a_session_is_arranged_from_a_study_day_of_the_schedule(cast):
    today = clock.today()
    key = make_study_day(cast.season, cast.own.node, weekday=today.weekday())
    client = cast.client("organiser")
    schedule = words(client.get(reverse("activities:schedule")))
    address = f"{reverse('activities:new')}?study_day={key}&amp;day={today.isoformat()}"
    assert address in schedule

    url = address.replace("&amp;", "&")
    page = client.get(url)
    assert "周三学习日" in words(page)
    topic = {f"topic_{cast.topics[0].id}": "60"}
    typed = {"title": "周三学习日", "type": "lecture", "format": "hall"} | topic
    assert client.post(url, typed).status_code == 302
    draft = Draft.objects.get()
    start = clock.moment(today, time(14))
    assert draft.typed["starts_at"] == start.isoformat()
    assert draft.typed["ends_at"] == (start + timedelta(minutes=90)).isoformat()
    assert draft.typed["host_id"] == str(cast.own.node.id)
    when = words(client.get(reverse("activities:draft", args=[draft.id, "when"])))
    assert "14:00" in when


def test_a_study_day_of_no_season_day_prefills_nothing(cast):
    key = make_study_day(cast.season, cast.own.node, weekday=2)
    for day in ("", "2020-01-01", "zzz"):
        page = cast.client("organiser").get(
            reverse("activities:new"), {"study_day": key, "day": day}
        )
        assert page.status_code == 200
    assert date(2020, 1, 1) < cast.season.starts_on


def test_a_cohort_for_which_a_session_is_held_is_not_dissolved(cast):
    key = api.begin_cohort(
        by=SYSTEM, season_id=cast.season.id, organisation_id=cast.own.node.id, name="青年班"
    )
    make_session(cast.season, cast.own.node, cohort_id=key)

    refused = cast.client("organiser").post(
        reverse("seasons:remove_cohort", args=[key]), follow=True
    )

    assert "不能解散" in words(refused)
    assert Cohort.objects.filter(id=key).exists()
