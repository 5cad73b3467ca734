"""The roll call of a secretary whose network goes away in the middle of it."""

from playwright.sync_api import Page, expect

from dongxun.activities.models import CheckIn
from dongxun.kernel.outbox import deliver_all
from dongxun.ledger import api as ledger
from tests.cast import SYSTEM, Cast
from tests.walks.conftest import PHONE, Opener
from tests.walks.phones import wait_until_kept
from tests.walks.scene import come_in

NAMES = ("林小满", "钱一诺", "鹤鸣一")


def call(page: Page, name: str) -> None:
    """Tap 到 on somebody's line."""
    line(page, name).get_by_role("button", name="到").tap()


def line(page: Page, name: str):
    return page.locator(".roll-row", has_text=name)


def test_a_roll_taken_without_network_survives_a_reload_and_arrives_once(
    cast: Cast, open_page: Opener, complaints: list[str]
) -> None:
    page = open_page("/offline/", **PHONE)
    come_in(page, cast, "secretary")
    page.goto("/branch/")
    page.get_by_role("link", name="点名").first.tap()
    expect(page.get_by_role("heading", level=1)).to_contain_text("0")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.wait_for_load_state("networkidle")

    page.context.set_offline(True)
    for name in NAMES:
        call(page, name)
    waiting = page.locator("[data-waiting]")
    expect(waiting).to_contain_text("3")
    wait_until_kept(page, 3)
    page.reload()
    expect(page.locator("#offline")).to_be_visible()
    expect(waiting).to_contain_text("3")
    for name in NAMES:
        expect(line(page, name).get_by_role("button", name="到")).to_be_disabled()
    assert not CheckIn.objects.exists()

    complaints.clear()  # the browser reports what it could not fetch
    page.context.set_offline(False)
    expect(waiting).to_be_hidden()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text("3")
    found = CheckIn.objects.values_list("person__name", "method", "voided_at")
    assert sorted(found) == sorted((name, "roll", None) for name in NAMES)
    deliver_all()
    assert len(ledger.facts_of(cast.lin.id, by=SYSTEM)) == 1
