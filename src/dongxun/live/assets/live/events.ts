/** What a page is told of a class: asked for every few seconds, each event once and in order. */

/** So many events the server answers at once; after as many there may be more. */
const MOST_AT_ONCE = 200;

/** One thing that happened; `seq` follows without a gap. */
export interface Happening {
  seq: number;
  kind: "say" | "hide" | "pin" | "state" | "picture";
  id?: string;
  name?: string;
  text?: string;
  question?: boolean;
  at?: string;
  lost?: string;
  state?: string;
  mark?: string;
}

/** What the server answers to a page that asks. */
export interface Answer {
  events: Happening[];
  last: number;
  waiting?: number;
  watching?: Record<"now" | "ever" | "venues" | "people", string>;
  ticket?: string;
}

/** Keeps the number of the last event, so that nothing is missed and nothing comes twice. */
export class Reader {
  constructor(
    private readonly address: string,
    public last: number,
    private readonly take: (event: Happening) => void,
    private readonly also: (answer: Answer) => void = () => undefined,
  ) {}

  /** Take events as they come; false when one is missing before them. */
  hear(events: Happening[]): boolean {
    for (const event of events) {
      if (event.seq <= this.last) continue;
      if (event.seq > this.last + 1) return false;
      this.last = event.seq;
      this.take(event);
    }
    return true;
  }

  /** Ask for what is new; false when there is no network. */
  async ask(): Promise<boolean> {
    try {
      const joint = this.address.includes("?") ? "&" : "?";
      const answer = await fetch(`${this.address}${joint}after=${this.last}`, {
        headers: { Accept: "application/json" },
      });
      if (!answer.ok) return false;
      const found = (await answer.json()) as Answer;
      this.hear(found.events);
      this.also(found);
      return found.events.length < MOST_AT_ONCE || this.ask();
    } catch {
      return false;
    }
  }
}
