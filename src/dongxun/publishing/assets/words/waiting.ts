/** `<dx-waiting-words>`: what was written on this phone and is not up yet. */
import { forgetFile, forgetFiles, sendFiles, waitingFiles, type Waiting } from "../../../kit/assets/lib/files.ts";
import { follow, forget, watch, type Item } from "../../../kit/assets/lib/outbox.ts";
import { KIND } from "./write.ts";

interface Said {
  person: string;
  text: string;
}

/**
 * Lists the words that lie here, each with what becomes of it: what waits goes up by itself; what
 * the server did not take says why and can be thrown away.
 *
 * @example
 *   <dx-waiting-words data-person="3" data-picture="Picture" data-sound="Recording" ... hidden>
 *     <ul data-list></ul>
 *   </dx-waiting-words>
 */
export class WaitingWords extends HTMLElement {
  private stops: (() => void)[] = [];
  private items: Item[] = [];
  private files: Waiting[] = [];

  connectedCallback(): void {
    this.stops = [
      watch((kept) => {
        this.items = kept.filter((item) => item.kind === KIND && this.isMine(item));
        void this.bring();
      }),
      follow(() => void this.bring()),
    ];
  }

  disconnectedCallback(): void {
    for (const stop of this.stops) stop();
  }

  /** Send the files whose words are there, and show what stays. */
  private async bring(): Promise<void> {
    await this.look();
    await sendFiles();
    await this.look();
  }

  /** A file of words that wait themselves is not named beside them. */
  private async look(): Promise<void> {
    const mine = (await waitingFiles(KIND)).filter(({ person }) => person === this.dataset["person"]);
    this.files = mine.filter(({ item, why }) => why || !this.items.some(({ id }) => id === item));
    this.show();
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
    if (item.state === "refused") this.refuse(line, item.message, () => void this.throwAway(item));
    else this.say(line, "waits");
    return line;
  }

  private fileLine(file: Waiting): HTMLElement {
    const line = this.line(this.dataset[file.field] ?? "");
    if (file.why) this.refuse(line, file.why, () => void forgetFile(file).then(() => this.look()));
    else this.say(line, "waits");
    return line;
  }

  private async throwAway(item: Item): Promise<void> {
    await forgetFiles(item.id);
    await forget(item.id);
  }

  private line(text: string): HTMLElement {
    const line = document.createElement("li");
    const words = document.createElement("div");
    words.className = "grow";
    words.textContent = text;
    line.append(words);
    return line;
  }

  /** Say of one line what becomes of it. */
  private say(line: HTMLElement, what: "waits" | "refused"): void {
    const words = document.createElement("p");
    words.textContent = this.dataset[what] ?? "";
    line.firstElementChild!.append(words);
  }

  private refuse(line: HTMLElement, why: string, forget: () => void): void {
    const reason = document.createElement("p");
    reason.textContent = why.trim();
    if (why.trim()) line.firstElementChild!.append(reason);
    this.say(line, "refused");
    const button = document.createElement("button");
    button.className = "btn btn-plain";
    button.type = "button";
    button.textContent = this.dataset["forget"] ?? "";
    button.addEventListener("click", forget);
    line.append(button);
  }
}

customElements.define("dx-waiting-words", WaitingWords);
