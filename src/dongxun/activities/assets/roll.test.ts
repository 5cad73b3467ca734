import { expect, test, vi } from "vitest";
import type { Item } from "../../kit/assets/lib/outbox.ts";

let tell: (kept: Item[]) => void = () => undefined;
vi.mock("../../kit/assets/lib/outbox.ts", async (original) => ({
  ...(await original<object>()),
  items: async () => [],
  put: vi.fn(),
  startOutbox: () => undefined,
  watch: (listener: (kept: Item[]) => void) => {
    tell = listener;
    return () => undefined;
  },
}));
await import("./roll.ts");

function one(name: string): HTMLElement {
  return document.querySelector<HTMLElement>(name)!;
}

function kept(person: string, state: Item["state"], message = ""): Item {
  const payload = { session: "7", person };
  return { id: person, kind: "presence", payload, created: "", tries: 0, state, message };
}

test("what was refused waits no longer: its line says why and can be tapped again", () => {
  const line = (id: string): string =>
    `<li data-person="${id}"><form data-mark><button>到</button></form><p data-kept hidden></p></li>`;
  document.body.innerHTML = `<h1>到了 <span data-present>1,203</span> 人</h1><dx-roll data-session="7" data-here="已到">
    <p data-waiting hidden><b data-count></b></p>${line("a")}${line("b")}</dx-roll>`;
  tell([kept("a", "waiting"), kept("b", "waiting")]);
  expect(one("[data-count]").textContent).toBe("2");
  expect(one("[data-present]").textContent).toBe("1,205");
  tell([kept("a", "waiting"), kept("b", "refused", "那时已经结束了。")]);
  expect(one("[data-count]").textContent).toBe("1");
  expect(one("[data-present]").textContent).toBe("1,204");
  expect(one('[data-person="b"] [data-kept]').textContent).toBe("那时已经结束了。");
  expect(one('[data-person="b"] button').textContent).toBe("到");
  expect(one('[data-person="b"] button').matches(":disabled")).toBe(false);
  expect(one('[data-person="a"] button').matches(":disabled")).toBe(true);
  tell([kept("b", "refused")]);
  expect(one("[data-waiting]").hidden).toBe(true);
});
