"""A need heard at the door without network → assigned → solved → called back → in the book."""

from pathlib import Path

from playwright.sync_api import Page, expect

from dongxun.files import api as files
from dongxun.needs.models import FaqBook, Need, Picture
from dongxun.reports.tests.read import pages_of
from tests.cast import Cast
from tests.walks import test_home_visit as door
from tests.walks.conftest import PHONE, Opener
from tests.walks.phones import find_network, leave_network, wait_until_kept
from tests.walks.scene import come_in

scene = door.scene
HEARD = "屋顶漏雨，想有人来看看"
DONE = "换了 12 片瓦，当天不漏了"
MOST_PHOTO = 300 * 1024
LARGE = """async (input) => {
  const canvas = document.createElement("canvas");
  canvas.width = 3000; canvas.height = 2000;
  const ink = canvas.getContext("2d");
  for (let i = 0; i < 6000; i += 1) {
    ink.fillStyle = `hsl(${i % 360} 60% 50%)`;
    ink.fillRect((i * 37) % 3000, (i * 91) % 2000, 60, 60);
  }
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 1));
  const chosen = new DataTransfer();
  chosen.items.add(new File([blob], "roof.jpg", { type: "image/jpeg" }));
  input.files = chosen.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  return blob.size;
}"""


def test_a_need_heard_at_the_door_is_solved_called_back_and_asked_no_more(
    open_page: Opener, scene: door.Scene, complaints: list[str], tmp_path: Path
) -> None:
    hear_it_without_network(open_page, scene, complaints)
    need = Need.objects.get()
    secretary, organiser = open_page("/offline/"), open_page("/offline/")
    come_in(secretary, scene.cast, "secretary")
    come_in(organiser, scene.cast, "organiser")

    assign(secretary, scene.cast, need)
    solve(organiser, need)
    call_back_and_close(secretary, need)
    put_into_the_book(open_page, secretary, need, tmp_path)
    say_one_without_network(open_page, scene.cast, complaints)


def hear_it_without_network(open_page: Opener, scene: door.Scene, complaints: list[str]) -> None:
    page = door.come_in(open_page, scene)
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    for name in ("到门口了", "是本人", "讲完了", "不拍"):
        page.get_by_role("button", name=name).locator("visible=true").tap()
    page.get_by_label("说了什么").fill(HEARD)
    page.get_by_role("button", name="记下").tap()
    page.get_by_role("button", name="送到了").tap()
    expect(page.get_by_role("heading", level=1).first).to_contain_text("送到 1 户")
    page.get_by_role("link", name="待上传").tap()
    expect(page.locator("[data-item][data-kind=need]")).to_be_visible()
    assert not Need.objects.exists()
    complaints.clear()  # the browser reports what it could not fetch
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="都传上去了")).to_be_visible(timeout=60_000)


def next_step(page: Page, name: str) -> None:
    page.locator("section", has=page.locator("#next-title")).get_by_role(
        "button", name=name
    ).click()


def assign(page: Page, cast: Cast, need: Need) -> None:
    page.goto("/console/needs/")
    expect(page.locator("main")).to_contain_text(HEARD)
    page.locator(f"a[href='/console/needs/{need.id}/']").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("办")
    expect(page.locator("main")).to_contain_text("走访")
    page.locator("#next-title").locator("../..").locator("[name$=words]").fill("明天上门看")
    next_step(page, "受理")
    form = page.locator("#next-title").locator("../..")
    form.locator("[name$=organisation]").fill(cast.own.node.name)
    form.locator("[name$=responsible]").fill("何建")
    form.locator("[name$=words]").fill("看屋顶，换瓦")
    next_step(page, "派单")
    expect(page.get_by_role("heading", level=1)).to_contain_text(cast.own.node.short_name)


def solve(page: Page, need: Need) -> None:
    page.goto(f"/console/needs/{need.id}/")
    next_step(page, "开始办理")
    form = page.locator("#next-title").locator("../..")
    form.locator("[name$=words]").fill(DONE)
    size = form.locator("[name$=picture]").evaluate(LARGE)
    assert size > MOST_PHOTO
    next_step(page, "报办结")
    expect(page.locator("main")).to_contain_text(DONE)
    _upload, raw = files.read_upload(Picture.objects.get().upload_id)
    assert len(raw) <= MOST_PHOTO
    expect(page.locator("main")).to_contain_text("由别人")  # whoever did it does not close it


def call_back_and_close(page: Page, need: Need) -> None:
    page.goto(f"/console/needs/{need.id}/")
    next_step(page, "核实办结")
    form = page.locator("#next-title").locator("../..")
    form.get_by_label("满意", exact=True).check()
    form.locator("[name$=words]").fill("来看过了，不漏了")
    next_step(page, "回访")
    next_step(page, "销号")
    expect(page.get_by_role("heading", level=1)).to_contain_text("销号")
    need.refresh_from_db()
    assert (need.state, need.satisfaction, need.is_open) == ("closed", "satisfied", False)


def put_into_the_book(open_page: Opener, page: Page, need: Need, tmp_path: Path) -> None:
    page.goto("/console/questions/")
    page.locator("[name=title]").fill("冬训百问")
    page.get_by_role("button", name="开始编").click()
    page.locator("li", has_text=HEARD).get_by_role("button").click()
    page.locator("li", has_text=HEARD).get_by_role("link").click()
    page.locator("#entry [name=question]").fill("屋顶漏雨找谁？")
    page.locator("#entry [name=answer]").fill("找村里，两天内有人上门换瓦。")
    page.locator("#entry").get_by_role("button").click()
    page.get_by_role("button", name="发布").click()
    book = FaqBook.objects.get()
    link = page.get_by_role("link", name="打印小册子").get_attribute("href")
    answer = page.request.get(link or "")
    printed = "".join(pages_of(answer.body(), tmp_path))
    assert "屋顶漏雨找谁" in printed
    assert "两天内有人上门换瓦" in printed
    everybody = open_page(f"/questions/{book.code}/", **PHONE)
    everybody.get_by_text("屋顶漏雨找谁？").tap()
    expect(everybody.get_by_text("两天内有人上门换瓦")).to_be_visible()
    assert HEARD not in everybody.content()


def say_one_without_network(open_page: Opener, cast: Cast, complaints: list[str]) -> None:
    """Let anybody say what is needed; the code comes once there is a network."""
    phone = open_page("/need/", **PHONE)
    leave_network(phone)
    phone.fill("[name=text]", "路灯不亮")
    phone.fill("[name=organisation]", cast.own.branch.name)
    phone.get_by_role("button", name="提交").tap()
    wait_until_kept(phone, 1)
    said = Need.objects.filter(text="路灯不亮")
    assert not said.exists()
    find_network(phone, complaints)
    expect(phone.locator("main")).to_contain_text("路灯不亮")
    expect(phone.locator("main")).to_contain_text(said.get().code)
