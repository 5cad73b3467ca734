"""The office has zones and a season planned, keeps two sessions, accepts; a lecturer falls ill."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

from django.db import connections
from playwright.sync_api import Page, expect

from dongxun.activities.models import Booking, Session
from dongxun.kernel import clock, jobs
from dongxun.organisations import api as organisations
from dongxun.organisations.models import Place
from dongxun.planning.models import Run
from dongxun.planning.tests.make import place_towns, ready, towns_of
from dongxun.seasons.models import Season
from tests.cast import Cast
from tests.walks.conftest import DESK, Opener, picture_of
from tests.walks.scene import come_in

Look = Callable[[Page], None]
A_HANDFUL = 3


@contextmanager
def worker() -> Iterator[None]:
    """Do the jobs that wait, as the worker would beside the pages."""

    def work() -> None:
        try:
            jobs.run_waiting()
        finally:
            connections.close_all()

    thread = Thread(target=work)
    thread.start()
    yield
    thread.join()


def divided(page: Page, cast: Cast, axe: Look) -> None:
    """Have zones proposed, look at the next best, accept it."""
    page.goto("/organisations/zones/")
    page.get_by_role("link", name="推荐片区划分").click()
    page.get_by_label("分几个片区").fill("2")
    page.get_by_label("人数最多偏离平均").fill("100")
    for town in towns_of(cast):
        page.get_by_role("checkbox", name=town.node.short_name).check()
    page.get_by_role("button", name="推荐片区划分").click()
    expect(page.get_by_role("heading", name="排队中")).to_be_visible()
    with worker():
        expect(page.get_by_role("heading", level=1)).to_contain_text("2 个片区")
    axe(page)
    picture_of(page, "planning-zones")
    page.get_by_role("link", name="次优 1", exact=True).click()
    expect(page.get_by_role("heading", name="次优划分 1")).to_be_visible()
    page.get_by_label("片区 2 的名称").fill("东片")
    page.get_by_label("原因").fill("两片人数相近")
    page.get_by_role("button", name="采用这 2 个片区").click()
    expect(page.get_by_text("本季已改用新的片区")).to_be_visible()


def planned(page: Page, axe: Look) -> None:
    """Have the season planned, watch it, keep two sessions, accept."""
    page.goto("/console/planning/")
    page.get_by_role("link", name="排季度课表").first.click()
    page.get_by_label("排多久").select_option("10")
    page.get_by_role("button", name="开始排课").click()
    expect(page.get_by_role("heading", name="排队中")).to_be_visible()
    with worker():
        expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"^\d+ 场"))
    expect(page.locator("svg.course").first).to_be_visible()
    axe(page)
    picture_of(page, "planning-season")
    for box in page.get_by_role("checkbox", name=re.compile("^保留 ")).all()[:2]:
        box.check()
    page.get_by_role("button", name="保留勾选的").click()
    expect(page.get_by_text("重排时保留 2 场")).to_be_visible()
    kept = solved_again(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"^\d+ 场"))
    assert kept <= pinned_lines(page)
    page.get_by_label("原因").fill("今冬课表")
    page.get_by_role("button", name=re.compile("^采用 ")).click()
    jobs.run_waiting()
    page.reload()
    expect(page.get_by_text("今冬课表")).to_be_visible()


def pinned_lines(page: Page) -> set[str]:
    """Return when and what the kept sessions on the page are."""
    rows = page.locator("#lines li").filter(has=page.locator("input[name=pin]:checked"))
    return set(rows.locator("b").all_inner_texts())


def solved_again(page: Page) -> set[str]:
    """Solve again, one round of improvement long; return what was kept."""
    kept = pinned_lines(page)
    assert kept
    page.get_by_role("button", name="按保留的重排").click()
    expect(page.get_by_role("heading", name="排队中")).to_be_visible()
    row = Run.objects.get(kind="season", state="waiting")
    Run.objects.filter(id=row.id).update(settings=row.settings | {"work": 1})
    with worker():
        expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"^\d+ 场"))
    return kept


def repaired(page: Page, axe: Look) -> None:
    """Note that a lecturer is ill where their times stand; follow the way to the repair."""
    booking = Booking.objects.filter(session__plan_line__startswith="plan:").earliest(
        "session__starts_at"
    )
    day = f"{clock.day_of(booking.session.starts_at):%Y-%m-%d}"
    page.goto(f"/console/lecturers/{booking.lecturer_id}/")
    page.locator("#id_away-first").fill(day)
    page.locator("#id_away-last").fill(day)
    page.locator("button[value=away]").click()
    page.get_by_role("link", name=re.compile("场落空，重新安排")).click()
    expect(page.get_by_text("讲师来不了").first).to_be_visible()
    axe(page)
    page.get_by_role("button", name="找修补方案").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("调整")
    axe(page)
    picture_of(page, "planning-repair")
    page.get_by_label("原因").fill("讲师生病")
    page.get_by_role("button", name=re.compile("^调整 ")).click()
    expect(page.get_by_text("讲师生病")).to_be_visible()


def test_a_season_is_divided_planned_accepted_and_repaired(
    cast: Cast, open_page: Opener, axe: Look
) -> None:
    ready(cast)
    place_towns(cast)
    Place.objects.update(capacity=5)  # so that there are several groups, and more to leave alone
    page = open_page("/offline/", **DESK)
    come_in(page, cast, "office")

    divided(page, cast, axe)

    chosen = Season.objects.get(id=cast.season.id).geo_zones_id
    assert chosen
    assert chosen != cast.zone_set.id
    assert {zone.name for zone in organisations.zones_of_set(chosen)} == {"西片", "东片"}

    planned(page, axe)

    own = Session.objects.filter(plan_line__startswith="plan:", state="published")
    before = dict(own.values_list("id", "version"))
    run = Run.objects.get(kind="season", accepted_at__isnull=False)
    meetings = [one for cohort in run.plan["cohorts"] for one in cohort["meetings"]]
    assert len(before) == len(meetings)
    assert len(before) > A_HANDFUL
    steps = [cost for _at, cost, _bound in run.steps if cost]
    assert steps == sorted(steps, reverse=True)

    repaired(page, axe)

    after = dict(own.values_list("id", "version"))
    moved = [key for key, version in after.items() if before[key] != version]
    assert after.keys() == before.keys()
    assert 1 <= len(moved) <= A_HANDFUL
