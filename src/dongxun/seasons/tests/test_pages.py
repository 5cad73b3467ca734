"""Pages of seasons: settings, topics, participation."""

from datetime import timedelta

import pytest
from django.urls import reverse

from dongxun.kernel import clock
from dongxun.people.tests.make import make_person
from dongxun.seasons import api
from dongxun.seasons.models import Participation, Topic
from dongxun.seasons.tests.make import make_participation

pytestmark = pytest.mark.django_db


def words(response) -> str:
    return str(response.content.decode())


def test_the_office_changes_a_setting_with_a_reason(cast):
    client = cast.client("office")
    url = reverse("seasons:settings_of", args=[cast.season.id])
    page = client.get(url)
    form = {
        name: str(page.context["form"][name].value())
        for name in page.context["form"].fields
        if name not in {"show_individual_rank", "reason"}
    }
    refused = client.post(url, form | {"quiz_pass": "101"})
    assert refused.status_code == 422
    assert "101" in words(refused)
    assert client.post(url, form | {"quiz_pass": "70"}).status_code == 422
    assert client.post(url, form | {"quiz_pass": "70", "reason": "按上级要求"}).status_code == 302
    assert api.rules(cast.season.id).parameters.quiz_pass == 70
    assert "按上级要求" in words(client.get(reverse("seasons:versions", args=[cast.season.id])))


def test_a_town_reads_the_settings_and_may_not_change_them(cast):
    client = cast.client("organiser")
    url = reverse("seasons:settings_of", args=[cast.season.id])
    assert client.get(url).status_code == 200
    assert client.get(reverse("seasons:new_topic", args=[cast.season.id])).status_code == 403


def test_a_topic_is_added_mid_season(cast):
    client = cast.client("office")
    url = reverse("seasons:new_topic", args=[cast.season.id])
    form = {
        "name": "农村工作会议精神",
        "minutes": "60",
        "opens_on": clock.today().isoformat(),
        "due_on": (clock.today() + timedelta(days=20)).isoformat(),
        "target": "95",
        "required": "on",
    }
    refused = client.post(url, form)
    assert refused.status_code == 422
    assert "请填写为什么调整" in words(refused)
    assert client.post(url, form | {"reason": "会议刚开过"}).status_code == 302
    assert Topic.objects.filter(name="农村工作会议精神", added_reason="会议刚开过").exists()
    assert "农村工作会议精神" in words(client.get(reverse("seasons:topics")))


def test_a_credit_row_is_changed_and_bad_steps_are_named(cast):
    client = cast.client("office")
    code = api.rules(cast.season.id).credit[0].format
    url = reverse("seasons:credit", args=[cast.season.id, code])
    form = {"method": "steps", "hours": "0", "minutes_an_hour": "60", "reason": "试行"}
    assert client.post(url, form | {"steps": "三十分=1"}).status_code == 422
    assert client.post(url, form | {"steps": "30=1 15=0.5"}).status_code == 422
    assert client.post(url, form | {"steps": "15=0.5 30=1"}).status_code == 302
    assert api.rules(cast.season.id).credit[0].steps[0][0] == 15


def test_a_secretary_sets_how_people_learn(cast):
    client = cast.client("secretary")
    page = words(client.get(reverse("seasons:participation")))
    assert cast.lin.name in page
    assert cast.foreign.mark not in page
    url = reverse("seasons:change_participation")
    assert client.post(url, {"mode": "home"}).status_code == 422
    lin = {"person": str(cast.lin.id)}
    assert client.post(url, lin | {"mode": "home"}).status_code == 422
    assert client.post(url, lin | {"mode": "home", "reason": "aged"}).status_code == 302
    row = Participation.objects.get(person=cast.lin, valid_to=None)
    assert (row.mode, row.reason) == ("home", "aged")
    assert client.post(url, {"person": str(cast.wu.id), "mode": "floating"}).status_code == 404


def test_a_new_season_starts_with_everybody(cast):
    client = cast.client("office")
    url = reverse("seasons:new")
    form = {
        "name": "2027—2028 年度冬训",
        "starts_on": "2027-12-14",
        "ends_on": "2028-03-12",
        "season_hours": "8",
        "topics": "一\n二\n\n二",
    }
    assert client.post(url, form | {"ends_on": "2027-12-01"}).status_code == 422
    assert client.post(url, form).status_code == 302
    made = next(s for s in api.seasons(by=cast.actor("office")) if s.name == form["name"])
    assert (made.state, len(api.rules(made.id).topics)) == ("running", 2)
    assert Participation.objects.filter(season_id=made.id).exists()


def test_a_secretary_says_who_does_not_count_and_takes_it_back(cast):
    client = cast.client("secretary")
    url = reverse("seasons:change_participation")
    lin = {"person": str(cast.lin.id), "do": "exclude"}
    refused = client.post(url, lin)
    assert refused.status_code == 422
    assert "请写明不计入的原因" in words(refused)
    assert f'value="{cast.lin.id}" checked' in words(refused)
    assert client.post(url, lin | {"excluded": "借调外省"}).status_code == 302
    assert "借调外省" in words(client.get(reverse("seasons:participation"), {"mode": "out"}))
    here = [cast.own.branch.interval]
    assert cast.lin.id not in api.eligible_ids(cast.season.id, clock.today(), here)

    elsewhere = {"person": str(cast.wu.id), "do": "exclude", "excluded": "借调"}
    assert client.post(url, elsewhere).status_code == 404
    assert client.post(url, lin | {"do": "take_back"}).status_code == 302
    assert cast.lin.id in api.eligible_ids(cast.season.id, clock.today(), here)


def test_participation_reads_one_page_of_the_unit(cast):
    for number in range(60):
        make_participation(cast.season, make_person(f"新{number:02}", branch=cast.own.branch))
    client = cast.client("organiser")
    url = reverse("seasons:participation")

    first, second = client.get(url), client.get(url, {"page": "2"})

    assert len(first.context["rows"]) == 50
    assert len(second.context["rows"]) == first.context["total"] - 50
    ids = [card.id for card, *_rest in (*first.context["rows"], *second.context["rows"])]
    assert len(set(ids)) == first.context["total"]
    assert not client.get(url, {"mode": "nonsense"}).context["rows"]


def test_settings_stand_in_groups_and_none_is_missing(cast):
    page = cast.client("office").get(reverse("seasons:settings_of", args=[cast.season.id]))

    shown = [bound.name for _title, bounds in page.context["form"].groups() for bound in bounds]

    assert sorted([*shown, "reason"]) == sorted(page.context["form"].fields)
