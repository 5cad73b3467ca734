/** `<dx-job>`: asks how far a long job is, after 2 seconds, then slower, up to every 10. */

const FIRST_MS = 2000;
const LAST_MS = 10_000;
const SLOWER = 1.3;

/**
 * Its URL answers with the same element; it replaces itself until the state is final.
 *
 * @example
 *   <dx-job data-url="/imports/7/job/" data-state="running">...</dx-job>
 */
export class Job extends HTMLElement {
  private timer = 0;
  private pause = FIRST_MS;

  connectedCallback(): void {
    this.schedule();
  }

  disconnectedCallback(): void {
    clearTimeout(this.timer);
  }

  private get isOver(): boolean {
    return ["done", "failed", "cancelled"].includes(this.dataset["state"] ?? "");
  }

  private schedule(): void {
    if (!this.isOver) this.timer = window.setTimeout(() => void this.ask(), this.pause);
  }

  /** Fetch the fragment and take over its content and state. */
  async ask(): Promise<void> {
    this.pause = Math.min(this.pause * SLOWER, LAST_MS);
    const fresh = await this.fetchFresh();
    if (fresh) {
      this.dataset["state"] = fresh.dataset["state"] ?? "";
      this.replaceChildren(...fresh.childNodes);
      if (this.isOver) this.dispatchEvent(new CustomEvent("dx:job-over", { bubbles: true }));
    }
    if (this.isConnected) this.schedule();
  }

  private async fetchFresh(): Promise<HTMLElement | null> {
    try {
      const answer = await fetch(this.dataset["url"] ?? "", {
        headers: { "HX-Request": "true", "X-Asked-By-Itself": "1" },
      });
      if (!answer.ok) return null;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      return page.querySelector<HTMLElement>("dx-job");
    } catch {
      return null;
    }
  }
}

customElements.define("dx-job", Job);
