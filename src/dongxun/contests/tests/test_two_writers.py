"""Two write one contest at once: nobody overwrites the other without a word."""

import pytest

from dongxun.contests import api
from dongxun.contests.contracts import Kind
from dongxun.contests.models import PointRule
from dongxun.contests.tests.make import SYSTEM, make_contest
from dongxun.kit.tests.two_writers import as_sent, check_two_writers

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(cast):
    return cast.client("office")


def test_of_two_who_change_a_contest_or_its_scales_the_later_sees_what_the_first_has_written(
    cast, office
):
    made = make_contest(cast.season, cast.district)
    page = f"/console/contests/{made.id}/edit/"
    typed = as_sent(office.get(page).context["form"])
    check_two_writers(office, page, typed, {"call": "甲写的通知"}, {"call": "乙写的通知"})
    page = f"/console/contests/{made.id}/rules/"
    opened = office.get(page).context
    typed = as_sent(opened["scales"]) | as_sent(opened["prizes"])
    first, second = {"scales-0-name": "立意", "prizes-2-name": "三等奖"}, {"scales-1-number": "41"}
    check_two_writers(office, page, typed, first | {"prizes-2-number": "7"}, second)
    assert [(one.name, one.most) for one in made.criteria.all()] == [("内容", 60), ("语言", 41)]


def test_of_two_who_change_a_round_or_a_meeting_the_later_sees_what_the_first_has_written(
    cast, office
):
    made = make_contest(cast.season, cast.district, kind=Kind.KNOWLEDGE)
    key = api.write_round(by=SYSTEM, contest_id=made.id, name="抢答")
    page = f"/console/contests/rounds/{key}/"
    typed = as_sent(office.get(page).context["change"]) | {"what": "write"}
    check_two_writers(office, page, typed, {"name": "必答"}, {"advance": "17"})
    page = f"/console/contests/{made.id}/meeting/"
    typed = as_sent(office.get(page).context["form"]) | {"at": "2031-01-20T18:30"}
    check_two_writers(office, page, typed, {"where": "村部"}, {"where": "礼堂"})


def test_of_two_who_change_what_earns_points_the_later_sees_what_the_first_has_written(
    cast, office
):
    page = "/console/points/rules/"
    typed = as_sent(office.get(page).context["form"]) | {"is_on": "on"}
    check_two_writers(office, page, typed, {"attended_points": "37"}, {"attended_day_cap": "41"})
    rule = PointRule.objects.get(season=cast.season, what="attended")
    assert (rule.points != 37, rule.day_cap) == (True, 41)
