/** `<dx-grid>`: a table written in place, by keys and by paste; nothing leaves before "Save". */
import { csrfToken, renewToken } from "../lib/token.ts";

interface Answer {
  id: string;
  version: number;
  cells: Record<string, string>;
  errors: Record<string, string>;
}
type Step = [cell: HTMLElement, before: string][];

const CELL = "[data-field]";
const ROW = "tr[data-row]";
const MOVES: Record<string, [down: number, right: number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};
const STALE = 409;

/**
 * Cells are `td` or `th` with `data-field`, in rows with `data-row` and `data-version`;
 * `data-value` holds a value that is shown cut to `data-cut` characters. `<template data-choices="field">` holds a
 * select for a field with choices. Without JavaScript the table stays as it is.
 *
 * @example
 *   <dx-grid data-url="/people/cells/" data-unsaved="{n} cells not saved">...</dx-grid>
 */
export class Grid extends HTMLElement {
  private steps: Step[] = [];
  private field: HTMLInputElement | HTMLSelectElement | null = null;
  private sending = false;

  connectedCallback(): void {
    this.querySelector("table")?.setAttribute("role", "grid");
    this.querySelector<HTMLElement>(".grid-help")?.removeAttribute("hidden");
    this.cells().forEach((cell, number) => (cell.tabIndex = number ? -1 : 0));
    this.addEventListener("keydown", this.onKey);
    this.addEventListener("dblclick", this.onDouble);
    this.addEventListener("focusin", this.onFocus);
    this.addEventListener("paste", this.onPaste);
    this.addEventListener("click", this.onClick);
    window.addEventListener("beforeunload", this.onLeave);
  }

  disconnectedCallback(): void {
    window.removeEventListener("beforeunload", this.onLeave);
  }

