/** Pictures and recordings that wait on this phone until the words they belong to are there. */
import { createStore, del, entries, set, type UseStore } from "idb-keyval";
import { csrfToken, renewToken } from "../../../kit/assets/lib/token.ts";

export type What = "picture" | "sound";

/** A file that the server cannot keep, and its words why; the file itself is gone. */
export interface Refused {
  key: string;
  what: What;
  why: string;
}

type Kept = Blob | { why: string };

const REFUSED = [409, 413, 422];
const CHANGED = "dx-files-changed";

let opened: UseStore | undefined;
const store = (): UseStore => (opened ??= createStore("dongxun-pictures", "waiting"));

/** Keep what belongs to a note, `place` telling its pictures apart; false where nothing can be kept. */
export async function keepFile(note: string, what: What, file: Blob, place = 0): Promise<boolean> {
  const key = what === "picture" && !place ? note : `${note}/${what}${place ? `/${place}` : ""}`;
  try {
    await set(key, file, store());
    return true;
  } catch {
    return false;
  }
}

/** Send what waits; what was taken leaves. Returns whether one cannot be kept by the server. */
export async function sendFiles(): Promise<boolean> {
  if (!navigator.onLine) return false;
  let isRefused = false;
  for (const [key, file] of await lying()) {
    if (!(file instanceof Blob)) continue;
    const [note = "", what = "picture"] = key.split("/");
    const why = await send(note, what, file);
    if (why === undefined) continue;
    if (why === "") await del(key, store());
    else await set(key, { why }, store());
    isRefused ||= why !== "";
  }
  document.dispatchEvent(new Event(CHANGED));
  return isRefused;
}

/** Call `listener` now and after every sending with what was refused; returns how to stop. */
export function watchRefused(listener: (refused: Refused[]) => void): () => void {
  const tell = (): void => void refused().then(listener);
  document.addEventListener(CHANGED, tell);
  tell();
  return () => document.removeEventListener(CHANGED, tell);
}

/** Forget a refusal, once a person has read why. */
export async function forgetFile(key: string): Promise<void> {
  await del(key, store());
  document.dispatchEvent(new Event(CHANGED));
}

async function refused(): Promise<Refused[]> {
  const found: Refused[] = [];
  for (const [key, file] of await lying()) {
    const what = key.endsWith("/sound") ? "sound" : "picture";
    if (!(file instanceof Blob)) found.push({ key, what, why: file.why });
  }
  return found;
}

/** What lies on this phone; nothing where nothing can be kept. */
async function lying(): Promise<[string, Kept][]> {
  try {
    return await entries<string, Kept>(store());
  } catch {
    return [];
  }
}

/** Nothing said when it was taken; why when it cannot be; undefined for another time. */
async function send(note: string, what: string, file: Blob): Promise<string | undefined> {
  const body = new FormData();
  body.append(what, file, what === "picture" ? "picture.jpg" : "sound");
  const post = (token: string): Promise<Response> => {
    const headers = { Accept: "application/json", "X-CSRFToken": token };
    return fetch(`/words/${note}/${what}/`, { method: "POST", headers, body });
  };
  try {
    let answer = await post(csrfToken());
    if (answer.status === 403 || answer.status === 409) answer = await post(await renewToken());
    if (answer.status === 204) return "";
    if (!REFUSED.includes(answer.status)) return undefined;
    const said = (await answer.json().catch(() => ({}))) as { error?: string; message?: string };
    return said.error === "stale_form" ? undefined : said.message || " ";
  } catch {
    return undefined;
  }
}
