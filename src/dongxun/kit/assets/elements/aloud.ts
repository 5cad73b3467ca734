/**
 * `<dx-aloud hidden>`: a button that reads a part of the page out, by the voice of the device.
 *
 * Nothing is loaded. Where the device has no Chinese voice the button stays hidden.
 *
 * @example
 *   <section><h2>…</h2><dx-aloud hidden data-stop="停"><button type="button">念给我听</button></dx-aloud></section>
 */
const PARTS = "legend, h2, label.tick, li, .banner, .read";

export class Aloud extends HTMLElement {
  #words = "";

  connectedCallback(): void {
    if (!("speechSynthesis" in window)) return;
    speechSynthesis.addEventListener("voiceschanged", this.#look);
    this.addEventListener("click", this.#press);
    this.#look();
  }

  disconnectedCallback(): void {
    if (!("speechSynthesis" in window)) return;
    speechSynthesis.removeEventListener("voiceschanged", this.#look);
    this.removeEventListener("click", this.#press);
    if (this.#isReading) this.#stop();
  }

  get #button(): HTMLButtonElement | null {
    return this.querySelector("button");
  }

  get #isReading(): boolean {
    return this.dataset["reading"] !== undefined;
  }

  get #voice(): SpeechSynthesisVoice | undefined {
    return speechSynthesis.getVoices().find((voice) => /^(zh|cmn)/i.test(voice.lang));
  }

  #look = (): void => {
    this.hidden = this.#voice === undefined;
  };

  #press = (): void => {
    if (this.#isReading) this.#stop();
    else this.#start();
  };

  #start(): void {
    this.#words = (this.#button?.textContent ?? "").trim();
    for (const other of document.querySelectorAll<Aloud>("dx-aloud")) other.#show(false);
    speechSynthesis.cancel();
    const said = new SpeechSynthesisUtterance(this.#text());
    said.voice = this.#voice ?? null;
    said.lang = said.voice?.lang ?? "zh-CN";
    said.rate = 0.9;
    said.addEventListener("end", () => this.#show(false));
    said.addEventListener("error", () => this.#show(false));
    this.#show(true);
    speechSynthesis.speak(said);
  }

  #stop(): void {
    speechSynthesis.cancel();
    this.#show(false);
  }

  /** What stands around the button, part by part. */
  #text(): string {
    const around = this.closest("section") ?? document.body;
    const parts = [...around.querySelectorAll<HTMLElement>(PARTS)];
    const outer = parts.filter((part) => !part.parentElement?.closest(PARTS) && !part.closest("[hidden]"));
    return outer.map((part) => (part.textContent ?? "").replace(/\s+/g, " ").trim()).join("。");
  }

  #show(isReading: boolean): void {
    const button = this.#button;
    if (!button) return;
    this.toggleAttribute("data-reading", isReading);
    const label = button.querySelector("span") ?? button;
    if (this.#words) label.textContent = isReading ? (this.dataset["stop"] ?? this.#words) : this.#words;
  }
}

customElements.define("dx-aloud", Aloud);
