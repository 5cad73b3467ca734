import { afterEach, beforeEach, expect, test, vi } from "vitest";

const kept = new Map<string, unknown>();
vi.mock("idb-keyval", () => ({
  createStore: () => undefined,
  get: async (key: string) => structuredClone(kept.get(key)),
  set: async (key: string, value: unknown) => void kept.set(key, structuredClone(value)),
  del: async (key: string) => void kept.delete(key),
  entries: async () => structuredClone([...kept]),
}));

const { items } = await import("../../kit/assets/lib/outbox.ts");
const { Duty } = await import("./duty.ts");

const PAGE = `
  <dx-duty data-turn="t1">
    <div data-stage="ahead"><form><button name="what" value="on">on</button></form></div>
    <div data-stage="on" hidden><time data-on></time></div>
    <div data-stage="gone" hidden><time data-off></time></div>
    <div data-waiting hidden></div><div data-refused hidden><span data-why></span></div>
  </dx-duty>`;

beforeEach(() => {
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
  document.body.innerHTML = PAGE;
});
afterEach(() => vi.restoreAllMocks());

function part(name: string): HTMLElement {
  return document.querySelector<HTMLElement>(name)!;
}

test("a coming is kept on the phone once, and the page says so", async () => {
  const duty = part("dx-duty") as InstanceType<typeof Duty>;
  await duty.mark("on");
  await duty.mark("on");
  const kept = (await items()).filter((item) => item.kind === "duty_mark");
  expect(kept).toHaveLength(1);
  await vi.waitFor(() => expect(part('[data-stage="on"]').hidden).toBe(false));
  expect(part('[data-stage="ahead"]').hidden).toBe(true);
  expect(part("[data-waiting]").hidden).toBe(false);
  await duty.mark("off");
  await vi.waitFor(() => expect(part('[data-stage="gone"]').hidden).toBe(false));
});
