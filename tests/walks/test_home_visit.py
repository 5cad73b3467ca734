"""A missed member → a round → the visit recorded at the door without network → coverage."""

import gzip
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import FilePayload, Page, expect

from dongxun.coverage import api as coverage
from dongxun.kernel import clock
from dongxun.kernel.ids import new_id
from dongxun.kernel.outbox import deliver_all
from dongxun.ledger import api as ledger
from dongxun.ledger.models import Fact
from dongxun.needs.contracts import SPOKEN
from dongxun.needs.models import Need
from dongxun.visits import api as visits
from dongxun.visits.contracts import Guest, RoundDraft, RoundKind
from dongxun.visits.models import Claim, Photo, Stop
from tests.cast import SYSTEM, Cast
from tests.walks.conftest import PHONE, Opener
from tests.walks.scene import come_in as come_as
from tests.walks.visiting import (
    HOMES,
    Scene,
    all_sent,
    at_home,
    back_online,
    come_in,
    ready_offline,
    set_out,
    walk_to_the_end,
)

FIRST_LOAD_KB = 40
"""Compressed, as a server sends it; half of what a first load may be at most."""
GZIP_LEVEL = 6
MOST_TAPS = 6
SPOKEN_FILE: FilePayload = {
    "name": "voice.m4a",
    "mimeType": "audio/mp4",
    "buffer": b"\x00\x00\x00\x20ftypM4A " + bytes(40) + b"hdlr\x00\x00soun" + bytes(200),
}


@pytest.fixture
def scene(cast: Cast) -> Scene:
    return set_out(cast)


def put_on_a_round(console: Page, cast: Cast) -> str:
    """Open a round to 郑十 at the desk, send 钱一诺 and return the link's path."""
    topic = cast.topics[0].id
    console.goto(f"/console/visits/?node={cast.own.node.id}&topic={topic}")
    console.get_by_role("checkbox", name="郑十").check()
    console.locator("input[name=title]").fill("补送 下午线")
    for box in console.locator("input[name=topics]").all():
        box.set_checked(box.get_attribute("value") == str(topic))
    console.get_by_role("button", name="开路线", exact=True).click()
    console.locator("select[name=visitor]").select_option(f"p{cast.qian.id}")
    console.get_by_role("button", name="派去").click()
    console.get_by_role("button", name="出链接").click()
    link = console.locator("#link-text").input_value()
    return link[link.index("/l/") :]


def record_offline(phone: Page, minutes: int) -> None:
    """Record a visit of some minutes without network; it outlives a reload."""
    ready_offline(phone)
    for name in ("到门口了", "是本人", "讲完了", "不拍", "没有"):
        phone.get_by_role("button", name=name).locator("visible=true").tap()
    phone.evaluate(PRESS_MORE, minutes - 1)
    phone.get_by_role("button", name="送到了").tap()
    expect(phone.get_by_role("heading", level=1).first).to_contain_text("1 户全去过了")
    phone.reload()
    expect(phone.get_by_text("等上传")).to_be_visible()


def test_a_missed_member_is_put_on_a_round_visited_and_stands_under_home_study(
    open_page: Opener, desk: Opener, cast: Cast, complaints: list[str]
) -> None:
    zheng, topic = at_home(cast, HOMES[0]), cast.topics[0]
    coverage.rebuild(by=SYSTEM, season_id=cast.season.id)
    console = desk("/offline/")
    come_as(console, cast, "organiser")
    behind = f"/console/names/?in={cast.own.node.id}&topic={topic.id}&what="
    console.goto(behind + "nothing")
    expect(console.get_by_text("郑十")).to_be_visible()

    phone = open_page(put_on_a_round(console, cast), **PHONE)
    phone.locator("main form button").first.tap()
    expect(phone.get_by_role("heading", level=1).first).to_contain_text("还有 1 户")
    record_offline(phone, topic.minutes)
    complaints.clear()
    back_online(phone)

    deliver_all()
    assert Stop.objects.get(person=zheng).minutes >= topic.minutes
    console.goto(behind + "home")
    expect(console.get_by_role("heading", level=1)).to_contain_text("送学")
    expect(console.get_by_text("郑十")).to_be_visible()
    console.goto(f"/console/visits/?node={cast.own.node.id}&topic={topic.id}")
    expect(console.get_by_role("checkbox", name="郑十")).to_have_count(0)


