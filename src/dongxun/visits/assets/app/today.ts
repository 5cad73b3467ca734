/** 今天: the sketch, the home to go to now, those after it, and those behind us. */
import type { Item } from "../../../kit/assets/lib/outbox.ts";
import { copy, one, say, slot, words } from "./dom.ts";
import { isBegun, isOver, type Door, type Round, type Route, type Stop } from "./model.ts";
import { sketch } from "./sketch.ts";

/** What the page shows. `waiting` are the ids of items still on this phone. */
export interface State {
  route: Route | undefined;
  doors: Record<string, Door>;
  order: string[];
  waiting: Item[];
  chosen: string | undefined;
  reordering: boolean;
  failed: boolean;
  loaded: boolean;
}

/** Return all homes of today in the order in which this visitor goes. */
export function ordered(state: State, round: Round): Stop[] {
  const place = (stop: Stop): number => {
    const at = state.order.indexOf(stop.id);
    return at < 0 ? state.order.length + round.stops.indexOf(stop) : at;
  };
  return [...round.stops].sort((a, b) => place(a) - place(b));
}

/** Return the home to go to now: the one chosen, else the first that is not behind us. */
export function current(state: State): Stop | undefined {
  const ahead = (state.route?.rounds ?? [])
    .flatMap((round) => ordered(state, round))
    .filter((stop) => !isOver(stop, state.doors[stop.id]));
  return ahead.find((stop) => stop.id === state.chosen) ?? ahead[0];
}

export function roundOf(state: State, stop: Stop): Round | undefined {
  return state.route?.rounds.find((round) => round.stops.includes(stop));
}

/** Draw the whole view. */
export function renderToday(app: HTMLElement, view: HTMLElement, state: State): void {
  const stops = state.route?.rounds.flatMap((round) => round.stops) ?? [];
  const done = stops.filter((stop) => isOver(stop, state.doors[stop.id])).length;
  heading(view, state, stops.length, done);
  const call = slot<HTMLAnchorElement>(view, "call");
  const number = state.route?.rounds[0]?.call ?? "";
  call.hidden = number === "";
  call.href = `tel:${number}`;
  empty(view, state, stops.length > 0);
  const now = current(state);
  const act = one(view, '[data-part="act"]');
  act.hidden = now === undefined;
  if (now) slot(act, "act").textContent = words(slot(act, "act"), isBegun(state.doors[now.id]) ? "on" : "new");
  one(view, "[data-rounds]").replaceChildren(
    ...(state.route?.rounds ?? []).map((round) => drawRound(app, state, round, now)),
  );
}

function heading(view: HTMLElement, state: State, all: number, done: number): void {
  const title = slot(view, "title");
  const key = !state.loaded ? "loading" : all === 0 ? "none" : done === all ? "all" : "words";
  title.textContent = words(title, key, { done, left: all - done });
  const rounds = state.route?.rounds ?? [];
  const context = rounds.map((round) => [round.title, round.materials].filter(Boolean).join("，"));
  slot(view, "context").textContent = context.join("；");
}

function empty(view: HTMLElement, state: State, some: boolean): void {
  const part = one(view, '[data-part="empty"]');
  part.hidden = some || !state.loaded;
  const text = slot(part, "empty");
  const next = state.route?.next;
  const key = state.failed ? "failed" : next ? "next" : "none";
  text.textContent = words(text, key, { day: next?.day ?? "", title: next?.title ?? "" });
}

function drawRound(app: HTMLElement, state: State, round: Round, now: Stop | undefined): HTMLElement {
  const element = copy(app, "round");
  const order = ordered(state, round);
  const over = order.filter((stop) => isOver(stop, state.doors[stop.id]));
  const later = order.filter((stop) => !over.includes(stop) && stop !== now);
  const label = words(app, "mapWords", { n: order.length, done: over.length });
  const drawing = sketch(round, order, state.doors, now, label);
  const map = one(element, "[data-map]");
  map.hidden = drawing === undefined;
  if (drawing) map.prepend(drawing);
  if (now && order.includes(now)) one(element, "[data-current]").append(drawCurrent(app, round, now));
  list(app, element, "later", later, state, round);
  list(app, element, "past", over, state, round);
  const reorder = one<HTMLButtonElement>(element, '[data-do="reorder"]');
  reorder.hidden = later.length < 2 && !state.reordering;
  reorder.textContent = words(reorder, state.reordering ? "on" : "off");
  reorder.setAttribute("aria-pressed", String(state.reordering));
  return element;
}

