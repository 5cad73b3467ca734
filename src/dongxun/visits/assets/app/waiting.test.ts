import { expect, test } from "vitest";
import type { Item } from "../../../kit/assets/lib/outbox.ts";
import { renderWaiting } from "./waiting.ts";

const PAGE = `
  <section data-view="waiting"><h1 data-slot="waiting" data-none="都传上去了"
    data-some="还有 {n} 条" data-looking="正在看还有什么没传"></h1>
    <ul data-items data-kinds="步骤|送学|签收|诉求|照片" data-states="在手机上|在传|已传|没收|再试"></ul>
    <button data-do="send"></button></section>
  <template data-template="item"><li><b data-slot="what"></b><p data-slot="why"></p>
    <i data-slot="state"></i><button data-do="again"></button><button data-do="forget"></button></li></template>`;
const need: Item = {
  id: "1",
  kind: "need",
  payload: null,
  created: "2026-11-18T02:20:03Z",
  tries: 0,
  state: "waiting",
  message: "",
};

function title(known: Item[] | undefined): string {
  const app = document.createElement("main");
  app.innerHTML = PAGE;
  renderWaiting(app, app.querySelector<HTMLElement>("[data-view]")!, known, [], []);
  return app.querySelector("h1")!.textContent ?? "";
}

test("before the phone has been looked through nothing is claimed to be sent", () => {
  expect(title(undefined)).toBe("正在看还有什么没传");
});

test("what is left is counted, and only an empty phone is said to be empty", () => {
  expect(title([need])).toBe("还有 1 条");
  expect(title([])).toBe("都传上去了");
});
