import { beforeEach, expect, test, vi } from "vitest";

const kept = new Map<string, unknown>();
let broken: "" | "full" | "shut" | "unread" = "";
const shut = (): void => {
  if (broken === "shut") throw new DOMException("refused", "SecurityError");
};
vi.mock("idb-keyval", () => ({
  createStore: () => undefined,
  get: async (key: string) => {
    shut();
    return structuredClone(kept.get(key));
  },
  set: async (key: string, value: unknown) => {
    shut();
    if (broken === "full") throw new DOMException("full", "QuotaExceededError");
    kept.set(key, structuredClone(value));
  },
  del: async (key: string) => {
    shut();
    kept.delete(key);
  },
  entries: async () => {
    shut();
    if (broken === "unread") throw new DOMException("lost", "InvalidStateError");
    return structuredClone([...kept]);
  },
}));

const { again, fails, flush, forget, items, keeps, put, watch } = await import("./outbox.ts");

type Sent = { device: string; sent_at: string; items: { id: string; kind: string }[] };
let requests: Sent[] = [];
let tokens: string[] = [];

/** Answer `/sync` with what `reply` says, `/token/` with a fresh token. */
function server(reply: (sent: Sent) => Response): void {
  vi.stubGlobal("fetch", async (url: string, init?: RequestInit) => {
    if (url === "/token/") return Response.json({ token: "fresh" });
    const sent = JSON.parse(String(init?.body)) as Sent;
    requests.push(sent);
    tokens.push((init?.headers as Record<string, string>)["X-CSRFToken"] ?? "");
    return reply(sent);
  });
}

/** Answer every item alike. */
function all(answer: string, message = ""): (sent: Sent) => Response {
  return (sent) => Response.json({ results: sent.items.map(({ id }) => ({ id, answer, message })) });
}

function online(is: boolean): void {
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(is);
}

async function record(count: number): Promise<void> {
  online(false);
  for (let i = 0; i < count; i += 1) await put("presence", { person: String(i) });
  await flush();
  online(true);
}

beforeEach(async () => {
  broken = "";
  for (const item of await items()) await forget(item.id);
  kept.clear();
  requests = [];
  tokens = [];
  document.head.innerHTML = '<meta name="csrf-token" content="old">';
  server(all("stored"));
});

test("without network an item waits on the phone and nothing is sent", async () => {
  await record(1);
  expect(requests).toEqual([]);
  expect((await items()).map((item) => [item.kind, item.state, item.tries])).toEqual([
    ["presence", "waiting", 0],
  ]);
});

test.each(["stored", "duplicate", "merged"])("an item answered %s leaves the phone", async (word) => {
  await record(2);
  server(all(word));
  await flush();
  expect(await items()).toEqual([]);
});

test.each(["conflict", "rejected"])("an item answered %s stays with its reason", async (word) => {
  await record(1);
  server(all(word, "不在名单上"));
  await flush();
  await flush();
  const [item] = await items();
  expect([item?.state, item?.message, requests.length]).toEqual(["refused", "不在名单上", 1]);
  await forget(item?.id ?? "");
  expect(await items()).toEqual([]);
});

test("an item that was not answered is kept and sent again", async () => {
  await record(2);
  server((sent) => Response.json({ results: [{ id: sent.items[0]?.id, answer: "stored" }] }));
  await flush();
  expect((await items()).map((item) => [item.state, item.tries])).toEqual([["waiting", 1]]);
  await flush();
  expect(await items()).toEqual([]);
});

test.each([401, 500, 503])("an answer of %d loses nothing", async (status) => {
  await record(3);
  server(() => new Response("", { status }));
  await flush();
  expect((await items()).map((item) => item.state)).toEqual(["failed", "failed", "failed"]);
  server(all("stored"));
  await flush();
  expect(await items()).toEqual([]);
});

test("a broken connection loses nothing", async () => {
  await record(1);
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
  await flush();
  expect((await items()).map((item) => item.state)).toEqual(["failed"]);
});

test("an old page gets a fresh token and sends again", async () => {
  await record(1);
  server((sent) => (tokens.at(-1) === "fresh" ? all("stored")(sent) : new Response("", { status: 409 })));
  await flush();
  expect(tokens).toEqual(["old", "fresh"]);
  expect(await items()).toEqual([]);
});

