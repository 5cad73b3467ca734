import { beforeEach, expect, test, vi } from "vitest";

const put = vi.fn(async () => undefined);
vi.mock("../../../kit/assets/lib/outbox.ts", () => ({
  put,
  items: async () => [],
  flush: async () => undefined,
}));
await import("./paper.ts");

const assign = vi.fn();

async function handIn(answer: () => Promise<Response>): Promise<HTMLElement> {
  vi.stubGlobal("fetch", answer);
  vi.spyOn(window.location, "assign").mockImplementation(assign);
  document.body.innerHTML =
    '<dx-quiz data-attempt="7"><form action="/hand-in/" data-hand-in></form><p data-later hidden></p></dx-quiz>';
  document.querySelector("form")!.dispatchEvent(
    new Event("submit", { bubbles: true, cancelable: true }),
  );
  await vi.waitFor(() => expect(put.mock.calls.length + assign.mock.calls.length).toBe(1));
  return document.querySelector<HTMLElement>("[data-later]")!;
}

beforeEach(() => {
  put.mockClear();
  assign.mockClear();
});

test.each([
  ["a dead line", () => Promise.reject(new TypeError("dead"))],
  ["a gateway alone", () => Promise.resolve(new Response("", { status: 502 }))],
])("handing in over %s is kept and said", async (_line, answer) => {
  const later = await handIn(answer);
  expect(put).toHaveBeenCalledWith("quiz_hand_in", { attempt: "7" });
  await vi.waitFor(() => expect(later.hidden).toBe(false));
});

test("handed in, the page of the result comes", async () => {
  await handIn(() => Promise.resolve(new Response("")));
  expect(put).not.toHaveBeenCalled();
});

test("a paper with open questions goes at the second tap only", async () => {
  const sent = vi.fn(() => Promise.resolve(new Response("")));
  vi.stubGlobal("fetch", sent);
  document.body.innerHTML = `<dx-quiz data-attempt="7"><section data-place="1" data-done></section><section data-place="2"></section>
    <form action="/hand-in/" data-hand-in></form><p data-sure="open: #" hidden></p></dx-quiz>`;
  const tap = (): boolean =>
    document.querySelector("form")!.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
  tap();
  expect([document.querySelector("[data-sure]")!.textContent, sent.mock.calls.length]).toEqual(["open: 1", 0]);
  tap();
  expect(sent).not.toHaveBeenCalled(); // a double tap has read nothing
  const now = Date.now();
  vi.spyOn(Date, "now").mockReturnValue(now + 1000);
  tap();
  await vi.waitFor(() => expect(sent).toHaveBeenCalledOnce());
  vi.restoreAllMocks();
});
