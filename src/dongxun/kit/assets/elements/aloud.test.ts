import { afterEach, beforeEach, expect, test, vi } from "vitest";

let voices: { lang: string }[] = [];
let said: { text: string; ends: () => void }[] = [];
const cancel = vi.fn();
vi.stubGlobal("speechSynthesis", {
  getVoices: () => voices,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
  cancel,
  speak: (one: { text: string; ends: () => void }) => said.push(one),
});
vi.stubGlobal(
  "SpeechSynthesisUtterance",
  class {
    ends = (): void => undefined;
    constructor(readonly text: string) {}
    addEventListener(name: string, told: () => void): void {
      if (name === "end") this.ends = told;
    }
  },
);
await import("./aloud.ts");

function page(): HTMLElement {
  document.body.innerHTML =
    '<section><fieldset><legend>谁先发言？</legend><label class="tick"><input>甲</label>' +
    '<label class="tick">乙</label></fieldset><p class="second" hidden>不念</p>' +
    '<dx-aloud hidden data-stop="停"><button type="button"><span>念给我听</span></button></dx-aloud></section>';
  return document.querySelector("dx-aloud")!;
}

beforeEach(() => {
  voices = [{ lang: "zh-CN" }];
  said = [];
});
afterEach(() => cancel.mockClear());

test("a device without a Chinese voice shows no button", () => {
  voices = [{ lang: "en-US" }];
  expect(page().hidden).toBe(true);
});

test("the question and its answers are read, and pressing again stops", () => {
  const aloud = page();
  const button = aloud.querySelector("button")!;
  expect(aloud.hidden).toBe(false);
  button.click();
  expect(said[0]!.text).toBe("谁先发言？。甲。乙");
  expect(button.textContent).toBe("停");
  button.click();
  expect(button.textContent).toBe("念给我听");
  expect(cancel).toHaveBeenCalledTimes(2);
  button.click();
  said[1]!.ends();
  expect(button.textContent).toBe("念给我听");
});
