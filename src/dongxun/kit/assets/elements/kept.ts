/** `<dx-kept>`: forms whose words are kept on this phone at once and sent when it can. */
import "./kept.css";
import {
  again,
  fails,
  follow,
  forget,
  heard,
  items,
  put,
  startOutbox,
  watch,
  type Answer,
  type Item,
} from "../lib/outbox.ts";
import {
  forgetFiles,
  keepFile,
  keptFiles,
  sendFiles,
  waitingFiles,
  type Waiting,
} from "../lib/files.ts";
import { filesOf, payloadOf, putBack, saysNothing, type Payload } from "../lib/forms.ts";
import { newId } from "../lib/ids.ts";
import { shrink } from "../lib/shrink.ts";
import { forgetSent, remember, remembered } from "../lib/sent.ts";
import { canLock } from "../lib/vault.ts";

/** Where the service worker keeps pages, see sw.ts. */
const PAGES = "dx-pages-1";
const SAID = "dx-said";

const MOMENT: Intl.DateTimeFormatOptions = {
  month: "long",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
};

type Refusal = { id: string; what: string; why: string; isFile: boolean };

/**
 * Every form `data-keep` inside becomes an item of the outbox: its fields by name, with
 * `occurred_at`. The page shows what waits, what was refused and why, and what the server said.
 * Without this script the forms go to the server as they are.
 *
 * - `data-kind`: the kind of the items; `data-key`: the field that names the thing they are about,
 *   `data-only`: items about that thing alone.
 * - `data-open`: fields that may lie unlocked where nothing can be locked.
 * - `data-done`: where to go once the server has taken what was sent; `{id}` is the item's.
 * - `data-files`: where files chosen in the form are sent once their item is there; a form may
 *   say another place. A form `data-any` in which nothing is said or changed goes to the server.
 * - `data-remember`: where what was sent can be seen again; its ids stay on the phone, and
 *   `[data-sent-list]` shows them as copies of its `<template>`.
 * - `[data-thing]` shows in its `[data-kept]` what became of the item about it; a `<details>`
 *   among them gets the form in `<template data-form>` when it is opened.
 * - `[data-if="field=value"]` in a form is shown, and wanted, only then.
 *
 * @example
 *   <dx-kept data-kind="pack_receipt" data-key="line">{% include "kit/parts/kept.html" %}
 *     <form data-keep><input type="hidden" name="line" value="7"></form></dx-kept>
 */
export class Kept extends HTMLElement {
  private stop: (() => void) | undefined;
  private ours = new Set<string>();
  private now: Item[] = [];
  private answers = new Map<string, string>();

  connectedCallback(): void {
    this.addEventListener("submit", this.onSubmit);
    this.addEventListener("click", this.onClick);
    this.addEventListener("change", this.onChange);
    this.addEventListener("toggle", this.onToggle, true);
    queueMicrotask(() => this.begin());
    heard((item, answer, words) => this.onAnswer(item, answer, words));
    const stops = [watch((kept) => void this.show(kept)), follow(() => void this.bringFiles())];
    this.stop = () => stops.forEach((stop) => stop());
  }

  disconnectedCallback(): void {
    this.removeEventListener("submit", this.onSubmit);
    this.removeEventListener("click", this.onClick);
    this.removeEventListener("change", this.onChange);
    this.removeEventListener("toggle", this.onToggle, true);
    this.stop?.();
  }

  /** Show what the server said before this page was read anew, and what each form asks now. */
  private begin(): void {
    this.forms().forEach((form) => this.ask(form));
    const said = sessionStorage.getItem(SAID);
    sessionStorage.removeItem(SAID);
    if (said) this.say(said);
    this.hide("[data-fleeting]", canLock());
  }

  private onSubmit = (event: SubmitEvent): void => {
    const form = event.target as HTMLFormElement;
    if (!form.matches("[data-keep]") || saysNothing(form)) return;
    event.preventDefault();
    void this.keep(form, event.submitter);
  };

