/** `<dx-roll>`: a tap marks somebody present on this phone at once and sends it when it can. */
import "./roll.css";
import { items, put, startOutbox, watch, type Item } from "../../kit/assets/lib/outbox.ts";

interface Presence {
  session: string;
  person: string;
  method: string;
  occurred_at: string;
}

/**
 * Every tap is an item of the outbox (kind `presence`): kept in IndexedDB first, sent then.
 * What the phone still keeps is shown on its line and counted at the top.
 *
 * @example
 *   <dx-roll data-session="7" data-here="Here">...</dx-roll>
 */
export class Roll extends HTMLElement {
  private stop: (() => void) | undefined;

  connectedCallback(): void {
    this.addEventListener("submit", this.onSubmit);
    this.addEventListener("input", this.onInput);
    this.stop = watch((kept) => this.show(kept));
    void items().then((kept) => this.show(kept));
  }

  disconnectedCallback(): void {
    this.removeEventListener("submit", this.onSubmit);
    this.removeEventListener("input", this.onInput);
    this.stop?.();
  }

  private onSubmit = (event: Event): void => {
    const form = event.target as HTMLFormElement;
    if (!form.matches("[data-mark]")) return;
    event.preventDefault();
    const person = String(new FormData(form).get("person"));
    void this.markPresent(person);
  };

  private onInput = (event: Event): void => {
    const field = event.target as HTMLInputElement;
    if (!field.matches("[data-filter]")) return;
    const words = field.value.trim().toLowerCase();
    this.querySelectorAll<HTMLElement>("[data-find]").forEach((line) => {
      line.hidden = !(line.dataset["find"] ?? "").toLowerCase().includes(words);
    });
    this.querySelectorAll<HTMLDetailsElement>("[data-fold]").forEach((branch) => {
      const found = branch.querySelector("[data-find]:not([hidden])") !== null;
      branch.hidden = !found;
      branch.open = words !== "" && found;
    });
  };

  /** Keep one presence on the phone and show it; the outbox sends it. */
  async markPresent(person: string): Promise<void> {
    const payload: Presence = {
      session: this.dataset["session"] ?? "",
      person,
      method: "roll",
      occurred_at: new Date().toISOString(),
    };
    this.markLine(person);
    await put("presence", payload);
  }

  private markLine(person: string): void {
    const line = this.querySelector<HTMLElement>(`[data-person="${CSS.escape(person)}"]`);
    const button = line?.querySelector<HTMLButtonElement>("[data-mark] button");
    if (!line || !button) return;
    line.classList.add("is-present");
    button.disabled = true;
    button.textContent = `✓ ${this.dataset["here"] ?? ""}`;
  }

  private show(kept: Item[]): void {
    const session = this.dataset["session"];
    const mine = kept.filter((item) => (item.payload as Presence).session === session);
    const waiting = this.querySelector<HTMLElement>("[data-waiting]");
    if (waiting) waiting.hidden = mine.length === 0;
    const count = this.querySelector("[data-count]");
    if (count) count.textContent = String(mine.length);
    const people = new Map(mine.map((item) => [(item.payload as Presence).person, item]));
    this.querySelectorAll<HTMLElement>("[data-person]").forEach((line) => {
      const item = people.get(line.dataset["person"] ?? "");
      const note = line.querySelector<HTMLElement>("[data-kept]");
      if (note) {
        note.hidden = !item;
        if (item?.message) note.textContent = item.message;
      }
      if (item && item.state !== "refused") this.markLine(line.dataset["person"] ?? "");
    });
  }
}

customElements.define("dx-roll", Roll);
startOutbox();