  private cells(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>(`${ROW} ${CELL}`)];
  }

  private unsaved(): HTMLElement[] {
    return this.cells().filter((cell) => cell.classList.contains("is-unsaved"));
  }

  /** What a cell holds now: what was typed, else what the server said. */
  private value(cell: HTMLElement): string {
    return cell.dataset["now"] ?? cell.dataset["value"] ?? cell.textContent.trim();
  }

  private set(cell: HTMLElement, value: string): void {
    cell.dataset["was"] ??= this.value(cell);
    cell.dataset["html"] ??= cell.innerHTML;
    const back = value === cell.dataset["was"];
    cell.classList.toggle("is-unsaved", !back);
    this.clear(cell);
    this.mark(cell.closest("tr"));
    if (back) {
      cell.innerHTML = cell.dataset["html"];
      delete cell.dataset["now"];
      return;
    }
    cell.dataset["now"] = value;
    cell.textContent = value;
    const mark = document.createElement("span");
    mark.className = "sr";
    mark.textContent = ` ${this.dataset["one"] ?? ""}`;
    cell.append(mark);
  }

  /** A row with something unsaved is not opened as a form meanwhile. */
  private mark(row: HTMLElement | null): void {
    row?.classList.toggle("has-unsaved", row.querySelector(".is-unsaved") !== null);
  }

  private clear(cell: HTMLElement): void {
    cell.classList.remove("is-bad");
    cell.removeAttribute("aria-invalid");
    cell.removeAttribute("title");
  }

  private change(step: [HTMLElement, string][]): void {
    const before: Step = step.map(([cell]) => [cell, this.value(cell)]);
    step.forEach(([cell, value]) => this.set(cell, value));
    this.steps.push(before);
    this.show();
  }

  private undo(): void {
    const step = this.steps.pop();
    step?.forEach(([cell, value]) => this.set(cell, value));
    step?.[0]?.[0].focus();
    this.show();
  }

  private show(left = 0): void {
    const n = this.unsaved().length;
    const bar = this.querySelector<HTMLElement>(".grid-bar");
    if (bar) bar.hidden = n === 0;
    const say = (key: string, count: number): string =>
      (this.dataset[key] ?? "").replace("{n}", String(count));
    const words = left ? `${say("unsaved", n)}，${say("left", left)}` : say("unsaved", n);
    this.querySelector("[data-count]")?.replaceChildren(words);
    this.querySelector("[data-faults]")?.replaceChildren();
  }

  private onFocus = (event: Event): void => {
    const cell = (event.target as HTMLElement).closest<HTMLElement>(`${ROW} ${CELL}`);
    if (!cell) return;
    for (const other of this.cells()) other.tabIndex = other === cell ? 0 : -1;
  };

  private onKey = (event: KeyboardEvent): void => {
    const target = event.target as HTMLElement;
    if (this.field && target === this.field) return this.onFieldKey(event);
    if (!target.matches(CELL)) return;
    const move = MOVES[event.key];
    if (move) {
      event.preventDefault();
      this.go(target, move[0], move[1]);
    } else if (event.ctrlKey || event.metaKey) {
      if (event.key === "z") this.undo();
    } else if (event.key === "Enter" || event.key === "F2") {
      event.preventDefault();
      this.open(target, this.value(target));
    } else if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      this.change([[target, ""]]);
    } else if ((event.key.length === 1 || event.key === "Process") && !event.altKey) {
      this.open(target, "");
    }
  };

  private onFieldKey(event: KeyboardEvent): void {
    const cell = this.field?.closest<HTMLElement>(CELL);
    if (!cell || event.isComposing) return;
    if (event.key === "Escape") this.close(cell, false);
    else if (event.key === "Enter" || event.key === "Tab") this.close(cell, true);
    else return;
    event.preventDefault();
    if (event.key === "Enter") this.go(cell, event.shiftKey ? -1 : 1, 0);
    else if (event.key === "Tab") this.go(cell, 0, event.shiftKey ? -1 : 1);
    else cell.focus();
  }

  private onDouble = (event: Event): void => {
    const cell = (event.target as HTMLElement).closest<HTMLElement>(`${ROW} ${CELL}`);
    if (cell && !this.field) this.open(cell, this.value(cell));
  };

  /** Move to the next cell that can be written, over those that cannot. */
  private go(from: HTMLElement, down: number, right: number): void {
    let row = from.closest<HTMLElement>("tr");
    let column = [...(row?.children ?? [])].indexOf(from);
    while (row) {
      if (down) row = (down > 0 ? row.nextElementSibling : row.previousElementSibling) as typeof row;
      column += right;
      const cell = row?.children[column] as HTMLElement | undefined;
      if (right && !cell) break;
      if (cell?.matches(CELL)) return cell.focus();
    }
    from.focus();
  }

  private open(cell: HTMLElement, value: string): void {
    const name = cell.dataset["field"] ?? "";
    const choices = this.querySelector<HTMLTemplateElement>(`template[data-choices="${name}"]`);
    const select = choices?.content.querySelector("select")?.cloneNode(true) as
      | HTMLSelectElement
      | undefined;
    const field = select ?? document.createElement("input");
    const label = this.querySelectorAll("thead th")[[...(cell.parentElement?.children ?? [])].indexOf(cell)];
    field.className = "input";
    field.setAttribute("aria-label", label?.textContent.trim() ?? name);
    cell.dataset["before"] = this.value(cell);
    cell.dataset["html"] ??= cell.innerHTML;
    field.value = select ? this.value(cell) : value;
    this.field = field;
    cell.replaceChildren(field);
    field.focus();
    field.addEventListener("blur", () => this.close(cell, true), { once: true });
  }

  private close(cell: HTMLElement, keep: boolean): void {
    const field = this.field;
    if (!field) return;
    this.field = null;
    const before = cell.dataset["before"] ?? "";
    const after = keep ? field.value.trim() : before;
    cell.dataset["now"] = before;
    this.set(cell, before);
    if (after !== before) this.change([[cell, after]]);
  }

  /** A block copied from a workbook goes in from this cell on, column by column. */
  private onPaste = (event: ClipboardEvent): void => {
    const target = event.target as HTMLElement;
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const from = target.closest<HTMLElement>(`${ROW} ${CELL}`);
    if (!from || (this.field && !/[\t\n]/.test(text))) return;
    event.preventDefault();
    if (this.field) this.close(from, false);
    const lines = text.replace(/\r/g, "").replace(/\n+$/, "").split("\n");
    const rows = [...this.querySelectorAll(ROW)];
    const top = rows.indexOf(from.closest("tr") as Element);
    const column = [...(from.parentElement?.children ?? [])].indexOf(from);
    const step: [HTMLElement, string][] = [];
    let left = 0;
    lines.forEach((line, down) => {
      line.split("\t").forEach((value, right) => {
        const cell = rows[top + down]?.children[column + right] as HTMLElement | undefined;
        if (cell?.matches(CELL)) step.push([cell, value.trim()]);
        else left += 1;
      });
    });
    if (step.length) this.change(step);
    this.show(left);
    from.focus();
  };

  private onClick = (event: Event): void => {
    const pressed = event.target as HTMLElement;
    if (pressed.closest("[data-save]")) void this.save();
    else if (pressed.closest("[data-undo]")) this.undo();
    else if (pressed.closest("[data-drop]")) while (this.steps.length) this.undo();
    else if (!pressed.closest("a, button, input, select")) {
      pressed.closest<HTMLElement>(`${ROW} ${CELL}`)?.focus();
    }
  };

  private onLeave = (event: BeforeUnloadEvent): void => {
    if (this.unsaved().length) event.preventDefault();
  };

  /** Send the changed cells; rows that fit are saved, the others say why not. */
  async save(): Promise<void> {
    if (this.sending) return;
    const rows = [...this.querySelectorAll<HTMLElement>(ROW)]
      .map((row) => ({
        id: row.dataset["row"],
        version: Number(row.dataset["version"]),
        cells: Object.fromEntries(
          [...row.querySelectorAll<HTMLElement>(".is-unsaved")].map((cell) => [
            cell.dataset["field"],
            this.value(cell),
          ]),
        ),
      }))
      .filter((row) => Object.keys(row.cells).length);
    this.sending = true;
    try {
      let answer = await this.post(rows);
      if (answer.status === STALE) {
        await renewToken();
        answer = await this.post(rows);
      }
      if (!answer.ok) throw new Error(String(answer.status));
      this.take(((await answer.json()) as { rows: Answer[] }).rows);
    } catch {
      this.querySelector("[data-count]")?.replaceChildren(this.dataset["lost"] ?? "");
    } finally {
      this.sending = false;
    }
  }

  private post(rows: unknown): Promise<Response> {
    return fetch(this.dataset["url"] ?? "", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
      body: JSON.stringify({ rows }),
    });
  }

  private take(answers: Answer[]): void {
    const faults: HTMLElement[] = [];
    this.steps = [];
    for (const answer of answers) {
      const row = this.querySelector<HTMLElement>(`tr[data-row="${CSS.escape(answer.id)}"]`);
      if (!row) continue;
      const bad = Object.entries(answer.errors);
      if (bad.length) bad.forEach(([name, words]) => faults.push(this.fault(row, name, words)));
      else this.settle(row, answer);
    }
    this.show();
    this.querySelector("[data-faults]")?.replaceChildren(...faults);
    const first = this.querySelector<HTMLElement>(".is-bad");
    if (first) first.focus();
  }

  private settle(row: HTMLElement, answer: Answer): void {
    row.dataset["version"] = String(answer.version);
    for (const cell of row.querySelectorAll<HTMLElement>(".is-unsaved")) {
      const value = answer.cells[cell.dataset["field"] ?? ""] ?? this.value(cell);
      const link = new DOMParser().parseFromString(cell.dataset["html"] ?? "", "text/html");
      const anchor = link.querySelector("a");
      this.clear(cell);
      cell.classList.remove("is-unsaved");
      for (const key of ["now", "was", "html", "before"]) delete cell.dataset[key];
      if (cell.dataset["value"] !== undefined) cell.dataset["value"] = value;
      const shown = value.slice(0, Number(cell.dataset["cut"] ?? value.length));
      if (anchor) anchor.textContent = shown;
      cell.replaceChildren(anchor ?? shown);
    }
    this.mark(row);
  }

  private fault(row: HTMLElement, name: string, words: string): HTMLElement {
    const cell = row.querySelector<HTMLElement>(`[data-field="${name}"]`);
    const head = row.querySelector<HTMLElement>("th");
    const who = head ? this.value(head) : "";
    if (cell) {
      cell.classList.add("is-bad");
      cell.setAttribute("aria-invalid", "true");
      cell.title = words;
    }
    const line = document.createElement("li");
    line.textContent = `${who}：${words}`;
    return line;
  }
}

customElements.define("dx-grid", Grid);
