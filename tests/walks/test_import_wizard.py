"""The import wizard in a browser, on a small importer: from a messy workbook to its undoing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from dongxun.access.tests.make import come_in, make_account
from dongxun.files import registry
from dongxun.files.tests.make import PEOPLE, roster
from dongxun.files.tests.toy import Toy, toys
from dongxun.kernel import jobs, rules
from dongxun.kernel.actors import Role
from dongxun.organisations.tests.make import make_organisation

Opener = Callable[..., Page]
BAD: list[list[object]] = [
    ["A4", "周五（预备）", "一支部", "很早", ""],
    ["A5", "吴 六", "一支", "1991.05", "19900000005"],
    ["A6", "郑七", "三支部", "1991.05", "1990000"],
    ["A1", "林小满", "一支部", "1991.05", "19900000001"],
    ["A7", "王八", "一支部", 1991.1, ""],
]
LOOKS = ["theme=light", "theme=dark", "theme=light&elder=1"]


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> Toy:
    importer = Toy()
    monkeypatch.setitem(registry._importers, importer.kind, importer)
    monkeypatch.setitem(rules._rules, importer.rule, lambda actor, _: actor.holds(Role.OFFICE))
    return importer


@pytest.fixture
def enter(client: Any, settings: Any, tmp_path: Path) -> Callable[[Page], None]:
    """Return a function that signs a page's browser in as the training office."""
    settings.VAR = tmp_path
    account = make_account(Role.OFFICE, make_organisation("通州区", type_code="district"))
    come_in(client, account)
    key = client.cookies["dx"].value

    def sign_in(page: Page) -> None:
        keep(page, "dx", key)

    return sign_in


def keep(page: Page, name: str, value: str) -> None:
    """Put a cookie into the page's browser."""
    host = page.evaluate("location.hostname")
    page.context.add_cookies([{"name": name, "value": value, "domain": host, "path": "/"}])


def looked_at(
    page: Page, axe: Callable[[Page], None], picture: Callable[..., None], name: str
) -> None:
    """Check the page in every look, and keep a picture of the first two."""
    for look in LOOKS:
        theme = "dark" if "dark" in look else "light"
        elder = "1" if "elder" in look else ""
        keep(page, "dxtheme", theme)
        keep(page, "dxelder", elder)
        page.goto(page.url)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        picture(page, f"{name}-{theme}{elder}")
    keep(page, "dxelder", "")
    page.goto(page.url)


@pytest.mark.usefixtures("toy")
def test_a_messy_roster_goes_in_by_the_wizard_and_comes_out_again(
    desk: Opener,
    enter: Callable[[Page], None],
    axe: Callable[[Page], None],
    picture: Callable[..., None],
    complaints: list[str],
) -> None:
    page = desk("/styleguide/")
    enter(page)
    page.goto("/imports/new/tests.toy/")
    looked_at(page, axe, picture, "1-choose")
    page.get_by_label("表格文件").set_input_files(
        files=[{"name": "平潮镇名册.xlsx", "mimeType": "", "buffer": roster([*PEOPLE, *BAD])}]
    )
    page.get_by_role("button", name="上传并对列").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("每一列是什么")
    looked_at(page, axe, picture, "2-match")

    page.get_by_role("button", name="检查各行").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("正在逐行检查")
    looked_at(page, axe, picture, "3-at-work")
    jobs.run_waiting()
    expect(page.get_by_role("heading", level=1)).to_contain_text("行可以导入")

    expect(page.get_by_role("heading", level=1)).to_contain_text("3 行可以导入，5 行要改")
    looked_at(page, axe, picture, "4-review")
    correct_in_place(page, complaints)
    looked_at(page, axe, picture, "5-corrected")

    page.get_by_role("button", name="导入 4 行").click()
    jobs.run_waiting()
    expect(page.get_by_role("heading", level=1)).to_contain_text("导入了 4 行")
    assert toys()["A5"] == "吴六|五接一支部"
    looked_at(page, axe, picture, "6-done")

    page.get_by_role("button", name="撤回 4 行").click()
    jobs.run_waiting()
    expect(page.get_by_role("heading", level=1)).to_contain_text("撤回了 4 处")
    looked_at(page, axe, picture, "7-undone")
    assert toys() == {}


def correct_in_place(page: Page, complaints: list[str]) -> None:
    """Try one row in vain, then answer another's question; both without leaving the page."""
    page.get_by_role("link", name="有两个支部叫这个名字").click()
    row = page.locator(".fix").first
    row.get_by_role("button", name="改好了，再查").click()
    expect(row.locator("[data-focus]")).to_be_focused()
    row.locator("select").select_option("五接一支部")
    row.get_by_role("button", name="改好了，再查").click()
    expect(page.locator(".fix.is-done")).to_contain_text("新增")
    expect(page.get_by_role("heading", level=1)).to_contain_text("4 行可以导入，4 行要改")
    assert all("422" in words for words in complaints)
    complaints.clear()


@pytest.mark.usefixtures("toy")
def test_the_wizard_fits_a_phone(
    phone: Opener,
    enter: Callable[[Page], None],
    axe: Callable[[Page], None],
    picture: Callable[..., None],
) -> None:
    page = phone("/styleguide/")
    enter(page)
    page.goto("/imports/new/tests.toy/")
    looked_at(page, axe, picture, "1-choose")
    page.get_by_label("表格文件").set_input_files(
        files=[{"name": "平潮镇名册.xlsx", "mimeType": "", "buffer": roster([*PEOPLE, *BAD])}]
    )
    page.get_by_role("button", name="上传并对列").click()
    looked_at(page, axe, picture, "2-match")
    page.get_by_role("button", name="检查各行").click()
    jobs.run_waiting()
    expect(page.get_by_role("heading", level=1)).to_contain_text("行可以导入")
    looked_at(page, axe, picture, "4-review")
