/** `<dx-waiting-words>`: what was written on this phone and is not up yet. */
import { forget, watch, type Item } from "../../../kit/assets/lib/outbox.ts";
import { forgetFile, watchRefused, type Refused } from "./files.ts";
import { KIND } from "./write.ts";

interface Said {
  person: string;
  text: string;
}

/**
 * Lists the words that wait; what the server did not take says why and can be thrown away.
 *
 * @example
 *   <dx-waiting-words data-person="3" data-picture="Picture" data-sound="Recording" ... hidden>
 *     <ul data-list></ul>
 *   </dx-waiting-words>
 */
export class WaitingWords extends HTMLElement {
  private stops: (() => void)[] = [];
  private items: Item[] = [];
  private files: Refused[] = [];

  connectedCallback(): void {
    this.stops = [
      watch((kept) => {
        this.items = kept.filter((item) => item.kind === KIND && this.isMine(item));
        this.show();
      }),
      watchRefused((files) => {
        this.files = files;
        this.show();
      }),
    ];
  }

  disconnectedCallback(): void {
    for (const stop of this.stops) stop();
  }

  private show(): void {
    const lines = [
      ...this.items.map((item) => this.itemLine(item)),
      ...this.files.map((file) => this.fileLine(file)),
    ];
    this.hidden = lines.length === 0;
    this.querySelector("[data-list]")?.replaceChildren(...lines);
  }

  private isMine(item: Item): boolean {
    return (item.payload as Said | null)?.person === this.dataset["person"];
  }

  private itemLine(item: Item): HTMLElement {
    const line = this.line((item.payload as Said).text);
    if (item.state === "refused") this.refuse(line, item.message, () => void forget(item.id));
    return line;
  }

  private fileLine({ key, what, why }: Refused): HTMLElement {
    const line = this.line(this.dataset[what] ?? "");
    this.refuse(line, why, () => void forgetFile(key));
    return line;
  }

  private line(text: string): HTMLElement {
    const line = document.createElement("li");
    const words = document.createElement("div");
    words.className = "grow";
    words.textContent = text;
    line.append(words);
    return line;
  }

  private refuse(line: HTMLElement, why: string, forget: () => void): void {
    const reason = document.createElement("p");
    reason.textContent = why.trim() || (this.dataset["refused"] ?? "");
    line.firstElementChild!.append(reason);
    const button = document.createElement("button");
    button.className = "btn btn-plain";
    button.type = "button";
    button.textContent = this.dataset["forget"] ?? "";
    button.addEventListener("click", forget);
    line.append(button);
  }
}

customElements.define("dx-waiting-words", WaitingWords);
