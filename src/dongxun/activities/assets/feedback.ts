/** `<dx-feedback>`: how a session was is kept on this phone when there is no network, and sent later. */
import { put, startOutbox } from "../../kit/assets/lib/outbox.ts";

/**
 * With network the form is sent as it is; without it becomes an item of the outbox (`feedback`).
 *
 * @example
 *   <dx-feedback data-session="7"><form>...</form><p data-kept hidden>Kept</p></dx-feedback>
 */
export class Feedback extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("submit", this.onSubmit);
  }

  disconnectedCallback(): void {
    this.removeEventListener("submit", this.onSubmit);
  }

  private onSubmit = (event: Event): void => {
    if (navigator.onLine) return;
    event.preventDefault();
    void this.keep(event.target as HTMLFormElement);
  };

  /** Keep what was said on the phone; where nothing was said, ask for it. */
  async keep(form: HTMLFormElement): Promise<void> {
    const data = new FormData(form);
    const score = Number(data.get("score") ?? 0);
    const words = String(data.get("words") ?? "").trim();
    this.show("[data-empty]", !score && !words);
    if (!score && !words) return;
    const person = String(data.get("person"));
    const session = this.dataset["session"] ?? "";
    const occurred_at = new Date().toISOString();
    await put("feedback", { session, person, score, words, occurred_at });
    this.show("[data-kept]", true);
  }

  private show(selector: string, isShown: boolean): void {
    const note = this.querySelector<HTMLElement>(selector);
    if (note) note.hidden = !isShown;
  }
}

customElements.define("dx-feedback", Feedback);
startOutbox();
