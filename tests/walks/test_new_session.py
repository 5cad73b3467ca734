"""Planning in a browser: five steps to a published session, then the plan, looked at everywhere."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from dongxun.activities.models import Session
from dongxun.activities.sessions import planning
from dongxun.activities.tests.plan import make_plan
from dongxun.kernel import clock
from dongxun.organisations.tests.make import SYSTEM
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


def fill_season(cast: Cast) -> None:
    """Plan a handful of sessions over the season, held ones and some to come."""
    towns = [town.node for town in cast.towns.values() if cast.district.interval.lft]
    for number in range(24):
        node = towns[number % 4]
        start = clock.moment(clock.today() + timedelta(days=number * 3 - 24)) + timedelta(hours=9)
        kind = ("lecture", "study_tour", "joint_class", "group_viewing")[number % 4]
        plan = make_plan(
            cast.season,
            node,
            title=("集中轮训", "车间课堂", "联合课堂", "集中收看")[number % 4],
            type=kind,
            starts_at=start,
            ends_at=start + timedelta(hours=2),
        )
        session_id = planning.save_session(by=SYSTEM, plan=plan)
        Session.objects.filter(id=session_id).update(state="published")


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


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_plan_and_schedule_look_right(  # noqa: PLR0917 - fixtures
    cast: Cast,
    size: str,
    request: pytest.FixtureRequest,
    enter: Callable[[Page, str], None],
    axe: Callable[[Page], None],
    picture: Callable[..., None],
) -> None:
    fill_season(cast)
    page = request.getfixturevalue(size)("/nearby/")
    enter(page, "office")
    for name, url in {
        "plan": "/console/plan/",
        "plan-month": "/console/plan/?view=month",
        "plan-list": "/console/plan/?view=list",
        "schedule": "/console/schedule/",
        "topics": "/console/topics/",
        "season": f"/console/seasons/{cast.season.id}/",
        "participation": "/console/participation/",
        "tasks": "/console/tasks/",
        "notices": "/console/notices/",
    }.items():
        page.goto(url)
        looked_at(page, axe, picture, f"{name}-{size}")


def test_pages_of_phones_look_right(
    cast: Cast,
    phone: Opener,
    axe: Callable[[Page], None],
    picture: Callable[..., None],
) -> None:
    Session.objects.filter(id=cast.own.session.id).update(open_to_all=True)
    page = phone("/nearby/")
    looked_at(page, axe, picture, "nearby")
    for role, url in {
        "lecturer": "/lessons/",
        "phone": "/me/activities/",
        "member": "/notices/",
    }.items():
        page = phone("/nearby/")
        host = page.evaluate("location.hostname")
        jar = cast.client(role).cookies
        page.context.add_cookies(
            [{"name": k, "value": m.value, "domain": host, "path": "/"} for k, m in jar.items()]
        )
        page.goto(url)
        looked_at(page, axe, picture, f"{role}{url.replace('/', '')}")
