/** `<dx-live>`: a page that hears what happens in a class, and sends words without going away. */
import { Reader, type Answer, type Happening } from "./events.ts";
import { edgeAddress } from "../../../kit/assets/lib/edge.ts";
import { attach } from "../../../library/assets/lesson/video.ts";
import { renewToken } from "../../../kit/assets/lib/token.ts";

const ASK_MS = 4_000;
const SELDOM_MS = 60_000;
const COMES_MS = 6_000;
const SPREAD_MS = 10_000;
const MOST_WORDS = 200;
const STALE_FORM = 409;

/**
 * Without it the page is read anew by hand, and the form sends itself.
 *
 * @example
 *   <dx-live data-events="/live/7/events/" data-last="12">
 *     <ol data-words></ol><template data-word-shape>...</template>
 *   </dx-live>
 */
export class LiveRoom extends HTMLElement {
  private reader!: Reader;
  private timer = 0;
  private coming = 0;
  private ticking = 0;
  private isStale = false;
  private stream: EventSource | undefined;

  connectedCallback(): void {
    const last = Number(this.dataset["last"] ?? 0);
    this.reader = new Reader(this.dataset["events"] ?? "", last, this.take, this.count);
    this.addEventListener("submit", this.onSubmit);
    this.addEventListener("click", this.onClick);
    document.addEventListener("visibilitychange", this.onShow);
    this.scrollDown();
    this.play();
    this.ticking = window.setInterval(this.showLost, 1000);
    if (this.isPictureComing()) this.renewSoon();
    if (this.dataset["edge"]) void this.askAgain();
    else this.wait();
  }

  disconnectedCallback(): void {
    this.removeEventListener("submit", this.onSubmit);
    this.removeEventListener("click", this.onClick);
    document.removeEventListener("visibilitychange", this.onShow);
    clearTimeout(this.timer);
    clearTimeout(this.coming);
    clearInterval(this.ticking);
    this.stream?.close();
  }

  /** With a stream the server is asked seldom; the console always, for what waits there. */
  private wait(): void {
    clearTimeout(this.timer);
    const isHeard = this.stream?.readyState === EventSource.OPEN && !("console" in this.dataset);
    this.timer = window.setTimeout(() => void this.askAgain(), isHeard ? SELDOM_MS : ASK_MS);
  }

  /** Let the edge tell us; where it is not, the browser tries again and we go on asking. */
  private listen(ticket: string): void {
    if (this.stream && this.stream.readyState !== EventSource.CLOSED) return;
    const address = edgeAddress(this.dataset["edge"] ?? "", "live");
    this.stream = new EventSource(`${address}?t=${ticket}&after=${this.reader.last}`);
    this.stream.addEventListener("open", () => this.wait());
    this.stream.addEventListener("error", () => this.wait());
    this.stream.addEventListener("gap", () => void this.reader.ask());
    this.stream.addEventListener("message", (message: MessageEvent<string>) => {
      const isWhole = this.reader.hear([JSON.parse(message.data) as Happening]);
      if (!isWhole) void this.reader.ask();
    });
  }

  private async askAgain(): Promise<void> {
    if (document.visibilityState === "visible") await this.reader.ask();
    this.wait();
  }

  private onShow = (): void => {
    clearTimeout(this.coming);
    const isSeen = document.visibilityState === "visible";
    if (isSeen) void this.askAgain();
    if (isSeen && this.isStale) void this.renew();
    else if (this.isPictureComing()) this.renewSoon();
  };

  /** "What is new?" reads the page anew; that would stop the class, so here only words are asked for. */
  private onClick = (event: MouseEvent): void => {
    if ("console" in this.dataset || !(event.target as Element).closest("[data-again]")) return;
    event.preventDefault();
    void this.askAgain();
  };

