import { afterEach, beforeEach, expect, test, vi } from "vitest";

const lying = new Map<string, unknown>();
const waiting = new Map<string, unknown>();
const others = new Map<string, unknown>();
const places: Record<string, Map<string, unknown>> = { dongxun: lying, "dongxun-files": waiting };
vi.mock("idb-keyval", () => ({
  createStore: (name: string) => places[name] ?? others,
  get: async (key: string, at: Map<string, unknown>) => at.get(key),
  set: async (key: string, value: unknown, at: Map<string, unknown>) => void at.set(key, value),
  del: async (key: string, at: Map<string, unknown>) => void at.delete(key),
  entries: async (at: Map<string, unknown>) => [...at],
}));

const { flush, items, startOutbox } = await import("../lib/outbox.ts");
const { keepFile, waitingFiles } = await import("../lib/files.ts");
const { remembered } = await import("../lib/sent.ts");
const { Kept } = await import("./kept.ts");

const PAGE = `
  <dx-kept data-kind="pack_receipt" data-key="line" data-open="line how occurred_at">
    <div data-waiting hidden><b data-count></b></div><div data-refusals></div>
    <template data-refusal><div><b data-what></b><p data-why></p></div></template>
    <details data-thing="7"><summary><b>Lin</b><i data-kept hidden></i></summary><div data-slot></div></details>
    <template data-form><form data-keep><input type="hidden" name="line">
      <select name="how"><option value="signed">s</option><option value="proxy">p</option></select>
      <div data-if="how=proxy"><input name="received_by"></div><p data-empty hidden></p></form></template>
  </dx-kept>`;

const part = (name: string): HTMLElement => document.querySelector<HTMLElement>(name)!;

