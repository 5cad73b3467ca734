"""The style guide: every component in every look, at both sizes."""

import gzip
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Response, expect

Opener = Callable[..., Page]
LOOKS = ["theme=light", "theme=dark", "theme=light&elder=1", "theme=dark&elder=2"]
PAGES = ["parts", "console", "grid", "phone", "screen"]
SMALL_TARGETS = """least => [...document.querySelectorAll("a, button, summary, label.tick, select")]
  .filter(one => one.checkVisibility() && !one.closest("p, .sr, .skip, .matrix, .steps"))
  .map(one => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
  .filter(([, box]) => box.width > 1 && box.height < least - 0.5)
  .map(([html, box]) => `${Math.round(box.height)} ${html}`)"""
SIDEWAYS = "document.documentElement.scrollWidth - innerWidth"


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_passes_axe_on_the_phone_and_the_desk(
    phone: Opener, desk: Opener, axe: Callable[[Page], None], look: str
) -> None:
    for open_page in (phone, desk):
        page = open_page("/styleguide/?" + look)
        for name in PAGES:
            page.goto(f"/styleguide/{name}/?{look}")
            axe(page)
            assert page.evaluate(SIDEWAYS) <= 0, name


@pytest.mark.parametrize(("elder", "least"), [("", 44), ("1", 60)])
def test_targets_on_the_phone_are_large_enough(phone: Opener, elder: str, least: int) -> None:
    page = phone(f"/styleguide/phone/?elder={elder}")
    assert page.evaluate(SMALL_TARGETS, least) == []
    page.goto("/styleguide/console/")
    assert page.evaluate(SMALL_TARGETS, 24) == []


@pytest.mark.parametrize(("name", "width"), [("phone", 320), ("parts", 320), ("screen", 360)])
def test_nothing_scrolls_sideways_on_a_narrow_phone(phone: Opener, name: str, width: int) -> None:
    page = phone(f"/styleguide/{name}/", viewport={"width": width, "height": 640})
    assert page.evaluate(SIDEWAYS) <= 0


def test_a_form_stands_off_what_comes_before_it(phone: Opener) -> None:
    page = phone("/sign-in/")
    words, label = page.locator("main p").first.bounding_box(), page.locator("form label").first
    box = label.bounding_box()
    assert words
    assert box
    assert box["y"] - words["y"] - words["height"] >= 12


def test_elder_mode_is_one_tap_and_stays(phone: Opener) -> None:
    page = phone("/styleguide/phone/")
    page.get_by_role("button", name="长辈版").tap()
    expect(page.get_by_role("button", name="标准版")).to_be_visible()
    page.goto("/styleguide/")
    assert page.evaluate("document.documentElement.dataset.elder") == "1"


def test_the_drawer_opens_and_closes_without_javascript(phone: Opener) -> None:
    page = phone("/styleguide/console/", java_script_enabled=False)
    page.get_by_role("link", name="菜单", exact=True).tap()
    expect(page.get_by_role("link", name="单位与名册")).to_be_visible()
    page.get_by_role("link", name="收起菜单").tap()
    expect(page.get_by_role("link", name="单位与名册")).to_be_hidden()


def test_a_definition_opens_beside_its_figure_and_closes_by_escape(desk: Opener) -> None:
    page = desk("/styleguide/console/")
    page.get_by_label("覆盖率怎么算").first.click()
    panel = page.locator(".def > div").first
    expect(panel).to_contain_text("同一人同一专题只计一次")
    expect(panel).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()


def test_the_grid_is_written_in_place_and_its_change_taken_back(desk: Opener) -> None:
    page = desk("/styleguide/grid/")
    grid = page.locator("dx-grid").first
    cell = grid.locator("[data-field=duty]").nth(1)
    cell.dblclick()
    page.keyboard.type("宣传委员")
    page.keyboard.press("Enter")
    expect(cell).to_contain_text("宣传委员")
    expect(grid.locator("[data-count]")).to_have_text("1 格没保存")
    grid.get_by_role("button", name="撤销上一步").click()
    expect(cell).to_have_text("")


def test_a_dialog_opens_with_its_verbs(desk: Opener, axe: Callable[[Page], None]) -> None:
    page = desk("/styleguide/")
    page.get_by_role("link", name="删除 3 人").click()
    expect(page.get_by_role("dialog", name="删除 3 人？")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="留着").click()
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_without_network_a_banner_says_what_is_safe(phone: Opener) -> None:
    page = phone("/styleguide/phone/")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    expect(page.locator("#offline")).to_contain_text("连上网再传")
    page.context.set_offline(False)
    expect(page.locator("#offline")).to_be_hidden()


def test_the_service_worker_answers_a_page_that_was_not_kept(phone: Opener) -> None:
    page = phone("/styleguide/phone/")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.goto("/styleguide/console/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("这一页没存在手机里")
    page.evaluate("() => document.querySelector('form[method=post]').submit()")
    expect(page.get_by_role("heading", level=1)).to_contain_text("刚才按的没有发出去")


def test_the_first_load_on_a_phone_stays_within_its_budget(phone: Opener) -> None:
    page = phone("/offline/")
    sizes: dict[str, int] = {}

    def add(response: Response) -> None:
        kind = response.request.resource_type
        sizes[kind] = sizes.get(kind, 0) + len(gzip.compress(response.body(), 9))

    page.context.on("response", add)
    page.goto("/styleguide/phone/", wait_until="networkidle")
    assert sizes["document"] <= 14 * 1024
    assert sizes["stylesheet"] <= 12 * 1024
    assert sizes["script"] <= 45 * 1024
    assert sum(sizes.values()) <= 71 * 1024
