/** Register the service worker where there is one; pages work without it. */

/** Start it after the page has loaded. */
export function registerWorker(): void {
  if (!("serviceWorker" in navigator)) return;
  window.addEventListener("load", () => {
    if (navigator.onLine) navigator.serviceWorker.register("/sw.js").catch(() => undefined);
  });
}
