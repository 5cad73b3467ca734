import { afterEach, beforeEach, expect, test, vi } from "vitest";

vi.mock("../../../library/assets/lesson/video.ts", () => ({ attach: async () => undefined }));
await import("./room.ts");

const STAGE = '<div data-stage><p data-coming>画面还没来</p></div>';
let asked: string[] = [];
let watching: Record<string, string> | undefined;
let told: { seq: number; kind: string; lost?: string; state?: string; text?: string; mark?: string }[] = [];

function room(inside: string): HTMLElement {
  document.body.innerHTML = `<dx-live data-events="/events/" data-last="0">${inside}</dx-live>`;
  return document.querySelector("dx-live")!;
}

function seen(state: string): void {
  vi.spyOn(document, "visibilityState", "get").mockReturnValue(state as DocumentVisibilityState);
  document.dispatchEvent(new Event("visibilitychange"));
}

const pages = (): number => asked.filter((url) => !url.startsWith("/events/")).length;

beforeEach(() => {
  asked = [];
  told = [];
  watching = undefined;
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", { OPEN: 1, CLOSED: 2 });
  vi.stubGlobal("fetch", async (url: string) => {
    asked.push(url);
    if (!url.startsWith("/events/")) return new Response(STAGE);
    return Response.json({ events: told.splice(0), last: 0, watching });
  });
});
afterEach(() => {
  document.body.innerHTML = "";
  seen("visible");
  vi.useRealTimers();
});

test("however often the picture is announced the page is asked for by one timer only", async () => {
  room(STAGE);
  told = [1, 2, 3, 4].map((seq) => ({ seq, kind: "picture", lost: "" }));
  await vi.advanceTimersByTimeAsync(29_000);
  expect(pages()).toBeGreaterThan(1);
  expect(pages()).toBeLessThan(5);
});

test("nobody asks for the page while it is hidden, after it is gone, or without a camera", async () => {
  room(STAGE);
  seen("visible");
  seen("hidden");
  await vi.advanceTimersByTimeAsync(20_000);
  seen("visible");
  document.body.innerHTML = "";
  await vi.advanceTimersByTimeAsync(20_000);
  room("<div data-stage><p>画面还没来</p></div>");
  seen("visible");
  await vi.advanceTimersByTimeAsync(20_000);
  expect(pages()).toBe(0);
});

test("the console says who watches without being read anew", async () => {
  document.body.innerHTML = '<h1><span data-watching="people">1</span> / <span data-watching="now">0</span></h1>';
  document.body.insertAdjacentHTML("beforeend", '<dx-live data-console data-events="/events/"></dx-live>');
  watching = { people: "1,024", now: "7" };
  await vi.advanceTimersByTimeAsync(5_000);
  expect(document.querySelector("h1")!.textContent).toBe("1,024 / 7");
});

test("what is new is asked for without leaving the page", async () => {
  const link = room('<a href="?person=3" data-again>有新的吗？</a>').querySelector("a")!;
  const click = new MouseEvent("click", { bubbles: true, cancelable: true });
  link.dispatchEvent(click);
  expect(click.defaultPrevented).toBe(true);
  expect(asked).toEqual(["/events/?after=0"]);
});

test("when a class begins or ends its pages are read anew at moments of their own, hidden ones when seen", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0.8);
  room("<div data-stage><p>还没开播</p></div>");
  told = [{ seq: 1, kind: "state" }];
  await vi.advanceTimersByTimeAsync(11_000);
  expect(pages()).toBe(0);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(pages()).toBe(1);
  told = [{ seq: 2, kind: "state" }];
  await vi.advanceTimersByTimeAsync(4_000);
  seen("hidden");
  seen("visible");
  await vi.advanceTimersByTimeAsync(0);
  expect(pages()).toBe(2);
});

test("that a class ended is said at once; a change while it is on air leaves the picture alone", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0.9);
  const over = '<template data-at="over"><div data-stage>直播课已结束</div></template>';
  const live = '<template data-at="live"><div data-stage>正在直播</div></template>';
  const page = room(`<div data-stage>画面</div>${over}${live}`);
  page.dataset["state"] = "live";
  const shown = (): string => page.querySelector("[data-stage]")!.textContent!;
  told = [{ seq: 1, kind: "state", state: "live" }];
  await vi.advanceTimersByTimeAsync(4_100);
  expect(shown()).toBe("画面");
  told = [{ seq: 2, kind: "state", state: "over" }];
  await vi.advanceTimersByTimeAsync(4_000);
  expect(shown()).toBe("直播课已结束");
  expect(pages()).toBe(0);
});

test("who has seen a new pinned notice has its mark in the form; what they typed stays with the old one", async () => {
  const form = '<form data-pin><input name="version" value="m0"><input name="words" value="八点开讲"></form>';
  const page = room(`<p data-pinned><span>八点开讲</span></p>${form}`);
  const [version, words] = [...page.querySelectorAll("input")];
  const shown = (): string[] => [page.querySelector("span")!.textContent!, version!.value, words!.value];
  told = [{ seq: 1, kind: "pin", text: "八点半开讲", mark: "m1" }];
  await vi.advanceTimersByTimeAsync(5_000);
  expect(shown()).toEqual(["八点半开讲", "m1", "八点半开讲"]);
  words!.value = "请带笔";
  told = [{ seq: 2, kind: "pin", text: "九点开讲", mark: "m2" }];
  await vi.advanceTimersByTimeAsync(5_000);
  expect(shown()).toEqual(["九点开讲", "m1", "请带笔"]);
});
