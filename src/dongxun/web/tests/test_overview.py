from datetime import time, timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from dongxun.coverage import api as coverage
from dongxun.coverage import days
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.outbox import deliver_all
from dongxun.ledger import api as ledger
from dongxun.ledger.tests.make import make_fact
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import StudyDayLine
from dongxun.seasons.models import Season
from dongxun.web.todo import week_of

SYSTEM = Actor.system("tests")


@pytest.fixture
def counted(cast):
    """Return the cast with 林小满 trained in the first topic and everybody counted."""
    fact = make_fact(cast.lin, season_id=cast.season.id, topic_id=cast.topics[0].id)
    ledger.record([fact], by=SYSTEM)
    deliver_all()
    coverage.rebuild(by=SYSTEM, season_id=cast.season.id)
    return cast


def page(cast, role, query=""):
    answer = cast.client(role).get(f"/console/{query}")
    return answer.status_code, answer.content.decode()


def test_the_first_page_answers_in_its_title_how_far_the_district_is(counted):
    status, text = page(counted, "office")

    assert status == 200
    assert "<h1>全区覆盖" in text
    assert "计划" in text
    for town in ("平潮镇", "五接镇"):
        assert town in text


def test_a_secretary_sees_the_own_branch_and_nothing_of_others(counted):
    status, text = page(counted, "secretary")

    assert status == 200
    assert f'<th scope="row">{counted.own.branch.short_name}</th>' in text
    assert "五接镇" not in text
    assert "名册导入、专题开课以后" not in text, "the branch itself is the only row"
    assert 'href="/branch/"' in text, "from the console to the page with the roll"


def test_a_unit_outside_ones_own_is_not_there(counted):
    foreign = counted.foreign.node.id

    for role in ("organiser", "secretary"):
        assert page(counted, role, f"?in={foreign}")[0] == 404
    assert page(counted, "office", f"?in={foreign}")[0] == 200
    assert page(counted, "office", "?in=nonsense")[0] == 404


def test_the_first_page_of_a_zone_lead_names_the_zone(counted):
    Season.objects.filter(id=counted.season.id).update(geo_zones=counted.zone_set)
    counted.season.organisations.all().delete()
    for town in counted.towns.values():
        counted.season.organisations.create(organisation_id=town.node.id)

    assert "<h1>西片" in page(counted, "zone_lead")[1]


def test_a_zone_lead_sees_counts_and_no_way_to_names(counted):
    status, text = page(counted, "zone_lead")

    assert status == 200
    assert "西片" in text
    assert "/console/names/" not in text
    answer = counted.client("zone_lead").get(f"/console/names/?in={counted.own.node.id}")
    assert answer.status_code == 404


def test_every_cell_leads_to_the_people_who_are_missing(counted):
    _status, text = page(counted, "office")
    topic, town = counted.topics[0].id, counted.own.node.id
    address = f"/console/names/?in={town}&topic={topic}&what=not-met"

    assert address.replace("&", "&amp;") in text
    answer = counted.client("office").get(address)
    assert answer.status_code == 200
    assert counted.lin.name not in answer.content.decode()
    assert counted.zhou.name in answer.content.decode()


def test_only_those_behind_can_be_shown(counted):
    counted.season.topics.update(due_on=clock.today())
    Season.objects.filter(id=counted.season.id).update(definition_version=9)

    status, text = page(counted, "office", "?behind=1")

    assert status == 200
    assert "只看落后的" in text


def test_the_first_page_of_a_district_takes_at_most_twelve_queries(
    counted, django_assert_max_num_queries
):
    """Also in a minute in which the zones are read anew, and with nothing remembered."""
    days.freeze(by=SYSTEM, season_id=counted.season.id, as_of=clock.today() - timedelta(days=7))
    for member in counted.zone.members.all():
        counted.season.organisations.create(organisation_id=member.organisation_id)
    client = counted.client("office")
    client.get("/console/")

    with django_assert_max_num_queries(9):
        assert "西片" in client.get("/console/").content.decode()
    cache.delete(f"lately:coverage.zones:{clock.today()}:{counted.season.id}")
    with django_assert_max_num_queries(11):
        client.get("/console/")
    cache.clear()
    with django_assert_max_num_queries(12):
        client.get("/console/")


def test_last_weeks_figure_is_compared_once_it_was_kept(counted):
    days.freeze(by=SYSTEM, season_id=counted.season.id, as_of=clock.today() - timedelta(days=7))

    assert "较上周" in page(counted, "office", f"?in={counted.district.id}")[1]


def test_administrators_have_no_overview_and_the_public_signs_in(counted):
    for role in ("system", "security", "audit"):
        assert page(counted, role)[0] == 302
    answer = Client().get("/console/")
    assert answer.status_code == 302
    assert "/sign-in/" in answer["Location"]


def test_everybody_is_led_to_their_own_first_page(counted):
    assert counted.client("office").get("/")["Location"] == "/console/"
    assert Client().get("/").status_code == 302


def test_without_a_season_the_page_says_so(counted, monkeypatch):
    monkeypatch.setattr("dongxun.seasons.api.current_season", lambda actor: None)

    status, text = page(counted, "office")

    assert (status, "还没有冬训季" in text) == (200, True)


def test_statistics_and_definitions_show_what_each_figure_means(counted):
    client = counted.client("office")

    statistics = client.get("/console/statistics/").content.decode()
    definitions = client.get("/definitions/").content.decode()

    for name in ("专题完成率", "有形覆盖", "有力覆盖", "有效覆盖"):
        assert name in statistics
        assert name in definitions
    assert client.get("/console/statistics/?as_of=2001-01-01").status_code == 404
    assert client.get("/console/statistics/?as_of=x").status_code == 404


@pytest.mark.parametrize(
    "query", ["?what=nonsense", "?topic=nonsense", "?in=nonsense", "?topic=" + "0" * 32]
)
def test_bad_addresses_of_names_are_not_found(counted, query):
    assert counted.client("office").get(f"/console/names/{query}").status_code == 404


def test_a_page_number_out_of_range_shows_the_last_page(counted):
    for number in ("99999", "-1", "x", "9" * 30):
        answer = counted.client("office").get(f"/console/names/?what=eligible&page={number}")
        assert answer.status_code == 200


def test_weeks_are_counted_from_the_first_day():
    first, last = clock.today(), clock.today() + timedelta(days=90)

    assert week_of(first, last, first) == (1, 13)
    assert week_of(first, last, first + timedelta(days=7)) == (2, 13)
    assert week_of(first, last, last + timedelta(days=1)) is None


def test_the_first_page_asks_for_the_study_days_of_the_next_days(counted):
    today = clock.today()
    seasons.set_study_day(
        by=SYSTEM,
        season_id=counted.season.id,
        organisation_id=counted.district.id,
        line=StudyDayLine("周三学习日", "week", time(14), weekday=(today.weekday() + 1) % 7),
    )
    client = counted.client("secretary")
    assert 'hx-get="/console/study-days/"' in client.get("/console/").content.decode()

    part = client.get("/console/study-days/", headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in part
    assert "周三学习日" in part
    assert f"day={today + timedelta(days=1):%Y-%m-%d}" in part