  private onClick = (event: Event): void => {
    const button = (event.target as Element).closest<HTMLElement>("[data-do]");
    const id = button?.closest<HTMLElement>("[data-refused]")?.dataset["refused"];
    if (!id) return;
    if (button.dataset["do"] === "again") void again(id);
    else if (button.dataset["do"] === "forget") void this.seen(id);
    else void this.change(id);
  };

  private onChange = (event: Event): void => {
    const form = (event.target as HTMLElement).closest<HTMLFormElement>("form[data-keep]");
    if (form) this.ask(form);
  };

  /** Give an opened line its form; it may be closed and opened again with what was typed. */
  private onToggle = (event: Event): void => {
    const line = event.target as HTMLDetailsElement;
    const slot = line.open ? line.querySelector<HTMLElement>("[data-slot]") : null;
    const sample = this.querySelector<HTMLTemplateElement>("template[data-form]");
    const thing = line.dataset["thing"];
    if (!slot || !sample || !thing || slot.querySelector("form")) return;
    slot.replaceChildren(sample.content.cloneNode(true));
    const form = slot.querySelector("form");
    const named = form?.elements.namedItem(this.dataset["key"] ?? "");
    if (named instanceof HTMLInputElement) named.value = thing;
    if (form) this.ask(form);
  };

  /** Keep what a form says and empty it for the next; resolves as soon as it is safe here. */
  async keep(form: HTMLFormElement, submitter: HTMLElement | null = null): Promise<void> {
    if (!this.isWhole(form)) return;
    const payload = payloadOf(form, submitter);
    const may = (this.dataset["open"] ?? "").split(" ");
    const open = Object.fromEntries(Object.entries(payload).filter(([name]) => may.includes(name)));
    const id = newId();
    this.ours.add(id);
    const files = filesOf(form);
    form.reset(); // before anything is waited for: a second tap finds nothing to send
    this.ask(form);
    const kind = this.dataset["kind"] ?? "";
    const url = (form.dataset["files"] ?? this.dataset["files"] ?? "").replace("{id}", id);
    for (const [field, file] of files) {
      const small = await shrink(file).catch(() => file); // it goes as it is
      const name = small === file ? file.name : "photo.jpg";
      await keepFile({ kind, item: id, url, field, name }, small);
    }
    if (this.dataset["remember"]) remember(kind, id);
    await put(kind, payload, id, canLock() ? payload : open);
    if (fails()) this.hide("[data-fleeting]", false);
  }

  /** Whether every field that is wanted has something; else the first one without is shown. */
  private isWhole(form: HTMLFormElement): boolean {
    const fields = [...form.elements] as HTMLInputElement[];
    const empty = fields.find((field) => !field.checkValidity());
    const words = form.querySelector<HTMLElement>("[data-empty]");
    if (words) words.hidden = !empty;
    empty?.focus();
    return !empty;
  }

  /** Show what a form asks only when another of its fields says so. */
  private ask(form: HTMLFormElement): void {
    form.querySelectorAll<HTMLElement>("[data-if]").forEach((part) => {
      const [name = "", value] = (part.dataset["if"] ?? "").split("=");
      const shown = new FormData(form).get(name) === value;
      part.hidden = !shown;
      part.querySelectorAll<HTMLInputElement>("input, select, textarea").forEach((field) => {
        field.required = shown;
        field.disabled = !shown;
      });
    });
  }

  private onAnswer(item: Item, answer: Answer, words: string): void {
    if (!this.isMine(item) || answer === "rejected" || answer === "conflict") return;
    this.answers.set(item.id, words);
  }

  private isMine(item: Item): boolean {
    if (item.kind !== this.dataset["kind"]) return false;
    const only = this.dataset["only"];
    return only === undefined || (item.payload as Payload)[this.dataset["key"] ?? ""] === only;
  }

