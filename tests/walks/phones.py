"""What a phone has really kept: the page may say so a moment before its storage does."""

from playwright.sync_api import Page

KEPT = """(count) => new Promise((answer) => {
  const asked = indexedDB.open("dongxun");
  asked.onsuccess = () => {
    const db = asked.result;
    const keys = db.transaction("outbox").objectStore("outbox").getAllKeys();
    keys.onsuccess = () => {
      db.close();
      answer(keys.result.filter((key) => key !== "device" && key !== "probe").length === count);
    };
  };
})"""


def wait_until_kept(page: Page, count: int) -> None:
    """Wait until so many records lie in the phone's outbox, as one waits before a page is closed."""
    page.wait_for_function(KEPT, arg=count)


def leave_network(page: Page) -> None:
    """Keep the page as it stands, and go where there is no network."""
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)


def find_network(page: Page, complaints: list[str]) -> None:
    """Come back; what the browser could not fetch meanwhile is no complaint."""
    complaints.clear()
    page.context.set_offline(False)
