/** The roster page: its grid, and a word before leaving a row that is open and not saved. */
import "../../kit/assets/grid.ts";
import "./css/roster.css";

const FORM = "form[data-unsaved]";

const dirty = new Set<HTMLFormElement>();

function note(event: Event): void {
  const field = event.target as HTMLInputElement;
  const form = field.form;
  if (form?.matches(FORM)) dirty.add(form);
}

function warn(event: BeforeUnloadEvent): void {
  for (const form of dirty) if (form.isConnected) return event.preventDefault();
}

document.addEventListener("input", note);
document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented) dirty.delete(event.target as HTMLFormElement);
});
window.addEventListener("beforeunload", warn);
