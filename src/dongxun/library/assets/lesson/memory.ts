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
  /** When it was through, where this phone says so. */
  ended_at?: string;
}

const key = (person: string, chapter: string): string => `${PREFIX}${person}:${chapter}`;

/** Remember a place; a chapter that is through stays so. Where nothing can be kept, nothing is. */
export function remember(person: string, chapter: string, at: number, ended: boolean, seen: string): void {
  const occurred_at = new Date().toISOString();
  const before = known(person, chapter, seen);
  const ended_at = ended ? occurred_at : before?.ended_at;
  const place: Known = {
    at: Math.floor(at),
    ended: ended || before?.ended === true,
    occurred_at,
    seen,
    ...(ended_at && { ended_at }),
  };
  keep(key(person, chapter), place);
}

/** A chapter is not through after all: the server did not take its end, which was told at `told`. */
export function unend(person: string, chapter: string, told: string): void {
  const name = key(person, chapter);
  const found = read(name);
  if (!found?.ended || Date.parse(found.ended_at ?? found.occurred_at) > Date.parse(told)) return;
  const { ended_at: _over, ...place } = found;
  keep(name, { ...place, ended: false });
}

function keep(name: string, place: Known): void {
  try {
    localStorage.setItem(name, JSON.stringify(place));
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
