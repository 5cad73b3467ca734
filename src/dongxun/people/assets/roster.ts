/** The roster page: rows by arrow keys, and a word before leaving what is not saved. */
import "./css/roster.css";

const FORM = "form[data-unsaved]";

/** Arrow up and down move between the same link or field of neighbouring rows. */
export function moveByKey(event: KeyboardEvent): void {
  if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
  const from = event.target as HTMLElement;
  if (from.tagName === "SELECT") return;
  const cell = from.closest("td, th");
  const row = cell?.closest("tr");
  if (!cell || !row?.closest(".grid")) return;
  const next = event.key === "ArrowUp" ? row.previousElementSibling : row.nextElementSibling;
  const at = Array.prototype.indexOf.call(row.children, cell) as number;
  const target = next?.children[at]?.querySelector<HTMLElement>("a, input, select, button");
  if (!target) return;
  event.preventDefault();
  target.focus();
}

const dirty = new Set<HTMLFormElement>();

function note(event: Event): void {
  const field = event.target as HTMLInputElement;
  const form = field.form;
  if (form?.matches(FORM)) dirty.add(form);
}

function warn(event: BeforeUnloadEvent): void {
  for (const form of dirty) if (form.isConnected) return event.preventDefault();
}

document.addEventListener("keydown", moveByKey);
document.addEventListener("input", note);
document.addEventListener("submit", (event) => dirty.delete(event.target as HTMLFormElement));
window.addEventListener("beforeunload", warn);
