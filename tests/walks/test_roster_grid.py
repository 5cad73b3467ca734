"""The roster's grid in a browser: keys, paste from a workbook, unsaved cells, save."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from dongxun.people.models import Person
from dongxun.people.tests.make import make_person
from tests.cast import Cast
from tests.walks.scene import come_in

Opener = Callable[..., Page]
PASTE = """text => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const event = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
  document.activeElement.dispatchEvent(event);
}"""


def test_a_roster_is_put_right_by_keys_and_by_paste(
    cast: Cast,
    desk: Opener,
    axe: Callable[[Page], None],
    picture: Callable[..., None],
) -> None:
    for name in ("丁一", "丁三", "丁二"):
        make_person(name, branch=cast.own.branch, duty="")
    page = desk("/nearby/")
    come_in(page, cast, "organiser")
    page.goto(f"/people/?organisation={cast.own.branch.id}&q=丁")
    first = page.get_by_role("gridcell", name="正式党员").first
    first.click()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(first).to_be_focused()

    page.evaluate(PASTE, "预备党员\t正常\t1999.07\t委员\n宇航员\t正常\t2001-7-1\t书记\n")
    expect(page.get_by_text("6 格未保存")).to_be_visible()
    expect(page.locator(".is-unsaved")).to_have_count(6)
    axe(page)
    picture(page, "unsaved")

    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("请写正式党员、预备党员")).to_be_visible()
    expect(page.locator(".is-unsaved")).to_have_count(3)
    axe(page)
    picture(page, "faults")
    saved = Person.objects.get(name="丁一")
    assert (saved.category, saved.duty, str(saved.joined_on)) == (
        "probationary",
        "委员",
        "1999-07-01",
    )
    assert Person.objects.get(name="丁三").duty == ""

    page.locator(".is-bad").focus()
    page.keyboard.press("Enter")
    page.get_by_role("combobox", name="类别").last.select_option("正式党员")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator(".is-unsaved")).to_have_count(0)
    assert Person.objects.get(name="丁三").duty == "书记"

    write_and_take_back(page)


def write_and_take_back(page: Page) -> None:
    page.get_by_role("rowheader", name="丁二").focus()
    page.keyboard.press("F2")
    page.get_by_role("textbox", name="姓名").fill("丁小二")
    page.keyboard.press("Enter")
    expect(page.locator(".is-unsaved")).to_have_text("丁小二 未保存")
    page.keyboard.press("Control+z")
    page.get_by_role("rowheader", name="丁二").focus()
    page.keyboard.press("Control+z")
    expect(page.locator(".is-unsaved")).to_have_count(0)
    expect(page.get_by_role("link", name="丁二", exact=True)).to_be_visible()
