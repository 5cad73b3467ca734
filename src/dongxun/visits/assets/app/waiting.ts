/** 待上传: every record and photo that is only on this phone, and the last that were sent. */
import type { Item } from "../../../kit/assets/lib/outbox.ts";
import { copy, one, slot, words } from "./dom.ts";
import { NO_WORDS, type Waiting } from "./photos.ts";
import type { Sent } from "./store.ts";
import { clockTime } from "./today.ts";

const KINDS = ["visit_step", "visit_done", "receipt", "need", "photo", "voice"];
const STATES = ["waiting", "sending", "sent", "refused", "failed"];
const LOOKS = ["tag-warn", "tag-info", "tag-ok", "tag-bad", "tag-warn"];

interface Line {
  id: string;
  kind: string;
  state: string;
  why: string;
  at: string;
  share: string;
}

/**
 * Draw the list; `refused` lines can be put away once they were read.
 *
 * `known` is undefined until the phone has been looked through: nothing is claimed before.
 */
export function renderWaiting(
  app: HTMLElement,
  view: HTMLElement,
  known: Item[] | undefined,
  photos: Waiting[],
  sent: Sent[],
): void {
  const items = known ?? [];
  const open = items.length + photos.length;
  const title = slot(view, "waiting");
  title.textContent = words(title, open ? "some" : known ? "none" : "looking", { n: open });
  const list = one(view, "[data-items]");
  const kinds = (list.dataset["kinds"] ?? "").split("|");
  const states = (list.dataset["states"] ?? "").split("|");
  const lines = [...items.map(itemLine), ...photos.map(photoLine), ...sent.slice(0, 20).map(sentLine)];
  list.replaceChildren(
    ...lines.map((line) => {
      const element = copy(app, "item");
      element.dataset["item"] = line.id;
      element.dataset["kind"] = line.kind;
      const state = STATES.indexOf(line.state);
      slot(element, "what").textContent = kinds[KINDS.indexOf(line.kind)] ?? "";
      slot(element, "why").textContent = [clockTime(line.at), line.why].filter(Boolean).join(" · ");
      slot(element, "state").textContent = `${states[state] ?? ""}${line.share}`;
      slot(element, "state").classList.add(LOOKS[state] ?? "tag-warn");
      one(element, '[data-do="forget"]').hidden = line.state !== "refused";
      one(element, '[data-do="again"]').hidden = line.state !== "refused" || line.kind === "voice";
      return element;
    }),
  );
  list.hidden = lines.length === 0;
  one(view, '[data-do="send"]').hidden = open === 0;
}

function itemLine({ id, kind, state, message, created }: Item): Line {
  return { id, kind, state, why: message, at: created, share: "" };
}

function photoLine({ id, taken, sent, size, message, kind = "photo" }: Waiting): Line {
  const share = sent > 0 && !message ? ` ${Math.floor((sent / size) * 100)}%` : "";
  const state = message ? "refused" : sent > 0 ? "sending" : "waiting";
  const why = message === NO_WORDS ? "" : message;
  return { id, kind, state, why, at: taken, share };
}

function sentLine({ id, kind, at }: Sent): Line {
  return { id, kind, state: "sent", why: "", at, share: "" };
}
