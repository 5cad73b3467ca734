/** `<dx-stamps>`: a stamp given at a booth is kept on this phone at once and sent when it can. */
import "./card.css";
import { TapList } from "../../kit/assets/elements/tap-list.ts";

interface Given {
  booth: string;
  person: string;
  occurred_at: string;
}

/**
 * Every tap is an item of the outbox of kind `booth_stamp`.
 *
 * @example
 *   <dx-stamps data-booth="7" data-done="Stamped"><li data-person="3"><form data-give>...</form></li></dx-stamps>
 */
export class Stamps extends TapList<Given> {
  protected readonly kind = "booth_stamp";
  protected readonly form = "[data-give]";

  protected get done(): string {
    return this.dataset["done"] ?? "";
  }

  protected isMine(given: Given): boolean {
    return given.booth === this.dataset["booth"];
  }

  protected payloadFor(person: string): Given {
    const booth = this.dataset["booth"] ?? "";
    return { booth, person, occurred_at: new Date().toISOString() };
  }
}

customElements.define("dx-stamps", Stamps);
