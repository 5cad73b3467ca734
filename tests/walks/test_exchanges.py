"""Away from home: reported in, received, confirmed, credited; and a visit with its six items."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from dongxun.activities.attendance import codes
from dongxun.activities.tests.make import make_session
from dongxun.coverage import api as coverage
from dongxun.exchanges.contracts import DEFAULT_ITEMS
from dongxun.exchanges.models import Exchange, Slot
from dongxun.kernel import clock
from dongxun.kernel.outbox import deliver_all
from dongxun.ledger import api as ledger
from dongxun.ledger.contracts import Mode
from dongxun.ledger.tests.make import make_fact
from dongxun.people.models import Person, ReportIn, Stay
from dongxun.people.tests.make import make_person
from dongxun.people.tests.test_floating import make_station
from dongxun.seasons.tests.make import make_participation
from tests.cast import SYSTEM, Cast
from tests.walks.conftest import PHONE, Opener
from tests.walks.phones import find_network, leave_network, wait_until_kept
from tests.walks.scene import come_in

AWAY = "/console/floating/"


def test_who_lives_elsewhere_is_received_there_and_credited_at_home(
    cast: Cast, open_page: Opener, complaints: list[str], axe: Callable[[Page], None]
) -> None:
    guest = make_person("候鸟", branch=cast.own.branch, digits="4321")
    make_participation(cast.season, guest)
    coverage.rebuild(season_id=cast.season.id, by=SYSTEM)
    make_station(cast.foreign.node)
    own = open_page("/report-in/?q=五接", **PHONE)
    secretary = open_page("/offline/", **PHONE)
    come_in(secretary, cast, "secretary")
    host = open_page("/offline/")
    come_in(host, cast, "other_organiser")

    report_in(own, cast, axe, complaints)
    receive(host)
    confirm(secretary)
    assert Stay.objects.get().state == "received"
    deliver_all()
    check_in(own, cast)
    learn_online(cast, guest)
    counts_at_home(host, open_page, cast, guest)


def report_in(phone: Page, cast: Cast, axe: Callable[[Page], None], complaints: list[str]) -> None:
    """Report in where there is no network, first with wrong digits: the answer comes later."""
    phone.get_by_role("link", name="五接驿站").tap()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("五接驿站")
    axe(phone)
    leave_network(phone)
    phone.get_by_role("combobox", name="老家所在支部").fill(cast.own.branch.name)
    phone.get_by_label("姓名").fill("候鸟")
    phone.get_by_label("手机号后四位").fill("0000")
    phone.get_by_role("button", name="报到").tap()
    wait_until_kept(phone, 1)
    assert not ReportIn.objects.exists()
    find_network(phone, complaints)
    expect(phone.locator("main")).to_contain_text("对不上")
    phone.get_by_role("button", name="改一下").tap()
    expect(phone.get_by_label("姓名")).to_have_value("候鸟")
    phone.get_by_label("手机号后四位").fill("4321")
    phone.get_by_role("button", name="报到").tap()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("报到已记下")


def receive(desk: Page) -> None:
    desk.goto(AWAY)
    expect(desk.get_by_role("heading", level=1)).to_contain_text("1 人等着接收")
    desk.locator("li", has_text="候鸟").get_by_role("button", name="接收").click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("没有人等着接收")


def confirm(phone: Page) -> None:
    phone.goto("/branch/")
    phone.get_by_role("link", name="1 件事要办").tap()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("1 人在外报到")
    phone.locator("li", has_text="候鸟").get_by_role("button", name="确认").tap()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("在外的都联系过了")


def check_in(phone: Page, cast: Cast) -> None:
    """Check in at a class of the host with the address that its screen shows."""
    session = make_session(cast.season, cast.foreign.branch)
    token = codes.token_at(session.id, clock.now())
    phone.goto(f"/s/{session.code}/?t={token}")
    who = phone.locator("details", has_text="您是哪一位")
    who.get_by_label("姓名").fill("候鸟")
    who.get_by_label("手机号后四位").fill("4321")
    who.get_by_role("button", name="签到").tap()
    expect(phone.get_by_text("已签到").first).to_be_visible()


def learn_online(cast: Cast, guest: Person) -> None:
    """Let the second topic be learned on the own device, as floating members mostly do."""
    topic = cast.topics[1]
    values = {"season_id": cast.season.id, "topic_id": topic.id, "mode": Mode.ONLINE}
    ledger.record([make_fact(guest, cause="online", seconds=7200, **values)], by=SYSTEM)
    deliver_all()


def counts_at_home(host: Page, open_page: Opener, cast: Cast, guest: Person) -> None:
    home = cast.actor("secretary")
    stand = coverage.standing_of(guest.id, by=home, season_id=cast.season.id)
    assert stand is not None
    assert stand.mode == "floating"
    assert [one.state for one in stand.topics[:2]] == ["group", "online"]

    desk = open_page("/offline/")
    come_in(desk, cast, "organiser")
    desk.goto(AWAY)
    expect(desk.locator(".kpis")).to_contain_text(re.compile(r"1\s*/\s*1"))
    desk.locator(".kpis a").first.click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("1 人")
    expect(desk.get_by_role("row", name=re.compile("候鸟"))).to_contain_text("流动")
    host.goto(f"{AWAY}?tab=here")
    expect(host.locator("main")).to_contain_text("候鸟")


def test_a_visit_is_complete_with_its_six_items_and_not_with_five(
    cast: Cast, open_page: Opener, complaints: list[str], axe: Callable[[Page], None]
) -> None:
    desk = open_page("/offline/")
    come_in(desk, cast, "organiser")
    plan_the_visit(desk, cast)
    axe(desk)
    labels = [label for _code, label in DEFAULT_ITEMS]
    give_evidence_without_network(desk, labels[0], complaints)
    for label in labels[1:5]:
        give_evidence(desk, label)
    desk.get_by_role("button", name="办结").click()
    alert = desk.get_by_role("alert")
    expect(alert).to_contain_text("总结一批经验")
    expect(alert).not_to_contain_text("调研一个阵地")
    complaints.clear()  # 409
    give_evidence(desk, labels[5])
    desk.get_by_role("button", name="办结").click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("已办结")
    assert Exchange.objects.get().state == "complete"
    desk.goto("/console/exchanges/")
    expect(desk.get_by_role("heading", level=1)).to_contain_text("1 次走亲已办结")
    expect(desk.locator("main")).to_contain_text("6 / 6")


def plan_the_visit(desk: Page, cast: Cast) -> None:
    desk.goto("/console/exchanges/")
    desk.get_by_role("link", name="排一次走亲").first.click()
    desk.locator("[name=title]").fill("平潮到五接走亲")
    desk.locator("[name=host]").fill(cast.foreign.node.name)
    desk.locator("[name=guests]").fill(cast.own.node.name)
    desk.locator("[name=day]").fill(clock.today().isoformat())
    desk.locator("[name=programme]").fill("参观阵地\n听宣讲")
    desk.get_by_role("button", name="保存").click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("还差 6 项佐证")


def give_evidence(desk: Page, label: str) -> None:
    item = desk.locator("li", has_text=label).first
    item.locator("summary").click()
    item.locator("textarea").fill(f"{label}，做了")
    item.get_by_role("button", name="记下").click()
    expect(desk.locator("li", has_text=label).first).to_contain_text(f"{label}，做了")


def give_evidence_without_network(desk: Page, label: str, complaints: list[str]) -> None:
    leave_network(desk)
    item = desk.locator("li", has_text=label).first
    item.locator("summary").click()
    item.locator("textarea").fill(f"{label}，做了")
    item.get_by_role("button", name="记下").click()
    expect(item.locator("[data-kept]")).to_be_visible()
    wait_until_kept(desk, 1)
    assert not Slot.objects.exclude(done_at=None).exists()
    find_network(desk, complaints)
    expect(desk.locator("li", has_text=label).first).to_contain_text(f"{label}，做了")
