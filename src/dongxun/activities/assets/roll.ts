/** `<dx-roll>`: a tap marks somebody present on this phone at once and sends it when it can. */
import "./roll.css";
import { TapList } from "../../kit/assets/elements/tap-list.ts";

interface Presence {
  session: string;
  person: string;
  method: string;
  occurred_at: string;
}

/**
 * Every tap is an item of the outbox of kind `presence`.
 *
 * @example
 *   <dx-roll data-session="7" data-here="Here">...</dx-roll>
 */
export class Roll extends TapList<Presence> {
  protected readonly kind = "presence";
  protected readonly form = "[data-mark]";

  private others = 0;

  /** Who is here stands in the heading: who was marked on lines of another page, and these lines. */
  override connectedCallback(): void {
    const shown = Number((this.heading?.textContent ?? "0").replace(/\D/g, ""));
    this.others = shown - this.marked;
    super.connectedCallback();
  }

  protected override marks(): void {
    if (this.heading) this.heading.textContent = (this.others + this.marked).toLocaleString("en");
  }

  private get heading(): HTMLElement | null {
    return document.querySelector("[data-present]");
  }

  private get marked(): number {
    return this.querySelectorAll("[data-person].is-present").length;
  }

  protected get done(): string {
    return this.dataset["here"] ?? "";
  }

  protected isMine(presence: Presence): boolean {
    return presence.session === this.dataset["session"];
  }

  protected payloadFor(person: string): Presence {
    const session = this.dataset["session"] ?? "";
    return { session, person, method: "roll", occurred_at: new Date().toISOString() };
  }
}

customElements.define("dx-roll", Roll);
