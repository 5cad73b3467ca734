import { expect, test } from "vitest";

import { Near } from "./nearby.ts";

test("a tap chooses the nearest place of the list, and no position is sent", () => {
  document.body.innerHTML =
    '<dx-near><form><select name="near"><option value="">-</option>' +
    '<option value="far" data-at="32.5,121.5"></option>' +
    '<option value="close" data-at="32.06,120.9"></option></select></form>' +
    "<button data-locate hidden></button><p data-failed hidden></p></dx-near>";
  const form = document.querySelector("form")!;
  const sent: string[] = [];
  form.submit = () => void sent.push(String(new FormData(form).get("near")));
  document.querySelector<Near>("dx-near")!.choose([32.05, 120.9]);
  expect(sent).toEqual(["close"]);
});
