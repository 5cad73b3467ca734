/** `<dx-here>`: on the page that says there is no network, what can be opened without one. */
import { SENT } from "../lib/forms.ts";

/** Where the service worker and the page of a lesson keep pages, see sw.ts. */
const PAGES = "dx-pages-1";
const LESSONS = "dx-lessons-1";
const WISHED_S = 90 * 24 * 3600;
const MOST = 12;

interface Page {
  href: string;
  title: string;
  says: string;
  made: number;
}

/**
 * Lists the pages that lie on this phone, the latest first; stays hidden where there is none.
 *
 * @example
 *   <dx-here hidden><h2>Can be opened now</h2><ul></ul></dx-here>
 */
export class Here extends HTMLElement {
  connectedCallback(): void {
    sessionStorage.removeItem(SENT); // whatever was sent has not arrived: its draft stays
    if ("caches" in window) void this.show().catch(() => undefined);
  }

  private async show(): Promise<void> {
    const found = [...(await pagesOf(PAGES)), ...(await pagesOf(LESSONS))];
    const latest = new Map(found.sort((a, b) => a.made - b.made).map((one) => [one.title + one.says, one]));
    const shown = [...latest.values()].reverse().slice(0, MOST);
    this.querySelector("ul")?.replaceChildren(...shown.map(line));
    this.hidden = shown.length === 0;
  }
}

async function pagesOf(name: string): Promise<Page[]> {
  const cache = await caches.open(name);
  const found: Page[] = [];
  for (const request of await cache.keys()) {
    const kept = await cache.match(request, { ignoreVary: true });
    const made = Date.parse(kept?.headers.get("Date") ?? "");
    const seconds = name === LESSONS ? WISHED_S : Number(kept?.headers.get("X-Keep-Offline"));
    if (!kept || !(Date.now() - made < seconds * 1000)) continue;
    const page = new DOMParser().parseFromString(await kept.text(), "text/html");
    const title = page.title.split(" - ").slice(0, -1).join(" - ") || page.title;
    const says = (page.querySelector("h1")?.textContent ?? "").trim();
    found.push({ href: request.url, title, says: says === title ? "" : says, made });
  }
  return found;
}

function line({ href, title, says }: Page): HTMLElement {
  const [row, box, link, more] = ["li", "div", "a", "p"].map((one) => document.createElement(one));
  box!.className = "grow";
  link!.className = "link";
  link!.setAttribute("href", href);
  link!.textContent = title;
  more!.textContent = says;
  box!.append(link!, more!);
  row!.append(box!);
  return row!;
}

customElements.define("dx-here", Here);
