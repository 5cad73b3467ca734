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
