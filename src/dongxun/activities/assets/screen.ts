/** `<dx-screen>`: changes the code every ten seconds, from codes fetched ahead of time. */

interface Code {
  since: number;
  side: number;
  path: string;
  digits: string;
}

interface Ahead {
  now: number;
  step: number;
  codes: Code[];
}

const FETCH_MS = 60_000;
const TICK_MS = 250;

/**
 * Shows the code whose time it is by the server's clock. Without network it goes on with
 * the codes it holds, ten minutes at most, and says so.
 *
 * @example
 *   <dx-screen data-url="/console/sessions/7/codes/">...</dx-screen>
 */
export class Screen extends HTMLElement {
  private ahead: Code[] = [];
  private step = 10_000;
  private offset = 0;
  private shown = 0;
  private timers: number[] = [];

  connectedCallback(): void {
    void this.fetchAhead();
    this.timers = [
      window.setInterval(() => void this.fetchAhead(), FETCH_MS),
      window.setInterval(() => this.tick(), TICK_MS),
    ];
  }

  disconnectedCallback(): void {
    this.timers.forEach((timer) => clearInterval(timer));
  }

  /** Fetch the next ten minutes of codes; keep the old ones when that fails. */
  async fetchAhead(): Promise<void> {
    try {
      const answer = await fetch(this.dataset["url"] ?? "", {
        cache: "no-store",
        headers: { "X-Asked-By-Itself": "1" },
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const body = (await answer.json()) as Ahead;
      this.offset = body.now - Date.now();
      this.step = body.step;
      this.ahead = body.codes;
      this.show("offline", false);
      this.show("over", false);
    } catch {
      this.show("offline", true);
    }
  }

  private tick(): void {
    const now = Date.now() + this.offset;
    const code = this.ahead.find((one) => one.since <= now && now < one.since + this.step);
    if (!code) {
      if (this.ahead.length) this.show("over", true);
      return;
    }
    const left = this.querySelector(".qr-ring .left");
    const percent = 100 - Math.floor(((now - code.since) * 100) / this.step);
    left?.setAttribute("stroke-dasharray", `${percent} 100`);
    if (code.since !== this.shown) this.put(code);
  }

  private put(code: Code): void {
    this.shown = code.since;
    const picture = this.querySelector(".qr-box > svg:not(.qr-ring)");
    picture?.setAttribute("viewBox", `0 0 ${code.side} ${code.side}`);
    picture?.querySelector("path")?.setAttribute("d", code.path);
    const digits = this.querySelector("[data-digits]");
    if (digits) digits.textContent = `${code.digits.slice(0, 3)} ${code.digits.slice(3)}`;
  }

  private show(name: "offline" | "over", on: boolean): void {
    const note = this.querySelector<HTMLElement>(`[data-${name}]`);
    if (note) note.hidden = !on;
  }
}

customElements.define("dx-screen", Screen);
