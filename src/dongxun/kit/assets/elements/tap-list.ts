/** A list of people: a tap is kept on this phone at once and sent when it can. */
import { forget, items, put, startOutbox, unsent, watch, type Item } from "../lib/outbox.ts";

interface OfOne {
  person: string;
}

/**
 * Every tap is an item of the outbox: kept in IndexedDB first, sent then. What the phone still
 * keeps is shown on its line and counted at the top; what was refused waits no longer, and its
 * line says why and can be tapped again.
 *
 * Lines are `[data-person]` with a form; `[data-filter]` hides the `[data-find]` that do not fit.
 */
export abstract class TapList<Payload extends OfOne> extends HTMLElement {
  /** Kind of the items, the form that makes one, and the word its button then bears. */
  protected abstract readonly kind: string;
  protected abstract readonly form: string;
  protected abstract readonly done: string;
  private stop: (() => void) | undefined;
  private refused: Item[] = [];

  protected abstract isMine(payload: Payload): boolean;
  protected abstract payloadFor(person: string): Payload;

  connectedCallback(): void {
    this.addEventListener("submit", this.onSubmit);
    this.addEventListener("input", this.onInput);
    this.stop = watch((kept) => this.show(kept));
    void items().then((kept) => this.show(kept));
    startOutbox();
  }

  disconnectedCallback(): void {
    this.removeEventListener("submit", this.onSubmit);
    this.removeEventListener("input", this.onInput);
    this.stop?.();
  }

  private onSubmit = (event: Event): void => {
    const form = event.target as HTMLFormElement;
    if (!form.matches(this.form)) return;
    event.preventDefault();
    void this.tap(String(new FormData(form).get("person")));
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

  /** Keep what was tapped on the phone and show it; the outbox sends it. */
  async tap(person: string): Promise<void> {
    this.mark(person, true);
    const before = this.refused.filter((item) => (item.payload as Payload).person === person);
    for (const item of before) await forget(item.id);
    await put(this.kind, this.payloadFor(person));
  }

  private mark(person: string, done: boolean): void {
    const line = this.querySelector<HTMLElement>(`[data-person="${CSS.escape(person)}"]`);
    const button = line?.querySelector<HTMLButtonElement>(`${this.form} button`);
    if (!line || !button || (!done && button.dataset["was"] === undefined)) return;
    button.dataset["was"] ??= button.innerHTML;
    line.classList.toggle("is-present", done);
    button.disabled = done;
    if (done) button.textContent = `✓ ${this.done}`;
    else button.innerHTML = button.dataset["was"];
    this.marks();
  }

  /** A line was marked, or its mark taken away. */
  protected marks(): void {}

  private show(kept: Item[]): void {
    const mine = kept.filter(
      (item) => item.kind === this.kind && this.isMine(item.payload as Payload),
    );
    this.refused = mine.filter((item) => item.state === "refused");
    const n = unsent(mine).length;
    const waiting = this.querySelector<HTMLElement>("[data-waiting]");
    if (waiting) waiting.hidden = n === 0;
    const count = this.querySelector("[data-count]");
    if (count) count.textContent = String(n);
    const people = new Map(mine.map((item) => [(item.payload as Payload).person, item]));
    this.querySelectorAll<HTMLElement>("[data-person]").forEach((line) => {
      const item = people.get(line.dataset["person"] ?? "");
      const note = line.querySelector<HTMLElement>("[data-kept]");
      if (note) {
        note.hidden = !item;
        if (item?.message) note.textContent = item.message;
      }
      if (item) this.mark(line.dataset["person"] ?? "", item.state !== "refused");
    });
  }
}
