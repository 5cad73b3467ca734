/** `<dx-nearest>`: sorts stations by nearness on the phone itself; no position leaves it. */
import "../../kit/assets/elements/kept.ts";
import { type Point, distanceKm } from "../../kit/assets/distance.ts";

/**
 * @example
 *   <dx-nearest><button hidden>Sort</button><p data-said hidden></p><p data-failed hidden></p>
 *   <div><a data-at="32.1,121.0"><span data-km></span></a></div></dx-nearest>
 */
export class Nearest extends HTMLElement {
  connectedCallback(): void {
    const button = this.querySelector("button");
    if (!button || !("geolocation" in navigator) || !window.isSecureContext) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => this.sortFrom([coords.latitude, coords.longitude]),
        () => this.say("[data-failed]"),
        { timeout: 8000 },
      );
    });
  }

  /** Put the nearest first; stations without a point stay behind them. */
  sortFrom(here: Point): void {
    const far = (link: HTMLElement): number => {
      const [lat, lon] = (link.dataset.at ?? "").split(",").map(Number);
      return lat && lon ? distanceKm(here, [lat, lon]) : Infinity;
    };
    const links = [...this.querySelectorAll<HTMLElement>("a.item")];
    for (const link of links.sort((one, other) => far(one) - far(other))) {
      const km = far(link);
      const place = link.querySelector("[data-km]");
      if (place && km < Infinity) place.textContent = ` ${km.toFixed(1)} km`;
      link.parentElement?.append(link);
    }
    this.say("[data-said]");
  }

  private say(which: string): void {
    const words = this.querySelector<HTMLElement>(which);
    if (words) words.hidden = false;
  }
}

customElements.define("dx-nearest", Nearest);