def test_a_visit_recorded_without_network_survives_a_reload_and_reaches_coverage(
    open_page: Opener,
    scene: Scene,
    complaints: list[str],
    picture: Callable[..., None],
    axe: Callable[[Page], None],
) -> None:
    page = come_in(open_page, scene)
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.wait_for_load_state("networkidle")
    expect(page.get_by_text("说话慢一点")).to_be_visible()
    axe(page)

    page.context.set_offline(True)
    assert walk_to_the_end(page) <= MOST_TAPS
    expect(page.get_by_role("heading", level=1).first).to_contain_text("送到 1 户，还有 3 户")
    page.reload()
    expect(page.get_by_role("heading", level=1).first).to_contain_text("送到 1 户，还有 3 户")
    expect(page.get_by_text("等上传")).to_be_visible()
    assert not Claim.objects.exists()
    picture(page, "offline")

    complaints.clear()  # the browser reports what it could not fetch
    back_online(page)
    picture(page, "sent")

    stop = Stop.objects.get(person=scene.people[0])
    assert (stop.state, stop.disputed) == ("done", False)
    [fact] = ledger.facts_of(scene.people[0].id, by=SYSTEM)
    assert (fact.mode, fact.seconds) == ("home", stop.minutes * 60)
    deliver_all()
    season = scene.cast.season.id
    stand = coverage.standing_of(scene.people[0].id, by=SYSTEM, season_id=season)
    assert stand is not None
    assert stand.topics[0].seconds == fact.seconds


def test_a_need_heard_and_a_photo_taken_without_network_arrive_later(
    open_page: Opener, scene: Scene, complaints: list[str]
) -> None:
    page = come_in(open_page, scene)
    ready_offline(page)
    for name in ("到门口了", "是本人", "讲完了"):
        page.get_by_role("button", name=name).tap()
    page.evaluate(PICTURE)
    expect(page.get_by_text("存了 1 张")).to_be_visible()
    page.get_by_role("button", name="继续").tap()
    page.get_by_label("说了什么").fill("屋顶漏雨，想有人来看看")
    page.get_by_role("button", name="记下").tap()
    page.get_by_role("button", name="送到了").tap()
    kept = page.evaluate(EVERYTHING)
    assert "漏雨" not in kept
    assert "郑十" not in kept

    complaints.clear()
    back_online(page)
    assert Need.objects.get().about_id == Stop.objects.get(person=scene.people[0]).id
    photo = Photo.objects.get()
    assert photo.whole_at is not None
    assert photo.size <= 300 * 1024


def test_a_condolence_round_brings_goods_and_a_need_is_said_there_without_network(
    open_page: Opener, cast: Cast, complaints: list[str]
) -> None:
    draft = RoundDraft(
        id=new_id(),
        season_id=cast.season.id,
        organisation_id=cast.own.branch.id,
        title="春节慰问",
        day=clock.today(),
        kind=RoundKind.CONDOLENCE,
        goods="大米 1 袋",
        guests=(Guest("困难户甲", "河东组 2 号", "hardship"),),
    )
    round_id = visits.open_round(by=SYSTEM, draft=draft)
    visitor = visits.add_visitor(by=SYSTEM, round_id=round_id, person_id=cast.qian.id)
    page = open_page(visits.link_for(by=SYSTEM, visitor_id=visitor).path, **PHONE)
    page.locator("main form button").first.tap()
    expect(page.get_by_text("大米 1 袋")).to_be_visible()
    ready_offline(page)
    for name in ("到门口了", "是本人", "讲完了", "不拍"):
        page.get_by_role("button", name=name).locator("visible=true").tap()
    page.locator("#voice").set_input_files(SPOKEN_FILE)
    expect(page.get_by_text("录好了")).to_be_visible()
    page.get_by_role("button", name="记下").tap()
    page.get_by_role("button", name="送到了").tap()

    complaints.clear()
    back_online(page)
    stop, need = Stop.objects.get(), Need.objects.get()
    assert (stop.state, stop.guest, need.about_id) == ("done", "困难户甲", stop.id)
    assert (need.text, need.voices.count()) == (SPOKEN, 1)
    assert not Fact.objects.exists()


def test_nobody_at_home_and_again_in_the_afternoon(open_page: Opener, scene: Scene) -> None:
    page = come_in(open_page, scene)
    page.get_by_role("button", name="到门口了").tap()
    page.get_by_role("button", name="没人在家").tap()
    page.evaluate("() => scrollTo(0, document.body.scrollHeight)")
    page.get_by_role("button", name="郑十").tap()
    assert walk_to_the_end(page) == MOST_TAPS
    expect(page.get_by_role("heading", level=1).first).to_contain_text("送到 1 户")
    all_sent(page)
    assert Stop.objects.get(person=scene.people[0]).state == "done"


