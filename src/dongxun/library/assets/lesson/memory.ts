/**
 * Where somebody is in each chapter, as this phone knows it: also of what has been told.
 *
 * A page that was kept shows the place of the day it was brought here. What is remembered here
 * holds for the page it was learned on (`seen` is its `data-as-of`), for older ones, and for those
 * made before it happened; a page that came after knows more.
 */
const PREFIX = "dx-place:";
const KEPT_MS = 90 * 24 * 3600 * 1000; // as long as the service worker keeps a lesson

/** The last place in a chapter. */
export interface Known {
  at: number;
  ended: boolean;
  occurred_at: string;
  seen: string;
}

const key = (person: string, chapter: string): string => `${PREFIX}${person}:${chapter}`;

/** Remember a place; a chapter that is through stays so. Where nothing can be kept, nothing is. */
export function remember(person: string, chapter: string, at: number, ended: boolean, seen: string): void {
  const place: Known = {
    at: Math.floor(at),
    ended: ended || (known(person, chapter, seen)?.ended === true),
    occurred_at: new Date().toISOString(),
    seen,
  };
  try {
    localStorage.setItem(key(person, chapter), JSON.stringify(place));
    forgetOld();
  } catch {
    // no storage, or no room: the server knows it, or the outbox does
  }
}

/** The last place in a chapter, unless the page that asks is newer than what is remembered. */
export function known(person: string, chapter: string, seen: string): Known | undefined {
  const found = read(key(person, chapter));
  if (!found) return undefined;
  const last = Math.max(Date.parse(found.seen), Date.parse(found.occurred_at));
  return last >= Date.parse(seen) ? found : undefined;
}

function read(name: string): Known | undefined {
  try {
    const found = JSON.parse(localStorage.getItem(name) ?? "null") as Known | null;
    return found ?? undefined;
  } catch {
    return undefined;
  }
}

function forgetOld(): void {
  const before = Date.now() - KEPT_MS;
  for (const name of Object.keys(localStorage)) {
    const found = name.startsWith(PREFIX) ? read(name) : undefined;
    if (found && Date.parse(found.occurred_at) < before) localStorage.removeItem(name);
  }
}
