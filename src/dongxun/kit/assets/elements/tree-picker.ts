/** `<dx-tree-picker>`: find an organisation by name or pinyin initials instead of a long list. */

interface Found {
  id: string;
  label: string;
  path?: string;
  count?: number;
  /** What to write into an input, when the label alone could mean several. */
  text?: string;
}

const PAUSE_MS = 200;
let serial = 0;

/**
 * Wraps a `<select>`, which stays in the form and keeps the value; or an `<input>`, into which
 * the name is written.
 *
 * @example
 *   <dx-tree-picker data-url="/organisations/find/"><select name="organisation">…</select>
 *   </dx-tree-picker>
 */
export class TreePicker extends HTMLElement {
  private select: HTMLSelectElement | null = null;
  private input!: HTMLInputElement;
  private list!: HTMLElement;
  private picked!: HTMLElement;
  private found: Found[] = [];
  private active = -1;
  private timer = 0;

  connectedCallback(): void {
    const control = this.querySelector<HTMLSelectElement | HTMLInputElement>("select, input");
    if (!control || this.querySelector('[role="combobox"]')) return;
    if (control instanceof HTMLSelectElement) this.wrapSelect(control);
    else this.wrapInput(control);
    this.showPicked();
  }

  private wrapSelect(select: HTMLSelectElement): void {
    this.select = select;
    select.multiple = this.hasAttribute("data-many");
    select.hidden = true;
    this.input = element("input", { type: "text" }) as HTMLInputElement;
    this.build();
    this.input.id = `${this.list.id}-input`;
    const label = this.querySelector("label");
    if (label) label.htmlFor = this.input.id;
    select.before(this.picked, this.input);
    select.after(this.list);
  }

  private wrapInput(input: HTMLInputElement): void {
    this.input = input;
    this.build();
    input.after(this.list);
  }

  private build(): void {
    serial += 1;
    this.list = element("div", { role: "listbox", id: `picker-${serial}`, class: "picker-list" });
    this.list.hidden = true;
    this.list.setAttribute("aria-label", this.querySelector("label")?.textContent?.trim() ?? "");
    this.picked = element("div", { class: "picked" });
    this.input.placeholder = this.dataset["hint"] ?? "";
    this.input.setAttribute("role", "combobox");
    this.input.setAttribute("autocomplete", "off");
    this.input.setAttribute("aria-expanded", "false");
    this.input.setAttribute("aria-autocomplete", "list");
    this.input.setAttribute("aria-controls", this.list.id);
    this.input.addEventListener("input", () => this.soon());
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.onPress(event));
  }

  private soon(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.find(this.input.value.trim()), PAUSE_MS);
  }

  /** Ask the server and show what it found. */
  async find(words: string): Promise<void> {
    if (!words) return this.close();
    const url = new URL(this.dataset["url"] ?? "", location.href);
    url.searchParams.set("q", words);
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" } });
      this.found = answer.ok ? ((await answer.json()) as { results: Found[] }).results : [];
    } catch {
      this.found = [];
    }
    this.show();
  }

  private show(): void {
    this.active = this.found.length > 0 ? 0 : -1;
    const rows = this.found.map((one, place) => this.row(one, place));
    if (rows.length === 0) rows.push(element("div", { class: "help" }, this.dataset["none"]));
    this.list.replaceChildren(...rows);
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.point();
  }

  private row(one: Found, place: number): HTMLElement {
    const id = `${this.list.id}-${place}`;
    const row = element("div", { role: "option", id, "data-place": String(place) }, one.label);
    const count = one.count === undefined ? "" : ` ${one.count.toLocaleString("en-US")}`;
    if (one.path || count) row.append(element("small", {}, `${one.path ?? ""}${count}`));
    return row;
  }

  private point(): void {
    this.list.querySelectorAll('[role="option"]').forEach((row, place) => {
      row.setAttribute("aria-selected", String(place === this.active));
    });
    const now = this.active >= 0 ? `${this.list.id}-${this.active}` : "";
    this.input.setAttribute("aria-activedescendant", now);
    if (now) document.getElementById(now)?.scrollIntoView?.({ block: "nearest" });
  }

  private onKey(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && this.found.length > 0) {
      event.preventDefault();
      this.active = (this.active + step + this.found.length) % this.found.length;
      this.point();
    } else if (event.key === "Enter" && !this.list.hidden) {
      event.preventDefault();
      this.choose(this.found[this.active]);
    } else if (event.key === "Escape") {
      this.close();
    }
  }

  private onPress(event: MouseEvent): void {
    const row = (event.target as Element).closest<HTMLElement>("[data-place]");
    if (row) this.choose(this.found[Number(row.dataset["place"])]);
  }

  private choose(one: Found | undefined): void {
    if (!one) return;
    if (this.select) this.pick(this.select, one);
    else this.input.value = one.text ?? one.label;
    this.close();
    this.changed();
  }

  private pick(select: HTMLSelectElement, one: Found): void {
    if (!select.multiple) for (const old of select.options) old.selected = false;
    let option = Array.from(select.options).find((each) => each.value === one.id);
    if (!option) {
      option = element("option", { value: one.id }, one.label) as HTMLOptionElement;
      select.append(option);
    }
    option.selected = true;
    this.input.value = "";
  }

  private changed(): void {
    this.showPicked();
    (this.select ?? this.input).dispatchEvent(new Event("change", { bubbles: true }));
  }

  private showPicked(): void {
    const select = this.select;
    if (!select) return;
    const chosen = Array.from(select.options).filter((each) => each.selected && each.value);
    this.picked.replaceChildren(
      ...chosen.map((option) => {
        const tag = element("span", { class: "tag tag-info" }, option.text);
        const label = `${this.dataset["remove"] ?? ""} ${option.text}`;
        const off = element("button", { type: "button", "aria-label": label }, "×");
        off.addEventListener("click", () => {
          option.selected = false;
          if (!select.multiple) select.value = "";
          this.changed();
        });
        tag.append(off);
        return tag;
      }),
    );
  }

  private close(): void {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.setAttribute("aria-activedescendant", "");
  }
}

function element(name: string, attributes: Record<string, string>, text?: string): HTMLElement {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text) made.textContent = text;
  return made;
}

customElements.define("dx-tree-picker", TreePicker);
