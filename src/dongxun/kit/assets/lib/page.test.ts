import { afterEach, expect, test, vi } from "vitest";
import { startPage } from "./page.ts";

function network(is: boolean): void {
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(is);
  window.dispatchEvent(new Event(is ? "online" : "offline"));
}

afterEach(() => {
  document.body.innerHTML = "";
});

test("offline the banner shows and buttons that need the network say so", () => {
  document.body.innerHTML =
    '<div id="offline" hidden></div><button data-needs-network="连上网再办">报名</button>';
  const [banner, button] = document.body.children as unknown as [HTMLElement, HTMLButtonElement];
  startPage();
  network(false);
  expect([banner.hidden, button.textContent, button.disabled]).toEqual([false, "连上网再办", true]);
  network(true);
  expect([banner.hidden, button.textContent, button.disabled]).toEqual([true, "报名", false]);
});

test("what asks for the focus gets it, at once and after a swap", () => {
  document.body.innerHTML = '<div id="a" tabindex="-1" data-focus></div><div id="b"></div>';
  startPage();
  expect(document.activeElement?.id).toBe("a");
  const target = document.getElementById("b");
  if (target) target.innerHTML = '<p id="c" tabindex="-1" data-focus></p>';
  document.dispatchEvent(new CustomEvent("htmx:afterSwap", { detail: { target } }));
  expect(document.activeElement?.id).toBe("c");
});

test("files that are too large together stay here, and the form says so until some are taken out", () => {
  document.body.innerHTML = `<form data-most-bytes="5"><input type="file" name="a" /><input type="file" name="b" />
    <p data-too-large tabindex="-1" hidden></p></form>`;
  startPage();
  const form = document.querySelector("form")!;
  const send = (...sizes: number[]): boolean[] => {
    form.querySelectorAll("input").forEach((input, at) => {
      const chosen = new DataTransfer();
      if (sizes[at]) chosen.items.add(new File(["x".repeat(sizes[at])], "a.m4a"));
      input.files = chosen.files;
    });
    const event = new Event("submit", { bubbles: true, cancelable: true });
    form.dispatchEvent(event);
    return [event.defaultPrevented, form.querySelector("p")?.hidden === true];
  };
  expect(send(3, 3)).toEqual([true, false]);
  expect(document.activeElement).toBe(form.querySelector("p"));
  expect(send(3, 2)).toEqual([false, true]);
});

test("without network a form that nothing keeps stays on its page, and the banner says that it was not sent", () => {
  document.body.innerHTML = `<div id="offline" hidden><p data-unsent tabindex="-1" hidden></p></div>
    <form method="post"><input name="words" value="一句话" /></form><form><input name="q" /></form>`;
  startPage();
  const sent = (form: HTMLFormElement | undefined): boolean =>
    form!.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
  const words = document.querySelector<HTMLElement>("[data-unsent]")!;
  network(false);
  const [post, search] = [...document.forms];
  expect([sent(post), words.hidden, document.activeElement === words]).toEqual([false, false, true]);
  expect(sent(search)).toBe(true); // the worker answers what is only asked
  network(true);
  expect([sent(post), words.hidden]).toEqual([true, true]);
});
