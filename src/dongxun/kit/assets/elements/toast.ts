/** `<dx-toast>`: goes after 6 seconds; in elder mode it stays until closed. */

const SHOWN_MS = 6000;

/**
 * @example
 *   <dx-toast class="toast"><span class="grow">Saved</span><button hidden>Close</button></dx-toast>
 */
export class Toast extends HTMLElement {
  private timer = 0;

  connectedCallback(): void {
    const close = this.querySelector("button");
    if (close) {
      close.hidden = false;
      close.addEventListener("click", () => this.remove());
    }
    if (!document.documentElement.hasAttribute("data-elder")) {
      this.timer = window.setTimeout(() => this.remove(), SHOWN_MS);
    }
  }

  disconnectedCallback(): void {
    clearTimeout(this.timer);
  }
}

/** Show one line at the bottom; never for errors. */
export function toast(words: string, close: string): void {
  const place = document.getElementById("toasts");
  if (!place) return;
  const element = document.createElement("dx-toast");
  element.className = "toast";
  const text = document.createElement("span");
  text.className = "grow";
  text.textContent = words;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = close;
  element.append(text, button);
  place.replaceChildren(element);
}

customElements.define("dx-toast", Toast);
