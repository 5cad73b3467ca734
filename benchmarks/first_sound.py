"""How soon a lesson is heard on Slow 4G: from the page's first byte to playing, and what it weighs.

Chromium itself is slowed down (its protocol's network conditions), on a phone that has never been
here. Play is pressed as soon as the button is there; nobody is that quick, so this is the least
that the network allows and not what a person sees.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.check_in import HOST, _server
from tools.bench import Figure

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROUNDS = 5
MINUTES = 20
SLOW_4G = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
PRESS = """
document.addEventListener("playing", () => {
  window.heard = performance.now();
  document.documentElement.dataset.heard = "";
}, {capture: true, once: true});
new MutationObserver(() => {
  const button = document.querySelector(".lib-lesson .controls .big");
  if (button && !window.pressed) { window.pressed = performance.now(); button.click(); }
}).observe(document, {childList: true, subtree: true});
"""
TIMES = """() => {
  const [page] = performance.getEntriesByType("navigation");
  return [window.heard - page.responseStart, window.heard - window.pressed, window.heard];
}"""


def measure() -> Iterator[Figure]:
    """Open a lesson of 20 minutes as a phone does that was never here, five times."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright runs an event loop in this thread
    cookies, path = _scene()
    from playwright.sync_api import sync_playwright

    with _server(threads=4) as (port, _pids), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            chromium_sandbox=False,
            args=["--disable-gpu", "--autoplay-policy=no-user-gesture-required"],
        )
        _listen(browser, port, path, cookies)  # the server draws its first page
        found = [_listen(browser, port, path, cookies) for _ in range(ROUNDS)]
        browser.close()
    first, pressed, whole, size = (median(column) for column in zip(*found, strict=True))
    yield Figure("Slow 4G: first byte of the page to playing", first / 1000, "s", 2.0)
    yield Figure("Slow 4G: play pressed to playing", pressed / 1000, "s")
    yield Figure("Slow 4G: asked for the page to playing", whole / 1000, "s")
    yield Figure("lesson page before media, as it travels", size / 1024, "KB", 90)


def _scene() -> tuple[list[dict[str, Any]], str]:
    """Return the cookies of a member's phone and the address of a lesson to hear."""
    from django.test import Client

    from dongxun.access.tests.make import carry_phone
    from dongxun.files.tests.media import make_sound
    from dongxun.kernel import jobs
    from dongxun.library import api
    from dongxun.library.contracts import ChapterDraft, Form
    from dongxun.library.tests.make import SYSTEM, make_lesson
    from dongxun.organisations.tests.make import make_district
    from dongxun.people.tests.make import make_person
    from dongxun.seasons.tests.make import make_participation, make_season

    tree = make_district()
    season, home = make_season(tree["district"]), tree["平潮镇支部"]
    person = make_person(branch=home)
    make_participation(season, person)
    with tempfile.TemporaryDirectory() as folder:
        sound = make_sound(Path(folder) / "a.mp3", MINUTES * 60)
        media = api.keep_media(
            by=SYSTEM, organisation_id=home.id, name="录音.mp3", pieces=[sound.read_bytes()]
        )
    jobs.run_waiting()
    lesson = make_lesson(season, home, chapters=0, published=False, form=Form.AUDIO)
    text = "\n".join(f"[{n // 4}:{n % 4 * 15:02}] 村里的账，谁都能翻。" for n in range(MINUTES * 4))
    drafts = [(None, ChapterDraft("账本摆在村口", text, media))]
    api.write_chapters(by=SYSTEM, lesson_id=lesson.id, drafts=drafts)
    api.publish_lesson(by=SYSTEM, lesson_id=lesson.id)
    client = Client()
    carry_phone(client, person)
    cookies = [
        {"name": name, "value": morsel.value, "domain": HOST, "path": "/"}
        for name, morsel in client.cookies.items()
    ]
    return cookies, f"/learn/{lesson.id}/?person={person.id}"


def _listen(
    browser: "Browser", port: int, path: str, cookies: list[Any]
) -> tuple[float, float, float, float]:
    """Return the milliseconds of one hearing, and the bytes that came before the sound."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, is_mobile=True, service_workers="block"
    )
    context.add_cookies(cookies)
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.emulateNetworkConditions", SLOW_4G)
    sizes: dict[str, float] = {}
    sounds: set[str] = set()
    wire.on(
        "Network.loadingFinished", lambda e: sizes.update({e["requestId"]: e["encodedDataLength"]})
    )
    wire.on(
        "Network.requestWillBeSent",
        lambda e: sounds.add(e["requestId"]) if "/learn/files/" in e["request"]["url"] else None,
    )
    page.add_init_script(PRESS)
    page.goto(f"http://{HOST}:{port}{path}", wait_until="load")
    page.wait_for_selector("html[data-heard]", state="attached")
    first, pressed, whole = page.evaluate(TIMES)
    context.close()
    size = sum(bytes_ for key, bytes_ in sizes.items() if key not in sounds)
    return first, pressed, whole, size
