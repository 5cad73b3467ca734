from datetime import timedelta

import pytest
from django.urls import reverse

from dongxun.kernel import clock
from dongxun.people.models import Stay, StayNote
from dongxun.people.tests.make import make_person

pytestmark = pytest.mark.django_db
URL = reverse("exchanges:floating_sheet")


def enter(cast, *lines, who="secretary"):
    typed = {
        f"{n}-{field}": value for n, line in enumerate(lines, 1) for field, value in line.items()
    }
    return cast.client(who).post(URL, typed)


def line(person, **said):
    return {"name": person.name, "direction": "上海市闵行区", "reason": "work"} | said


def test_a_filled_register_goes_in_whole_and_again_corrected(cast):
    left, spoke = str(clock.today() - timedelta(days=60)), str(clock.today())
    lin = line(cast.lin, left_on=left, contacted_on=spoke, contacted_by="phone", dues="已交")
    assert enter(cast, lin, {}, line(cast.qian)).status_code == 302
    assert Stay.objects.filter(back_on=None).count() == 2
    again = line(cast.lin, direction="苏州市", contacted_on=spoke, contacted_by="phone")
    answer = enter(cast, again, line(cast.qian))
    page = cast.client("secretary").get(answer.url).content.decode()
    stay = Stay.objects.get(person=cast.lin)
    assert (stay.direction, str(stay.left_on), stay.dues) == ("苏州市", left, "已交")
    assert Stay.objects.count() == 2
    assert StayNote.objects.filter(step="contacted").count() == 1
    assert "苏州市" in page


def test_a_line_that_cannot_be_is_named_and_nothing_of_the_sheet_goes_in(cast):
    make_person("重名", branch=cast.own.branch)
    make_person("重名", branch=cast.own.branch)
    answer = enter(
        cast,
        line(cast.lin),
        {"direction": "南京"},
        {"name": "无此人"},
        {"name": "重名"},
        line(cast.wu),
        line(cast.qian, left_on="后天"),
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    for words in ("第 2 行：这一行是谁的", "第 3 行", "第 4 行", "第 5 行", "第 6 行"):
        assert words in page
    assert 'value="南京"' in page
    assert not Stay.objects.exists()


def test_a_member_twice_on_a_sheet_and_a_contact_without_its_day_are_refused(cast):
    tomorrow = str(clock.today() + timedelta(days=1))
    answer = enter(
        cast,
        line(cast.lin, contacted_by="phone"),
        line(cast.lin),
        line(cast.qian, contacted_on=tomorrow, contacted_by="met"),
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "第 1 行：写明是哪一天" in page
    assert "第 2 行：这名党员在这张表上已有一行" in page
    assert "第 3 行" in page
    assert not Stay.objects.exists()
    assert enter(cast).status_code == 422
