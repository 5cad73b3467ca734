/**
 * Files that belong to an item of the outbox: locked here, sent once the item itself is there.
 *
 * Where two words for one thing are both kept (``conflict``), the file goes too.
 * Where nothing can be locked they live as long as the page. What the server cannot keep is
 * forgotten, and its words why are told until they were read.
 */
import { createStore, del, entries, set, type UseStore } from "idb-keyval";
import { items, type Item } from "./outbox.ts";
import { csrfToken, renewToken } from "./token.ts";
import { sealBytes, unsealBytes, type Box } from "./vault.ts";

/**
 * A file that is not there yet; `why` it was refused, if it was.
 *
 * `place` tells several of one field apart; `person` says whose it is on a phone of several people.
 */
export interface Waiting {
  kind: string;
  item: string;
  url: string;
  field: string;
  name: string;
  why: string;
  place?: number;
  person?: string;
}

type Kept = Waiting & { box?: Box; file?: Blob; tries?: number };

const REFUSED = [404, 409, 413, 422];
const ABSENT = 404;
/** So often nothing may be found where a file belongs before it is taken for refused. */
const TRIES = 5;
const LATER = "stale_form";
const fleeting = new Map<string, Kept>();
let opened: UseStore | undefined;
let running: Promise<void> | undefined;

/** Do something with the store; rejected, never thrown, where this phone stores nothing. */
async function stored<T>(use: (store: UseStore) => Promise<T>): Promise<T> {
  return use((opened ??= createStore("dongxun-files", "waiting")));
}

const keyOf = ({ item, field, place }: Omit<Waiting, "why">): string =>
  `${item}/${field}${place ? `/${place}` : ""}`;

/**
 * Keep a file for an item of a kind; it is sent to `url` as the form field `field`.
 *
 * Returns whether it outlives the page.
 */
export async function keepFile(about: Omit<Waiting, "why">, file: Blob): Promise<boolean> {
  const row: Kept = { ...about, why: "" };
  try {
    const box = await sealBytes(await file.arrayBuffer());
    if (!box) throw new Error("unlocked");
    await stored((to) => set(keyOf(about), { ...row, box }, to));
    return true;
  } catch {
    fleeting.set(keyOf(about), { ...row, file });
    return false;
  }
}

/** Return what waits of a kind, and what was refused and nobody has seen. */
export async function waitingFiles(kind: string): Promise<Waiting[]> {
  const rows = (await lying()).filter(([, row]) => row.kind === kind);
  return rows.map(([, row]) => without(row));
}

/** Return the files of an item, by the names of their fields. */
export async function keptFiles(item: string): Promise<[string, File][]> {
  const found: [string, File][] = [];
  for (const [, row] of await lying()) {
    const file = row.item === item ? (row.file ?? (await unlocked(row.box))) : undefined;
    if (file) found.push([row.field, new File([file], row.name, { type: file.type })]);
  }
  return found;
}

/** Forget the files of an item. */
export async function forgetFiles(item: string): Promise<void> {
  for (const [key, row] of await lying()) if (row.item === item) await drop(key);
}

/** Forget one file, once a person has read why it was refused. */
export async function forgetFile(file: Waiting): Promise<void> {
  await drop(keyOf(file));
}

/** Send what belongs to items that have arrived. Two calls at once are one. */
export function sendFiles(): Promise<void> {
  running ??= sendAll().finally(() => {
    running = undefined;
  });
  return running;
}

async function sendAll(): Promise<void> {
  if (!navigator.onLine) return;
  const files = await lying(); // first: an item is kept right after its file
  const here = new Set((await items()).filter(isHere).map(({ id }) => id));
  for (const [key, row] of files) {
    if (row.why || here.has(row.item)) continue;
    const file = row.file ?? (await unlocked(row.box));
    const why = file ? await send(row, file) : "";
    if (why === "") await drop(key);
    else if (why === LATER) await keep(key, { ...row, tries: (row.tries ?? 0) + 1 });
    else if (why !== undefined) await keep(key, { ...without(row), why });
  }
}

const isHere = ({ answer }: Item): boolean => answer !== "conflict";

async function unlocked(box: Box | undefined): Promise<Blob | undefined> {
  const bytes = await unsealBytes(box);
  return bytes && new Blob([bytes]);
}

function without({ box: _box, file: _file, ...row }: Kept): Waiting {
  return row;
}

async function keep(key: string, row: Kept): Promise<void> {
  if (fleeting.has(key)) fleeting.set(key, row);
  else await stored((to) => set(key, row, to));
}

async function drop(key: string): Promise<void> {
  if (!fleeting.delete(key)) await stored((from) => del(key, from)).catch(() => undefined);
}

async function lying(): Promise<[string, Kept][]> {
  const kept = await stored((from) => entries<string, Kept>(from)).catch(() => []);
  return [...kept, ...fleeting];
}

/** Nothing said when it was taken; why when it cannot be; `LATER` or undefined for another time. */
async function send(row: Kept, file: Blob): Promise<string | undefined> {
  const body = new FormData();
  body.append(row.field, file, row.name);
  body.append("item", row.item);
  const post = (token: string): Promise<Response> => {
    const headers = { Accept: "application/json", "X-CSRFToken": token };
    return fetch(row.url, { method: "POST", headers, body, credentials: "same-origin" });
  };
  try {
    let answer = await post(csrfToken());
    if (answer.status === 403 || answer.status === 409) answer = await post(await renewToken());
    if (answer.ok) return "";
    if (!REFUSED.includes(answer.status)) return undefined;
    if (answer.status === ABSENT && (row.tries ?? 0) < TRIES - 1) return LATER;
    const said = (await answer.json().catch(() => ({}))) as { error?: string; message?: string };
    return said.error === LATER ? undefined : said.message || " ";
  } catch {
    return undefined;
  }
}
