"""The whole loop, as a new user goes through it on an empty installation: one story in parts.

The real server and its worker run as they do behind ``make run``; each part goes on
where the part before it stopped.
"""

import hashlib
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from dongxun.activities.attendance import codes
from dongxun.activities.attendance.views.screen import qr_path
from dongxun.kernel import clock
from tests.walks import town_books
from tests.walks.conftest import DESK, PHONE, Opener, opening
from tests.walks.installation import PASSWORD, Installation
from tests.walks.town_books import BRANCHES

LONG_MS = 180_000
SEASON = "2026年冬训"
TOPICS = ("党的创新理论", "乡村全面振兴", "身边榜样")
JOINT, EVENING = "三镇联合课堂", "三镇晚课"
MANY = 3_000
PEOPLE = "SELECT count(*) FROM people_person"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(scope="module")
def state() -> dict[str, Any]:
    """What browsers keep from one part to the next: cookies of the office and of the phones."""
    return {}


@pytest.fixture
def open_here(
    browser: Browser, installation: Installation, complaints: list[str]
) -> Iterator[Opener]:
    with opening(browser, installation.url, complaints) as open_:
        yield open_


@pytest.fixture
def office(open_here: Opener, state: dict[str, Any]) -> Callable[[str], Page]:
    """Open a page as the training office, signed in by the first part."""
    return lambda path: open_here(path, storage_state=state["office"], **DESK)


def upload(page: Page, name: str, body: bytes) -> None:
    """Take a workbook through the wizard up to its last look."""
    page.get_by_label("表格文件").set_input_files(
        files=[{"name": name, "mimeType": XLSX, "buffer": body}]
    )
    page.get_by_role("button", name="上传并对列").click()
    page.get_by_role("button", name="检查各行").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("行可以导入", timeout=LONG_MS)


def bring_in(page: Page, rows: int) -> None:
    """Have the good rows go in."""
    page.get_by_role("button", name=f"导入 {rows} 行").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(
        f"导入了 {rows} 行", timeout=LONG_MS
    )


def test_1_a_new_user_signs_in_and_brings_in_the_branches(
    open_here: Opener, state: dict[str, Any], complaints: list[str]
) -> None:
    page = open_here("/console/", **DESK)
    page.get_by_label("账号").fill("office")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    secret = page.locator(".access-key").inner_text().replace(" ", "")
    page.get_by_label("6 位验证码").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="绑定验证器").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("还没有冬训季")
    state["office"] = page.context.storage_state()

    page.goto("/people/")
    page.get_by_role("link", name="导入单位").first.click()
    upload(page, "党组织.xlsx", town_books.branches())
    bring_in(page, 3)


def test_2_a_messy_roster_goes_in_and_its_bad_rows_come_back_corrected(
    office: Callable[[str], Page], installation: Installation
) -> None:
    page = office("/people/")
    page.get_by_role("link", name="导入名册").first.click()
    upload(page, "冬训名册.xlsx", town_books.messy_roster())
    expect(page.get_by_role("heading", level=1)).to_contain_text("8 行可以导入，3 行要改")

    page.locator("#import-causes").get_by_role("link", name="日和月分不清").click()
    row = page.locator(".fix", has_text="陈志强")
    row.locator("select").select_option("1999-07-05")
    row.get_by_role("button", name="改好了，再查").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("9 行可以导入，2 行要改")
    bring_in(page, 9)

    with page.expect_download() as taken:
        page.get_by_role("link", name="下载要改的行").click()
    page.get_by_role("link", name="导入改好的").click()
    upload(page, "改好的.xlsx", town_books.corrected(Path(taken.value.path()).read_bytes()))
    bring_in(page, 1)
    assert installation.number(PEOPLE) == 10


def test_3_a_season_and_a_joint_session_of_three_towns_are_set_up(
    office: Callable[[str], Page], state: dict[str, Any]
) -> None:
    page = office("/console/seasons/new/")
    today = clock.today()
    page.get_by_label("冬训季名称").fill(SEASON)
    page.get_by_label("开始日期").fill((today - timedelta(days=45)).isoformat())
    page.get_by_label("结束日期").fill((today + timedelta(days=45)).isoformat())
    page.get_by_label("专题").fill("\n".join(TOPICS))
    page.get_by_role("button", name="建立冬训季").click()
    expect(page.locator("main")).to_contain_text(SEASON)

    now = clock.now().astimezone(clock.zone())
    state["joint"] = hold(page, JOINT, now - timedelta(minutes=20))
    state["evening"] = hold(page, EVENING, now - timedelta(minutes=100 if now.hour >= 2 else -45))


