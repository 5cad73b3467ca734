"""The phone pages of members and secretaries in a real browser, in every look."""

import gzip
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, Response, expect

from dongxun.activities.attendance import makeup
from dongxun.activities.own.corrections import ask_correction
from dongxun.activities.tests.make import make_session
from dongxun.coverage import api as coverage
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, ActorKind
from dongxun.ledger import api as ledger
from dongxun.ledger.tests.make import make_fact
from tests.cast import SYSTEM, Cast

Opener = Callable[..., Page]
LOOKS = {"light": {}, "dark": {"dxtheme": "dark"}, "elder": {"dxelder": "1"}}
PATHS = [
    ("member", "/me/"),
    ("phone", "/me/"),
    ("public", "/me/"),
    ("member", "/me/activities/"),
    ("member", "session"),
    ("member", "/me/record/"),
    ("member", "/me/record/correct/"),
    ("secretary", "/branch/"),
    ("secretary", "/branch/makeup/"),
]
SIDEWAYS = "document.documentElement.scrollWidth - window.innerWidth"


@pytest.fixture
def lively(cast: Cast) -> Cast:
    """The cast in the middle of its season: learned, planned, owed, asked."""
    at = clock.now() + timedelta(days=2)
    coming = make_session(
        cast.season, cast.own.branch, starts_at=at, ends_at=at + timedelta(hours=2), sign_up=True
    )
    facts = [
        make_fact(
            person,
            season_id=cast.season.id,
            topic_id=cast.topics[0].id,
            seconds=minutes * 60,
            object_id=cast.own.session.id,
        )
        for person, minutes in ((cast.lin, 60), (cast.qian, 30))
    ]
    ledger.record(facts, by=SYSTEM)
    makeup.open_makeup(
        by=SYSTEM,
        owing=makeup.Owing(
            cast.season.id,
            cast.topics[0].id,
            (cast.qian.id, cast.zhou.id),
            offered_session_id=coming.id,
        ),
    )
    own = Actor(ActorKind.DEVICE, persons=(cast.lin.id,), owned=frozenset({cast.lin.id}))
    ask_correction(by=own, person_id=cast.lin.id, words="上周五我也到了，没有记上")
    coverage.rebuild(by=SYSTEM, season_id=cast.season.id)
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


@pytest.mark.parametrize("look", LOOKS)
def test_phone_pages_are_accessible_in_every_look(
    enter: Opener, axe: Callable[[Page], None], picture: Callable[..., None], look: str
) -> None:
    for role, path in PATHS:
        page = enter(role, path, LOOKS[look], **PHONE)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert page.evaluate(SIDEWAYS) <= 0, (role, path)
        picture(page, f"{role}{path.replace('/', '-')}")
        axe(page)
        page.context.close()


@pytest.mark.parametrize("look", LOOKS)
def test_the_make_up_desk_is_accessible(
    enter: Opener, axe: Callable[[Page], None], picture: Callable[..., None], look: str
) -> None:
    for path in ("/console/makeup/", "/console/makeup/?tab=open"):
        page = enter("organiser", path, LOOKS[look], viewport={"width": 1440, "height": 900})
        picture(page, path[-4:].strip("/"))
        axe(page)
        page.context.close()


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