beforeEach(() => {
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
  lying.clear();
  waiting.clear();
  localStorage.clear();
  document.body.innerHTML = PAGE;
  const line = part("details") as HTMLDetailsElement;
  line.open = true;
  line.dispatchEvent(new Event("toggle"));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

test("an opened line asks for what is wanted only when it is wanted, and keeps nothing half said", async () => {
  const kept = part("dx-kept") as InstanceType<typeof Kept>;
  const form = part("details form") as HTMLFormElement;
  expect(part("[data-if]").hidden).toBe(true);
  part("select").querySelector<HTMLOptionElement>("[value=proxy]")!.selected = true;
  part("select").dispatchEvent(new Event("change", { bubbles: true }));
  expect(part("[data-if]").hidden).toBe(false);
  await kept.keep(form);
  expect(part("[data-empty]").hidden).toBe(false);
  expect(await items()).toHaveLength(0);
});

test("a receipt lies on the phone at once, open only in what names nobody, and its line says so", async () => {
  const kept = part("dx-kept") as InstanceType<typeof Kept>;
  await kept.keep(part("details form") as HTMLFormElement);
  const [item] = await items();
  expect(item).toMatchObject({ kind: "pack_receipt", payload: { line: "7", how: "signed" } });
  await vi.waitFor(() => expect(part("[data-kept]").hidden).toBe(false));
  expect(part("[data-slot]").hidden).toBe(true);
  expect(part("[data-count]").textContent).toBe("1");
});

const NEED = `
  <dx-kept data-kind="need_raised" data-files="/need/{id}/" data-remember="/need/{id}/">
    <div data-waiting hidden><b data-count></b><button data-outbox-send></button></div>
    <div data-refusals></div><p data-said hidden></p>
    <template data-refusal><div><b data-what></b><p data-why></p>
      <button data-do="change"></button><button data-do="again"></button><button data-do="forget"></button></div></template>
    <form data-keep><textarea name="text"></textarea><input type="file" name="picture"></form>
  </dx-kept>`;
const photo = (): File => new File(["light"], "photo.jpg", { type: "image/jpeg" });

/** Answer `/sync` with a word, files with what `status` says at that time. */
function server(word: string, status: () => number): string[] {
  const posts: string[] = [];
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(true);
  vi.stubGlobal("fetch", async (url: string, init?: RequestInit) => {
    if (url !== "/sync") {
      posts.push(url);
      return new Response(null, { status: status() });
    }
    const sent = JSON.parse(String(init?.body)) as { items: { id: string }[] };
    return Response.json({ results: sent.items.map(({ id }) => ({ id, answer: word, message: "" })) });
  });
  return posts;
}

/** Say a need with a picture on a page without network. */
async function say(): Promise<string> {
  document.body.innerHTML = NEED;
  const form = part("form") as HTMLFormElement;
  part("textarea").textContent = "";
  (form.elements.namedItem("text") as HTMLTextAreaElement).value = "路灯不亮";
  const chosen = new DataTransfer();
  chosen.items.add(photo());
  (form.elements.namedItem("picture") as HTMLInputElement).files = chosen.files;
  await (part("dx-kept") as InstanceType<typeof Kept>).keep(form);
  (form.elements.namedItem("picture") as HTMLInputElement).value = ""; // a browser's reset does
  const [item] = await items();
  expect(await waitingFiles("need_raised")).toHaveLength(1);
  return item?.id ?? "";
}

const press = (what: string): void => part(`[data-do=${what}]`).click();

test("what is put right comes back with its picture, and nothing of the refused one can be asked for", async () => {
  const id = await say();
  expect(remembered("need_raised").map((one) => one.id)).toEqual([id]);
  server("rejected", () => 404);
  await flush();
  await vi.waitFor(() => expect(part("[data-refused]").dataset["refused"]).toBe(id));
  expect(part("[data-waiting]").hidden).toBe(true);
  press("change");
  await vi.waitFor(async () => expect(await items()).toEqual([]));
  const field = (part("form") as HTMLFormElement).elements.namedItem("picture") as HTMLInputElement;
  expect(await field.files?.[0]?.text()).toBe("light");
  expect((part("textarea") as HTMLTextAreaElement).value).toBe("路灯不亮");
  expect([await waitingFiles("need_raised"), remembered("need_raised")]).toEqual([[], []]);
});

test("a picture that failed once stays on the page, which sends it by hand and only then goes on", async () => {
  const reload = vi.spyOn(location, "reload").mockImplementation(() => undefined);
  const id = await say();
  let status = 503;
  const posts = server("stored", () => status);
  startOutbox();
  await flush();
  await vi.waitFor(() => expect(posts).toEqual([`/need/${id}/`]));
  await vi.waitFor(() => expect(part("[data-count]").textContent).toBe("1"));
  expect(reload).not.toHaveBeenCalled();
  status = 204;
  part("[data-outbox-send]").click();
  await vi.waitFor(() => expect(reload).toHaveBeenCalled());
  expect(await waitingFiles("need_raised")).toEqual([]);
  expect(remembered("need_raised").map((one) => one.id)).toEqual([id]);
});

test("what differs is kept beside with its picture, also when it was seen before the picture went", async () => {
  await say();
  let status = 503;
  const posts = server("conflict", () => status);
  await flush();
  await vi.waitFor(() => expect(posts).toHaveLength(1));
  press("forget");
  await vi.waitFor(async () => expect(await items()).toEqual([]));
  expect(await waitingFiles("need_raised")).toHaveLength(1);
  status = 204;
  window.dispatchEvent(new Event("online"));
  await vi.waitFor(async () => expect(await waitingFiles("need_raised")).toEqual([]));
});

test("a file whose item is not there yet is tried again, and refused only after a while", async () => {
  document.body.innerHTML = NEED;
  const about = { kind: "need_raised", item: "7", url: "/need/7/", field: "picture", name: "a.jpg" };
  await keepFile(about, photo());
  const posts = server("stored", () => 404);
  const { sendFiles } = await import("../lib/files.ts");
  await sendFiles();
  expect((await waitingFiles("need_raised")).map(({ why }) => why)).toEqual([""]);
  for (let turn = 0; turn < 6; turn += 1) await sendFiles();
  expect((await waitingFiles("need_raised")).map(({ why }) => why)).toEqual([" "]);
  expect(posts).toHaveLength(5);
});
