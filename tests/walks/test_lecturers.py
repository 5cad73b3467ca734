"""A lecturer is nominated, appointed, ordered by a branch, confirms, teaches, and is rated."""

from collections.abc import Callable
from datetime import time, timedelta

from playwright.sync_api import Page, expect

from dongxun.activities.models import Session
from dongxun.kernel import clock
from dongxun.lecturers.models import Rating
from dongxun.people.models import LecturerProfile
from tests.cast import Cast
from tests.walks.conftest import DESK, PHONE, Opener, picture_of
from tests.walks.scene import come_in


def appointed(page: Page, desk: Page, axe: Callable[[Page], None]) -> None:
    """Nominate somebody as the secretary, vet and appoint as the organiser."""
    page.goto("/console/lecturers/candidates/new/")
    page.get_by_label("姓名").fill("郑大为")
    page.get_by_label("讲题").fill("乡村治理")
    page.get_by_label("推荐理由").fill("讲得明白，村里人爱听")
    axe(page)
    page.get_by_role("button", name="提交推荐").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("郑大为：待审核")
    desk.goto("/console/lecturers/candidates/")
    desk.get_by_role("link", name="郑大为").click()
    desk.get_by_role("button", name="通过", exact=True).click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("郑大为：已通过，待聘任")
    desk.get_by_role("button", name="聘任").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("郑大为：已聘任")
    axe(desk)


def ordered(page: Page, desk: Page, axe: Callable[[Page], None]) -> None:
    """Order a lesson as the secretary, ask the new lecturer as the organiser."""
    page.goto("/console/lecturers/orders/new/")
    page.get_by_label("想听什么").fill("乡村治理怎么做")
    page.get_by_label("专题").select_option(index=1)
    page.get_by_label("地点说明").fill("村部会议室")
    axe(page)
    page.get_by_role("button", name="提交点单").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("乡村治理怎么做：待派讲师")

    desk.goto("/console/lecturers/orders/")
    desk.get_by_role("link", name="乡村治理怎么做").click()
    desk.get_by_role("link", name="选讲师").click()
    axe(desk)
    picture_of(desk, "lecturers-dispatch")
    desk.get_by_role("button", name="派给他 郑大为").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("乡村治理怎么做：等讲师回话")


def test_a_lecturer_goes_from_a_nomination_to_a_rating(
    cast: Cast, open_page: Opener, axe: Callable[[Page], None]
) -> None:
    page, desk = open_page("/offline/", **PHONE), open_page("/offline/", **DESK)
    come_in(page, cast, "secretary")
    come_in(desk, cast, "organiser")
    appointed(page, desk, axe)
    ordered(page, desk, axe)

    lecturer = LecturerProfile.objects.get(name="郑大为")
    desk.goto(f"/console/lecturers/{lecturer.id}/")
    axe(desk)
    desk.get_by_role("button", name="发专属链接").click()
    text = desk.get_by_label("要发的文字").input_value()
    own = open_page(next(word for word in text.split() if "/l/" in word), **PHONE)
    own.locator("main form button").first.tap()
    own.get_by_role("button", name="我能来").tap()
    expect(own.get_by_text("已答应")).to_be_visible()
    own.get_by_role("link", name="什么时候能讲课").tap()
    expect(own.get_by_role("heading", level=1)).to_have_text("什么时候能讲课")
    axe(own)
    picture_of(own, "lecturers-times")

    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("乡村治理怎么做：已接单")
    page.get_by_role("link", name="去看这场活动、发布").tap()
    page.get_by_role("button", name="发布并通知").first.tap()
    expect(page.get_by_role("button", name="发布并通知")).to_have_count(0)

    session = Session.objects.get(title="乡村治理怎么做")
    yesterday = clock.today() - timedelta(days=1)
    Session.objects.filter(id=session.id).update(
        starts_at=clock.moment(yesterday, time(9)), ends_at=clock.moment(yesterday, time(10))
    )
    page.goto("/console/lecturers/orders/")
    page.get_by_role("link", name="乡村治理怎么做").tap()
    page.get_by_label("4", exact=True).check()
    page.get_by_role("button", name="提交评价").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("乡村治理怎么做：已评")
    axe(page)
    assert Rating.objects.get().lecturer_id == lecturer.id
