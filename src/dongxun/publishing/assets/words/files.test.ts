import { beforeEach, expect, test, vi } from "vitest";

const kept = new Map<string, unknown>();
vi.mock("idb-keyval", () => ({
  createStore: () => undefined,
  set: async (key: string, value: unknown) => void kept.set(key, value),
  del: async (key: string) => void kept.delete(key),
  entries: async () => [...kept],
}));
const { forgetFile, keepFile, sendFiles, watchRefused } = await import("./files.ts");

let tokens: string[] = [];

function server(reply: (token: string) => Response): void {
  vi.stubGlobal("fetch", async (url: string, init?: RequestInit) => {
    if (url === "/token/") return Response.json({ token: "fresh" });
    tokens.push((init?.headers as Record<string, string>)["X-CSRFToken"] ?? "");
    return reply(tokens.at(-1) ?? "");
  });
}

const stale = (): Response => Response.json({ error: "stale_form", message: "太久了" }, { status: 409 });

beforeEach(async () => {
  kept.clear();
  tokens = [];
  document.head.innerHTML = '<meta name="csrf-token" content="old">';
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(true);
  await keepFile("n1", "sound", new Blob(["a"]));
});

test("a page that was kept too long takes a fresh token and loses no recording", async () => {
  server((token) => (token === "fresh" ? new Response(null, { status: 204 }) : stale()));
  expect(await sendFiles()).toBe(false);
  expect(tokens).toEqual(["old", "fresh"]);
  expect(kept.size).toBe(0);
});

test.each([stale, () => new Response("", { status: 500 }), () => new Response("", { status: 404 })])(
  "what is no refusal leaves the recording on the phone",
  async (reply) => {
    server(reply);
    expect(await sendFiles()).toBe(false);
    expect(kept.get("n1/sound")).toBeInstanceOf(Blob);
  },
);

test("a refusal keeps the server's words until they were read", async () => {
  server(() => Response.json({ error: "bad_media", message: "这不是录音。" }, { status: 422 }));
  expect(await sendFiles()).toBe(true);
  const heard: unknown[] = [];
  const stop = watchRefused((refused) => void heard.push(refused));
  await vi.waitFor(() => expect(heard).toEqual([[{ key: "n1/sound", what: "sound", why: "这不是录音。" }]]));
  stop();
  await sendFiles();
  expect(tokens.length).toBe(1);
  await forgetFile("n1/sound");
  expect(kept.size).toBe(0);
});

test("each of several pictures is kept and sent to the same words", async () => {
  kept.clear();
  await keepFile("n2", "picture", new Blob(["a"]));
  await keepFile("n2", "picture", new Blob(["b"]), 1);
  const sent: string[] = [];
  vi.stubGlobal("fetch", async (url: string) => (sent.push(url), new Response(null, { status: 204 })));
  expect(await sendFiles()).toBe(false);
  expect(sent).toEqual(["/words/n2/picture/", "/words/n2/picture/"]);
  expect(kept.size).toBe(0);
});