def hold(page: Page, title: str, start: datetime) -> UUID:
    """Go through the five steps to a published session of the three towns; return its id."""
    midnight = start.replace(hour=0, minute=0)
    start = start if start.date() == clock.today() else midnight
    page.goto("/console/sessions/new/")
    page.get_by_label("名称").fill(title)
    page.get_by_label(f"1. {TOPICS[0]}").fill("60")
    page.get_by_role("button", name="存下，下一步").click()
    page.get_by_label("日期").fill(start.date().isoformat())
    page.get_by_label("开始", exact=True).fill(f"{start:%H:%M}")
    end = min(start + timedelta(minutes=60), midnight.replace(hour=23, minute=59))
    page.get_by_label("结束", exact=True).fill(f"{end:%H:%M}")
    page.get_by_label("具体房间").fill("文化活动中心")
    page.get_by_role("button", name="存下，下一步").click()
    page.get_by_role("button", name="存下，下一步").click()
    for field, town in zip(("主办", "联办", "邀请"), town_books.TOWNS, strict=True):
        page.get_by_role("combobox", name=field).press_sequentially(town)
        page.get_by_role("option", name=town).first.click()
    page.get_by_role("button", name="存下，下一步").click()
    page.get_by_role("button", name="保存并发布").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)
    expect(page.locator("main")).to_contain_text("10")
    return UUID(page.url.rstrip("/").rpartition("/")[2])


def scanned(page: Page, session_id: UUID) -> str:
    """Return the address that a phone reads off the big screen as it stands now."""
    page.goto(f"/console/sessions/{session_id}/screen/")
    code = re.search(r"/s/(\w+)/", page.locator("dx-screen").inner_text())
    assert code is not None
    shown = page.locator(".qr-box > svg[role=img] path").get_attribute("d")
    base = page.url.partition("/console/")[0]
    now = clock.now()
    for moment in (now, now - timedelta(seconds=codes.STEP_S)):
        address = f"{base}/s/{code[1]}/?t={codes.token_at(session_id, moment)}"
        if qr_path(address)[1] == shown:
            return address
    raise AssertionError("the screen shows another code")


def test_4_two_phones_check_in(
    office: Callable[[str], Page],
    open_here: Opener,
    state: dict[str, Any],
) -> None:
    page = office("/console/")
    first = open_here(scanned(page, state["joint"]), **PHONE)
    introduce(first, "林小满", "0001")

    first.goto(scanned(page, state["evening"]))
    first.get_by_role("button", name="签到").first.tap()
    expect(first.get_by_text("已签到").first).to_be_visible()
    expect(first.get_by_label("姓名")).to_be_hidden()
    state["lin"] = first.context.storage_state()

    page.goto(f"/console/sessions/{state['joint']}/screen/")
    code = re.search(r"/s/\w+/", page.locator("dx-screen").inner_text())
    assert code is not None
    second = open_here(code[0], **PHONE)
    second.get_by_label("大屏上的六位数").fill(page.locator("[data-digits]").inner_text())
    second.get_by_role("button", name="继续").tap()
    introduce(second, "吴思远", "0011")
    expect(page.locator(".tally")).to_contain_text("2")


def introduce(phone: Page, name: str, digits: str) -> None:
    """Check in for the first time on a phone."""
    who = phone.locator("details", has_text="您是哪一位")
    who.get_by_label("姓名").fill(name)
    who.get_by_label("手机号后四位").fill(digits)
    who.get_by_role("button", name="签到").tap()
    expect(phone.get_by_text("已签到").first).to_be_visible()


def test_5_a_paper_sheet_is_entered_and_corrected(
    office: Callable[[str], Page], state: dict[str, Any], installation: Installation
) -> None:
    page = office(f"/console/sessions/{state['joint']}/sheet/")
    page.get_by_role("link", name=BRANCHES["刘桥镇"]).click()
    tick(page, "徐文", "到")
    tick(page, "马超·买买提", "到")
    page.get_by_role("button", name="录入这张表").click()
    expect(page.get_by_text("新记到场 2 人")).to_be_visible()

    tick(page, "马超·买买提", "假")
    page.get_by_label("马超·买买提 的原因").fill("住院")
    tick(page, "赵国华", "到")
    page.get_by_role("button", name="录入这张表").click()
    expect(page.get_by_text("新记到场 1 人，撤回 1 人，请假 1 人")).to_be_visible()

    live = "voided_at IS NULL AND confirmed = 1"
    key = str(state["joint"]).replace("-", "")
    here = f"SELECT count(*) FROM activities_checkin WHERE {live} AND session_id = '{key}'"  # noqa: S608
    assert installation.number(here) == 4


