"""What goes wrong at a door: no storage, a wrong clock, half a record, a line that is gone."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from dongxun.kernel import clock
from dongxun.visits import services
from dongxun.visits.models import Claim, Stop
from tests.cast import SYSTEM, Cast
from tests.walks.conftest import PHONE, Opener
from tests.walks.visiting import (
    Scene,
    all_sent,
    back_online,
    come_in,
    ready_offline,
    set_out,
    walk_to_the_end,
)

NO_STORAGE = """() => {
  const refuse = () => { throw new DOMException("refused", "SecurityError"); };
  Object.defineProperty(window, "indexedDB", { value: { open: refuse } });
}"""
MP3 = b"\xff\xfb\x90\x64" + bytes(4000)


@pytest.fixture
def scene(cast: Cast) -> Scene:
    return set_out(cast)


def heading(page: Page) -> object:
    return page.get_by_role("heading", level=1).first


def test_a_phone_without_storage_says_so_and_sends_each_step_directly(
    open_page: Opener, scene: Scene, complaints: list[str]
) -> None:
    page = open_page("/offline/", **PHONE)
    page.add_init_script(f"({NO_STORAGE})()")
    page.goto(scene.link)
    page.locator("main form button").first.tap()
    expect(page.get_by_text("每一步直接上传")).to_be_visible()
    walk_to_the_end(page)
    expect(page.get_by_role("heading", level=1).first).to_contain_text("送到 1 户")
    all_sent(page)
    assert Stop.objects.get(person=scene.people[0]).state == "done"
    page.reload()
    expect(page.get_by_text("每一步直接上传")).to_be_visible()


@pytest.mark.parametrize("days", [-1, 1])
def test_a_phone_on_the_wrong_day_says_so_keeps_its_homes_and_loses_nothing(
    open_page: Opener, scene: Scene, complaints: list[str], days: int
) -> None:
    page = open_page("/offline/", **PHONE)
    page.clock.install(time=clock.now() + timedelta(days=days))
    page.goto(scene.link)
    page.locator("main form button").first.tap()
    expect(page.get_by_role("heading", level=1).first).to_contain_text("还有 4 户")
    expect(page.get_by_text("手机时间不准")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", level=1).first).to_contain_text("还有 4 户")
    walk_to_the_end(page)
    page.get_by_role("link", name="待上传").tap()
    page.clock.run_for(31_000)
    stop = Stop.objects.get(person=scene.people[0])
    if days > 0:
        expect(page.get_by_role("heading", name="都传上去了")).to_be_visible(timeout=60_000)
        assert Claim.objects.filter(stop=stop, skewed=True).count() == 3
    else:
        expect(page.get_by_text("等支部补上时间")).to_have_count(3, timeout=60_000)
        stop.refresh_from_db()
        assert stop.disputed
    assert Claim.objects.filter(stop=stop).count() == 3


def test_a_record_left_half_way_is_finished_after_a_reload_without_network(
    open_page: Opener, scene: Scene, complaints: list[str]
) -> None:
    page = come_in(open_page, scene)
    ready_offline(page)
    for name in ("到门口了", "是本人"):
        page.get_by_role("button", name=name).locator("visible=true").tap()
    expect(page.get_by_role("button", name="讲完了").locator("visible=true")).to_be_visible()
    page.goto("/v/#today")
    page.reload()
    page.get_by_role("button", name="接着送这一户").tap()
    for name in ("讲完了", "不拍", "没有", "送到了"):
        page.get_by_role("button", name=name).locator("visible=true").tap()
    complaints.clear()
    back_online(page)
    assert Stop.objects.get(person=scene.people[0]).state == "done"
    assert Claim.objects.filter(stop__person=scene.people[0], step="greeting").count() == 1


def test_two_visitors_at_one_door_are_one_visit(
    open_page: Opener, scene: Scene, complaints: list[str]
) -> None:
    other = services.add_visitor(by=SYSTEM, round_id=scene.round_id, person_id=scene.cast.zhou.id)
    second = services.link_for(by=SYSTEM, visitor_id=other)
    pages = [come_in(open_page, scene), open_page(second.path, **PHONE)]
    pages[1].locator("main form button").first.tap()
    expect(pages[1].get_by_role("heading", level=1).first).to_contain_text("还有 4 户")
    for page in pages:
        ready_offline(page)
        walk_to_the_end(page)
    complaints.clear()
    for page in pages:
        back_online(page)
    stop = Stop.objects.get(person=scene.people[0])
    assert (stop.state, stop.disputed, stop.claims.count()) == ("done", False, 6)


def test_the_recorded_lesson_plays_without_network(
    open_page: Opener, scene: Scene, complaints: list[str]
) -> None:
    services.save_sound(by=SYSTEM, round_id=scene.round_id, name="a.mp3", raw=MP3, size=len(MP3))
    page = come_in(open_page, scene)
    ready_offline(page)
    page.reload()
    for name in ("到门口了", "是本人"):
        page.get_by_role("button", name=name).locator("visible=true").tap()
    expect(page.get_by_text("没网也能放")).to_be_visible()
    size = page.evaluate(
        "() => fetch(document.querySelector('audio').src).then((a) => a.arrayBuffer())"
        ".then((bytes) => bytes.byteLength).catch(() => 0)"
    )
    src = page.evaluate("() => document.querySelector('audio').src")
    assert src.startswith("blob:")
    complaints.clear()
    assert size in {0, len(MP3)}


def test_at_midnight_the_homes_leave_a_phone_that_stays_open_without_network(
    open_page: Opener, scene: Scene, complaints: list[str]
) -> None:
    page = open_page("/offline/", **PHONE)
    page.clock.install(time=clock.now())
    page.goto(scene.link)
    page.locator("main form button").first.tap()
    expect(page.get_by_role("heading", level=1).first).to_contain_text("还有 4 户")
    page.context.set_offline(True)
    left = clock.day_bounds(clock.today())[1] - clock.now()
    page.clock.fast_forward(int(left.total_seconds() * 1000) + 2_000)
    expect(page.get_by_role("heading", level=1).first).to_contain_text("今天没有路线")
    assert "郑十" not in page.content()
    complaints.clear()