  private take = (event: Happening): void => {
    if (event.kind === "say") this.addWord(event);
    else if (event.kind === "hide") this.querySelector(`[data-word="${event.id}"]`)?.remove();
    else if (event.kind === "pin") this.showPinned(event.text ?? "", event.mark ?? "");
    else if (event.kind === "state") this.changeState(event.state ?? "");
    else this.changePicture(event.lost ?? "");
  };

  /** The answer brings a ticket for the edge, and to the console who watches and how much waits. */
  private count = (answer: Answer): void => {
    if (this.dataset["edge"] && answer.ticket) this.listen(answer.ticket);
    for (const [name, words] of Object.entries(answer.watching ?? {})) {
      for (const place of document.querySelectorAll(`[data-watching="${name}"]`)) place.textContent = words;
    }
    const again = this.querySelector<HTMLElement>("[data-again][data-new]");
    if (!again || answer.waiting === undefined) return;
    const fresh = answer.waiting - Number(again.dataset["waiting"] ?? 0);
    again.classList.toggle("is-new", fresh > 0);
    if (fresh > 0) again.textContent = (again.dataset["new"] ?? "").replace("#", String(fresh));
  };

  private addWord(event: Happening): void {
    const list = this.querySelector<HTMLElement>("[data-words]");
    const shape = this.querySelector<HTMLTemplateElement>("[data-word-shape]");
    if (!list || !shape || list.querySelector(`[data-word="${event.id}"]`)) return;
    const row = shape.content.firstElementChild!.cloneNode(true) as HTMLElement;
    row.dataset["word"] = event.id;
    row.classList.toggle("is-question", event.question === true);
    row.querySelector("b")!.textContent = event.name ?? "";
    row.querySelector("time")!.textContent = event.at ?? "";
    row.querySelector<HTMLElement>(".tag")!.hidden = event.question !== true;
    row.querySelector(".read")!.textContent = event.text ?? "";
    const isDown = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
    list.append(row);
    while (list.children.length > MOST_WORDS) list.firstElementChild!.remove();
    this.querySelector<HTMLElement>("[data-quiet]")!.hidden = true;
    if (isDown) this.scrollDown();
  }

  /** Give each picture of the page its pieces; one that plays is left alone. */
  private play(): void {
    for (const played of this.querySelectorAll<HTMLVideoElement>("[data-play][data-src]")) {
      const src = played.dataset["src"] ?? "";
      delete played.dataset["src"];
      void attach(played, src, true);
    }
  }

  /** The picture went, or is back: the player goes on by itself, a page without one gets it. */
  private changePicture(lost: string): void {
    const words = this.querySelector<HTMLElement>("[data-lost]");
    if (words) {
      words.hidden = lost === "";
      words.dataset["since"] = lost;
      this.showLost();
    }
    for (const said of this.querySelectorAll<HTMLElement>("[data-camera]")) {
      said.hidden = (said.dataset["camera"] === "here") === (lost !== "");
    }
    if (!lost && !this.querySelector("[data-play]")) this.renewSoon();
  }

  private showLost = (): void => {
    const words = this.querySelector<HTMLElement>("[data-lost]");
    const since = words?.dataset["since"] ?? "";
    if (!words || !since) return;
    const seconds = Math.max(0, Math.round((Date.now() - Date.parse(since)) / 1000));
    words.querySelector("span")!.textContent = (this.dataset["lost"] ?? "").replace("#", String(seconds));
  };

  private scrollDown(): void {
    const list = this.querySelector("[data-words]");
    if (list) list.scrollTop = list.scrollHeight;
  }

  private showPinned(words: string, mark: string): void {
    const place = this.querySelector<HTMLElement>("[data-pinned]");
    if (!place) return;
    const said = place.querySelector("span")!;
    this.fillPin(said.textContent, words, mark);
    place.hidden = words === "";
    said.textContent = words;
  }

  /** Whoever has typed nothing yet writes the next notice having seen this one. */
  private fillPin(before: string, words: string, mark: string): void {
    const form = this.querySelector("[data-pin]");
    const typed = form?.querySelector<HTMLInputElement>('[name="words"]');
    const version = form?.querySelector<HTMLInputElement>('[name="version"]');
    if (!typed || !version || typed.value !== before) return;
    typed.value = words;
    version.value = mark;
  }

