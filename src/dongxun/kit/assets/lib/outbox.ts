/**
 * What this phone has recorded and the server has not answered yet.
 *
 * Kept in IndexedDB, so that closing the page loses nothing. Sent to `POST /sync` when the
 * network returns, when the page is seen again, every 30 seconds and by hand. An item leaves
 * only when it has been answered; the server takes each id once, so sending twice is harmless.
 * What an item says is locked (`vault.ts`); where nothing can be locked, only what the caller
 * calls open is kept. Where nothing can be kept at all, items live as long as the page.
 *
 * @example
 *   await put("activities.roll_mark", { session, person, state: "attended" });
 *   watch((items) => render(items));
 */
import { createStore, del, entries, get, set, type UseStore } from "idb-keyval";
import { newId } from "./ids.ts";
import { csrfToken, renewToken } from "./token.ts";
import { seal, unseal, type Box } from "./vault.ts";

export type State = "waiting" | "sending" | "refused" | "failed";
export type Answer = "stored" | "duplicate" | "merged" | "conflict" | "rejected";

/** One thing recorded here. */
export interface Item {
  id: string;
  kind: string;
  payload: unknown;
  created: string;
  tries: number;
  state: State;
  message: string;
  /** What the server said of it last; kept only of what it refused. */
  answer?: Answer;
}

/** An item as it lies on the phone; `payload` is then null or what may lie open. */
type Kept = Item & { box?: Box };

interface Reply {
  id: string;
  answer: Answer;
  message?: string;
}

const SYNC = "/sync";
const DEVICE = "device";
const PROBE = "probe";
const EVERY_MS = 30_000;
const SOON_MS = 3_000;
const BATCH = 50;
const GONE: ReadonlySet<string> = new Set(["stored", "duplicate", "merged"]);
const REFUSED: ReadonlySet<string> = new Set(["conflict", "rejected"]);

let opened: UseStore | undefined;
let storeless = false;
const fleeting = new Map<string, unknown>();
const unlocked = new Map<string, unknown>();
/** Recorded, and on their way into the store: of them nobody may say that all is sent. */
const arriving = new Map<string, Item>();
let lying = new Map<string, Kept>();
let running: Promise<void> | undefined;
let came = false;
let told = 0;
const watchers = new Set<(items: Item[]) => void>();
const followers = new Set<() => void>();
const hearers = new Set<(item: Item, answer: Answer, message: string) => void>();

function store(): UseStore {
  opened ??= createStore("dongxun", "outbox");
  return opened;
}

/** Return what lies under a key: in this page's memory first, where storing has failed. */
async function read<T>(key: string): Promise<T | undefined> {
  if (fleeting.has(key)) return fleeting.get(key) as T;
  return quietly(() => get<T>(key, store()));
}

/** Keep a value; where that fails (no storage, no room) as long as this page lives. */
async function write(key: string, value: unknown): Promise<void> {
  try {
    await set(key, value, store());
    fleeting.delete(key);
  } catch {
    storeless = true;
    fleeting.set(key, value);
  }
}

async function drop(key: string): Promise<void> {
  fleeting.delete(key);
  lying.delete(key);
  await quietly(() => del(key, store()));
}

async function quietly<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch {
    return undefined;
  }
}

/** Whether this phone keeps anything at all: asked anew each time, for room comes and goes. */
export async function keeps(): Promise<boolean> {
  storeless = false;
  await write(PROBE, true);
  await drop(PROBE);
  return !storeless;
}

/** Whether the last thing recorded could not be kept and lives as long as this page. */
export const fails = (): boolean => storeless;

/** Keep one thing and try to send it; resolves as soon as it is safe on this phone.
 *
 * `open` is what may lie unlocked where nothing can be locked; the rest is then sent while
 * this page lives, and never written down.
 */
export async function put(
  kind: string,
  payload: unknown,
  id: string = newId(),
  open: unknown = payload,
): Promise<Item> {
  const created = new Date().toISOString();
  const item: Item = { id, kind, payload, created, tries: 0, state: "waiting", message: "" };
  arriving.set(id, item);
  const box = await seal(payload);
  if (!box && open !== payload) unlocked.set(id, payload);
  await write(id, box ? { ...item, payload: null, box } : { ...item, payload: open });
  arriving.delete(id);
  await tell();
  came = true;
  void flush();
  return item;
}

/** Return everything that is still only on this phone, oldest first.
 *
 * A store that cannot be read just now is not empty: what was last read in it still stands.
 */
export async function items(): Promise<Item[]> {
  const read = await quietly(() => entries<string, Kept>(store()));
  if (read) lying = new Map(read);
  const rows = [...new Map([...lying, ...(fleeting as Map<string, Kept>)])];
  const found = rows.filter(([key]) => key !== DEVICE && key !== PROBE).map(([, row]) => open(row));
  const kept = await Promise.all(found);
  const known = new Set(kept.map((item) => item.id));
  const late = [...arriving.values()].filter((item) => !known.has(item.id));
  return [...kept, ...late].sort((a, b) => (a.id < b.id ? -1 : 1));
}

async function open({ box, ...item }: Kept): Promise<Item> {
  const payload = box ? await unseal(box) : (unlocked.get(item.id) ?? item.payload);
  return { ...item, payload };
}

/** Return those that are still to be sent: what was refused waits for a person, not for a network. */
export function unsent(kept: readonly Item[]): Item[] {
  return kept.filter((item) => item.state !== "refused");
}

