import { afterEach, beforeEach, expect, test, vi } from "vitest";
import "./grid.ts";
import type { Grid } from "./grid.ts";

function row(id: string, name: string, duty: string): string {
  return `<tr data-row="${id}" data-version="1"><th data-field="name"><a href="/p/">${name}</a></th>
    <td>一支部</td><td data-field="state">正常</td><td data-field="duty">${duty}</td></tr>`;
}

function open(): Grid {
  document.body.innerHTML = `<dx-grid data-url="/cells/" data-unsaved="{n} 格未保存" data-left="{n} 格没贴上">
    <template data-choices="state"><select><option>正常</option><option>转出</option></select></template>
    <table><thead><tr><th>姓名</th><th>支部</th><th>状态</th><th>职务</th></tr></thead>
    <tbody>${row("a", "林小满", "委员")}${row("b", "周明远", "书记")}</tbody></table>
    <div class="grid-bar" hidden><b data-count></b><ul data-faults></ul></div></dx-grid>`;
  return document.querySelector("dx-grid") as Grid;
}

function cell(id: string, name: string): HTMLElement {
  const found = document.querySelector(`tr[data-row="${id}"] [data-field="${name}"]`);
  return found as HTMLElement;
}

function press(target: Element, key: string, more = {}): void {
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
}

function paste(target: Element, text: string): void {
  const event = new Event("paste", { bubbles: true, cancelable: true });
  Object.assign(event, { clipboardData: { getData: () => text } });
  target.dispatchEvent(event);
}

const words = (): string => document.querySelector("[data-count]")?.textContent ?? "";

beforeEach(open);
afterEach(() => {
  document.body.innerHTML = "";
  vi.unstubAllGlobals();
});

test("arrow keys move between cells that can be written, over those that cannot", () => {
  cell("a", "name").focus();
  press(cell("a", "name"), "ArrowRight");
  expect(document.activeElement).toBe(cell("a", "state"));
  press(cell("a", "state"), "ArrowDown");
  expect(document.activeElement).toBe(cell("b", "state"));
  press(cell("b", "state"), "ArrowDown");
  expect(document.activeElement).toBe(cell("b", "state"));
  expect([cell("b", "state").tabIndex, cell("a", "name").tabIndex]).toEqual([0, -1]);
});

test("a cell is written and marked until it is saved; Escape leaves it", () => {
  press(cell("a", "duty"), "Enter");
  const field = cell("a", "duty").querySelector("input") as HTMLInputElement;
  field.value = "组织委员";
  press(field, "Enter");
  expect(cell("a", "duty").textContent).toContain("组织委员");
  expect(cell("a", "duty").classList.contains("is-unsaved")).toBe(true);
  expect(words()).toBe("1 格未保存");
  press(cell("b", "duty"), "F2");
  const other = cell("b", "duty").querySelector("input") as HTMLInputElement;
  other.value = "错";
  press(other, "Escape");
  expect(cell("b", "duty").textContent).toBe("书记");
  expect(words()).toBe("1 格未保存");
});

test("a block from a workbook goes in cell by cell, says what had no place, and is taken back", () => {
  cell("a", "state").focus();
  paste(cell("a", "state"), "转出\t宣传委员\n正常\t组织委员\n去世\t无\n");
  expect(cell("a", "duty").textContent).toContain("宣传委员");
  expect(cell("b", "duty").textContent).toContain("组织委员");
  expect(words()).toBe("3 格未保存，2 格没贴上");
  press(cell("a", "state"), "z", { ctrlKey: true });
  expect([cell("a", "state").textContent, cell("b", "duty").textContent]).toEqual(["正常", "书记"]);
  expect(document.querySelector<HTMLElement>(".grid-bar")?.hidden).toBe(true);
});

test("rows that fit are saved, the others stay marked and say why", async () => {
  const rows = [
    { id: "a", version: 2, cells: { name: "林小满", state: "转出", duty: "委员" }, errors: {} },
    { id: "b", version: 0, cells: {}, errors: { state: "写正常或转出" } },
  ];
  const fetcher = vi.fn(async () => new Response(JSON.stringify({ rows })));
  vi.stubGlobal("fetch", fetcher);
  paste(cell("a", "state"), "转出\n没有");
  await document.querySelector<Grid>("dx-grid")?.save();
  const [, sent] = fetcher.mock.calls[0] as unknown as [string, { body: string }];
  expect(JSON.parse(sent.body)).toEqual({
    rows: [
      { id: "a", version: 1, cells: { state: "转出" } },
      { id: "b", version: 1, cells: { state: "没有" } },
    ],
  });
  expect(cell("a", "state").classList.contains("is-unsaved")).toBe(false);
  expect(cell("a", "state").closest("tr")?.dataset["version"]).toBe("2");
  expect(cell("b", "state").getAttribute("aria-invalid")).toBe("true");
  expect(document.querySelector("[data-faults]")?.textContent).toBe("周明远：写正常或转出");
});

test("when nothing goes through, what was typed is still there", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no network")));
  const grid = document.querySelector<Grid>("dx-grid") as Grid;
  grid.dataset["lost"] = "没送到";
  paste(cell("a", "duty"), "宣传委员");
  await grid.save();
  expect(words()).toBe("没送到");
  expect(cell("a", "duty").classList.contains("is-unsaved")).toBe(true);
});
