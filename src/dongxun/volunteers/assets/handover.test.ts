import { afterEach, expect, test, vi } from "vitest";

const kept: { kind: string; payload: unknown; id: string }[] = [];
const lying: unknown[] = [];
let tell: (items: unknown[]) => void = () => undefined;
let answered: (item: unknown, answer: string) => void = () => undefined;
vi.mock("../../kit/assets/lib/outbox.ts", () => ({
  put: async (kind: string, payload: unknown, id: string) => kept.push({ kind, payload, id }),
  items: async () => lying,
  forget: async () => undefined,
  heard: (listener: typeof answered) => (answered = listener),
  watch: (listener: typeof tell) => {
    tell = listener;
    listener([]);
    return () => undefined;
  },
}));
await import("./handover.ts");

afterEach(() => sessionStorage.clear());

const PAGE = `<dx-handover data-turn="7" hidden><div data-notes></div><button data-seen hidden></button>
  <form data-note><textarea name="words"></textarea><p data-empty hidden></p></form>
  <template data-sample><p><span></span><b data-state>在手机上</b></p></template></dx-handover>`;
const note = { id: "a", kind: "duty_note", state: "waiting", message: "", payload: { turn: "7", words: "钥匙在桌上" } };

/** Resolves once everything that waits for nothing but its turn has had it. */
const settled = () => new Promise((resolve) => setTimeout(resolve));

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
  document.body.innerHTML = PAGE;
  await settled();
  expect(field().value).toBe("");
});

test("a note written while the page was read anew is sent again until the page shows it", async () => {
  document.body.innerHTML = PAGE;
  await settled();
  hand("门钥匙在老地方");
  const { id } = kept.at(-1)!;
  kept.length = 0;
  document.body.innerHTML = PAGE;
  await settled();
  expect(kept).toMatchObject([{ id, kind: "duty_note", payload: { words: "门钥匙在老地方" } }]);
  document.body.innerHTML = PAGE.replace("<div data-notes>", `<p data-item="${id}"></p><div data-notes>`);
  await settled();
  document.body.innerHTML = PAGE;
  await settled();
  expect(kept).toHaveLength(1);
});

test("a note that somebody has seen refused is not sent again", async () => {
  document.body.innerHTML = PAGE;
  hand("钥匙丢了");
  lying.push({ ...note, id: kept.at(-1)!.id, state: "refused" });
  tell(lying);
  document.querySelector<HTMLElement>("[data-seen]")!.click();
  await vi.waitFor(() => expect(sessionStorage.length).toBe(0));
});
