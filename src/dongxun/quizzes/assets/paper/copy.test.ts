import { beforeEach, expect, test, vi } from "vitest";

const waiting: { kind: string; state: string; payload: unknown }[] = [];
vi.mock("../../../kit/assets/lib/outbox.ts", () => ({
  put: async (kind: string, payload: unknown) => void waiting.push({ kind, state: "waiting", payload }),
  items: async () => waiting,
  flush: async () => undefined,
}));
await import("./paper.ts");

const question = (place: number, hidden: string): string =>
  `<section data-place="${place}"${hidden}><form action="/answer/"><input type="hidden" name="place" value="${place}">
    <input type="radio" name="option" value="0"><input type="radio" name="option" value="1"></form>
    <p data-kept hidden>kept</p><p data-told hidden>told</p></section>`;
const PAPER = `<dx-quiz data-attempt="7">${question(1, "")}${question(2, " hidden")}<b data-answered>0</b></dx-quiz>`;
const JUDGED = '<section data-place="1" data-done>Right.</section>';
let copy: Response;

/** The page as the phone shows it without network. */
async function shownLater(): Promise<HTMLElement> {
  document.documentElement.innerHTML = await copy.clone().text();
  const paper = document.querySelector<HTMLElement>("dx-quiz")!;
  await vi.waitFor(() => expect(paper.isConnected).toBe(true));
  return paper;
}

const shown = (paper: HTMLElement): string[] =>
  [...paper.querySelectorAll<HTMLElement>("[data-place]")].map(
    (one) => `${one.hidden ? "" : "seen "}${"done" in one.dataset ? "done" : "open"}`,
  );

beforeEach(() => {
  waiting.length = 0;
  copy = new Response(`<html><body>${PAPER}</body></html>`, { headers: { "X-Keep-Offline": "60" } });
  vi.stubGlobal("caches", {
    open: async () => ({
      keys: async () => [{ url: location.href }],
      match: async () => copy.clone(),
      put: async (_asked: unknown, answer: Response) => void (copy = answer),
    }),
  });
  document.body.innerHTML = PAPER;
});

test("what the server has judged stands judged in the copy, and the next question is open", async () => {
  const detail = { xhr: { responseText: JUDGED } };
  document.querySelector("section")!.dispatchEvent(new CustomEvent("htmx:afterSwap", { bubbles: true, detail }));
  await vi.waitFor(async () => expect(await copy.clone().text()).toContain("Right."));
  expect(copy.headers.get("X-Keep-Offline")).toBe("60");
  const paper = await shownLater();
  expect([shown(paper), paper.querySelector("[data-answered]")!.textContent]).toEqual([["done", "seen open"], "1"]);
});

test("what was answered without network stays answered in the copy, also once it was sent", async () => {
  document.querySelectorAll<HTMLInputElement>("[type=radio]")[1]!.checked = true;
  document.querySelector("form")!.dispatchEvent(new CustomEvent("htmx:sendError", { bubbles: true }));
  await vi.waitFor(async () => expect(await copy.clone().text()).toContain("data-done"));
  const words = (paper: HTMLElement): string[] =>
    ["kept", "told"].filter((one) => !paper.querySelector<HTMLElement>(`[data-${one}]`)!.hidden);
  await vi.waitFor(async () => expect(words(await shownLater())).toEqual(["kept"]));
  waiting.length = 0;
  const paper = await shownLater();
  expect([words(paper), shown(paper)]).toEqual([["told"], ["done", "seen open"]]);
  expect(paper.querySelectorAll<HTMLInputElement>("[type=radio]")[1]!.checked).toBe(true);
});
