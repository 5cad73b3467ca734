/** `<dx-lesson>`: chapters to hear, read or watch; remembers each place and what is through. */
import { items, watch } from "../../../kit/assets/lib/outbox.ts";
import { keepPlace, refusedEnds, waitingPlace, type Refused } from "./progress.ts";
import { controls } from "./player.ts";
import { canKeep, dropLeftOver, isKept, isWhole, keep } from "./kept.ts";
import { attach } from "./video.ts";
import { beat } from "./beat.ts";
import { known, remember, unend } from "./memory.ts";

const EVERY_MS = 12_000;
const NEARLY_S = 2;

/**
 * Saves the place every 12 seconds of playing (`beat.ts`), at a pause and on leaving (`progress.ts`).
 *
 * @example
 *   <dx-lesson data-lesson="7" data-person="3" data-form="audio" data-as-of="2027-01-14T08:00:00Z">
 *     <section data-chapter="9" data-at="731" data-src="..." data-seconds="1260">...</section>
 *   </dx-lesson>
 */
export class Lesson extends HTMLElement {
  private saved = 0;
  private stop: (() => void) | undefined;

  connectedCallback(): void {
    this.stop = watch((kept) => {
      refusedEnds(kept).forEach((one) => this.onRefused(one));
    });
    this.addEventListener("submit", this.onSubmit);
    for (const chapter of this.chapters()) void this.begin(chapter);
    void this.offerKeeping();
    window.addEventListener("pagehide", this.onLeave);
    document.addEventListener("visibilitychange", this.onLeave);
  }

  disconnectedCallback(): void {
    this.stop?.();
    this.removeEventListener("submit", this.onSubmit);
    window.removeEventListener("pagehide", this.onLeave);
    document.removeEventListener("visibilitychange", this.onLeave);
  }