def tick(page: Page, name: str, choice: str) -> None:
    """Tick one line of the sheet."""
    group = page.get_by_role("group", name=name)
    group.locator("label", has_text=choice).click()


def test_6_the_grid_changes_and_the_missing_ones_go_to_make_up(
    office: Callable[[str], Page],
    installation: Installation,
    open_here: Opener,
    state: dict[str, Any],
) -> None:
    page = office("/console/")

    def seen() -> bool:
        page.reload()
        cell = page.locator(".matrix tr", has_text="平潮镇").locator("td.cell").first
        return "1 / 5" in (cell.text_content() or "")

    installation.until(seen, "the grid shows 1 of 5 for 平潮镇")
    page.locator(".matrix tr", has_text="平潮镇").locator("td.cell a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("4 人")
    expect(page.get_by_role("rowheader", name="周明远")).to_be_visible()
    expect(page.get_by_role("rowheader", name="林小满")).to_be_hidden()

    page.get_by_role("link", name="派补学").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("4 人")
    page.get_by_label("没学的 4 人全派").check()
    page.get_by_label("原因").fill("没赶上联合课堂")
    page.get_by_role("button", name="派补学").click()
    expect(page.get_by_text("4 人已派补学")).to_be_visible()
    page.get_by_role("link", name="已派未补").click()
    expect(page.get_by_role("cell", name="周明远").first).to_be_visible()

    own = open_here("/me/", storage_state=state["lin"], **PHONE)
    expect(own.locator("main")).to_contain_text("学时")
    expect(own.get_by_text("要补的课")).to_be_hidden()


def test_7_the_dossier_is_made_and_its_sums_are_right(office: Callable[[str], Page]) -> None:
    page = office("/console/reports/")
    page.get_by_role("button", name="生成台账").click()
    ready = page.locator("dx-job a.btn").first
    expect(ready).to_be_visible(timeout=LONG_MS)
    with page.expect_download() as taken:
        ready.click()

    names = check_dossier(Path(taken.value.path()))
    assert "05 签到与请假" in names


def check_dossier(path: Path) -> str:
    """Compare a dossier's manifest with what is in it; return the names of its files."""
    with zipfile.ZipFile(path) as dossier:
        manifest = json.loads(dossier.read("manifest.json"))
        listed = {file["path"]: (file["size"], file["sha256"]) for file in manifest["files"]}
        bodies = {n: dossier.read(n) for n in dossier.namelist() if n != "manifest.json"}
    sums = {name: (len(body), hashlib.sha256(body).hexdigest()) for name, body in bodies.items()}
    assert sums == listed
    assert manifest["season"] == SEASON
    assert manifest["missing"], "a plan and a notice were never handed in"
    return " ".join(listed)


def test_8_a_dossier_killed_half_way_is_made_all_the_same(
    office: Callable[[str], Page], installation: Installation
) -> None:
    page = office("/console/reports/")
    kept = installation.number("SELECT count(*) FROM files_export")
    page.get_by_role("button", name="生成台账").click()
    begun = "SELECT count(*) FROM kernel_job WHERE state = 'running' AND done_count > 0"
    installation.until(lambda: installation.number(begun), "the first part is made")
    page.goto("about:blank")
    installation.kill()
    assert installation.number("SELECT count(*) FROM files_export") == kept

    installation.start()
    over = f"SELECT count(*) - {kept} FROM files_export"  # noqa: S608
    installation.until(lambda: installation.number(over), "the dossier is kept")
    page.goto("/console/reports/")
    with page.expect_download() as taken:
        page.locator("a[href*='/exports/']").first.click()
    check_dossier(Path(taken.value.path()))
    assert installation.number(over) == 1


def test_9_an_import_killed_half_way_goes_on_and_is_whole(
    office: Callable[[str], Page], installation: Installation
) -> None:
    before = installation.number(PEOPLE)
    page = office("/people/")
    page.get_by_role("link", name="导入名册").first.click()
    upload(page, "大名册.xlsx", town_books.long_roster(MANY))
    address = page.url
    page.get_by_role("button", name=f"导入 {MANY:,} 行").click()
    installation.until(lambda: installation.number(PEOPLE) > before, "the first rows are in")
    page.goto("about:blank")
    installation.kill()
    assert before < installation.number(PEOPLE) < before + MANY

    installation.start()
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_contain_text(
        f"导入了 {MANY:,} 行", timeout=LONG_MS
    )
    assert installation.number(PEOPLE) == before + MANY
    twice = "SELECT count(*) FROM (SELECT name FROM people_person GROUP BY name HAVING count(*)>1)"
    assert installation.number(twice) == 0
    told = "SELECT count(*) FROM kernel_auditentry WHERE action LIKE '%apply_import'"
    assert installation.number(told) == 4
