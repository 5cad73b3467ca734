/** The secretary's pages: copy a ready text to the clipboard. Without it, a long press does. */
import "./member.css";

for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
  const source = document.getElementById(button.dataset.copy ?? "");
  if (!(source instanceof HTMLTextAreaElement) || !navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    source.select();
    void navigator.clipboard.writeText(source.value).then(() => button.classList.add("is-copied"));
  });
}