  private chapters(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>("[data-chapter]")];
  }

  private async begin(chapter: HTMLElement): Promise<void> {
    const name = chapter.dataset["chapter"] ?? "";
    const waiting = await waitingPlace(this.person, name);
    refusedEnds(await items()).forEach((one) => this.onRefused(one));
    const here = known(this.person, name, this.asOf);
    if (waiting?.ended || here?.ended) this.showEnded(chapter, true);
    const played = chapter.querySelector<HTMLMediaElement>("[data-play]");
    if (!played) return;
    const at = here?.at ?? waiting?.at ?? Number(chapter.dataset["at"] ?? 0);
    if (played instanceof HTMLVideoElement) await attach(played, chapter.dataset["src"] ?? "");
    this.follow(chapter, played, at);
    if (played instanceof HTMLAudioElement) {
      controls(played, Number(chapter.dataset["seconds"] ?? 0), this.words());
    }
  }

  private words(): Parameters<typeof controls>[2] {
    const said = (name: string): string => this.dataset[name] ?? "";
    return {
      play: said("playWords"),
      pause: said("pauseWords"),
      back: said("backWords"),
      on: said("onWords"),
      speed: said("speed"),
      place: said("placeWords"),
    };
  }

  private follow(chapter: HTMLElement, played: HTMLMediaElement, at: number): void {
    const goOn = (): void => {
      if (at > 0 && at < played.duration - NEARLY_S) played.currentTime = at;
    };
    if (played.readyState >= HTMLMediaElement.HAVE_METADATA) goOn(); // a kept sound is quick
    else played.addEventListener("loadedmetadata", goOn, { once: true });
    played.addEventListener("play", () => this.hushOthers(chapter));
    played.addEventListener("timeupdate", () => {
      this.showLine(chapter, played.currentTime);
      if (!played.paused && Date.now() - this.saved > EVERY_MS) void this.beat(chapter, played);
    });
    played.addEventListener("pause", () => void this.save(chapter, played));
    played.addEventListener("ended", () => void this.end(chapter, played.duration));
    played.addEventListener("error", () => this.say(this.dataset["broken"] ?? ""));
  }

  private hushOthers(chapter: HTMLElement): void {
    for (const other of this.chapters()) {
      if (other !== chapter) other.querySelector<HTMLMediaElement>("[data-play]")?.pause();
    }
    if (!("mediaSession" in navigator)) return;
    const title = chapter.querySelector("h2")?.textContent ?? document.title;
    navigator.mediaSession.metadata = new MediaMetadata({ title, album: document.title });
  }

  /** Mark the line that is being said, and keep it in sight. */
  private showLine(chapter: HTMLElement, at: number): void {
    const lines = [...chapter.querySelectorAll<HTMLElement>("[data-second]")];
    const now = lines.filter((line) => Number(line.dataset["second"]) <= at).at(-1);
    if (!now || now.classList.contains("is-now")) return;
    for (const line of lines) {
      line.classList.toggle("is-now", line === now);
      line.classList.toggle("is-past", Number(line.dataset["second"]) < Number(now.dataset["second"]));
    }
    const box = now.parentElement!;
    box.scrollTop = now.offsetTop - box.offsetTop - box.clientHeight / 2;
  }

  private onLeave = (): void => {
    if (document.visibilityState === "visible") return;
    for (const chapter of this.chapters()) {
      const played = chapter.querySelector<HTMLMediaElement>("[data-play]");
      if (played && !played.paused) void this.save(chapter, played);
    }
  };

  /** Tell the edge where we are; without it the place goes the way of all others. */
  private async beat(chapter: HTMLElement, played: HTMLMediaElement): Promise<void> {
    this.saved = Date.now();
    const { edge = "", ticket = "" } = this.dataset;
    const at = Math.floor(played.currentTime);
    const name = chapter.dataset["chapter"] ?? "";
    remember(this.person, name, at, false, this.asOf);
    const isKept = edge !== "" && (await beat(edge, ticket, name, at));
    if (!isKept) await this.save(chapter, played);
  }

  private async save(chapter: HTMLElement, played: HTMLMediaElement): Promise<void> {
    if (played.ended || played.currentTime === 0) return;
    this.saved = Date.now();
    await this.tell(chapter, played.currentTime, false);
  }

  private onSubmit = (event: Event): void => {
    const form = event.target as HTMLFormElement;
    const chapter = form.closest<HTMLElement>("[data-chapter]");
    if (!form.matches("[data-end]") || !chapter) return;
    event.preventDefault();
    void this.end(chapter, chapter.querySelector<HTMLMediaElement>("[data-play]")?.currentTime ?? 0);
  };

  /** A chapter is through: kept at once, sent when it can be. */
  private async end(chapter: HTMLElement, at: number): Promise<void> {
    if (this.hasAttribute("data-still")) return; // nothing counts today; the page says why
    this.say("");
    this.showEnded(chapter, true);
    await this.tell(chapter, at, true);
  }

  private showEnded(chapter: HTMLElement, is: boolean): void {
    chapter.querySelector<HTMLElement>("[data-done]")!.hidden = !is;
    const form = chapter.querySelector<HTMLElement>("[data-end]");
    if (form) form.hidden = is;
  }

  /** The server did not take that a chapter is through: it can be ended once more, and why is said. */
  private onRefused({ step, why }: Refused): void {
    const chapter = this.chapters().find((one) => one.dataset["chapter"] === step.chapter);
    if (!chapter || step.person !== this.person || "ended" in chapter.dataset) return;
    unend(step.person, step.chapter, step.occurred_at);
    if (known(step.person, step.chapter, this.asOf)?.ended) return; // it was told anew
    this.showEnded(chapter, false);
    this.say(why || (this.dataset["refused"] ?? ""));
  }

  private tell(chapter: HTMLElement, at: number, ended: boolean): Promise<void> {
    const { lesson = "", edition } = this.dataset;
    const whose = { lesson, person: this.person, ...(edition && { edition: Number(edition) }) };
    remember(this.person, chapter.dataset["chapter"] ?? "", at, ended, this.asOf);
    if (this.hasAttribute("data-still")) return Promise.resolve();
    return keepPlace(whose, chapter.dataset["chapter"] ?? "", at, ended);
  }

  /** When the server made this page; a kept one is older than what this phone knows. */
  private get asOf(): string {
    return this.dataset["asOf"] ?? "";
  }

  private get person(): string {
    return this.dataset["person"] ?? "";
  }

  /** Offer to keep the whole lesson here; one that lies here is brought up to date by itself. */
  private async offerKeeping(): Promise<void> {
    const offer = this.querySelector<HTMLButtonElement>("[data-keep]");
    if (!offer || !canKeep()) return;
    const page = location.pathname + location.search;
    const parts = (offer.dataset["keep"] ?? "").split(" ").filter(Boolean);
    const bring = async (): Promise<boolean> => {
      const done = await keep(page, this.dataset["title"] ?? document.title, parts);
      this.say((done ? this.dataset["kept"] : this.dataset["broken"]) ?? "");
      offer.hidden = done;
      return done;
    };
    if (await isWhole(page, parts)) {
      this.say(this.dataset["kept"] ?? "");
      return;
    }
    if ((await isKept(page)) && navigator.onLine && (await bring())) {
      await dropLeftOver(); // what only the edition before has played
      return;
    }
    offer.hidden = false;
    offer.addEventListener("click", () => {
      offer.disabled = true;
      void bring().finally(() => (offer.disabled = false));
    });
  }

  private say(words: string): void {
    const status = this.querySelector("[data-status]");
    if (status) status.textContent = words;
  }
}

customElements.define("dx-lesson", Lesson);
