import { beforeEach, expect, test, vi } from "vitest";

const stores = new Map<string, Map<string, unknown>>();
let full = false;
type Store = Map<string, unknown>;

vi.mock("idb-keyval", () => {
  const write = (store: Store, key: string, value: unknown): void => {
    if (full) throw new DOMException("full", "QuotaExceededError");
    store.set(key, value);
  };
  return {
    createStore: (name: string): Store => {
      const made = stores.get(name) ?? new Map<string, unknown>();
      stores.set(name, made);
      return made;
    },
    get: async (key: string, store: Store) => store.get(key),
    set: async (key: string, value: unknown, store: Store) => write(store, key, value),
    del: async (key: string, store: Store) => void store.delete(key),
    keys: async (store: Store) => [...store.keys()],
    clear: async (store: Store) => store.clear(),
    update: async (key: string, change: (old: unknown) => unknown, store: Store) =>
      write(store, key, change(store.get(key))),
  };
});

vi.stubGlobal("isSecureContext", true);
const store = await import("./store.ts");
const { keepSounds, soundOf } = await import("./sounds.ts");
type Route = import("./model.ts").Route;

const NOON = Date.parse("2026-11-18T12:00:00+08:00");
const MIDNIGHT = "2026-11-19T00:00:00+08:00";
const LESSON = "/v/sounds/one/?v=1";
let asked: string[] = [];

function route(audio = "", more: Partial<Route> = {}): Route {
  const lesson = { title: "", text: "", audio };
  const rounds = [{ title: "郑十的路线", lesson, stops: [] }] as unknown as Route["rounds"];
  return { day: "2026-11-18", now: "", expires: MIDNIGHT, rounds, next: null, ...more };
}

/** Everything that lies on the phone, as bytes a thief could read. */
function lying(): string {
  const text = (value: unknown): string => {
    if (value instanceof ArrayBuffer) return new TextDecoder().decode(value);
    if (ArrayBuffer.isView(value)) return "";
    if (value && typeof value === "object") return Object.values(value).map(text).join(" ");
    return String(value);
  };
  return [...stores].map(([, kept]) => [...kept.values()].map(text).join(" ")).join(" ");
}

beforeEach(() => {
  for (const [name, kept] of stores) if (name !== "dongxun-vault") kept.clear();
  full = false;
  asked = [];
  vi.stubGlobal("fetch", async (address: string) => {
    asked.push(address);
    const headers = { "Content-Type": "audio/mpeg" };
    return new Response("sound of the lesson", { headers });
  });
});

test("today's homes lie locked on the phone and open again", async () => {
  await store.saveRoute(route());
  expect(lying()).not.toContain("郑十");
  expect((await store.loadRoute(NOON))?.rounds[0]?.title).toBe("郑十的路线");
});

test("after midnight nothing of the homes is left, their lessons neither", async () => {
  await store.saveRoute(route(LESSON));
  await keepSounds(route(LESSON));
  expect(await store.loadRoute(Date.parse(MIDNIGHT) + 1)).toBeUndefined();
  expect(await store.loadRoute(NOON)).toBeUndefined();
  expect(await soundOf(LESSON)).toBeUndefined();
});

test("a phone a day ahead still has its homes at noon", async () => {
  const day = 24 * 3_600_000;
  await store.saveRoute(route("", { skew: day }));
  expect(await store.loadRoute(NOON + day)).toBeDefined();
});

test("a lesson is fetched once, kept locked, and plays without network", async () => {
  await keepSounds(route(LESSON));
  await keepSounds(route(LESSON));
  expect(asked).toEqual([LESSON]);
  expect(lying()).not.toContain("sound of the lesson");
  vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("offline")));
  const kept = await soundOf(LESSON);
  expect([kept?.type, await kept?.text()]).toEqual(["audio/mpeg", "sound of the lesson"]);
});

test("a lesson that no round plays any more leaves the phone", async () => {
  await keepSounds(route(LESSON));
  await keepSounds(route("/v/sounds/one/?v=2"));
  expect(await soundOf(LESSON)).toBeUndefined();
  expect(await soundOf("/v/sounds/one/?v=2")).toBeDefined();
});

test("a phone without room keeps no lesson and goes on", async () => {
  full = true;
  await keepSounds(route(LESSON));
  await store.saveRoute(route(LESSON));
  expect(await soundOf(LESSON)).toBeUndefined();
});

test("copies of what was sent name nobody and are gone after 72 hours", async () => {
  await store.noteSent("1", "visit_done");
  const hour = 3_600_000;
  expect((await store.loadSent(Date.now() + 71 * hour)).map((one) => one.kind)).toEqual([
    "visit_done",
  ]);
  expect(await store.loadSent(Date.now() + 73 * hour)).toEqual([]);
});
