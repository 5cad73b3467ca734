import { afterEach, beforeEach, expect, test, vi } from "vitest";

const places = new Map<string, Map<string, unknown>>();
const place = (name: string): Map<string, unknown> =>
  places.get(name) ?? places.set(name, new Map()).get(name)!;
vi.mock("idb-keyval", () => ({
  createStore: place,
  get: async (key: string, at: Map<string, unknown>) => at.get(key),
  set: async (key: string, value: unknown, at: Map<string, unknown>) => void at.set(key, value),
  del: async (key: string, at: Map<string, unknown>) => void at.delete(key),
  update: async (key: string, change: (old: unknown) => unknown, at: Map<string, unknown>) =>
    void at.set(key, change(at.get(key))),
  entries: async (at: Map<string, unknown>) => [...at],
}));

const { flush, items, put } = await import("../../../kit/assets/lib/outbox.ts");
const { keepFile, sendFiles, waitingFiles } = await import("../../../kit/assets/lib/files.ts");
const { Words, KIND } = await import("./write.ts");
await import("./waiting.ts");

let posts: [string, string][];
let answer: () => Response;

const lines = (): string[] => [...document.querySelectorAll("li")].map((line) => line.textContent);
const refusal = (status: number, error: string, message: string): Response =>
  Response.json({ error, message }, { status });

beforeEach(() => {
  vi.stubGlobal("isSecureContext", true);
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
  vi.spyOn(location, "assign").mockImplementation(() => undefined);
  document.head.innerHTML = '<meta name="csrf-token" content="old">';
  document.body.innerHTML = "";
  places.get("dongxun")?.clear();
  places.get("dongxun-files")?.clear();
  posts = [];
  answer = () => new Response(null, { status: 204 });
  vi.stubGlobal("fetch", async (url: string, init?: RequestInit) => {
    if (url === "/token/") return Response.json({ token: "fresh" });
    if (url === "/sync") {
      const { items } = JSON.parse(String(init?.body)) as { items: { id: string }[] };
      return Response.json({ results: items.map(({ id }) => ({ id, answer: "stored", message: "" })) });
    }
    posts.push([url, (init?.headers as Record<string, string>)["X-CSRFToken"] ?? ""]);
    return answer();
  });
});
afterEach(() => {
  document.body.innerHTML = "";
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const online = (): void => void vi.spyOn(navigator, "onLine", "get").mockReturnValue(true);

/** Keep words of person 3 with two pictures, without network; return their id. */
async function write(): Promise<string> {
  document.body.innerHTML = `<dx-words data-person="3" data-kept="kept"><form>
    <textarea name="text">先问市场</textarea><input type="file" name="picture" multiple></form>
    <p data-status></p></dx-words>`;
  const chosen = new DataTransfer();
  for (const name of ["a.jpg", "b.jpg"]) chosen.items.add(new File([name], name, { type: "image/jpeg" }));
  const form = document.querySelector("form")!;
  (form.elements.namedItem("picture") as HTMLInputElement).files = chosen.files;
  form.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
  await vi.waitFor(() => expect(document.querySelector("[data-status]")!.textContent).toBe("kept"));
  const [item] = await items();
  return item!.id;
}

test("pictures lie locked until their words are there, and go to them once the words have gone", async () => {
  const id = await write();
  expect(document.querySelector("dx-words")).toBeInstanceOf(Words);
  const lying = [...place("dongxun-files").values()] as { box?: unknown; file?: unknown }[];
  expect(lying.map(({ box, file }) => [box !== undefined, file])).toEqual([[true, undefined], [true, undefined]]);
  await sendFiles();
  online();
  await sendFiles();
  expect(posts).toEqual([]);
  await flush();
  await vi.waitFor(() => expect(location.assign).toHaveBeenCalled());
  expect(posts.map(([url]) => url)).toEqual([`/words/${id}/picture/`, `/words/${id}/picture/`]);
  expect(await waitingFiles(KIND)).toEqual([]);
});

test("words sent by two taps are kept once", async () => {
  document.body.innerHTML = `<dx-words data-person="3" data-kept="kept"><form><textarea name="text">先问市场</textarea></form>
    <p data-status></p></dx-words>`;
  const form = document.querySelector("form")!;
  for (let tap = 0; tap < 2; tap++) form.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
  await vi.waitFor(() => expect(document.querySelector("[data-status]")!.textContent).toBe("kept"));
  expect(await items()).toHaveLength(1);
});

const LIST = `<dx-waiting-words data-person="3" data-picture="Picture" data-waits="↑" data-refused="!" data-forget="x" hidden><ul data-list></ul></dx-waiting-words>`;
const about = { kind: KIND, item: "7", url: "/words/7/picture/", field: "picture", name: "a.jpg" };

test("what was refused is told to its author until it was read, and to nobody else", async () => {
  await keepFile({ ...about, person: "3" }, new Blob(["a"]));
  await keepFile({ ...about, place: 1, person: "4" }, new Blob(["b"]));
  answer = () => refusal(409, "season_is_closed", "本季已结束。");
  online();
  document.body.innerHTML = LIST;
  await vi.waitFor(() => expect(lines()).toEqual(["Picture本季已结束。!x"]));
  document.querySelector<HTMLElement>("li button")!.click();
  await vi.waitFor(() => expect(lines()).toEqual([]));
  expect((await waitingFiles(KIND)).map(({ person }) => person)).toEqual(["4"]);
});

test("words that wait say that they go up, words that were refused do not", async () => {
  for (const text of ["要上去的", "没收下的"]) await put(KIND, { person: "3", text });
  const [, refused] = await items();
  place("dongxun").set(refused!.id, { ...refused, state: "refused", message: "" });
  document.body.innerHTML = LIST;
  await vi.waitFor(() => expect(lines()).toEqual(["要上去的↑", "没收下的!x"]));
});

test("a page that was kept too long takes a fresh token, and what is no refusal leaves the file here", async () => {
  await keepFile({ ...about, person: "3" }, new Blob(["a"]));
  online();
  for (const reply of [refusal(409, "stale_form", "太久了"), new Response("", { status: 500 })]) {
    answer = () => reply.clone();
    await sendFiles();
    expect((await waitingFiles(KIND)).map(({ why }) => why)).toEqual([""]);
  }
  expect(posts.map(([, token]) => token)).toEqual(["old", "fresh", "fresh"]);
});
