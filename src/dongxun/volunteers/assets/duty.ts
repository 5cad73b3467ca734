/** `<dx-duty>`: coming and going are kept on this phone at once and sent when they can. */
import "./handover.ts";
import "./phone.css";
import {
  forget,
  heard,
  items,
  put,
  startOutbox,
  watch,
  type Item,
} from "../../kit/assets/lib/outbox.ts";

const KIND = "duty_mark";
/** Where the service worker keeps pages, see sw.ts. */
const PAGES = "dx-pages-1";

interface Mark {
  turn: string;
  what: "on" | "off";
  occurred_at: string;
}

const hm = (moment: string): string => new Date(moment).toTimeString().slice(0, 5);

/**
 * Every tap is an item of the outbox (kind `duty_mark`): kept in IndexedDB first, sent then.
 * What the phone knows is shown until the server has answered; then the page is read anew.
 *
 * @example
 *   <dx-duty data-turn="7"><div data-stage="ahead"><form><button value="on"></form></div></dx-duty>
 */
export class Duty extends HTMLElement {
  private stop: (() => void) | undefined;

  connectedCallback(): void {
    this.addEventListener("submit", this.onSubmit);
    this.addEventListener("click", this.onClick);
    this.stop = watch((kept) => this.show(kept));
    heard((item, answer) => {
      if (this.mine([item]).length > 0 && answer !== "rejected" && answer !== "conflict") void this.read();
    });
    void this.keepRegister();
  }

  disconnectedCallback(): void {
    this.removeEventListener("submit", this.onSubmit);
    this.removeEventListener("click", this.onClick);
    this.stop?.();
  }

  /** Read the page anew, for the copy this phone kept is not true any more; never over typed words. */
  async read(): Promise<void> {
    if ("caches" in window) await (await caches.open(PAGES)).delete(location.href);
    const typed = document.querySelector<HTMLTextAreaElement>("dx-handover textarea")?.value.trim();
    if (!typed) location.reload();
  }

  private onSubmit = (event: SubmitEvent): void => {
    const what = (event.submitter as HTMLButtonElement | null)?.value;
    if (what !== "on" && what !== "off") return;
    event.preventDefault();
    void this.mark(what);
  };

  private onClick = (event: Event): void => {
    if ((event.target as Element).closest("[data-forget]")) void this.forgetRefused();
  };

  /** Keep one coming or going on the phone; a second tap of the same kind changes nothing. */
  async mark(what: Mark["what"]): Promise<void> {
    const known = this.mine(await items()).some((item) => (item.payload as Mark).what === what);
    if (known) return;
    const mark: Mark = {
      turn: this.dataset["turn"] ?? "",
      what,
      occurred_at: new Date().toISOString(),
    };
    await put(KIND, mark);
  }

  private async forgetRefused(): Promise<void> {
    const refused = this.mine(await items()).filter((item) => item.state === "refused");
    for (const item of refused) await forget(item.id);
    await this.read();
  }

  private mine(kept: Item[]): Item[] {
    const turn = this.dataset["turn"];
    return kept.filter((item) => item.kind === KIND && (item.payload as Mark).turn === turn);
  }

  private show(kept: Item[]): void {
    const mine = this.mine(kept);
    const marks = mine.map((item) => item.payload as Mark);
    const on = marks.find((mark) => mark.what === "on");
    const off = marks.find((mark) => mark.what === "off");
    if (on) this.write("[data-on]", hm(on.occurred_at));
    if (off) this.write("[data-off]", hm(off.occurred_at));
    if (on || off) this.stage(off ? "gone" : "on");
    const refused = mine.find((item) => item.state === "refused");
    this.hide("[data-waiting]", mine.length === 0 || refused !== undefined);
    this.hide("[data-refused]", refused === undefined);
    if (refused?.message) this.write("[data-why]", refused.message);
  }

  private stage(name: string): void {
    this.querySelectorAll<HTMLElement>("[data-stage]").forEach((part) => {
      part.hidden = part.dataset["stage"] !== name;
    });
  }

  private write(where: string, words: string): void {
    const spot = this.querySelector(where);
    if (spot) spot.textContent = words;
  }

  private hide(where: string, hidden: boolean): void {
    const part = this.querySelector<HTMLElement>(where);
    if (part) part.hidden = hidden;
  }

  /** Let this phone keep the register's page, so that it opens without network. */
  private async keepRegister(): Promise<void> {
    const url = this.dataset["register"];
    if (!url || !navigator.onLine || !("caches" in window)) return;
    try {
      const page = await fetch(url, { credentials: "same-origin" });
      const keeps = Number(page.headers.get("X-Keep-Offline")) > 0;
      if (page.ok && keeps) await (await caches.open(PAGES)).put(url, page);
    } catch {
      /* it opens when it was opened before */
    }
  }
}

customElements.define("dx-duty", Duty);
startOutbox();
