/** Lessons kept on this phone by wish, to be heard, read or looked at without network.
 *
 * The page lies in one cache with its title and what it plays; sounds and pictures in another,
 * from which the service worker answers.
 */

export const MEDIA = "dx-sounds-1";
export const LESSONS = "dx-lessons-1";
const TITLE = "X-Dx-Title";
const PARTS = "X-Dx-Parts";
const BY_ADDRESS = { ignoreVary: true }; // whatever headers a page was asked with
/** Where the service worker keeps the last copy of pages, see sw.ts. */
const PAGES = "dx-pages-1";

/** A lesson that lies here whole; `bytes` with all that it plays. */
export interface Kept {
  page: string;
  title: string;
  parts: string[];
  bytes: number;
}

/** Whether this browser can keep anything. */
export const canKeep = (): boolean => "caches" in window;

/** Whether a lesson lies on this phone. */
export async function isKept(page: string): Promise<boolean> {
  return canKeep() && (await (await caches.open(LESSONS)).match(page, BY_ADDRESS)) !== undefined;
}

/** Whether a lesson lies here as it is now: with just what it plays, all of which is here. */
export async function isWhole(page: string, parts: string[]): Promise<boolean> {
  const [lessons, media] = await Promise.all([caches.open(LESSONS), caches.open(MEDIA)]);
  const kept = await lessons.match(page, BY_ADDRESS);
  if (kept?.headers.get(PARTS) !== parts.join(" ")) return false;
  const there = await Promise.all(parts.map((part) => media.match(part)));
  return there.every((one) => one !== undefined);
}

/** Bring a lesson onto this phone whole; false when that did not work. */
export async function keep(page: string, title: string, parts: string[]): Promise<boolean> {
  try {
    await navigator.storage?.persist?.();
    const media = await caches.open(MEDIA);
    for (const part of parts) {
      if (!(await media.match(part))) await media.put(part, await whole(part));
    }
    const answer = await whole(page);
    const headers = new Headers(answer.headers);
    headers.set(TITLE, encodeURIComponent(title));
    headers.set(PARTS, parts.join(" "));
    const kept = new Response(await answer.blob(), { headers });
    await (await caches.open(LESSONS)).put(page, kept);
    return true;
  } catch {
    return false;
  }
}

/**
 * Bring the copies of a lesson's page up to date where any lie here: something of it was learned on
 * another page. One that plays something else by now waits for its own page, which brings all.
 */
export async function renew(path: string): Promise<void> {
  if (!canKeep()) return;
  for (const name of [LESSONS, PAGES]) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const { pathname, search } = new URL(request.url);
      const kept = pathname === path ? await cache.match(request, BY_ADDRESS) : undefined;
      if (kept) await anew(cache, request, kept, pathname + search).catch(() => undefined);
    }
  }
}

async function anew(cache: Cache, request: Request, kept: Response, page: string): Promise<void> {
  const answer = await whole(page);
  const headers = new Headers(answer.headers);
  const words = await answer.text();
  const parts = kept.headers.get(PARTS);
  if (parts !== null && !words.includes(`data-keep="${parts}"`)) return;
  for (const name of [TITLE, PARTS]) {
    if (kept.headers.has(name)) headers.set(name, kept.headers.get(name)!);
  }
  await cache.put(request, new Response(words, { headers }));
}

async function whole(address: string): Promise<Response> {
  const answer = await fetch(address);
  if (answer.status !== 200 || answer.redirected) throw new Error(address);
  return answer;
}

/** Return the lessons that lie here, by title. */
export async function keptLessons(): Promise<Kept[]> {
  const [lessons, media] = await Promise.all([caches.open(LESSONS), caches.open(MEDIA)]);
  const found: Kept[] = [];
  for (const request of await lessons.keys()) {
    const answer = (await lessons.match(request, BY_ADDRESS))!;
    const parts = (answer.headers.get(PARTS) ?? "").split(" ").filter(Boolean);
    const { pathname, search } = new URL(request.url);
    const title = decodeURIComponent(answer.headers.get(TITLE) ?? "");
    const sizes = await Promise.all(parts.map((part) => size(media, part)));
    const bytes = sizes.reduce((sum, one) => sum + one, await size(lessons, request));
    found.push({ page: pathname + search, title, parts, bytes });
  }
  return found.sort((a, b) => a.title.localeCompare(b.title));
}

async function size(cache: Cache, key: RequestInfo): Promise<number> {
  return (await (await cache.match(key, BY_ADDRESS))?.blob())?.size ?? 0;
}

/** Return the sounds and pictures that belong to no lesson kept here, and their size. */
export async function leftOver(): Promise<{ parts: string[]; bytes: number }> {
  const media = await caches.open(MEDIA);
  const used = new Set((await keptLessons()).flatMap((lesson) => lesson.parts));
  const all = (await media.keys()).map((request) => new URL(request.url).pathname);
  const parts = all.filter((part) => !used.has(part));
  const sizes = await Promise.all(parts.map((part) => size(media, part)));
  return { parts, bytes: sizes.reduce((sum, one) => sum + one, 0) };
}

/** Remove a lesson, and what only it plays. */
export async function drop(page: string): Promise<void> {
  await (await caches.open(LESSONS)).delete(page, BY_ADDRESS);
  await dropLeftOver();
}

/** Remove what belongs to no lesson any more. */
export async function dropLeftOver(): Promise<void> {
  const media = await caches.open(MEDIA);
  for (const part of (await leftOver()).parts) await media.delete(part);
}