  private async show(kept: Item[]): Promise<void> {
    this.now = kept;
    const mine = kept.filter((item) => this.isMine(item));
    const waiting = mine.filter((item) => item.state !== "refused");
    const held = new Set(mine.filter((item) => item.state === "refused" && item.answer !== "conflict").map(({ id }) => id));
    const files = await this.files();
    if (this.now !== kept) return; // somebody has begun to show what is newer
    const count = waiting.length + files.filter(({ why, item }) => !why && !held.has(item)).length;
    this.hide("[data-waiting]", count === 0);
    this.write("[data-count]", String(count));
    this.drawRefused([
      ...mine.filter((item) => item.state === "refused").map((item) => this.refusalOf(item)),
      ...files.filter(({ why }) => why).map(pictureRefused),
    ]);
    this.markThings(mine);
    this.drawSent(kept);
    if (waiting.length > 0) return;
    if (files.some(({ why }) => !why)) await this.bringFiles();
    const left = new Set((await this.files()).map(({ item }) => item));
    if (this.now !== kept) return;
    const gone = [...this.answers].filter(([id]) => !kept.some((item) => item.id === id));
    if (gone.length === 0 || gone.some(([id]) => left.has(id))) return;
    this.answers.clear();
    await this.leave(gone);
  }

  private async files(): Promise<Waiting[]> {
    return this.dataset["files"] === undefined ? [] : waitingFiles(this.dataset["kind"] ?? "");
  }

  /** Send the pictures whose words are there. */
  private async bringFiles(): Promise<void> {
    const before = await this.files();
    if (before.length === 0) return;
    await sendFiles();
    const after = await this.files();
    if (toSend(after) < toSend(before)) void this.show([...this.now]);
  }

  /** Go on to what the server knows now; never away from words that somebody is typing. */
  private async leave(gone: [string, string][]): Promise<void> {
    const sent = this.querySelector<HTMLElement>("[data-said]")?.dataset["sent"] ?? "";
    const words = gone.map(([, said]) => said).find(Boolean) ?? sent;
    const [last] = gone.filter(([id]) => this.ours.has(id)).slice(-1);
    const done = last && this.dataset["done"]?.replace("{id}", last[0]);
    if (this.isTyping()) {
      this.say(words);
      return;
    }
    sessionStorage.setItem(SAID, words);
    if ("caches" in window) {
      const pages = await caches.open(PAGES);
      for (const url of [location.href, done]) if (url) await pages.delete(url);
    }
    if (done) location.assign(done);
    else location.reload();
  }

  private isTyping(): boolean {
    return this.forms().some((form) =>
      [...form.querySelectorAll<HTMLInputElement>("input:not([type=hidden]), textarea")].some(
        (field) => field.value !== field.defaultValue,
      ),
    );
  }

  private drawRefused(refusals: Refusal[]): void {
    const list = this.querySelector<HTMLElement>("[data-refusals]");
    const sample = this.querySelector<HTMLTemplateElement>("template[data-refusal]");
    if (!list || !sample) return;
    list.replaceChildren(
      ...refusals.map(({ id, what, why, isFile }) => {
        const line = sample.content.firstElementChild!.cloneNode(true) as HTMLElement;
        line.dataset["refused"] = id;
        fill(line, "[data-what]", what);
        if (why) fill(line, "[data-why]", why);
        const hidden = { change: isFile || !this.onlyForm(), again: isFile };
        for (const [name, off] of Object.entries(hidden)) {
          const button = line.querySelector<HTMLElement>(`[data-do="${name}"]`);
          if (button) button.hidden = off;
        }
        return line;
      }),
    );
  }

  private refusalOf(item: Item): Refusal {
    return { id: item.id, what: this.nameOf(item), why: item.message, isFile: false };
  }