test("one unreadable item does not hold up the others", async () => {
  await record(3);
  const bad = (await items())[1]?.id;
  server((sent) => {
    const unreadable = sent.items.some(({ id }) => id === bad);
    return unreadable ? new Response("", { status: 422 }) : all("stored")(sent);
  });
  await flush();
  expect((await items()).map((item) => [item.id, item.state])).toEqual([[bad, "refused"]]);
});

test("many items go in batches, oldest first, under one name of the phone", async () => {
  await record(120);
  const ids = (await items()).map((item) => item.id);
  await flush();
  expect(requests.map((sent) => sent.items.length)).toEqual([50, 50, 20]);
  expect(requests.flatMap((sent) => sent.items.map(({ id }) => id))).toEqual(ids);
  expect(new Set(requests.map((sent) => sent.device)).size).toBe(1);
});

test("two flushes at once send once", async () => {
  await record(1);
  await Promise.all([flush(), flush()]);
  expect(requests.length).toBe(1);
});

test("a watcher sees each change", async () => {
  const seen: number[] = [];
  const stop = watch((now) => seen.push(now.length));
  await vi.waitFor(() => expect(seen).toEqual([0]));
  await record(1);
  await flush();
  stop();
  expect(seen).toContain(1);
  expect(seen.at(-1)).toBe(0);
});

test("a phone that keeps nothing says so, and sends each thing directly", async () => {
  broken = "shut";
  expect(await keeps()).toBe(false);
  await put("presence", { person: "1" });
  await flush();
  expect(requests.flatMap((sent) => sent.items.map(({ kind }) => kind))).toEqual(["presence"]);
  expect(await items()).toEqual([]);
});

test("without storage and without network a thing lives as long as the page, and is sent later", async () => {
  broken = "shut";
  await record(2);
  expect([(await items()).length, fails()]).toEqual([2, true]);
  await flush();
  expect(await items()).toEqual([]);
});

test("a phone that becomes full keeps what it had, and sends both", async () => {
  await record(1);
  broken = "full";
  await record(1);
  expect([(await items()).length, kept.size, fails()]).toEqual([2, 1, true]);
  await flush();
  expect(requests.at(-1)?.items.length).toBe(2);
  expect(await items()).toEqual([]);
  broken = "";
  expect([await keeps(), fails()]).toEqual([true, false]);
});

test("what was refused under one link can be sent again under the next", async () => {
  await record(1);
  server(all("rejected", "不归这台手机记"));
  await flush();
  const [item] = await items();
  server(all("stored"));
  await again(item?.id ?? "");
  await flush();
  expect(await items()).toEqual([]);
});

test("where nothing can be locked only the open part lies here, and the rest is sent all the same", async () => {
  vi.stubGlobal("isSecureContext", false);
  online(false);
  const open = { stop: "1", text: "" };
  await put("need", { ...open, text: "屋顶漏雨" }, "one", open);
  expect(JSON.stringify([...kept])).not.toContain("漏雨");
  online(true);
  await flush();
  expect(JSON.stringify(requests.at(-1))).toContain("漏雨");
  vi.unstubAllGlobals();
});

test("what is on its way into the store counts as not sent", async () => {
  online(false);
  const going = put("need", { text: "路灯坏了" });
  expect((await items()).map((item) => item.kind)).toEqual(["need"]);
  await going;
  expect((await items()).map((item) => item.kind)).toEqual(["need"]);
});

test("what is recorded while something is being sent is sent right after it", async () => {
  await record(1);
  let answer: (() => void) | undefined;
  const held = new Promise<void>((resolve) => (answer = resolve));
  const stored = all("stored");
  vi.stubGlobal("fetch", async (_url: string, init?: RequestInit) => {
    const sent = JSON.parse(String(init?.body)) as Sent;
    requests.push(sent);
    if (requests.length === 1) await held;
    return stored(sent);
  });
  const done = flush();
  await vi.waitFor(() => expect(requests).toHaveLength(1));
  await put("need", { text: "路灯坏了" });
  answer?.();
  await done;
  expect(requests.map((sent) => sent.items.map((item) => item.kind))).toEqual([
    ["presence"],
    ["need"],
  ]);
  expect(await items()).toEqual([]);
});

test("a store that cannot be read just now is not taken for empty", async () => {
  await record(2);
  expect(await items()).toHaveLength(2);
  broken = "unread";
  expect(await items()).toHaveLength(2);
});
