"""On the demo district, as ``make run`` has it: zones, a season watched, two kept, a lecturer ill.

Nothing is arranged for it: the server, its worker and the district are those of a newcomer.
"""

import re
from collections.abc import Iterator
from uuid import UUID

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from dongxun.web.demo.cast import TOTP
from dongxun.web.demo.world import PASSWORD
from tests.walks.conftest import DESK, opening, picture_of
from tests.walks.installation import Installation

A_HANDFUL, MANY = 5, 200
LONG_MS = 300_000
BETTER = """
SELECT count(DISTINCT value) FROM planning_run, json_each(steps)
WHERE kind = 'season' AND json_extract(value, '$[1]') IS NOT NULL
"""
TIMETABLE = """
SELECT id, starts_at || ' ' || coalesce(place_id, '') FROM activities_session
WHERE state = 'published'
"""
WRITTEN = """
SELECT count(*) FROM planning_run r JOIN kernel_job j ON j.id = r.accept_job_id
WHERE j.state = 'done'
"""
TAUGHT = """
SELECT b.lecturer_id, date(s.starts_at, '+8 hours') AS day, count(*)
FROM activities_booking b JOIN activities_session s ON s.id = b.session_id
WHERE s.state = 'published' AND s.plan_line LIKE 'plan:%'
GROUP BY 1, 2 ORDER BY 3 DESC, 2
"""


@pytest.fixture
def office(browser: Browser, demo_district: Installation, complaints: list[str]) -> Iterator[Page]:
    """Open the console as the district's office, signed in with the demo's password and code."""
    with opening(browser, demo_district.url, complaints) as open_:
        page = open_("/console/", **DESK)
        page.get_by_label("账号").fill("office")
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.get_by_label("6 位验证码").fill(pyotp.TOTP(TOTP).now())
        page.get_by_role("button", name="继续").click()
        expect(page.get_by_role("navigation").first).to_be_visible()
        yield page


def divided(page: Page) -> None:
    """Have five zones proposed and accept the best."""
    page.goto("/organisations/zones/")
    page.get_by_role("link", name="推荐片区划分").click()
    page.get_by_label("分几个片区").fill("5")
    page.get_by_role("button", name="推荐片区划分").click()
    title = page.get_by_role("heading", level=1)
    expect(title).to_contain_text("5 个片区", timeout=LONG_MS)
    expect(page.get_by_text("已证明")).to_be_visible()
    picture_of(page, "demo-zones")
    page.get_by_label("原因").fill("五片人数相近")
    page.get_by_role("button", name="采用这 5 个片区").click()
    expect(page.get_by_text("本季已改用新的片区")).to_be_visible()


def watched(page: Page) -> None:
    """Watch until there is a plan, with what it costs and how far it may be from the best."""
    expect(page.get_by_text("目前最好的方案")).to_be_visible(timeout=LONG_MS)
    expect(page.locator("svg.course").first).to_be_visible()


def over(page: Page) -> None:
    """Wait until the plan stands on the page by itself."""
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text(re.compile(r"^[\d,]+ 场"), timeout=LONG_MS)


def kept(page: Page) -> set[str]:
    """Return when and what the kept sessions on the page are."""
    rows = page.locator("#lines li").filter(has=page.locator("input[name=pin]:checked"))
    return set(rows.locator("b").all_inner_texts())


def planned(page: Page, demo: Installation) -> None:
    """Have the season planned, keep two sessions, solve again, accept and make it known."""
    page.goto("/console/planning/")
    page.get_by_role("link", name="排季度课表").first.click()
    page.get_by_label("排多久").select_option("30")
    page.get_by_role("button", name="开始排课").click()
    watched(page)
    picture_of(page, "demo-searching")
    over(page)
    assert demo.number(BETTER) > 1  # cheaper, or proven to be nearer to the best possible
    for box in page.get_by_role("checkbox", name=re.compile("^保留 ")).all()[:2]:
        box.check()
    page.get_by_role("button", name="保留勾选的").click()
    expect(page.get_by_text("重排时保留 2 场")).to_be_visible()
    two = kept(page)
    page.get_by_role("button", name="按保留的重排").click()
    watched(page)
    page.get_by_role("button", name="结束计算").click()
    over(page)
    assert len(two) == 2
    assert two <= kept(page)
    picture_of(page, "demo-season")
    page.get_by_label("原因").fill("今冬课表")
    page.get_by_role("button", name=re.compile("^采用 ")).click()
    demo.until(lambda: demo.number(WRITTEN), "the plan is written")
    page.reload()
    expect(page.get_by_text("今冬课表")).to_be_visible()


def repaired(page: Page, demo: Installation) -> None:
    """Note that a lecturer is ill for a day; take the repair that is found."""
    lecturer, day, fell = demo.ask(TAUGHT)[0]
    page.goto(f"/console/lecturers/{UUID(lecturer)}/")
    page.locator("#id_away-first").fill(day)
    page.locator("#id_away-last").fill(day)
    page.locator("button[value=away]").click()
    page.get_by_role("link", name=re.compile("场落空，重新安排")).click()
    page.get_by_role("button", name="找修补方案").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("调整", timeout=LONG_MS)
    picture_of(page, "demo-repair")
    page.get_by_label("原因").fill("讲师生病")
    page.get_by_role("button", name=re.compile("^调整 ")).click()
    expect(page.get_by_text("讲师生病")).to_be_visible(timeout=LONG_MS)
    assert (lecturer, day, fell) not in demo.ask(TAUGHT)


def test_an_organiser_plans_the_demo_district_and_a_repair_moves_a_handful(
    office: Page, demo_district: Installation
) -> None:
    divided(office)
    planned(office, demo_district)
    before = dict(demo_district.ask(TIMETABLE))

    repaired(office, demo_district)

    after = dict(demo_district.ask(TIMETABLE))
    moved = [key for key, time_and_hall in before.items() if after.get(key) != time_and_hall]
    assert len(before) > MANY
    assert before.keys() <= after.keys()
    assert len(moved) <= A_HANDFUL
