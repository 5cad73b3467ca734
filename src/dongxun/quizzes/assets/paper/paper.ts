/**
 * A paper on the phone: one question is seen at a time, and what cannot be sent is kept.
 *
 * The server draws every question and hides all but one. Answers go by htmx; when one meets no
 * network it waits in the outbox and is judged later. Right answers never lie on the phone
 * before the question was answered.
 *
 * @example
 *   <dx-quiz data-attempt="…"><section data-place="1">…</section></dx-quiz>
 */
import { flush, items, put } from "../../../kit/assets/lib/outbox.ts";
import { tellCopies, told } from "./copy.ts";

const ANSWER = "quiz_answer";
const HAND_IN = "quiz_hand_in";
const PATIENCE_MS = 15_000;
/** Sooner nobody has read what was asked: it is the same tap once more. */
const TOO_SOON_MS = 800;

interface Said {
  attempt: string;
  place?: number;
}

/** Send a form; undefined where no answer came: the line is dead, whatever the browser says. */
async function post(form: HTMLFormElement): Promise<Response | undefined> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
  const sent = { method: "POST", body: new FormData(form), signal: patience.signal };
  const answer = await fetch(form.action, sent).catch(() => undefined);
  clearTimeout(timer);
  return answer && answer.status < 500 ? answer : undefined;
}

export class Paper extends HTMLElement {
  #going = false;
  #askedAt = 0;

  connectedCallback(): void {
    this.addEventListener("click", (event) => this.#go(event));
    this.addEventListener("htmx:sendError", (event) => void this.#keep(event));
    this.addEventListener("htmx:afterSwap", (event) => this.#drawn(event));
    this.addEventListener("submit", (event) => void this.#later(event));
    void this.#recall();
  }

  get #attempt(): string {
    return this.dataset["attempt"] ?? "";
  }

  #section(place: string): HTMLElement | null {
    return this.querySelector<HTMLElement>(`[data-place="${place}"]`);
  }

  /** Turn to another question without asking the server. */
  #go(event: Event): void {
    const link = (event.target as Element).closest<HTMLElement>("[data-go]");
    const wanted = link && this.#section(link.dataset["go"] ?? "");
    if (!wanted) return;
    event.preventDefault();
    for (const one of this.querySelectorAll<HTMLElement>("[data-place]")) one.hidden = one !== wanted;
    wanted.scrollIntoView({ block: "start" });
    wanted.querySelector<HTMLElement>("[tabindex], input:checked, input:not([type=hidden])")?.focus();
  }

  /** The server has said what an answer was worth; the copy that lies here is told, too. */
  #drawn(event: Event): void {
    this.#count();
    const { xhr } = (event as CustomEvent<{ xhr?: XMLHttpRequest }>).detail;
    const words = new DOMParser().parseFromString(xhr?.responseText ?? "", "text/html");
    const section = words.querySelector("[data-place][data-done]");
    if (section) void tellCopies(section);
  }

  /** Keep an answer that met no network. */
  async #keep(event: Event): Promise<void> {
    const form = (event.target as Element).closest("form");
    if (!form || form.matches("[data-hand-in]")) return;
    const typed = new FormData(form);
    const options = typed.getAll("option").map(Number);
    const words = String(typed.get("words") ?? "");
    if (!options.length && !words.trim()) return;
    const place = Number(typed.get("place"));
    const occurred_at = new Date().toISOString();
    await put(ANSWER, { attempt: this.#attempt, place, options, words, occurred_at });
    this.#mark(String(place));
    const section = this.#section(String(place));
    if (section) void tellCopies(told(section));
  }

  /** Hand in after the answers that still wait here; without network all of it goes later. */
  async #later(event: Event): Promise<void> {
    const form = (event.target as Element).closest<HTMLFormElement>("[data-hand-in]");
    if (!form) return;
    event.preventDefault();
    if (this.#going || this.#asks()) return;
    this.#going = true;
    try {
      if (await this.#handIn(form)) return;
      await put(HAND_IN, { attempt: this.#attempt });
      this.#say();
    } finally {
      this.#going = false;
    }
  }

  /** Ask once before a paper with open questions goes: a try may be the last one. */
  #asks(): boolean {
    const words = this.querySelector<HTMLElement>("[data-sure]");
    const open = this.querySelectorAll("[data-place]:not([data-done])").length;
    if (!words || !open) return false;
    if (this.#askedAt) return Date.now() - this.#askedAt < TOO_SOON_MS;
    this.#askedAt = Date.now();
    words.textContent = (words.dataset["sure"] ?? "").replace("#", String(open));
    words.hidden = false;
    return true;
  }

  /** Hand in now and show what came of it; false where it has to wait. */
  async #handIn(form: HTMLFormElement): Promise<boolean> {
    if (navigator.onLine && (await this.#waits())) await flush();
    if (!navigator.onLine || (await this.#waits())) return false;
    const answer = await post(form);
    if (!answer) return false;
    if (answer.ok) window.location.assign(answer.url);
    else form.submit(); // handed in once or twice is the same; the page says what is wrong
    return true;
  }

  /** Whether answers of this paper have not reached the server. */
  async #waits(): Promise<boolean> {
    const open = (await items()).filter((item) => item.kind === ANSWER && item.state !== "refused");
    return open.some((item) => (item.payload as Said | null)?.attempt === this.#attempt);
  }

  /** Show again what still waits on this phone. */
  async #recall(): Promise<void> {
    for (const item of await items()) {
      const said = item.payload as Said | null;
      if (said?.attempt !== this.#attempt || item.state === "refused") continue; // open once more
      if (item.kind === ANSWER) this.#mark(String(said.place));
      if (item.kind === HAND_IN) this.#say();
    }
  }

  #mark(place: string): void {
    const section = this.#section(place);
    const kept = section?.querySelector("[data-kept]");
    if (!section || !kept) return; // the server has judged it
    section.dataset["done"] = "";
    section.querySelector("form")?.toggleAttribute("inert", true);
    kept.removeAttribute("hidden");
    section.querySelector("[data-told]")?.setAttribute("hidden", ""); // not yet: it lies here
    this.#count();
  }

  #say(): void {
    this.querySelector("[data-later]")?.removeAttribute("hidden");
  }

  #count(): void {
    const number = this.querySelector("[data-answered]");
    if (number) number.textContent = String(this.querySelectorAll("[data-done]").length);
  }
}

customElements.define("dx-quiz", Paper);
