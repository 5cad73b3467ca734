/** `<dx-near>`: on a tap, chooses the place of a list that is nearest to the phone; no position leaves it. */
import { type Point, distanceKm } from "../../kit/assets/distance.ts";

/** Return the option nearest to a point; options without one of their own are left out. */
export function nearest(options: Iterable<HTMLOptionElement>, here: Point): HTMLOptionElement | null {
  let best: HTMLOptionElement | null = null;
  let least = Infinity;
  for (const option of options) {
    const [lat, lon] = (option.dataset.at ?? "").split(",").map(Number);
    const km = lat && lon ? distanceKm(here, [lat, lon]) : Infinity;
    if (km < least) [best, least] = [option, km];
  }
  return best;
}

/**
 * @example
 *   <dx-near><form><select name="near"><option data-at="32.1,121.0"></select></form>
 *   <button data-locate hidden>Nearest to me</button><p data-failed hidden></p></dx-near>
 */
export class Near extends HTMLElement {
  connectedCallback(): void {
    const button = this.querySelector<HTMLElement>("[data-locate]");
    if (!button || !("geolocation" in navigator) || !window.isSecureContext) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => this.choose([coords.latitude, coords.longitude]),
        () => this.fail(),
        { timeout: 8000 },
      );
    });
  }

  /** Choose the nearest and ask for its list; the address holds the place, not the position. */
  choose(here: Point): void {
    const select = this.querySelector<HTMLSelectElement>("select[name=near]");
    const found = select && nearest(select.options, here);
    if (!found) return this.fail();
    found.selected = true;
    this.querySelector("form")?.submit();
  }

  private fail(): void {
    const words = this.querySelector<HTMLElement>("[data-failed]");
    if (words) words.hidden = false;
  }
}

customElements.define("dx-near", Near);