/** Forget an item that the server refused, once a person has seen why. */
export async function forget(id: string): Promise<void> {
  await drop(id);
  await tell();
}

/** Let an item that was refused be sent once more: another link may be open here by now. */
export async function again(id: string): Promise<void> {
  const row = await read<Kept>(id);
  if (row) await write(id, { ...row, state: "waiting", message: "" });
  await tell();
  void flush();
}

/** Call `listener` with every item that the server has answered, and the words it added. */
export function heard(
  listener: (item: Item, answer: Answer, message: string) => void,
): void {
  hearers.add(listener);
}

/** Call `listener` now and after every change; returns how to stop. */
export function watch(listener: (items: Item[]) => void): () => void {
  watchers.add(listener);
  void items().then(listener);
  return () => watchers.delete(listener);
}

/** Call `work` after each turn of the outbox, by itself or by hand; returns how to stop. */
export function follow(work: () => void): () => void {
  followers.add(work);
  return () => followers.delete(work);
}

/** Send what waits, and what comes meanwhile. Two calls at once are one; safe at any time. */
export function flush(): Promise<void> {
  if (!running && !navigator.onLine) return Promise.resolve();
  running ??= sendAll().finally(() => {
    running = undefined;
  });
  return running;
}

async function sendAll(): Promise<void> {
  do {
    came = false;
    await send();
  } while (came);
}

/** Flush by itself from now on: online, seen again, every 30 seconds. */
export function startOutbox(): void {
  window.addEventListener("online", () => {
    turn();
    setTimeout(turn, SOON_MS); // a network is often announced before it carries
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") turn();
  });
  setInterval(turn, EVERY_MS);
  document.addEventListener("click", (event) => {
    if ((event.target as Element).closest("[data-outbox-send]")) turn();
  });
  void flush();
}

function turn(): void {
  void flush().then(() => followers.forEach((work) => work()));
}

async function send(): Promise<void> {
  if (!navigator.onLine) return;
  let waiting = (await items()).filter(({ id, state }) => state !== "refused" && !arriving.has(id));
  while (waiting.length > 0) {
    const batch = waiting.slice(0, BATCH);
    waiting = waiting.slice(BATCH);
    if (!(await sendBatch(batch))) return;
  }
}

/** Send one batch; false when the rest should wait. */
async function sendBatch(batch: Item[]): Promise<boolean> {
  await mark(batch, "sending");
  const outcome = await post(batch);
  if (outcome === "unreadable" && batch.length > 1) {
    for (const item of batch) if (!(await sendBatch([item]))) return false;
    return true;
  }
  if (outcome === "waits") {
    await mark(batch, "failed");
    return false;
  }
  const replies = outcome === "unreadable" ? batch.map(unreadable) : outcome;
  const answers = new Map(replies.map((reply) => [reply.id, reply]));
  for (const item of batch) await settle(item, answers.get(item.id));
  await tell();
  return true;
}

function unreadable({ id }: Item): Reply {
  return { id, answer: "rejected" };
}

/** Drop what was taken, keep what was refused with its reason, let the rest wait. */
async function settle(item: Item, reply: Reply | undefined): Promise<void> {
  if (reply) hearers.forEach((hear) => hear(item, reply.answer, reply.message ?? ""));
  if (reply && GONE.has(reply.answer)) {
    await drop(item.id);
    return;
  }
  const refused = reply !== undefined && REFUSED.has(reply.answer);
  if (refused) item.answer = reply.answer;
  await keep(item, refused ? "refused" : "waiting", reply?.message ?? "");
}

/** Write an item back, unless it was forgotten in the meantime. */
async function keep(item: Item, state: State, message: string): Promise<void> {
  const row = await read<Kept>(item.id);
  const { tries, answer } = item;
  if (row) await write(item.id, { ...row, tries, state, message, ...(answer && { answer }) });
}

async function mark(batch: Item[], state: State): Promise<void> {
  for (const item of batch) {
    if (state === "sending") item.tries += 1;
    await keep(item, state, item.message);
  }
  await tell();
}

/** Replies; or "unreadable" if the server cannot read the body; or "waits" for a better time. */
async function post(batch: Item[]): Promise<Reply[] | "unreadable" | "waits"> {
  const body = JSON.stringify({
    device: await device(),
    sent_at: new Date().toISOString(),
    items: batch.map(({ id, kind, payload, created }) => ({ id, kind, payload, created })),
  });
  try {
    let answer = await request(body, csrfToken());
    if (answer.status === 403 || answer.status === 409) {
      answer = await request(body, await renewToken());
    }
    if (answer.status === 400 || answer.status === 422) return "unreadable";
    if (!answer.ok) return "waits";
    return ((await answer.json()) as { results: Reply[] }).results;
  } catch {
    return "waits";
  }
}

/** A name for this browser, so that the server can tell phones apart. */
async function device(): Promise<string> {
  let name = await read<string>(DEVICE);
  if (!name) await write(DEVICE, (name = newId()));
  return name;
}

function request(body: string, token: string): Promise<Response> {
  const headers = {
    "Content-Type": "application/json",
    Accept: "application/json",
    "X-CSRFToken": token,
  };
  return fetch(SYNC, { method: "POST", headers, body, credentials: "same-origin" });
}

async function tell(): Promise<void> {
  if (watchers.size === 0) return;
  const turn = (told += 1);
  const now = await items();
  if (turn !== told) return; // somebody has begun to tell what is newer
  for (const watcher of watchers) watcher(now);
}