def test_the_homes_leave_the_phone_at_midnight_and_when_the_round_closes(
    open_page: Opener, scene: Scene, complaints: list[str]
) -> None:
    page = come_in(open_page, scene)
    visits.close_round(by=SYSTEM, round_id=scene.round_id)
    page.reload()
    expect(page.get_by_role("heading", level=1).first).to_contain_text("今天没有路线")
    assert "郑十" not in page.content()

    fresh = open_page("/v/", **PHONE)
    expect(fresh.get_by_role("heading", level=1).first).to_contain_text("还没有路线")


def test_a_day_later_nothing_of_the_day_before_is_left(
    open_page: Opener, scene: Scene, complaints: list[str]
) -> None:
    page = come_in(open_page, scene)
    ready_offline(page)
    page.clock.install(time=clock.now() + timedelta(days=1))
    page.reload()
    expect(page.get_by_role("heading", level=1).first).to_contain_text("今天没有路线")
    complaints.clear()


def test_the_first_load_is_small(open_page: Opener, scene: Scene) -> None:
    page = come_in(open_page, scene)
    sizes = {}
    for address in page.evaluate(LOADED):
        body = page.request.get(address).body()
        sizes[address] = len(gzip.compress(body, GZIP_LEVEL))  # the live server sends it plain
    assert 0 < sum(sizes.values()) <= FIRST_LOAD_KB * 1024, (sum(sizes.values()), sizes)


@pytest.mark.parametrize("elder", ["", "1"])
def test_the_app_fits_phones_and_fingers(
    open_page: Opener,
    scene: Scene,
    axe: Callable[[Page], None],
    picture: Callable[..., None],
    elder: str,
) -> None:
    page = come_in(open_page, scene)
    if elder:
        page.context.add_cookies(
            [{"name": "dxelder", "value": elder, "url": page.url.partition("/v")[0]}]
        )
        page.reload()
        expect(page.get_by_role("heading", level=1).first).to_contain_text("还有 4 户")
    for name in ("", "door", "waiting", "me"):
        if name == "door":
            page.get_by_role("button", name="到门口了").tap()
        elif name:
            page.evaluate("(name) => { location.hash = name }", name)
            page.wait_for_timeout(200)
        axe(page)
        picture(page, name or "today")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        small = page.evaluate(SMALL, 60 if elder else 44)
        assert small == [], small


PRESS_MORE = """(n) => {
  for (let i = 0; i < n; i += 1) document.querySelector('[data-do="more"]').click();
}"""
PICTURE = """async () => {
  const canvas = document.createElement("canvas");
  canvas.width = 3000; canvas.height = 2000;
  const ink = canvas.getContext("2d");
  for (let i = 0; i < 4000; i += 1) {
    ink.fillStyle = `hsl(${i % 360} 60% 50%)`;
    ink.fillRect((i * 37) % 3000, (i * 91) % 2000, 60, 60);
  }
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.95));
  const files = new DataTransfer();
  files.items.add(new File([blob], "p.jpg", { type: "image/jpeg" }));
  const input = document.querySelector("[data-photo]");
  input.files = files.files;
  input.dispatchEvent(new Event("change"));
}"""
EVERYTHING = """async () => {
  const out = [];
  const seen = new WeakSet();
  const text = (value) => {
    if (value instanceof ArrayBuffer) value = new Uint8Array(value);
    if (value instanceof Uint8Array) return new TextDecoder().decode(value);
    if (value && typeof value === "object" && !seen.has(value)) {
      seen.add(value);
      return Object.values(value).map(text).join(" ");
    }
    return String(value);
  };
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise((done) => {
      const asked = indexedDB.open(name);
      asked.onsuccess = () => done(asked.result);
    });
    for (const store of db.objectStoreNames) {
      const rows = await new Promise((done) => {
        const asked = db.transaction(store).objectStore(store).getAll();
        asked.onsuccess = () => done(asked.result);
      });
      out.push(...rows.map(text));
    }
    db.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const asked of await cache.keys()) out.push(await (await cache.match(asked)).text());
  }
  return out.join(" ") + JSON.stringify(localStorage) + JSON.stringify(sessionStorage);
}"""
LOADED = """() => [
  ...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource"),
].map((entry) => entry.name)"""
SMALL = """(least) => [...document.querySelectorAll("a, button, summary, label.tick, input")]
  .filter((one) => !one.matches(".skip, .sr, [type=hidden], .tick input, .photo-take input"))
  .filter((one) => one.checkVisibility())
  .map((one) => [one.textContent.trim(), one.getBoundingClientRect()])
  .filter(([, box]) => box.height > 0 && (box.height < least || box.width < 44))
  .map(([words, box]) => `${words}: ${box.width}x${box.height}`)"""
