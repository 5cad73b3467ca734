import { beforeEach, expect, test, vi } from "vitest";
import type { Item, State } from "../../../kit/assets/lib/outbox.ts";
import type { Step } from "./progress.ts";

let kept: Item[] = [];
let watcher: (kept: Item[]) => void = () => undefined;
vi.mock("../../../kit/assets/lib/outbox.ts", () => ({
  items: async () => kept,
  put: async (kind: string, payload: unknown) => void kept.push(item(payload as Step, "waiting", kind)),
  forget: async (id: string) => void (kept = kept.filter((one) => one.id !== id)),
  watch: (listener: typeof watcher) => {
    watcher = listener;
    listener(kept);
    return () => undefined;
  },
}));
const { remember, known } = await import("./memory.ts");
await import("./lesson.ts");

const PAGE = "2026-11-23T08:00:00Z";
const AFTER = "2026-11-23T08:20:00Z";
const step: Step = { lesson: "1", person: "7", chapter: "9", at: 0, ended: true, occurred_at: AFTER };

function item(payload: Step, state: State, kind = "lesson_step"): Item {
  const id = `${kept.length}${payload.occurred_at}`;
  return { id, kind, payload, created: AFTER, tries: 1, state, message: state === "refused" ? "课已改过" : "" };
}

beforeEach(() => {
  localStorage.clear();
  kept = [];
  vi.useFakeTimers({ now: new Date("2026-11-23T08:10:00Z"), toFake: ["Date"] });
});

test("a chapter whose end was refused can be ended once more, and the page says why it was", async () => {
  remember("7", "9", 0, true, PAGE);
  kept = [item(step, "refused")];
  const box = document.createElement("div");
  box.innerHTML = `<dx-lesson data-lesson="1" data-person="7" data-as-of="${PAGE}">
    <section data-chapter="9"><span data-done hidden></span><form data-end></form></section><p data-status></p></dx-lesson>`;
  document.body.replaceChildren(box);
  const form = document.querySelector<HTMLFormElement>("[data-end]")!;
  const page = (): unknown[] => [form.hidden, document.querySelector("[data-status]")!.textContent];
  await vi.waitFor(() => expect(page()).toEqual([false, "课已改过"]));
  expect(known("7", "9", PAGE)?.ended).toBe(false);
  vi.setSystemTime(new Date("2026-11-23T08:30:00Z"));
  form.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
  watcher(kept); // somebody else tells of the outbox before the refused one is put away
  await vi.waitFor(() => expect(kept.map(({ state }) => state)).toEqual(["waiting"]));
  expect(page()).toEqual([true, ""]);
});
