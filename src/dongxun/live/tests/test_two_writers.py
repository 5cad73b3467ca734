"""Two prepare one class, or pin a notice, at once: nobody overwrites the other without a word."""

import pytest

from dongxun.kit.tests.two_writers import as_sent, check_two_writers
from dongxun.live.models import LiveClass
from dongxun.live.tests.make import make_class

pytestmark = pytest.mark.django_db


def test_of_two_who_prepare_a_class_the_later_sees_what_the_first_has_written(cast):
    desk, page = cast.client("secretary"), f"/console/live/{cast.own.session.id}/set/"
    typed = as_sent(desk.get(page).context["form"])
    first, second = ({"url": f"https://video.example/{n}"} for n in (1, 2))
    check_two_writers(desk, page, typed, first, second)
    assert LiveClass.objects.get().url == second["url"]


def test_a_pinned_notice_is_not_replaced_by_somebody_who_did_not_see_it(cast):
    live, desk = make_class(cast.own.session), cast.client("secretary")
    page = f"/console/live/{cast.own.session.id}/"
    first, second = {"words": "八点半开讲"}, {"words": "请带笔记本"}
    check_two_writers(desk, page, {"what": "pin"}, first, second, send=f"{page}do/")
    live.refresh_from_db()
    assert live.pinned == "请带笔记本"
    told = live.events.last().body
    assert told["mark"] == desk.get(page).context["form"]["version"].value(), "an open page has it"
