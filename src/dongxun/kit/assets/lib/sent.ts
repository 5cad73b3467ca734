/** Which records were sent from this phone: their ids and moments, never what they say. */

export interface Sent {
  id: string;
  at: number;
}

const MOST = 20;
const DAYS = 90;

/** Return what was recorded of a kind, newest first; what is older than 90 days is forgotten. */
export function remembered(kind: string): Sent[] {
  try {
    const found = JSON.parse(localStorage.getItem(`dx-sent:${kind}`) ?? "[]") as Sent[];
    return found.filter(({ at }) => Date.now() - at < DAYS * 24 * 3600 * 1000);
  } catch {
    return [];
  }
}

/** Note that something of a kind was recorded here. */
export function remember(kind: string, id: string): void {
  write(kind, [{ id, at: Date.now() }, ...remembered(kind)].slice(0, MOST));
}

/** Note that the server never took it: nothing can be seen of it. */
export function forgetSent(kind: string, id: string): void {
  write(kind, remembered(kind).filter((one) => one.id !== id));
}

function write(kind: string, all: Sent[]): void {
  try {
    localStorage.setItem(`dx-sent:${kind}`, JSON.stringify(all));
  } catch {
    /* the code on the page is all there is then */
  }
}
