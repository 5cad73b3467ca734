import { afterEach, beforeEach, expect, test, vi } from "vitest";
import "./job.ts";
import "./toast.ts";
import "./tree-picker.ts";
import { toast } from "./toast.ts";

function job(state: string, words: string): string {
  return `<dx-job data-url="/job/" data-state="${state}"><p>${words}</p></dx-job>`;
}

function answer(...bodies: string[]): ReturnType<typeof vi.fn> {
  const queue = [...bodies];
  const fetcher = vi.fn(async () => new Response(queue.length > 1 ? queue.shift() : queue[0]));
  vi.stubGlobal("fetch", fetcher);
  return fetcher;
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  document.body.innerHTML = "";
  delete document.documentElement.dataset["elder"];
  vi.useRealTimers();
});

test("a job asks after two seconds, then slower, and stops when it is done", async () => {
  const fetcher = answer(job("running", "2 / 5"), job("done", "5 / 5"));
  const over = vi.fn();
  document.addEventListener("dx:job-over", over);
  document.body.innerHTML = job("running", "0 / 5");
  await vi.advanceTimersByTimeAsync(1900);
  expect(fetcher).toHaveBeenCalledTimes(0);
  await vi.advanceTimersByTimeAsync(200);
  expect(document.body.textContent).toContain("2 / 5");
  await vi.advanceTimersByTimeAsync(2700);
  expect(document.body.textContent).toContain("5 / 5");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(fetcher).toHaveBeenCalledTimes(2);
  expect(over).toHaveBeenCalledTimes(1);
});

test("a job goes on asking when an answer fails, at most every ten seconds", async () => {
  const fetcher = vi.fn(() => Promise.reject(new TypeError("no network")));
  vi.stubGlobal("fetch", fetcher);
  document.body.innerHTML = job("running", "0 / 5");
  await vi.advanceTimersByTimeAsync(60_000);
  const soFar = fetcher.mock.calls.length;
  await vi.advanceTimersByTimeAsync(10_100);
  expect(fetcher.mock.calls.length).toBe(soFar + 1);
  expect(document.body.textContent).toContain("0 / 5");
});

test("a job taken from the page asks no more", async () => {
  const fetcher = answer(job("running", "1 / 5"));
  document.body.innerHTML = job("running", "0 / 5");
  document.body.innerHTML = "";
  await vi.advanceTimersByTimeAsync(20_000);
  expect(fetcher).not.toHaveBeenCalled();
});

test("a toast goes by itself, one at a time", async () => {
  document.body.innerHTML = '<div id="toasts"></div>';
  toast("存好了", "关上");
  toast("又存好了", "关上");
  expect(document.querySelectorAll("dx-toast").length).toBe(1);
  await vi.advanceTimersByTimeAsync(6100);
  expect(document.querySelector("dx-toast")).toBeNull();
});

test("in elder mode a toast stays until it is closed", async () => {
  document.documentElement.dataset["elder"] = "1";
  document.body.innerHTML = '<div id="toasts"></div>';
  toast("存好了", "关上");
  await vi.advanceTimersByTimeAsync(60_000);
  document.querySelector<HTMLButtonElement>("dx-toast button")?.click();
  expect(document.querySelector("dx-toast")).toBeNull();
});

const PICKER = `<form><dx-tree-picker data-url="/find/" data-none="没找到" data-remove="去掉">
  <label for="s">主办单位</label><select id="s" name="unit"><option value=""></option></select>
</dx-tree-picker></form>`;

function showPicker(): void {
  const form = document.createElement("div");
  form.innerHTML = PICKER;
  document.body.append(form);
}

async function type(words: string): Promise<HTMLInputElement> {
  const input = document.querySelector<HTMLInputElement>('[role="combobox"]');
  if (!input) throw new Error("no input");
  input.value = words;
  input.dispatchEvent(new Event("input"));
  await vi.advanceTimersByTimeAsync(250);
  return input;
}

function press(input: HTMLElement, key: string): void {
  input.dispatchEvent(new KeyboardEvent("keydown", { key, cancelable: true }));
}

test("a unit is written into an input by the words that mean it alone", async () => {
  const found = { id: "7", label: "第一党支部", path: "第一党支部", text: "平潮镇 / 第一党支部" };
  answer(JSON.stringify({ results: [found] }));
  const box = document.createElement("div");
  box.innerHTML = `<form><dx-tree-picker data-url="/find/">
    <label for="u">单位</label><input id="u" name="unit" value="第一"></dx-tree-picker></form>`;
  document.body.append(box);
  const input = await type("第一");
  press(input, "ArrowDown");
  press(input, "Enter");
  const form = document.querySelector("form");
  expect(form && new FormData(form).get("unit")).toBe("平潮镇 / 第一党支部");
  expect(document.querySelectorAll("input")).toHaveLength(1);
});

test("a unit is found by letters and chosen with the keyboard", async () => {
  const fetcher = answer(
    JSON.stringify({
      results: [
        { id: "7", label: "金沙街道", path: "通州区", count: 900 },
        { id: "8", label: "金新街道", path: "通州区" },
      ],
    }),
  );
  showPicker();
  const input = await type("jx");
  expect(String(fetcher.mock.calls[0]?.[0])).toContain("/find/?q=jx");
  press(input, "ArrowDown");
  expect(input.getAttribute("aria-activedescendant")).toMatch(/-1$/);
  press(input, "Enter");
  expect(document.querySelector("select")?.value).toBe("8");
  expect(document.querySelector(".picked")?.textContent).toContain("金新街道");
  expect(input.getAttribute("aria-expanded")).toBe("false");
});

test("what was chosen can be taken back", async () => {
  answer(JSON.stringify({ results: [{ id: "7", label: "金沙街道" }] }));
  showPicker();
  press(await type("js"), "Enter");
  document.querySelector<HTMLButtonElement>(".picked button")?.click();
  expect(document.querySelector("select")?.value).toBe("");
  expect(document.querySelector(".picked")?.textContent).toBe("");
});

test("a picker says when there is nothing", async () => {
  answer(JSON.stringify({ results: [] }));
  showPicker();
  await type("zzz");
  expect(document.querySelector('[role="listbox"]')?.textContent).toBe("没找到");
});