  /** The page anew in a moment: one timer however often it is wanted, none while nobody looks. */
  private renewSoon(): void {
    if (!this.isStale) this.renewIn(COMES_MS);
  }

  /** That a class began or ended is said at once, in words the page has; the rest comes with the page anew. */
  private changeState(state: string): void {
    const words = this.querySelector<HTMLTemplateElement>(`template[data-at="${state}"]`);
    const stage = this.querySelector("[data-stage]");
    if (words && stage && state !== this.dataset["state"]) {
      stage.replaceWith(words.content.cloneNode(true));
      this.dataset["state"] = state;
    }
    this.renewSpread();
  }

  /** Every open page hears it at once: each is read anew at a moment of its own, a hidden one when seen. */
  private renewSpread(): void {
    if ("console" in this.dataset) return;
    this.isStale = true;
    this.renewIn(Math.random() * SPREAD_MS);
  }

  private renewIn(ms: number): void {
    clearTimeout(this.coming);
    if (document.visibilityState !== "visible") return;
    this.coming = window.setTimeout(() => void this.renew(), ms);
  }

  /** The class began, ended or changed: the stage and the form anew, what was typed stays. */
  private async renew(): Promise<void> {
    if ("console" in this.dataset) return;
    clearTimeout(this.coming);
    const answer = await fetch(window.location.href).catch(() => undefined);
    if (!this.isConnected) return;
    if (this.isStale && (!answer || answer.status >= 500)) return this.renewSpread();
    this.isStale = false;
    if (answer?.ok) this.replaceParts(await answer.text());
    if (this.isPictureComing()) this.renewSoon();
  }

  private replaceParts(text: string): void {
    const page = new DOMParser().parseFromString(text, "text/html");
    for (const part of ["[data-stage]", "[data-talk]"]) {
      const [here, there] = [this.querySelector(part), page.querySelector(part)];
      const keeps = part === "[data-talk]" && here?.querySelector("form") && there?.querySelector("form");
      if (here && there && !keeps) here.replaceWith(document.adoptNode(there));
    }
    this.play();
  }

  /** Whether the camera sends and its first pieces are not here yet; without one an event tells. */
  private isPictureComing(): boolean {
    return this.querySelector("[data-coming]") !== null;
  }

  private onSubmit = (event: SubmitEvent): void => {
    const form = event.target as HTMLFormElement;
    if (!form.matches("[data-say]")) return;
    event.preventDefault();
    void this.send(form, (event.submitter as HTMLButtonElement | null)?.value ?? "chat");
  };

  private async send(form: HTMLFormElement, kind: string, again = true): Promise<void> {
    const body = new FormData(form);
    body.set("kind", kind);
    const status = form.querySelector<HTMLElement>("[data-answer]")!;
    const headers = { Accept: "application/json" };
    const answer = await fetch(form.action, { method: "POST", body, headers }).catch(() => undefined);
    if (answer?.status === STALE_FORM && again && !answer.headers.get("Content-Type")?.includes("json")) {
      const token = await renewToken();
      form.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")!.value = token;
      return this.send(form, kind, false);
    }
    if (!answer?.headers.get("Content-Type")?.includes("json")) {
      status.textContent = this.dataset["failed"] ?? "";
      return;
    }
    const said = (await answer.json()) as { state: string; words: string; next: string };
    if (said.state) {
      form.querySelector<HTMLInputElement>("[name=id]")!.value = said.next;
      form.querySelector<HTMLInputElement>("[name=text]")!.value = "";
      status.textContent = (said.state === "shown" ? "" : this.dataset["waits"]) ?? "";
      await this.reader.ask();
    } else status.textContent = said.words;
  }
}

customElements.define("dx-live", LiveRoom);
