"""The phone pages of members and secretaries in a real browser, in every look."""

import gzip
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, Response, expect

from tests.cast import Cast
from tests.walks.scene import enliven

Opener = Callable[..., Page]


@pytest.fixture
def lively(cast: Cast) -> Cast:
    enliven(cast)
    return cast


@pytest.fixture
def enter(lively: Cast, live_server: Any, open_page: Opener) -> Opener:
    """Open a page as a role: ``enter(role, path, cookies, **context options)``."""

    def open_(role: str, path: str, cookies: dict[str, str], **options: Any) -> Page:
        page = open_page("/offline/", **options)
        client = lively.enter(Client(), role)
        held = {name: morsel.value for name, morsel in client.cookies.items()} | cookies
        page.context.add_cookies(
            [{"name": n, "value": v, "url": live_server.url} for n, v in held.items()]
        )
        if path == "session":
            path = f"/me/activities/{lively.own.session.id}/"
        page.goto(path)
        return page

    return open_


PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
    "device_scale_factor": 2,
}


def test_a_secretary_calls_and_hands_out_a_link(
    enter: Opener, axe: Callable[[Page], None], picture: Callable[..., None]
) -> None:
    page = enter("secretary", "/branch/", {}, **PHONE)
    page.get_by_text("鹤鸣一").first.tap()
    page.get_by_role("button", name="打电话").first.tap()
    expect(page.locator('a[href^="tel:1990000"]').first).to_be_visible()
    picture(page, "open")
    axe(page)
    page.get_by_role("button", name="个人链接").first.tap()
    expect(page.get_by_role("heading", level=1)).to_contain_text("只显示这一次")
    picture(page, "link")
    axe(page)


def test_the_phone_home_stays_within_its_budget(enter: Opener) -> None:
    page = enter("member", "/offline/", {}, **PHONE)
    sizes: dict[str, int] = {}

    def add(response: Response) -> None:
        kind = response.request.resource_type
        sizes[kind] = sizes.get(kind, 0) + len(gzip.compress(response.body(), 9))

    page.context.on("response", add)
    page.goto("/me/", wait_until="networkidle")
    assert sizes["document"] <= 14 * 1024
    assert sum(sizes.values()) <= 71 * 1024
