"""Walks: the product in Debian's Chromium, on a live server, watched for every complaint.

Ask for ``phone`` or ``desk``: functions that open a page. A page that logs an
error or throws fails its test. ``axe(page)`` fails on any WCAG 2.2 AA violation.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

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
COMMON = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "reduced_motion": "reduce"}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
    "device_scale_factor": 2,
}
DESK = {"viewport": {"width": 1440, "height": 900}}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

Opener = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test below this folder as a walk with a database of its own."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.walk)
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


@pytest.fixture
def open_page(browser: Browser, live_server: Any, complaints: list[str]) -> Iterator[Opener]:
    """Open a page in a context of its own: ``open_page("/path", **context options)``."""
    contexts: list[BrowserContext] = []

    def open_(path: str = "/", **options: Any) -> Page:
        context = browser.new_context(base_url=live_server.url, **COMMON | options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        watch(page, complaints)
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()


@pytest.fixture
def phone(open_page: Opener) -> Opener:
    return lambda path="/", **options: open_page(path, **PHONE | options)


@pytest.fixture
def desk(open_page: Opener) -> Opener:
    return lambda path="/", **options: open_page(path, **DESK | options)


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], None]:
    """Check a page as it stands against WCAG 2.2 AA."""
    source = (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")

    def run(page: Page) -> None:
        page.evaluate(source + ";0")
        answer = page.evaluate(
            "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", WCAG
        )
        found = [
            f"{violation['id']}: {node['target']} {node['failureSummary']}"
            for violation in answer["violations"]
            for node in violation["nodes"]
        ]
        assert found == [], "\n".join([page.url, *found])

    return run


@pytest.fixture
def picture(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Keep a picture of a page in ``$DONGXUN_PICTURES``, when that is set."""

    def take(page: Page, name: str = "") -> None:
        if PICTURES:
            stem = "-".join(filter(None, [request.node.name, name]))
            page.screenshot(path=str(Path(PICTURES) / f"{stem}.png"), full_page=True)

    return take


def watch(page: Page, complaints: list[str]) -> None:
    """Write every error a page meets into ``complaints``; for pages opened by hand, too."""
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on(
        "console",
        lambda message: (
            complaints.append(f"{page.url}: {message.text}") if message.type == "error" else None
        ),
    )
