/** Register the service worker where there is one; pages work without it. */

/** Where the worker keeps pages, see sw.ts. */
const PAGES = "dx-pages-1";
/** Whoever types here was promised that it stays on the phone. */
const KEEPING = "dx-kept, dx-quiz, dx-lesson, form[data-draft]";

/** Start it after the page has loaded. */
export function registerWorker(): void {
  if (!("serviceWorker" in navigator)) return;
  const begins = (): void => void keepThis();
  if (!navigator.serviceWorker.controller) {
    navigator.serviceWorker.addEventListener("controllerchange", begins, { once: true });
  }
  window.addEventListener("load", () => {
    if (navigator.onLine) navigator.serviceWorker.register("/sw.js").catch(() => undefined);
  });
}

/** The first page on a phone came before the worker could keep it: it is asked for once more. */
async function keepThis(): Promise<void> {
  if (!document.querySelector(KEEPING)) return;
  try {
    const page = await fetch(location.href);
    if (page.redirected || !(Number(page.headers.get("X-Keep-Offline")) > 0)) return;
    await (await caches.open(PAGES)).put(location.href, page);
  } catch {
    // no network any more, or no room: it is kept the next time
  }
}
