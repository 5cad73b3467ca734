/** `<dx-register>`: a line of a duty register is kept on this phone at once and sent when it can. */
import "./phone.css";
import { items, put, startOutbox, unsent, watch, type Item } from "../../kit/assets/lib/outbox.ts";

interface Line {
  post: string;
  occurred_at: string;
  direction: string;
  plate: string;
  person: string;
  remark: string;
}

/**
 * Every line is an item of the outbox (kind `duty_entry`): kept in IndexedDB first, sent then.
 * The lines still on the phone stand above those the server has, with what it answered.
 *
 * @example
 *   <dx-register data-post="7"><form data-line>...</form><ul data-lines>...</ul></dx-register>
 */
export class Register extends HTMLElement {
  private stop: (() => void) | undefined;

  connectedCallback(): void {
    this.addEventListener("submit", this.onSubmit);
    this.stop = watch((kept) => this.show(kept));
    void items().then((kept) => this.show(kept));
  }

  disconnectedCallback(): void {
    this.removeEventListener("submit", this.onSubmit);
    this.stop?.();
  }

  private onSubmit = (event: Event): void => {
    const form = event.target as HTMLFormElement;
    if (!form.matches("[data-line]")) return;
    event.preventDefault();
    void this.write(form);
  };

  /** Keep one line on the phone and empty the form for the next; the outbox sends it. */
  async write(form: HTMLFormElement): Promise<void> {
    const data = new FormData(form);
    const read = (name: string): string => String(data.get(name) ?? "").trim();
    const line: Line = {
      post: this.dataset["post"] ?? "",
      occurred_at: new Date().toISOString(),
      direction: read("direction") || "in",
      plate: read("plate"),
      person: read("person_note"),
      remark: read("remark"),
    };
    const empty = !line.plate && !line.person && !line.remark;
    const word = form.querySelector<HTMLElement>("[data-empty]");
    if (word) word.hidden = !empty;
    const first = form.querySelector<HTMLInputElement>("[name=plate]");
    if (!empty) {
      // before anything is waited for: whoever types fast has begun the next line by then
      form.querySelectorAll<HTMLInputElement>(".field input").forEach((field) => {
        field.value = "";
      });
    }
    first?.focus();
    if (!empty) await put("duty_entry", line);
  }

  private show(kept: Item[]): void {
    const post = this.dataset["post"];
    const mine = kept.filter(
      (item) => item.kind === "duty_entry" && (item.payload as Line).post === post,
    );
    const waiting = this.querySelector<HTMLElement>("[data-waiting]");
    const n = unsent(mine).length;
    if (waiting) waiting.hidden = n === 0;
    const count = this.querySelector("[data-count]");
    if (count) count.textContent = String(n);
    this.draw(mine);
  }

  private draw(mine: Item[]): void {
    const list = this.querySelector<HTMLElement>("[data-lines]");
    const sample = this.querySelector<HTMLTemplateElement>("[data-sample]");
    if (!list || !sample) return;
    const here = new Set(mine.map((item) => item.id));
    list.querySelectorAll<HTMLElement>("[data-item]").forEach((row) => {
      if (!here.has(row.dataset["item"] ?? "")) this.markSent(row);
    });
    for (const item of mine) {
      const known = list.querySelector<HTMLElement>(`[data-item="${CSS.escape(item.id)}"]`);
      const row = known ?? this.add(list, sample, item);
      const state = row.querySelector<HTMLElement>("[data-state]");
      if (state && item.message) state.textContent = item.message;
    }
    const none = list.querySelector<HTMLElement>("[data-none]");
    if (none) none.hidden = list.querySelector("[data-item]") !== null;
  }

  private markSent(row: HTMLElement): void {
    const state = row.querySelector<HTMLElement>("[data-state]");
    if (state) state.textContent = "✓";
  }

  private add(list: HTMLElement, sample: HTMLTemplateElement, item: Item): HTMLElement {
    const row = sample.content.firstElementChild?.cloneNode(true) as HTMLElement;
    const line = item.payload as Line;
    row.dataset["item"] = item.id;
    const at = row.querySelector("time");
    if (at) at.textContent = line.occurred_at && new Date(line.occurred_at).toTimeString().slice(0, 5);
    const what = row.querySelector("b");
    if (what) what.textContent = line.plate || line.person || line.remark;
    list.prepend(row);
    return row;
  }
}

customElements.define("dx-register", Register);
startOutbox();
