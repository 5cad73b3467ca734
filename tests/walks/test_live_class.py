"""A secretary goes on air, a member asks on the phone, the question is shown, both hear of it."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from dongxun.live.models import LiveClass
from tests.cast import Cast
from tests.walks.conftest import DESK, PHONE, Opener, picture_of
from tests.walks.scene import come_in

SHOWN_AT = "https://video.example/7"
QUESTION = "一事一议要多少人到场？"


def show_it_in_the_hall(desk: Page, axe: Callable[[Page], None]) -> None:
    desk.get_by_role("link", name="在本机大屏播放").click()
    expect(desk.get_by_role("link", name="打开画面")).to_have_attribute("href", SHOWN_AT)
    axe(desk)
    picture_of(desk, "live-hall")
    desk.get_by_role("link", name="回到这堂课").click()


def open_the_picture(phone: Page) -> None:
    """Tap it as viewers do; the other platform opens beside the class, which stays open."""
    phone.context.route(f"{SHOWN_AT}*", lambda route: route.fulfill(body="picture"))
    with phone.context.expect_page() as opened:
        phone.get_by_role("button", name="打开画面").tap()
    expect(opened.value).to_have_url(SHOWN_AT)
    opened.value.close()


def end_it(desk: Page, axe: Callable[[Page], None]) -> None:
    desk.get_by_text("结束直播").click()
    axe(desk)
    picture_of(desk, "live-console-sure")
    desk.get_by_role("button", name="确定结束").click()


def test_a_question_is_asked_looked_at_and_shown(
    cast: Cast, open_page: Opener, axe: Callable[[Page], None]
) -> None:
    desk = open_page("/offline/", **DESK)
    come_in(desk, cast, "secretary")
    desk.goto(f"/console/sessions/{cast.own.session.id}/")
    desk.get_by_role("link", name="给这一场开直播").click()
    desk.get_by_label("那个平台的链接").fill(SHOWN_AT)
    axe(desk)
    picture_of(desk, "live-prepare")
    desk.get_by_role("button", name="保存").click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("还没开播")
    axe(desk)
    picture_of(desk, "live-console-ready")

    phone = open_page("/offline/", **PHONE)
    come_in(phone, cast, "member")
    phone.goto(f"/me/activities/{cast.own.session.id}/")
    phone.get_by_role("link", name="这一场有直播课").tap()
    expect(phone.get_by_text("到时自动开始")).to_be_visible()

    desk.get_by_role("button", name="开始直播").click()
    expect(phone.get_by_role("button", name="打开画面")).to_be_visible()
    open_the_picture(phone)
    phone.get_by_label("提问或留言").fill(QUESTION)
    phone.get_by_role("button", name="提问").tap()
    expect(phone.locator("[data-answer]")).to_contain_text("审过后大家就能看到")
    desk.get_by_role("link", name="新来 1 条").click()
    expect(desk.get_by_role("heading", name="1 条待审")).to_be_visible()
    axe(desk)
    picture_of(desk, "live-console")
    desk.get_by_role("button", name="上面 1 条全部显示").click()
    expect(phone.locator("[data-words]")).to_contain_text(QUESTION)
    axe(phone)
    picture_of(phone, "live-watch")

    show_it_in_the_hall(desk, axe)
    end_it(desk, axe)
    expect(phone.get_by_text("大家的留言还在这里")).to_be_visible()
    assert LiveClass.objects.get().state == "over"
