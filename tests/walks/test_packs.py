"""A pack drive in a browser: from the first delivery into the store to the signed receipt."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from dongxun.packs.models import IssueLine, IssueList, Receipt
from dongxun.packs.services import lists
from tests.cast import SYSTEM, Cast
from tests.walks.conftest import Opener
from tests.walks.phones import wait_until_kept
from tests.walks.scene import come_in

BOOK, PACK = "冬训要点汇编", "冬训加油包"


@pytest.fixture
def console(cast: Cast, desk: Opener) -> Page:
    page = desk("/offline/")
    come_in(page, cast, "organiser")
    page.goto("/console/packs/")
    return page


def stock_up(page: Page) -> None:
    """Write a book down and note that eight came in."""
    page.goto("/console/packs/stock/")
    page.get_by_label("名称").fill(BOOK)
    page.get_by_role("button", name="登记").click()
    page.get_by_label("数量").fill("8")
    page.get_by_role("button", name="记下").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 个地点有库存")


def define(page: Page) -> None:
    page.goto("/console/packs/new/")
    page.get_by_label("名称").fill(PACK)
    page.get_by_label(BOOK).fill("1")
    page.get_by_role("button", name="保存加油包").click()
    expect(page.get_by_text("8 份")).to_be_visible()


def test_a_pack_goes_from_the_store_to_a_signed_receipt(
    cast: Cast,
    console: Page,
    phone: Opener,
    *,
    axe: Callable[[Page], None],
    picture: Callable[..., None],
    complaints: list[str],
) -> None:
    stock_up(console)
    define(console)
    axe(console)
    console.get_by_role("link", name="拟发放清单").first.click()
    console.get_by_label("怎么送").select_option(label="整包发到支部")
    console.get_by_role("button", name="列出名单").click()
    expect(console.get_by_role("heading", level=1)).to_have_text(f"{PACK}：5 行待核对")
    console.get_by_role("button", name="发放", exact=True).click()
    expect(console.get_by_role("heading", level=1)).to_have_text(f"{PACK}：领到 0，还差 5")
    axe(console)
    picture(console, "packs-list")

    page = phone("/offline/")
    come_in(page, cast, "secretary")
    page.goto("/branch/")
    page.get_by_text("份加油包要收、要发").click()
    axe(page)
    page.get_by_role("link", name="收到了").click()
    page.get_by_role("button", name="记下签收").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("5 人还没领")
    page.get_by_text(cast.lin.name).click()
    page.get_by_label("方式").select_option(label="代领")
    page.get_by_label("代领人").fill("林大明")
    page.get_by_label("关系").fill("儿子")
    axe(page)
    picture(page, "packs-hand-over")
    page.get_by_role("button", name="记下签收").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("4 人还没领")

    line = IssueLine.objects.get(person=cast.lin)
    console.goto(f"/console/packs/lists/{line.list_id}/?state=received")
    expect(console.get_by_text("林大明（儿子）")).to_be_visible()
    console.goto("/console/packs/")
    expect(console.get_by_role("heading", level=1)).to_have_text("发到 1 人，还差 4 人")
    client = cast.enter(Client(), "organiser")
    paper = client.get(f"/console/packs/lists/{IssueList.objects.get().id}/sheet.pdf")
    assert paper.headers["Content-Type"] == "application/pdf"
    carry_without_network(page, cast, line.list_id, (axe, picture))
    complaints.clear()  # the browser reports what it could not fetch


def carry_without_network(
    page: Page, cast: Cast, list_id: UUID, looks: tuple[Callable[[Page], None], ...]
) -> None:
    """Hand two lines over where there is no network, close the page, and come back to it."""
    rows = IssueLine.objects.filter(list_id=list_id, person__in=[cast.qian, cast.zhou])
    account = cast.own.secretary.id
    courier = lists.Courier(account_id=account, name="钱")
    keys = [row.id for row in rows]
    lists.give_to_courier(by=SYSTEM, list_id=list_id, line_ids=keys, courier=courier)
    page.goto("/me/deliveries/")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.get_by_text(cast.qian.name).click()
    page.get_by_role("button", name="记下签收").click()
    wait_until_kept(page, 1)
    page.reload()
    page.get_by_text(cast.zhou.name).click()
    page.get_by_label("方式").select_option(label="代领")
    page.get_by_role("button", name="记下签收").click()
    expect(page.get_by_text("写上谁代领")).to_be_visible()
    for look in looks:
        look(page)
    page.get_by_label("代领人").fill("周小明")
    page.get_by_label("关系").fill("儿子")
    page.get_by_role("button", name="记下签收").click()
    expect(page.locator("[data-waiting]")).to_contain_text("2")
    wait_until_kept(page, 2)
    assert not Receipt.objects.filter(line__in=keys).exists()
    page.context.set_offline(False)
    expect(page.get_by_text("送到 2 份")).to_be_visible()
    assert Receipt.objects.filter(line__in=keys).count() == 2
