/** `<dx-stamps>`: a stamp given at a booth is kept on this phone at once and sent when it can. */
import "./card.css";
import { items, put, startOutbox, watch, type Item } from "../../kit/assets/lib/outbox.ts";

interface Given {
  booth: string;
  person: string;
  occurred_at: string;
}

/**
 * Every tap is an item of the outbox (kind `booth_stamp`): kept in IndexedDB first, sent then.
 *
 * @example
 *   <dx-stamps data-booth="7" data-done="Stamped"><li data-person="3"><form data-give>...</form></li></dx-stamps>
 */
export class Stamps extends HTMLElement {
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
    if (!form.matches("[data-give]")) return;
    event.preventDefault();
    void this.give(String(new FormData(form).get("person")));
  };

  private onInput = (event: Event): void => {
    const field = event.target as HTMLInputElement;
    if (!field.matches("[data-filter]")) return;
    const words = field.value.trim().toLowerCase();
    this.querySelectorAll<HTMLElement>("[data-find]").forEach((line) => {
      line.hidden = !(line.dataset["find"] ?? "").toLowerCase().includes(words);
    });
  };

  /** Keep one stamp on the phone and show it; the outbox sends it. */
  async give(person: string): Promise<void> {
    const given: Given = {
      booth: this.dataset["booth"] ?? "",
      person,
      occurred_at: new Date().toISOString(),
    };
    this.mark(person);
    await put("booth_stamp", given);
  }

  private mark(person: string): void {
    const line = this.querySelector<HTMLElement>(`[data-person="${CSS.escape(person)}"]`);
    const button = line?.querySelector<HTMLButtonElement>("[data-give] button");
    if (!line || !button) return;
    line.classList.add("is-present");
    button.disabled = true;
    button.textContent = `✓ ${this.dataset["done"] ?? ""}`;
  }

  private show(kept: Item[]): void {
    const booth = this.dataset["booth"];
    const mine = kept.filter(
      (item) => item.kind === "booth_stamp" && (item.payload as Given).booth === booth,
    );
    const unsent = mine.filter((item) => item.state !== "refused").length;
    const waiting = this.querySelector<HTMLElement>("[data-waiting]");
    if (waiting) waiting.hidden = unsent === 0;
    const count = this.querySelector("[data-count]");
    if (count) count.textContent = String(unsent);
    const people = new Map(mine.map((item) => [(item.payload as Given).person, item]));
    this.querySelectorAll<HTMLElement>("[data-person]").forEach((line) => {
      const item = people.get(line.dataset["person"] ?? "");
      const note = line.querySelector<HTMLElement>("[data-kept]");
      if (note) {
        note.hidden = !item;
        if (item?.message) note.textContent = item.message;
      }
      if (item && item.state !== "refused") this.mark(line.dataset["person"] ?? "");
    });
  }
}

customElements.define("dx-stamps", Stamps);
startOutbox();
