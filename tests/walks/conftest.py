"""Walks: the product in Debian's Chromium, on a live server, watched for every complaint.

Ask for ``phone`` or ``desk``: functions that open a page. A page that logs an
error or throws fails its test. ``axe(page)`` fails on any WCAG 2.2 AA violation.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.walks.installation import demo_district, installation

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = os.environ.get("DONGXUN_CHROMIUM", "/usr/bin/chromium")
PICTURES = os.environ.get("DONGXUN_PICTURES")
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--autoplay-policy=no-user-gesture-required",
]
PATIENCE_MS = 90_000
expect.set_options(timeout=PATIENCE_MS / 2)
"""A machine whose processors are lent elsewhere answers late; what is right does not wait."""
COMMON = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "reduced_motion": "reduce"}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
    "device_scale_factor": 2,
}
DESK = {"viewport": {"width": 1440, "height": 900}}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AXE = """([type, values]) => axe.run(document, {
  runOnly: {type, values}, resultTypes: ["violations"], preload: false,
})"""

OWN = {"installation", "demo_district"}
"""Fixtures with a server and a database of their own."""

Opener = Callable[..., Page]


class Finder(Protocol):
    """Looks for violations on a page as it stands: all of WCAG 2.2 AA, or some rules of axe."""

    def __call__(self, page: Page, rules: tuple[str, ...] | None = None) -> list[str]:
        """Return them in words."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test below this folder as a walk; most want a database of their own."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.walk)
            if not OWN & set(getattr(item, "fixturenames", ())):
                item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright runs an event loop in this thread
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, chromium_sandbox=False, args=FLAGS
        )
        yield chromium
        chromium.close()


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """Collect console and page errors; a walk that provokes one on purpose clears the list."""
    found: list[str] = []
    yield found
    assert found == []


@contextmanager
def opening(browser: Browser, base_url: str, complaints: list[str]) -> Iterator[Opener]:
    """Open pages in contexts of their own: ``open_("/path", **context options)``."""
    contexts: list[BrowserContext] = []

    def open_(path: str = "/", **options: Any) -> Page:
        context = browser.new_context(base_url=base_url, **COMMON | options)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        watch(page, complaints)
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()


@pytest.fixture
def open_page(browser: Browser, live_server: Any, complaints: list[str]) -> Iterator[Opener]:
    """Open a page of the live server."""
    with opening(browser, live_server.url, complaints) as open_:
        yield open_


@pytest.fixture
def phone(open_page: Opener) -> Opener:
    return lambda path="/", **options: open_page(path, **PHONE | options)


@pytest.fixture
def desk(open_page: Opener) -> Opener:
    return lambda path="/", **options: open_page(path, **DESK | options)


@pytest.fixture(scope="session")
def look_for() -> Finder:
    source = (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")

    def run(page: Page, rules: tuple[str, ...] | None = None) -> list[str]:
        if not page.evaluate("typeof axe === 'object'"):
            page.context.add_init_script(source)  # half a second less on each page to come
            page.evaluate(source + ";0")
        answer = page.evaluate(AXE, ["rule", list(rules)] if rules else ["tag", WCAG])
        return [
            f"{violation['id']}: {node['target']} {node['failureSummary']}"
            for violation in answer["violations"]
            for node in violation["nodes"]
        ]

    return run


@pytest.fixture(scope="session")
def axe(look_for: Finder) -> Callable[[Page], None]:
    """Check a page as it stands against WCAG 2.2 AA."""

    def run(page: Page) -> None:
        found = look_for(page)
        assert found == [], "\n".join([page.url, *found])

    return run


@pytest.fixture
def picture(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Keep a picture of a page in ``$DONGXUN_PICTURES``, when that is set."""

    def take(page: Page, name: str = "") -> None:
        picture_of(page, "-".join(filter(None, [request.node.name, name])))

    return take


def picture_of(page: Page, name: str) -> None:
    """Keep a picture of a page in ``$DONGXUN_PICTURES``, when that is set."""
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def watch(page: Page, complaints: list[str]) -> None:
    """Write every error a page meets into ``complaints``; for pages opened by hand, too."""
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on(
        "console",
        lambda message: (
            complaints.append(f"{page.url}: {message.text}") if message.type == "error" else None
        ),
    )


__all__ = ["demo_district", "installation"]