function list(
  app: HTMLElement,
  element: HTMLElement,
  name: "later" | "past",
  stops: Stop[],
  state: State,
  round: Round,
): void {
  const part = one(element, `[data-${name}]`);
  part.hidden = stops.length === 0;
  const title = slot(part, name);
  title.textContent = words(title, "words", { n: stops.length });
  one(part, "[data-list]").replaceChildren(
    ...stops.map((stop) => drawStop(app, stop, state, round)),
  );
}

function drawStop(app: HTMLElement, stop: Stop, state: State, round: Round): HTMLElement {
  const line = copy(app, "stop");
  line.dataset["stop"] = stop.id;
  const door = state.doors[stop.id];
  const over = isOver(stop, door);
  const kept = state.waiting.some((item) => (item.payload as { stop?: string })?.stop === stop.id);
  if (over) line.classList.add(kept ? "is-waiting" : "is-done");
  slot(line, "n").textContent = over ? (kept ? "↑" : "✓") : String(round.stops.indexOf(stop) + 1);
  slot(line, "name").textContent = stop.name;
  const facts = [stop.address || stop.branch, age(app, stop), stop.window];
  slot(line, "where").textContent = facts.filter(Boolean).join(" · ");
  slot(line, "state").textContent = over ? stateWords(app, stop, door, kept) : "";
  one(line, ".order").hidden = !state.reordering || over;
  return line;
}

function stateWords(app: HTMLElement, stop: Stop, door: Door | undefined, kept: boolean): string {
  const at = door?.ended ? clockTime(door.ended.at) : stop.at;
  return words(app, kept ? "waitsWords" : "atWords", { at });
}

/** Return the time on the wall, as 09:05. */
export function clockTime(moment: string): string {
  const at = new Date(moment);
  return [at.getHours(), at.getMinutes()].map((n) => String(n).padStart(2, "0")).join(":");
}

export function age(app: HTMLElement, stop: Stop): string {
  return stop.age === null ? "" : words(app, "ageWords", { n: stop.age });
}

/** Return what is to be handed over at a door. */
export function bring(stop: Stop): string {
  return [...stop.carry.map((line) => `${line.pack} × ${line.quantity}`), stop.goods]
    .filter(Boolean)
    .join("，");
}

function drawCurrent(app: HTMLElement, round: Round, stop: Stop): HTMLElement {
  const card = copy(app, "current");
  slot(card, "n").textContent = String(round.stops.indexOf(stop) + 1);
  slot(card, "name").textContent = stop.name;
  slot(card, "age").textContent = age(app, stop);
  const facts = [stop.address || stop.branch, stop.window, stop.pair];
  slot(card, "where").textContent = facts.filter(Boolean).join(" · ");
  slot(card, "note").textContent = stop.note;
  one(card, ".visits-note").hidden = stop.note === "";
  const what = bring(stop);
  if (what) say(card, "bring", words(slot(card, "bring"), "words", { what }));
  if (stop.owed) say(card, "owed", words(slot(card, "owed"), "words", { what: stop.owed }));
  link(card, "phone", stop.phone ? `tel:${stop.phone}` : "");
  link(card, "way", stop.lat === null ? "" : `geo:${stop.lat},${stop.lon}?q=${stop.lat},${stop.lon}`);
  return card;
}

function link(card: HTMLElement, name: string, address: string): void {
  const found = slot<HTMLAnchorElement>(card, name);
  found.hidden = address === "";
  if (address) found.href = address;
}
