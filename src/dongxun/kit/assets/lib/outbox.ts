/**
 * What this phone has recorded and the server has not answered yet.
 *
 * Kept in IndexedDB, so that closing the page loses nothing. Sent to `POST /sync` when the
 * network returns, when the page is seen again, every 30 seconds and by hand. An item leaves
 * only when it has been answered; the server takes each id once, so sending twice is harmless.
 *
 * @example
 *   await put("activities.roll_mark", { session, person, state: "attended" });
 *   watch((items) => render(items));
 */
import { createStore, del, entries, get, set, type UseStore } from "idb-keyval";
import { newId } from "./ids.ts";
import { csrfToken, renewToken } from "./token.ts";

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
}

interface Reply {
  id: string;
  answer: Answer;
  message?: string;
}

const SYNC = "/sync";
const DEVICE = "device";
const EVERY_MS = 30_000;
const BATCH = 50;
const GONE: ReadonlySet<string> = new Set(["stored", "duplicate", "merged"]);
const REFUSED: ReadonlySet<string> = new Set(["conflict", "rejected"]);

let opened: UseStore | undefined;
let running: Promise<void> | undefined;
const watchers = new Set<(items: Item[]) => void>();

function store(): UseStore {
  opened ??= createStore("dongxun", "outbox");
  return opened;
}

/** Keep one thing and try to send it; resolves as soon as it is safe on this phone. */
export async function put(kind: string, payload: unknown, id: string = newId()): Promise<Item> {
  const created = new Date().toISOString();
  const item: Item = { id, kind, payload, created, tries: 0, state: "waiting", message: "" };
  await set(id, item, store());
  await tell();
  void flush();
  return item;
}

/** Return everything that is still only on this phone, oldest first. */
export async function items(): Promise<Item[]> {
  const rows = await entries<string, Item>(store());
  return rows
    .filter(([key]) => key !== DEVICE)
    .map(([, item]) => item)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Forget an item that the server refused, once a person has seen why. */
export async function forget(id: string): Promise<void> {
  await del(id, store());
  await tell();
}

/** Call `listener` now and after every change; returns how to stop. */
export function watch(listener: (items: Item[]) => void): () => void {
  watchers.add(listener);
  void items().then(listener);
  return () => watchers.delete(listener);
}

/** Send what waits. Two calls at once are one; safe at any time. */
export function flush(): Promise<void> {
  running ??= send().finally(() => {
    running = undefined;
  });
  return running;
}

/** Flush by itself from now on: online, seen again, every 30 seconds. */
export function startOutbox(): void {
  window.addEventListener("online", () => void flush());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void flush();
  });
  setInterval(() => void flush(), EVERY_MS);
  document.addEventListener("click", (event) => {
    if ((event.target as Element).closest("[data-outbox-send]")) void flush();
  });
  void flush();
}

async function send(): Promise<void> {
  if (!navigator.onLine) return;
  let waiting = (await items()).filter((item) => item.state !== "refused");
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
  if (reply && GONE.has(reply.answer)) {
    await del(item.id, store());
    return;
  }
  const refused = reply !== undefined && REFUSED.has(reply.answer);
  await keep(item, refused ? "refused" : "waiting", reply?.message ?? "");
}

/** Write an item back, unless it was forgotten in the meantime. */
async function keep(item: Item, state: State, message: string): Promise<void> {
  if (await get(item.id, store())) await set(item.id, { ...item, state, message }, store());
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
  let name = await get<string>(DEVICE, store());
  if (!name) await set(DEVICE, (name = newId()), store());
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
  const now = await items();
  for (const watcher of watchers) watcher(now);
}
