import { expect, test, vi } from "vitest";

const kept: { kind: string; payload: unknown }[] = [];
let tell: (items: unknown[]) => void = () => undefined;
let answered: (item: unknown, answer: string) => void = () => undefined;
vi.mock("../../kit/assets/lib/outbox.ts", () => ({
  put: async (kind: string, payload: unknown) => kept.push({ kind, payload }),
  items: async () => [],
  forget: async () => undefined,
  heard: (listener: typeof answered) => (answered = listener),
  watch: (listener: typeof tell) => {
    tell = listener;
    listener([]);
    return () => undefined;
  },
}));
await import("./handover.ts");

const PAGE = `<dx-handover data-turn="7" hidden><div data-notes></div><button data-seen hidden></button>
  <form data-note><textarea name="words"></textarea><p data-empty hidden></p></form>
  <template data-sample><p><span></span><b data-state>在手机上</b></p></template></dx-handover>`;
const note = { id: "a", kind: "duty_note", state: "waiting", message: "", payload: { turn: "7", words: "钥匙在桌上" } };

function hand(words: string): void {
  document.querySelector<HTMLTextAreaElement>("[name=words]")!.value = words;
  document.querySelector("form")!.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
}

test("a note is kept on this phone, and an empty one is asked for words", () => {
  document.body.innerHTML = PAGE;
  hand(" ");
  expect([kept.length, document.querySelector<HTMLElement>("[data-empty]")!.hidden]).toEqual([0, false]);
  hand("钥匙在桌上");
  expect(kept[0]).toMatchObject({ kind: "duty_note", payload: { turn: "7", words: "钥匙在桌上" } });
  expect(document.querySelector<HTMLTextAreaElement>("[name=words]")!.value).toBe("");
});

test("a note that waits is shown, and marked once it was answered", () => {
  document.body.innerHTML = PAGE;
  tell([note]);
  expect(document.querySelector("[data-notes]")!.textContent).toContain("钥匙在桌上在手机上");
  expect(document.querySelector<HTMLElement>("dx-handover")!.hidden).toBe(false);
  answered(note, "stored");
  expect(document.querySelector("[data-state]")!.textContent).toBe("✓");
});

test("a coming that waits on this phone opens the field", () => {
  document.body.innerHTML = PAGE;
  expect(document.querySelector<HTMLElement>("dx-handover")!.hidden).toBe(true);
  tell([{ id: "b", kind: "duty_mark", state: "waiting", payload: { turn: "7", what: "on" } }]);
  expect(document.querySelector<HTMLElement>("dx-handover")!.hidden).toBe(false);
});

test("what was typed is still there when the page is read anew, until it is kept", async () => {
  document.body.innerHTML = PAGE;
  const field = () => document.querySelector<HTMLTextAreaElement>("[name=words]")!;
  field().value = "门钥匙在老地方";
  field().dispatchEvent(new Event("input", { bubbles: true }));
  document.body.innerHTML = PAGE;
  await vi.waitFor(() => expect(field().value).toBe("门钥匙在老地方"));
  hand(field().value);
  await vi.waitFor(() => expect(sessionStorage.length).toBe(0));
  document.body.innerHTML = PAGE;
  expect(field().value).toBe("");
});
