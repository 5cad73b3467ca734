"""Planning in a browser: five steps to a published session, then the plan, looked at everywhere."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from dongxun.activities.models import Session
from dongxun.kernel import clock
from tests.cast import Cast

Opener = Callable[..., Page]
LOOKS = ["theme=light", "theme=dark"]


@pytest.fixture
def enter(cast: Cast) -> Callable[[Page, str], None]:
    """Return a function that signs a page's browser in as one of the cast."""

    def sign_in(page: Page, role: str) -> None:
        key = cast.client(role).cookies["dx"].value
        host = page.evaluate("location.hostname")
        page.context.add_cookies([{"name": "dx", "value": key, "domain": host, "path": "/"}])

    return sign_in


def looked_at(page: Page, axe: Callable[[Page], None], picture: Callable[..., None], name: str):
    for look in LOOKS:
        value = look.split("=")[1]
        host = page.evaluate("location.hostname")
        page.context.add_cookies([{"name": "dxtheme", "value": value, "domain": host, "path": "/"}])
        page.reload()
        axe(page)
        picture(page, f"{name}-{value}")


def test_a_session_is_planned_in_five_steps(  # noqa: PLR0917 - fixtures
    cast: Cast,
    desk: Opener,
    enter: Callable[[Page, str], None],
    axe: Callable[[Page], None],
    picture: Callable[..., None],
    complaints: list[str],
) -> None:
    page = desk("/nearby/")
    enter(page, "organiser")
    page.goto("/console/sessions/new/")
    page.get_by_label("名称").fill("车间里的一堂课")
    page.get_by_label(f"1. {cast.topics[0].name}").fill("45")
    looked_at(page, axe, picture, "wizard-1")
    page.get_by_label("名称").fill("车间里的一堂课")
    page.get_by_label(f"1. {cast.topics[0].name}").fill("45")
    page.get_by_role("button", name="存下，下一步").click()
    page.get_by_label("日期").fill((clock.today() + timedelta(days=3)).isoformat())
    page.get_by_label("开始", exact=True).fill("14:00")
    page.get_by_label("结束", exact=True).fill("13:00")
    page.get_by_label("具体房间").fill("旗杆厂区展厅")
    page.get_by_text("分会场", exact=True).click()
    expect(page.get_by_label("第 1 分会场房间或地址")).to_be_visible()
    axe(page)
    picture(page, "wizard-2-venues")
    page.get_by_role("button", name="存下，下一步").click()
    expect(page.get_by_text("结束时间要晚于开始时间").first).to_be_visible()
    axe(page)
    picture(page, "wizard-2-refused")
    complaints.clear()  # the browser reports the 422 we asked for
    page.get_by_label("结束", exact=True).fill("16:00")
    page.get_by_role("button", name="存下，下一步").click()
    page.get_by_label("流程").fill("升旗仪式 10 团委\n重温入党誓词")
    axe(page)
    picture(page, "wizard-3")
    page.get_by_role("button", name="存下，下一步").click()
    axe(page)
    picture(page, "wizard-4")
    page.get_by_role("button", name="存下，下一步").click()
    looked_at(page, axe, picture, "wizard-5")
    page.get_by_role("button", name="保存并发布").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("应到")
    looked_at(page, axe, picture, "session")
    assert Session.objects.filter(title="车间里的一堂课", state="published").exists()
