/** `<dx-shelf>`: which lessons lie on this phone, how large each is, and a way to remove it. */
import { canKeep, drop, dropLeftOver, keptLessons, leftOver } from "./kept.ts";

const KB = 1024;

/** Return a size as people read it. */
export function sized(bytes: number): string {
  if (bytes < KB * KB) return `${Math.max(1, Math.round(bytes / KB))} KB`;
  return `${(bytes / KB / KB).toFixed(1)} MB`;
}

/**
 * @example
 *   <dx-shelf data-rest="Earlier recordings">
 *     <p data-none hidden>...</p><p data-sum hidden>... <b></b></p><ul></ul>
 *     <template><li><a></a><span></span><button type="button"></button></li></template>
 *   </dx-shelf>
 */
export class Shelf extends HTMLElement {
  connectedCallback(): void {
    if (canKeep()) void this.show();
    else this.find("[data-none]").hidden = false;
  }

  private find<T extends HTMLElement = HTMLElement>(which: string): T {
    return this.querySelector<T>(which)!;
  }

  private async show(): Promise<void> {
    const [lessons, rest] = [await keptLessons(), await leftOver()];
    const rows = lessons.map((one) => this.row(one.title, one.bytes, () => drop(one.page), one.page));
    if (rest.parts.length > 0) {
      rows.push(this.row(this.dataset["rest"] ?? "", rest.bytes, dropLeftOver));
    }
    this.find("ul").replaceChildren(...rows);
    this.find("ul").hidden = rows.length === 0;
    this.find("[data-none]").hidden = rows.length > 0;
    this.find("[data-sum]").hidden = rows.length === 0;
    const all = lessons.reduce((sum, one) => sum + one.bytes, rest.bytes);
    this.find("[data-sum] b").textContent = sized(all);
  }

  private row(title: string, bytes: number, remove: () => Promise<void>, page = ""): Element {
    const copy = this.find<HTMLTemplateElement>("template").content.cloneNode(true) as Element;
    const row = copy.firstElementChild!;
    const link = row.querySelector("a")!;
    link.textContent = title;
    if (page) link.href = page;
    row.querySelector("[data-size]")!.textContent = sized(bytes);
    const button = row.querySelector("button")!;
    button.querySelector(".sr")!.textContent = title;
    button.addEventListener("click", () => {
      button.disabled = true;
      void remove().then(() => this.show());
    });
    return row;
  }
}

customElements.define("dx-shelf", Shelf);
