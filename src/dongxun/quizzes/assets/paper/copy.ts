/**
 * The copy of a paper that lies on this phone learns what was answered since it was made.
 *
 * The service worker keeps a paper as it came; without this it would show as open, once the
 * network is gone, what was answered long ago. Where no copy lies here, nothing happens.
 */

/** Where the service worker keeps pages, see sw.ts. */
const PAGES = "dx-pages-1";
const BY_ADDRESS = { ignoreVary: true };

let before: Promise<void> = Promise.resolve();

/** Put a question as it is drawn now into each copy of this page; one after another. */
export function tellCopies(drawn: Element): Promise<void> {
  const now = drawn.cloneNode(true) as Element;
  before = before.then(() => tell(now)).catch(() => undefined); // no room: the copy stays as it was
  return before;
}

async function tell(drawn: Element): Promise<void> {
  if (!("caches" in window)) return;
  const pages = await caches.open(PAGES);
  for (const request of await pages.keys()) {
    if (new URL(request.url).pathname !== location.pathname) continue;
    const kept = await pages.match(request, BY_ADDRESS);
    if (!kept) continue;
    const headers = new Headers(kept.headers);
    await pages.put(request, new Response(redrawn(await kept.text(), drawn), { headers }));
  }
}

/** Return the words of a page with one question drawn anew, open at the first that is not answered. */
function redrawn(words: string, drawn: Element): string {
  const page = new DOMParser().parseFromString(words, "text/html");
  const place = drawn.getAttribute("data-place") ?? "";
  page.querySelector(`[data-place="${place}"]`)?.replaceWith(page.importNode(drawn, true));
  const all = [...page.querySelectorAll<HTMLElement>("[data-place]")];
  const open = all.find((one) => !one.hasAttribute("data-done"));
  for (const one of all) one.hidden = one !== open;
  const number = page.querySelector("[data-answered]");
  if (number) number.textContent = String(all.filter((one) => one.hasAttribute("data-done")).length);
  return `<!doctype html>\n${page.documentElement.outerHTML}`;
}

/** Return a question that was answered here without network: what was chosen stands in it. */
export function told(section: HTMLElement): HTMLElement {
  const copy = section.cloneNode(true) as HTMLElement;
  const fields = section.querySelectorAll<HTMLInputElement>("input:not([type=hidden])");
  copy.querySelectorAll<HTMLInputElement>("input:not([type=hidden])").forEach((field, number) => {
    const typed = fields[number]!;
    if (typed.type === "text") field.setAttribute("value", typed.value);
    else field.toggleAttribute("checked", typed.checked);
  });
  copy.querySelector("[data-kept]")?.setAttribute("hidden", "");
  copy.querySelector("[data-told]")?.removeAttribute("hidden");
  return copy;
}
