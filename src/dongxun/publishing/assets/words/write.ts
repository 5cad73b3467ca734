/** `<dx-words>`: the form of a few words; what is written is safe on the phone before it is sent. */
import { newId } from "../../../kit/assets/lib/ids.ts";
import { keepFile, sendFiles, waitingFiles } from "../../../kit/assets/lib/files.ts";
import { flush, heard, put, type Answer, type Item } from "../../../kit/assets/lib/outbox.ts";

export const KIND = "member_note";

type What = "picture" | "sound";

/**
 * Every writing is an item of the outbox (kind `member_note`); a page that was kept offline may be
 * used again and again, so ids are minted here and not by the page.
 *
 * @example
 *   <dx-words data-person="3" data-done="/words/mine/" data-kept="..."><form>...</form></dx-words>
 */
export class Words extends HTMLElement {
  private sent = "";
  private isKeeping = false;

  connectedCallback(): void {
    this.addEventListener("submit", this.onSubmit);
    heard((item, answer) => void this.onAnswer(item, answer));
  }

  disconnectedCallback(): void {
    this.removeEventListener("submit", this.onSubmit);
  }

  private onSubmit = (event: Event): void => {
    event.preventDefault();
    if (this.isKeeping) return; // a second tap: the words are kept once
    this.isKeeping = true;
    void this.keep(event.target as HTMLFormElement).finally(() => (this.isKeeping = false));
  };

  private async keep(form: HTMLFormElement): Promise<void> {
    const typed = new FormData(form);
    const said = (name: string): string => String(typed.get(name) ?? "").trim();
    if (!said("text")) {
      this.say(this.dataset["empty"] ?? "");
      form.querySelector<HTMLElement>("[name=text]")?.focus();
      return;
    }
    const id = newId();
    const note = this.dataset["changed"] ? said("note") : id;
    const files = (["picture", "sound"] satisfies What[])
      .flatMap((what) => typed.getAll(what).map((file) => [what, file] as const))
      .filter((found): found is [What, File] => found[1] instanceof Blob && found[1].size > 0);
    if (files.filter(([what]) => what === "picture").length > Number(this.dataset["picturesMost"] || Infinity)) {
      this.say(this.dataset["picturesMany"] ?? "");
      return;
    }
    const large = files.find(([what, file]) => file.size > this.most(what));
    if (large) {
      this.say(this.dataset[`${large[0]}Large`] ?? "");
      form.querySelector<HTMLElement>(`[name=${large[0]}]`)?.focus();
      return;
    }
    const person = this.dataset["person"] ?? "";
    let stays = true;
    for (const [place, [what, file]] of files.entries()) {
      const about = { kind: KIND, item: id, url: `/words/${note}/${what}/`, field: what, name: file.name };
      stays = (await keepFile({ ...about, place, person }, file)) && stays;
    }
    const payload = {
      note,
      person,
      kind: said("kind"),
      text: said("text"),
      audience: said("audience"),
      topic: said("topic") || null,
      bases: said("bases").split(" ").filter(Boolean),
      thread: said("thread") || null,
      reply_to: said("reply_to") || null,
      about_kind: said("about_kind"),
      about: said("about") || null,
      occurred_at: new Date().toISOString(),
    };
    this.sent = id;
    await put(KIND, payload, id);
    this.say(this.dataset[stays ? "kept" : "fleeting"] ?? "");
    form.querySelector<HTMLTextAreaElement>("[name=text]")!.value = "";
    for (const chosen of form.querySelectorAll<HTMLInputElement>("[type=file]")) chosen.value = "";
  }

  /** Sent: go on to where it can be seen; refused: say why, the words stay on this phone. */
  private async onAnswer(item: Item, answer: Answer): Promise<void> {
    if (item.kind !== KIND) return;
    const taken = answer !== "rejected" && answer !== "conflict";
    await flush(); // to its end: until then the item lies here, and its files wait for it
    await sendFiles();
    if (item.id !== this.sent) return;
    const refused = (await waitingFiles(KIND)).some((file) => file.item === item.id && file.why);
    const isWhole = taken && !refused;
    location.assign(isWhole ? (this.dataset["done"] ?? "/words/mine/") : "/words/mine/");
  }

  /** How many bytes the server takes of it; any number where the page does not say. */
  private most(what: What): number {
    return Number(this.dataset[`${what}Most`] || Infinity);
  }

  private say(words: string): void {
    const status = this.querySelector("[data-status]");
    if (status) status.textContent = words;
  }
}

customElements.define("dx-words", Words);
