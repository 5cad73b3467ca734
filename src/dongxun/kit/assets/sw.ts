/**
 * The service worker: hashed files from the cache, pages from the network first.
 *
 * A page is kept only if its answer says for how long (`X-Keep-Offline`, seconds), and is
 * dropped when that time is over; a lesson that somebody wished to keep stays 90 days after it
 * was last seen with network, or until they remove it. Writing offline does not need this worker: see outbox.ts.
 */
export {};
declare const self: ServiceWorkerGlobalScope;

const FILES = "dx-files-1";
const PAGES = "dx-pages-1";
const OFFLINE = "/offline/";
const UNSENT = "/offline/?unsent=1";
const HASHED = /^\/static\/.+-[\w-]{8}\.\w+$/;
const SOUNDS = "dx-sounds-1"; // with their pages, kept by the page of a lesson at a wish
const LESSONS = "dx-lessons-1";
const WISHED = ["X-Dx-Title", "X-Dx-Parts"];
const BY_ADDRESS = { ignoreVary: true }; // a page asked for by script has other headers
const WISHED_MS = 90 * 24 * 3600 * 1000;
const SOUND = /^\/learn\/files\//;
const PATIENCE_MS = 3000;

self.addEventListener("install", (event) => {
  event.waitUntil(keepOffline().then(() => self.skipWaiting()));
});

/** Keep the calm page and what it looks like. */
async function keepOffline(): Promise<void> {
  const [pages, files, answer] = await Promise.all([
    caches.open(PAGES),
    caches.open(FILES),
    fetch(OFFLINE),
  ]);
  const looks = (await answer.clone().text()).match(/\/static\/[^"#]+/g) ?? [];
  const kept = [pages.put(OFFLINE, answer), pages.add(UNSENT), files.addAll([...new Set(looks)])];
  await Promise.all(kept);
}

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => names.filter((name) => ![FILES, PAGES, SOUNDS, LESSONS].includes(name)))
      .then((old) => Promise.all(old.map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (isForm(request)) event.respondWith(form(request));
  if (request.method !== "GET") return;
  if (HASHED.test(url.pathname)) event.respondWith(file(request));
  else if (url.pathname.startsWith("/static/")) event.respondWith(stale(request));
  else if (SOUND.test(url.pathname)) event.respondWith(sound(request));
  else if (request.mode === "navigate") event.respondWith(page(request));
});

/** A form without files; one with files may take longer than a worker lives. */
const isForm = ({ method, mode, headers }: Request): boolean =>
  method === "POST" && mode === "navigate" && (headers.get("Content-Type") ?? "").includes("urlencoded");

/** What a form says goes to the server; over a dead line a calm page says that it did not. */
async function form(request: Request): Promise<Response> {
  return fetch(request).catch(async () => {
    return (await (await caches.open(PAGES)).match(UNSENT)) ?? Response.error();
  });
}

/** Hashed files never change: the cache is right. */
async function file(request: Request): Promise<Response> {
  const cache = await caches.open(FILES);
  const kept = await cache.match(request);
  if (kept) return kept;
  const fresh = await fetch(request);
  if (fresh.ok) await cache.put(request, fresh.clone());
  return fresh;
}

/** Other files: the network, or the last copy. */
async function stale(request: Request): Promise<Response> {
  const cache = await caches.open(FILES);
  try {
    const fresh = await fetch(request);
    if (fresh.ok) await cache.put(request, fresh.clone());
    return fresh;
  } catch {
    return (await cache.match(request)) ?? Response.error();
  }
}

/** Sounds: the kept copy, whole or the range asked for; else the network. */
async function sound(request: Request): Promise<Response> {
  const kept = await (await caches.open(SOUNDS)).match(request.url);
  if (!kept) return fetch(request);
  const asked = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("Range") ?? "");
  if (!asked) return kept;
  const whole = await kept.blob();
  const from = Number(asked[1]);
  const to = asked[2] ? Math.min(Number(asked[2]), whole.size - 1) : whole.size - 1;
  const headers = {
    "Content-Type": kept.headers.get("Content-Type") ?? "",
    "Content-Range": `bytes ${from}-${to}/${whole.size}`,
    "Content-Length": String(to - from + 1),
    "Accept-Ranges": "bytes",
  };
  return new Response(whole.slice(from, to + 1), { status: 206, headers });
}

/** Pages: the network; after 3 seconds the kept copy, if there is one; else a calm page. */
async function page(request: Request): Promise<Response> {
  const cache = await caches.open(PAGES);
  const network = fetch(request).then(async (fresh) => {
    if (Number(fresh.headers.get("X-Keep-Offline")) > 0) await cache.put(request, fresh.clone());
    await renew(request, fresh);
    return fresh;
  });
  const kept = (await unexpired(cache, request)) ?? (await wished(request));
  if (!kept) {
    return network.catch(async () => (await cache.match(OFFLINE)) ?? Response.error());
  }
  const late = new Promise<Response>((answer) => setTimeout(answer, PATIENCE_MS, kept));
  return Promise.race([network.catch(() => kept), late]);
}

/** Return the kept copy unless its time is over; then forget it. */
async function unexpired(cache: Cache, request: Request): Promise<Response | undefined> {
  const kept = await cache.match(request, BY_ADDRESS);
  if (!kept) return undefined;
  const made = Date.parse(kept.headers.get("Date") ?? "");
  const seconds = Number(kept.headers.get("X-Keep-Offline"));
  if (Date.now() - made < seconds * 1000) return kept;
  await cache.delete(request, BY_ADDRESS);
  return undefined;
}

/** Return the copy of a lesson kept by wish, unless its time is over; then forget it. */
async function wished(request: Request): Promise<Response | undefined> {
  const cache = await caches.open(LESSONS);
  const kept = await cache.match(request.url, BY_ADDRESS);
  if (!kept || Date.now() - Date.parse(kept.headers.get("Date") ?? "") < WISHED_MS) return kept;
  await cache.delete(request.url, BY_ADDRESS);
  return undefined;
}

/**
 * Bring the kept copy of a lesson up to date; one that is there no more goes.
 *
 * One that plays something else by now stays as it was, whole, until its page has brought the rest
 * here (`kept.ts`).
 */
async function renew(request: Request, fresh: Response): Promise<void> {
  const cache = await caches.open(LESSONS);
  const kept = await cache.match(request.url, BY_ADDRESS);
  if (!kept) return;
  if (fresh.status === 404) await cache.delete(request.url, BY_ADDRESS);
  if (fresh.status !== 200 || fresh.redirected) return;
  const words = await fresh.clone().text();
  const plays = /<button[^>]* data-keep="([^"]*)"/.exec(words)?.[1] ?? "";
  if (plays !== (kept.headers.get("X-Dx-Parts") ?? "")) return;
  const headers = new Headers(fresh.headers);
  for (const name of WISHED) headers.set(name, kept.headers.get(name) ?? "");
  await cache.put(request.url, new Response(words, { headers }));
}
