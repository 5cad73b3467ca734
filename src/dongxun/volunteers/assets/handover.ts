/** `<dx-handover>`: a note to the next shift is kept on this phone at once and sent when it can. */
import { newId } from "../../kit/assets/lib/ids.ts";
import {
  forget,
  heard,
  items,
  put,
  watch,
  type Item,
} from "../../kit/assets/lib/outbox.ts";

const KIND = "duty_note";

interface Note {
  turn: string;
  words: string;
  occurred_at: string;
}

/**
 * Every note is an item of the outbox (kind `duty_note`): kept in IndexedDB first, sent then.
 * Shown to whoever is on duty by the server's word (`data-on`) or by a coming still kept here.
 *
 * @example
 *   <dx-handover data-turn="7" data-on><form data-note><textarea name="words"></textarea></form>
 *     <template data-sample><p><span></span><b data-state></b></p></template></dx-handover>
 */
export class Handover extends HTMLElement {
  private stop: (() => void) | undefined;

  connectedCallback(): void {
    this.addEventListener("submit", this.onSubmit);
    this.addEventListener("click", this.onClick);
    this.addEventListener("input", this.onInput);
    queueMicrotask(() => void this.takeUp());
    this.stop = watch((kept) => this.show(kept));
    heard((item, answer) => {
      const gone = answer !== "rejected" && answer !== "conflict";
      if (gone && this.mine([item]).length > 0) this.markSent(item.id);
    });
  }

  disconnectedCallback(): void {
    this.removeEventListener("submit", this.onSubmit);
    this.removeEventListener("click", this.onClick);
    this.removeEventListener("input", this.onInput);
    this.stop?.();
  }

  private onSubmit = (event: Event): void => {
    const form = event.target as HTMLFormElement;
    if (!form.matches("[data-note]")) return;
    event.preventDefault();
    void this.write(form);
  };

  private onClick = (event: Event): void => {
    if ((event.target as Element).closest("[data-seen]")) void this.forgetRefused();
  };

  /** The page may be read anew while somebody types: what was typed stays with the tab. */
  private onInput = (event: Event): void => {
    const field = event.target as HTMLTextAreaElement;
    if (field.name === "words") sessionStorage.setItem(this.draftKey, field.value);
  };

  private get draftKey(): string {
    return `${KIND}:${this.dataset["turn"] ?? ""}`;
  }

  private async takeUp(): Promise<void> {
    const field = this.querySelector<HTMLTextAreaElement>("[name=words]");
    if (field && !field.value) field.value = sessionStorage.getItem(this.draftKey) ?? "";
    this.settle();
    const here = new Set((await items()).map((item) => item.id));
    // neither shown nor kept: the page was left too early, or the server made it before the note came
    for (const [id, note] of Object.entries(this.written)) if (!here.has(id)) void put(KIND, note, id);
  }

  /** Keep one note on the phone and empty the field for the next; the outbox sends it. */
  async write(form: HTMLFormElement): Promise<void> {
    const field = form.querySelector<HTMLTextAreaElement>("[name=words]");
    const words = field?.value.trim() ?? "";
    const empty = form.querySelector<HTMLElement>("[data-empty]");
    if (empty) empty.hidden = words !== "";
    if (!field || !words) return;
    field.value = "";
    const turn = this.dataset["turn"] ?? "";
    const note: Note = { turn, words, occurred_at: new Date().toISOString() };
    const id = newId();
    this.written = { ...this.written, [id]: note };
    sessionStorage.removeItem(this.draftKey);
    await put(KIND, note, id);
  }

  /** Notes of this tab that no page of the server has shown yet: it may be read anew meanwhile. */
  private get written(): Record<string, Note> {
    return JSON.parse(sessionStorage.getItem(`${this.draftKey}:written`) ?? "{}") as Record<string, Note>;
  }

  private set written(notes: Record<string, Note>) {
    const key = `${this.draftKey}:written`;
    if (Object.keys(notes).length === 0) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(notes));
  }

  /** What the page shows, or what somebody has seen refused, need not be remembered. */
  private settle(refused: readonly string[] = []): void {
    const left = Object.entries(this.written).filter(([id]) => !this.row(id) && !refused.includes(id));
    this.written = Object.fromEntries(left);
  }

  private mine(kept: Item[], kind = KIND): Item[] {
    const turn = this.dataset["turn"];
    return kept.filter((item) => item.kind === kind && (item.payload as Note | null)?.turn === turn);
  }

  private show(kept: Item[]): void {
    const came = this.mine(kept, "duty_mark").length > 0;
    const notes = this.mine(kept);
    if (came || notes.length > 0 || this.dataset["on"] !== undefined) this.hidden = false;
    for (const item of notes) this.draw(item);
    const refused = this.querySelector<HTMLElement>("[data-seen]");
    if (refused) refused.hidden = !notes.some((item) => item.state === "refused");
  }

  private draw(item: Item): void {
    const list = this.querySelector<HTMLElement>("[data-notes]");
    const sample = this.querySelector<HTMLTemplateElement>("[data-sample]");
    if (!list || !sample) return;
    let row = this.row(item.id);
    if (!row) {
      row = sample.content.firstElementChild?.cloneNode(true) as HTMLElement;
      row.dataset["item"] = item.id;
      const words = row.querySelector("span");
      if (words) words.textContent = (item.payload as Note).words;
      list.append(row);
    }
    const state = row.querySelector<HTMLElement>("[data-state]");
    if (state && item.message) state.textContent = item.message;
  }

  private row(id: string): HTMLElement | null {
    return this.querySelector<HTMLElement>(`[data-item="${CSS.escape(id)}"]`);
  }

  private markSent(id: string): void {
    const state = this.row(id)?.querySelector<HTMLElement>("[data-state]");
    if (state) state.textContent = "✓";
  }

  private async forgetRefused(): Promise<void> {
    const refused = this.mine(await items()).filter((item) => item.state === "refused");
    this.settle(refused.map((item) => item.id));
    for (const item of refused) {
      await forget(item.id);
      this.row(item.id)?.remove();
    }
  }
}

customElements.define("dx-handover", Handover);
