"""A post staffed day and night: a gap found and filled, handed over, registered offline, certified."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from dongxun.kernel import clock
from dongxun.volunteers.models import DutyEntry, Errand, Post, Turn
from dongxun.volunteers.tests.make import make_post, make_shift
from tests.cast import Cast
from tests.walks.conftest import PHONE, Opener
from tests.walks.phones import find_network, leave_network, wait_until_kept
from tests.walks.scene import come_in

C = "/console/volunteers/"


def test_a_post_is_staffed_handed_over_registered_and_certified(
    cast: Cast, open_page: Opener, complaints: list[str]
) -> None:
    post = make_post(cast.season, cast.own.branch, name="平潮村口")
    desk = open_page("/offline/")
    come_in(desk, cast, "secretary")
    phone = open_page("/offline/", **PHONE)
    come_in(phone, cast, "member")

    find_and_fill_the_gap(desk, phone, post)
    stand_now(desk, phone, post)
    register_without_network(phone, post, complaints)
    leave_without_network(phone, post, complaints)
    run_an_errand_without_network(phone, cast, complaints)
    certify(desk, phone, cast, post)


def find_and_fill_the_gap(desk: Page, phone: Page, post: Post) -> None:
    tomorrow = clock.today() + timedelta(days=1)
    week = f"{C}posts/{post.id}/?week={tomorrow.isoformat()}"
    desk.goto(week)
    desk.fill("[name=days-first]", tomorrow.isoformat())
    desk.fill("[name=days-last]", tomorrow.isoformat())
    desk.get_by_role("button", name="排上").click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("3 个班次没人")
    for name, at in (("钱一诺", "00:00–08:00"), ("鹤鸣一", "08:00–16:00")):
        desk.goto(week)
        desk.locator("li", has_text=at).get_by_role("link", name="还没人").first.click()
        desk.fill("[name=person]", name)
        desk.get_by_role("button", name="排上").click()
        expect(desk.get_by_role("heading", level=1)).to_contain_text("人齐了")
    desk.goto(week)
    expect(desk.get_by_role("heading", level=1)).to_contain_text("1 个班次没人")
    phone.goto("/me/volunteer/")
    phone.locator(".item", has_text="16:00").get_by_role("button", name="我来").tap()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("1 个班")
    desk.goto(week)
    expect(desk.get_by_role("heading", level=1)).to_contain_text("每班都有人")


def stand_now(desk: Page, phone: Page, post: Post) -> None:
    make_shift(post, clock.now() - timedelta(minutes=20), 2)
    phone.goto("/me/volunteer/")
    phone.locator(".item", has_text="我来").first.get_by_role("button", name="我来").tap()
    phone.get_by_role("link", name="平潮村口").first.tap()
    phone.get_by_role("button", name="我到岗了").tap()
    expect(phone.locator("main")).to_contain_text("正在值守")
    phone.fill("[name=words]", "门钥匙在老地方")
    phone.get_by_role("button", name="交接").tap()
    expect(phone.locator("main")).to_contain_text("门钥匙在老地方")
    desk.goto(C)
    expect(desk.locator("main")).to_contain_text("林小满")


def register_without_network(phone: Page, post: Post, complaints: list[str]) -> None:
    phone.get_by_role("link", name="登记进出").tap()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("谁进出")
    phone.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    phone.reload()
    phone.wait_for_load_state("networkidle")
    phone.context.set_offline(True)
    for plate in ("苏F·10001", "苏F·10002"):
        phone.fill("[name=plate]", plate)
        phone.get_by_role("button", name="登记", exact=True).tap()
    waiting = phone.locator("[data-waiting]")
    expect(waiting).to_contain_text("2")
    wait_until_kept(phone, 2)
    phone.reload()
    expect(phone.locator("#offline")).to_be_visible()
    expect(waiting).to_contain_text("2")
    assert not DutyEntry.objects.exists()
    complaints.clear()  # the browser reports what it could not fetch
    phone.context.set_offline(False)
    expect(waiting).to_be_hidden()
    assert DutyEntry.objects.filter(post=post).count() == 2


def leave_without_network(phone: Page, post: Post, complaints: list[str]) -> None:
    turn = Turn.objects.get(shift__post=post, on_at__isnull=False)
    phone.goto(f"/me/volunteer/turns/{turn.id}/")
    expect(phone.locator("main")).to_contain_text("正在值守")
    phone.context.set_offline(True)
    phone.reload()
    phone.get_by_role("button", name="我离岗了").tap()
    expect(phone.get_by_text("已离岗")).to_be_visible()
    wait_until_kept(phone, 1)
    phone.reload()
    expect(phone.get_by_text("还没上传")).to_be_visible()
    turn.refresh_from_db()
    assert turn.off_at is None
    complaints.clear()  # the browser reports what it could not fetch
    phone.context.set_offline(False)
    expect(phone.locator("main")).to_contain_text("小时", timeout=60_000)
    turn.refresh_from_db()
    assert (turn.off_source, turn.skewed) == ("auto", False)


def run_an_errand_without_network(phone: Page, cast: Cast, complaints: list[str]) -> None:
    """Ask for an errand, and take it, both where there is no network."""
    phone.goto("/errands/ask/")
    leave_network(phone)
    typed = {"branch": cast.own.branch.name, "words": "买米 10 斤", "for_name": "五保户甲"}
    for name, words in (typed | {"address": "三组 12 号"}).items():
        phone.fill(f"[name={name}]", words)
    phone.get_by_role("button", name="提交").tap()
    wait_until_kept(phone, 1)
    assert not Errand.objects.exists()
    find_network(phone, complaints)
    expect(phone.locator("main")).to_contain_text("编号")
    errand = Errand.objects.get()
    expect(phone.locator("main")).to_contain_text(errand.code)

    phone.goto("/me/volunteer/errands/")
    leave_network(phone)
    phone.locator("summary", has_text="买米").tap()
    phone.get_by_role("button", name="我来跑").tap()
    wait_until_kept(phone, 1)
    assert Errand.objects.get().state == "waiting"
    find_network(phone, complaints)
    expect(phone.locator("summary", has_text="买米")).to_contain_text("在办")
    assert Errand.objects.get().runner_id == cast.lin.id


def certify(desk: Page, phone: Page, cast: Cast, post: Post) -> None:
    shift = make_shift(post, clock.now() - timedelta(hours=30), 4)
    day = clock.day_of(shift.starts_at)
    zone = clock.zone()
    desk.goto(f"{C}posts/{post.id}/sheet/?day={day.isoformat()}")
    desk.fill("[name=name-new0]", "林小满")
    desk.fill("[name=on-new0]", f"{shift.starts_at.astimezone(zone):%H:%M}")
    desk.fill("[name=off-new0]", f"{shift.ends_at.astimezone(zone):%H:%M}")
    desk.get_by_role("button", name="保存").click()
    desk.goto(f"{C}hours/")
    desk.get_by_role("button", name="确认勾选的").click()
    expect(desk.locator("main")).to_contain_text("公示")
    turn = Turn.objects.get(shift=shift)
    assert turn.hours_state == "approved"
    Turn.objects.filter(id=turn.id).update(published_on=clock.today() - timedelta(days=8))
    desk.goto(f"{C}hours/?show=people")
    desk.get_by_role("link", name="开证明", exact=True).click()
    desk.fill("[name=responsible]", "周书记")
    desk.fill("[name=phone]", "19900005555")
    desk.get_by_role("button", name="开具证明").click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("4")
    phone.goto("/me/volunteer/hours/")
    phone.get_by_role("link", name="志愿服务证明").tap()
    with phone.expect_download() as waiting:
        phone.get_by_role("link", name="下载证明").tap()
    assert waiting.value.suggested_filename.startswith(f"{cast.lin.name}志愿服务记录证明")
