/** What every page does: offline banner, toasts, dialogs, focus on errors, the drawer. */
import "../elements/toast.ts";
import { filesOf } from "./forms.ts";

/** Start the page's small habits; call once per entry. */
export function startPage(): void {
  document.documentElement.classList.add("js");
  openAnewOnWayBack();
  watchNetwork();
  document.addEventListener("click", openDialog);
  document.addEventListener("click", closeOthers);
  document.addEventListener("keydown", closeOnEscape);
  document.addEventListener("submit", keepTooLarge, true);
  document.addEventListener("submit", stayWithoutNetwork);
  document.querySelector<HTMLElement>("[data-focus]")?.focus();
  document.addEventListener("htmx:afterSwap", (event) => {
    const target = (event as CustomEvent<{ target: HTMLElement }>).detail.target;
    // An outer swap has replaced its target; the event then comes from what stands there now.
    const swapped = target.isConnected ? target : (event.target as HTMLElement);
    swapped.querySelector<HTMLElement>("[data-focus]")?.focus();
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.dispatchEvent(new CustomEvent("dx:back"));
  });
}

/**
 * A page that answers what its own form sent is opened anew by the way back or a reload; else
 * browsers ask there whether to send it once more, or show nothing.
 */
function openAnewOnWayBack(): void {
  const own = document.querySelector("form[method=post]:not([action])");
  if (own) history.replaceState(history.state, "", location.href);
}

function watchNetwork(): void {
  const banner = document.getElementById("offline");
  if (!banner) return;
  const show = (): void => {
    banner.hidden = navigator.onLine;
    if (navigator.onLine) banner.querySelector("[data-unsent]")?.setAttribute("hidden", "");
    document.documentElement.classList.toggle("is-offline", !navigator.onLine);
    document.querySelectorAll<HTMLElement>("[data-needs-network]").forEach(waitForNetwork);
  };
  window.addEventListener("online", show);
  window.addEventListener("offline", show);
  show();
}

/**
 * A form that nothing keeps stays where it is without network, with all that was typed; the browser
 * would leave for a page of its own. `[data-unsent]` in the banner says that it was not sent.
 */
function stayWithoutNetwork(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  const by = event.submitter?.getAttribute("formmethod") ?? form.getAttribute("method") ?? "get";
  if (navigator.onLine || event.defaultPrevented || by.toLowerCase() !== "post") return;
  event.preventDefault();
  const words = document.querySelector<HTMLElement>("#offline [data-unsent]");
  if (!words) return;
  words.hidden = false;
  words.focus();
  words.scrollIntoView({ block: "center" });
}

/** What stands in buttons that rest now. */
const inside = new WeakMap<HTMLElement, Node[]>();

/** `data-needs-network="words"`: offline the button says so and rests; online it is itself again. */
function waitForNetwork(button: HTMLElement): void {
  if (navigator.onLine) button.replaceChildren(...(inside.get(button) ?? button.childNodes));
  else {
    if (!inside.has(button)) inside.set(button, [...button.childNodes]);
    button.textContent = button.dataset["needsNetwork"] ?? "";
  }
  button.setAttribute("aria-disabled", String(!navigator.onLine));
  if (button instanceof HTMLButtonElement) button.disabled = !navigator.onLine;
}

/** `data-dialog="id"` on a link or button opens that dialog; where it cannot, the link goes on. */
function openDialog(event: MouseEvent): void {
  const opener = (event.target as Element).closest<HTMLElement>("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset["dialog"] ?? "");
  if (!(dialog instanceof HTMLElement) || !("showModal" in dialog)) return;
  event.preventDefault();
  (dialog as HTMLDialogElement).showModal();
}

/**
 * `data-most-bytes` on a form: files that are larger together stay here, with all that was typed, and
 * what is marked `data-too-large` in it is shown. The server would refuse them without reading a word.
 */
function keepTooLarge(event: Event): void {
  const form = event.target as HTMLFormElement;
  const most = Number(form.dataset["mostBytes"]);
  if (!most) return;
  const isTooLarge = filesOf(form).reduce((sum, [, file]) => sum + file.size, 0) > most;
  const words = form.querySelector<HTMLElement>("[data-too-large]");
  if (words) words.hidden = !isTooLarge;
  if (!isTooLarge) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  words?.focus();
}

const FLOATING = "details.def[open], details.scope[open]";

/** A press elsewhere closes what floats. */
function closeOthers(event: Event): void {
  for (const open of document.querySelectorAll<HTMLDetailsElement>(FLOATING)) {
    if (!open.contains(event.target as Node)) open.open = false;
  }
}

function closeOnEscape(event: KeyboardEvent): void {
  if (event.key !== "Escape") return;
  for (const open of document.querySelectorAll<HTMLDetailsElement>(FLOATING)) {
    open.open = false;
    open.querySelector("summary")?.focus();
  }
  if (location.hash === "#menu") location.hash = "#main";
}
