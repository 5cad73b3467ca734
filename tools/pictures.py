"""Take the pictures of the README from a served demo: ``python -m tools.pictures URL``.

Signs in as the printed accounts do. Needs Debian's chromium and the demo's own database
(``DONGXUN_VAR``) for the code of the second factor and a fresh personal link.
"""

import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
PASSWORD = "dongxun-demo"  # noqa: S105 - printed at every start of the demo
DESKTOP: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


def main() -> None:
    """Take both pictures."""
    [url] = sys.argv[1:] or ["http://localhost:8000"]
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        console(browser, url)
        phone(browser, url)
        browser.close()


def console(browser: Browser, url: str) -> None:
    """The overview, as the training office sees it."""
    page = browser.new_page(viewport=DESKTOP, locale="zh-CN")
    page.goto(f"{url}/sign-in/")
    page.fill("input[name=username]", "office")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit], main form button")
    page.wait_for_load_state("networkidle")
    page.fill("input[name=code]", code_for("office"))
    page.click("main button[type=submit], main form button")
    page.wait_for_load_state("networkidle")
    page.goto(f"{url}/console/")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=PICTURES / "console.png")


def phone(browser: Browser, url: str) -> None:
    """The first page of 林小满's phone."""
    page = browser.new_page(viewport=PHONE, locale="zh-CN", device_scale_factor=2)
    page.goto(f"{url}{code_for('林小满')}")
    page.click("main form button")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=PICTURES / "phone.png")


def code_for(who: str) -> str:
    """Return what ``manage.py demo_code`` says."""
    command = [sys.executable, str(ROOT / "manage.py"), "demo_code", who]
    return subprocess.check_output(command, text=True).strip()


if __name__ == "__main__":
    main()
