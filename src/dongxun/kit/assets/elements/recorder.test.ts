import { expect, test, vi } from "vitest";
import "./recorder.ts";

const RECORDER = `<form><textarea id="text" required></textarea><input id="voice" type="file">
  <dx-recorder data-for="voice" data-frees="text"><input type="hidden" name="spoken" value="">
    <span role="status" data-kept="录好了" data-unfit="放不出来"></span><audio hidden></audio>
  </dx-recorder></form>`;

function choose(bytes: string): void {
  const field = document.querySelector<HTMLInputElement>("#voice");
  const files = [new File([bytes], "voice")];
  Object.defineProperty(field, "files", { value: files, configurable: true });
  Object.defineProperty(field, "value", { set: () => files.splice(0), configurable: true });
  field?.dispatchEvent(new Event("change", { bubbles: true }));
}

test.each([
  ["OggS and more of it", "1", "录好了"],
  ["#!AMR\n and more of it", "", "放不出来"],
  ["OggS".padEnd(6 * 1024 * 1024 + 1), "", "放不出来"],
])("what cannot be sent or played counts as nothing said: %.12s", async (bytes, spoken, words) => {
  document.body.innerHTML = RECORDER;
  choose(bytes);
  await vi.waitFor(() => expect(document.querySelector("[role=status]")?.textContent).toBe(words));
  expect(document.querySelector<HTMLInputElement>("[name=spoken]")?.value).toBe(spoken);
  expect(document.querySelector<HTMLTextAreaElement>("#text")?.required).toBe(spoken === "");
});
