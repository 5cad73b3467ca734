import { afterEach, beforeEach, expect, test, vi } from "vitest";

const lying = new Map<string, unknown>();
vi.mock("idb-keyval", () => ({
  createStore: () => undefined,
  get: async (key: string) => structuredClone(lying.get(key)),
  set: async (key: string, value: unknown) => void lying.set(key, structuredClone(value)),
  del: async (key: string) => void lying.delete(key),
  entries: async () => structuredClone([...lying]),
}));

const { items } = await import("../lib/outbox.ts");
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
  document.body.innerHTML = PAGE;
  const line = part("details") as HTMLDetailsElement;
  line.open = true;
  line.dispatchEvent(new Event("toggle"));
});
afterEach(() => vi.restoreAllMocks());

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
