/** What the server gives for today, and what this phone knows of each door. */

export interface Carry {
  line: string;
  pack: string;
  quantity: number;
}

export interface Stop {
  id: string;
  name: string;
  branch: string;
  age: number | null;
  address: string;
  phone: string;
  note: string;
  goods: string;
  pair: string;
  window: string;
  lat: number | null;
  lon: number | null;
  x: number | null;
  y: number | null;
  state: string;
  at: string;
  carry: Carry[];
  /** What is still owed of the round's topics, in words; a route kept by an older page has none. */
  owed?: string;
}

export interface Topic {
  id: string;
  name: string;
  minutes: number;
}

export interface Round {
  id: string;
  title: string;
  place: string;
  kind: string;
  materials: string;
  call: string;
  lesson: { title: string; text: string; audio: string };
  topics: Topic[];
  stops: Stop[];
}

export interface Route {
  day: string;
  now: string;
  expires: string;
  rounds: Round[];
  next: { day: string; title: string } | null;
  /** By how many ms this phone's clock is ahead of the server's. */
  skew?: number;
}

/** When a route leaves this phone, on the phone's own clock, which may be off. */
export function endOf(route: Route): number {
  return Date.parse(route.expires) + (route.skew ?? 0);
}

export const STEPS = ["greeting", "lesson", "photo", "care", "done"] as const;
export type Step = (typeof STEPS)[number];

/** What was typed and ticked at a door and is not a record yet; `kept` are the lines not handed over. */
export interface Draft {
  need: string;
  said: string;
  signed: string;
  kept: string[];
}

/**
 * A door as this phone left it; `ended` is how and when, on this phone's clock. `spent` are the
 * ms of the steps behind it, without pauses, and `mark` is when the last of them ended.
 */
export interface Door {
  step: Step;
  began: string;
  spent?: number;
  mark?: string;
  minutes: number | null;
  photos: string[];
  draft?: Draft;
  /** Nobody was at home before: we go there once more, whatever the server says of the first time. */
  again?: true;
  ended: { outcome: string; at: string; item: string } | null;
}

export function newDoor(): Door {
  return { step: "greeting", began: new Date().toISOString(), minutes: null, photos: [], ended: null };
}

const MOST_MINUTES = 240;
/** A step that lasts longer was a pause: the phone lay in the bag. */
const MOST_STEP = 30 * 60_000;

function lasting(door: Door, now: number): number {
  const since = Date.parse(door.mark ?? door.began);
  return (door.spent ?? 0) + Math.min(MOST_STEP, Math.max(0, now - since));
}

/** Go on to a step; what the one before it lasted is kept, a pause in it is not. */
export function goOn(door: Door, step: Step, now: number = Date.now()): Door {
  return { ...door, step, spent: lasting(door, now), mark: new Date(now).toISOString() };
}

/** Whole minutes of the steps together, at least one; what the visitor said goes before. */
export function minutesOf(door: Door, now: number = Date.now()): number {
  const passed = Math.round(lasting(door, now) / 60_000);
  return Math.min(MOST_MINUTES, Math.max(1, door.minutes ?? passed));
}

/** Split a visit's minutes over the round's topics, in proportion, to the whole minute. */
export function shares(topics: Topic[], minutes: number): { topic: string; minutes: number }[] {
  const whole = topics.reduce((sum, topic) => sum + topic.minutes, 0);
  if (whole === 0) return [];
  let left = minutes;
  const parts = topics.map((topic, index) => {
    const wanted = index === topics.length - 1 ? left : Math.round((minutes * topic.minutes) / whole);
    const part = Math.min(wanted, left);
    left -= part;
    return { topic: topic.id, minutes: part };
  });
  return parts.filter((part) => part.minutes > 0);
}

/** Whether a door is behind us: here or, as the server says, by somebody else. */
export function isOver(stop: Stop, door: Door | undefined): boolean {
  if (door?.ended) return true;
  if (isBegun(door)) return false; // what was begun here is ended here
  return stop.state === "done" || (isOff(stop.state) && !door?.again);
}

/** Whether nobody was met there and one may go again. */
export const isOff = (outcome: string): boolean => outcome === "absent" || outcome === "later";

/** Whether a record at a door was begun here and waits to be finished. */
export function isBegun(door: Door | undefined): boolean {
  return door !== undefined && door.ended === null && door.step !== "greeting";
}

/** Return a route with the homes of the one before it at which a record was begun and not ended. */
export function withBegun(route: Route, before: Route, doors: Record<string, Door>): Route {
  const here = new Set(stopsOf(route).map((stop) => stop.id));
  const rounds = [...route.rounds];
  for (const old of before.rounds) {
    const held = old.stops.filter((stop) => !here.has(stop.id) && isBegun(doors[stop.id]));
    const at = rounds.findIndex((round) => round.id === old.id);
    const now = rounds[at];
    if (now) rounds[at] = { ...now, stops: [...now.stops, ...held] };
    else if (held.length > 0) rounds.push({ ...old, stops: held });
  }
  return { ...route, rounds };
}

export const stopsOf = (route: Route): Stop[] => route.rounds.flatMap((round) => round.stops);

/**
 * Return the ids of this phone's rounds that still run today; none once its link is dead,
 * undefined where the server cannot be asked.
 */
export async function runningRounds(): Promise<Set<string> | undefined> {
  if (!navigator.onLine) return undefined;
  try {
    const answer = await fetch("/v/running/", { headers: { Accept: "application/json" } });
    if (answer.status === 401 || answer.status === 404) return new Set();
    if (!answer.ok) return undefined;
    return new Set(((await answer.json()) as { rounds: string[] }).rounds);
  } catch {
    return undefined;
  }
}