  /** List what was sent from this phone before, for whoever has no other way to it. */
  private drawSent(kept: Item[]): void {
    const list = this.querySelector<HTMLElement>("[data-sent-list]");
    const sample = list?.querySelector("template");
    if (!list || !sample) return;
    const here = new Set(kept.map(({ id }) => id));
    const sent = remembered(this.dataset["kind"] ?? "").filter(({ id }) => !here.has(id));
    list.querySelectorAll("[data-sent-one]").forEach((line) => line.remove());
    for (const { id, at } of sent) {
      const line = sample.content.firstElementChild!.cloneNode(true) as HTMLAnchorElement;
      line.dataset["sentOne"] = id;
      line.href = (this.dataset["remember"] ?? "").replace("{id}", id);
      fill(line, "time", new Date(at).toLocaleString(document.documentElement.lang, MOMENT));
      list.append(line);
    }
    list.hidden = sent.length === 0;
  }

  /** What a person calls the thing an item is about. */
  private nameOf(item: Item): string {
    const payload = item.payload as Payload;
    const thing = this.thing(payload[this.dataset["key"] ?? ""] ?? "");
    const name = thing?.querySelector("b")?.textContent ?? payload["text"] ?? payload["words"] ?? payload["name"] ?? "";
    return name.trim().slice(0, 40);
  }

  private thing(id: string): HTMLElement | null {
    return id ? this.querySelector<HTMLElement>(`[data-thing="${CSS.escape(id)}"]`) : null;
  }

  private markThings(mine: Item[]): void {
    const key = this.dataset["key"] ?? "";
    const about = new Map(mine.map((item) => [(item.payload as Payload)[key], item]));
    this.querySelectorAll<HTMLElement>("[data-thing]").forEach((thing) => {
      const item = about.get(thing.dataset["thing"]);
      const waits = item !== undefined && item.state !== "refused";
      const note = thing.querySelector<HTMLElement>("[data-kept]");
      if (note) note.hidden = !waits;
      const slot = thing.querySelector<HTMLElement>("[data-slot]");
      if (slot) slot.hidden = waits;
    });
  }

  /** Put a refused item back into the page's form, to be put right and kept anew. */
  private async change(id: string): Promise<void> {
    const item = (await items()).find((one) => one.id === id);
    const form = this.onlyForm();
    if (!item || !form) return;
    const whole = putBack(form, item.payload as Payload, await keptFiles(id));
    this.ask(form);
    if (whole) await this.seen(id);
    form.querySelector<HTMLElement>("textarea, input:not([type=hidden])")?.focus();
  }

  /** Put away what was refused; what the server keeps beside another word still gets its picture. */
  private async seen(id: string): Promise<void> {
    const item = this.now.find((one) => one.id === id);
    if (item?.answer !== "conflict") await forgetFiles(id);
    if (item && item.answer !== "conflict") forgetSent(item.kind, id);
    await forget(id);
  }

  /** The form in which something refused can be put right; none where each thing has its own. */
  private onlyForm(): HTMLFormElement | undefined {
    return this.dataset["key"] ? undefined : this.forms()[0];
  }

  private forms(): HTMLFormElement[] {
    return [...this.querySelectorAll<HTMLFormElement>("form[data-keep]")];
  }

  private say(words: string): void {
    this.write("[data-said]", words);
    this.hide("[data-said]", words === "");
  }

  private write(where: string, words: string): void {
    fill(this, where, words);
  }

  private hide(where: string, hidden: boolean): void {
    const part = this.querySelector<HTMLElement>(where);
    if (part) part.hidden = hidden;
  }
}

function pictureRefused({ item, why }: Waiting): Refusal {
  return { id: item, what: "", why: why.trim(), isFile: true };
}

/** How many files wait to be sent. */
const toSend = (files: Waiting[]): number => files.filter(({ why }) => !why).length;

function fill(within: Element, where: string, words: string): void {
  const spot = within.querySelector(where);
  if (spot) spot.textContent = words;
}

customElements.define("dx-kept", Kept);
startOutbox();
