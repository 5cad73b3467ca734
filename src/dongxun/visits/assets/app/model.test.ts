import { expect, test } from "vitest";
import {
  endOf,
  goOn,
  isBegun,
  isOver,
  minutesOf,
  newDoor,
  shares,
  stopsOf,
  withBegun,
  type Route,
  type Stop,
} from "./model.ts";

const EIGHT = Date.parse("2026-11-18T08:00:00+08:00");
const door = (more = {}) => ({ ...newDoor(), began: new Date(EIGHT).toISOString(), ...more });
const stop = (state: string) => ({ state }) as Stop;

test.each([
  ["a visit lasts at least a minute", {}, 5_000, 1],
  ["whole minutes since the door opened", {}, 12 * 60_000, 12],
  ["what the visitor said goes before the clock", { minutes: 7 }, 60 * 60_000, 7],
  ["a door left open over night is no visit of ten hours", {}, 10 * 3_600_000, 30],
  ["no visit lasts longer than four hours", { minutes: 999 }, 60_000, 240],
  ["a clock set back in the middle gives no negative minutes", {}, -3_600_000, 1],
])("%s", (_words, more, passed, minutes) => {
  expect(minutesOf(door(more), EIGHT + passed)).toBe(minutes);
});

test("a record finished two hours later proposes the time of its steps, not the pause", () => {
  const greeted = goOn(door(), "lesson", EIGHT + 2 * 60_000);
  const told = goOn(greeted, "photo", EIGHT + 8 * 60_000);
  expect(minutesOf(told, EIGHT + 9 * 60_000)).toBe(9);
  const resumed = goOn(told, "care", EIGHT + 128 * 60_000);
  expect(minutesOf(resumed, EIGHT + 130 * 60_000)).toBe(8 + 30 + 2);
});

test("the shares of the topics add up to the minutes of the visit", () => {
  const topics = [
    { id: "a", name: "", minutes: 10 },
    { id: "b", name: "", minutes: 5 },
    { id: "c", name: "", minutes: 5 },
  ];
  for (const minutes of [1, 2, 7, 13, 240]) {
    const parts = shares(topics, minutes);
    expect(parts.reduce((sum, part) => sum + part.minutes, 0)).toBe(minutes);
    expect(parts.every((part) => part.minutes > 0)).toBe(true);
  }
  expect(shares([], 12)).toEqual([]);
});

test("a door is over when this phone or another has ended it", () => {
  expect(isOver(stop("waiting"), undefined)).toBe(false);
  expect(isOver(stop("begun"), door())).toBe(false);
  expect(isOver(stop("done"), undefined)).toBe(true);
  expect(isOver(stop("waiting"), door({ ended: { outcome: "absent", at: "", item: "" } }))).toBe(true);
});

test("a phone whose clock is a day ahead keeps the homes until the real midnight", () => {
  const expires = "2026-11-19T00:00:00+08:00";
  const day = 24 * 3_600_000;
  const route = { expires, skew: day } as Route;
  expect(endOf(route)).toBe(Date.parse(expires) + day);
  expect(endOf({ expires } as Route)).toBe(Date.parse(expires));
});

test("a record is begun once somebody was greeted, and no longer when it has ended", () => {
  expect([undefined, door()].map(isBegun)).toEqual([false, false]);
  expect(isBegun(door({ step: "care" }))).toBe(true);
  const ended = { outcome: "done", at: "", item: "" };
  expect(isBegun(door({ step: "done", ended }))).toBe(false);
});

test("what was begun here, or is gone to again, outweighs what the server says of an earlier time", () => {
  for (const state of ["absent", "later"]) expect(isOver(stop(state), door({ again: true }))).toBe(false);
  expect(isOver(stop("done"), door({ again: true }))).toBe(true);
  expect(isOver(stop("absent"), door())).toBe(true);
  for (const state of ["absent", "done"]) expect(isOver(stop(state), door({ step: "care" }))).toBe(false);
});

test("a home at which a record was begun stays on a route that no longer has it, on its round if it can", () => {
  const round = (id: string, ...homes: string[]) => ({ id, stops: homes.map((home) => ({ id: home })) });
  const route = (...rounds: unknown[]) => ({ rounds }) as Route;
  const before = route(round("r", "a", "b"), round("s", "c", "d"));
  const doors = { b: door({ step: "care" }), c: door(), d: door({ step: "lesson" }) };
  const now = withBegun(route(round("r", "a")), before, doors);
  expect(now.rounds.map((one) => [one.id, ...one.stops.map((stop) => stop.id)])).toEqual([
    ["r", "a", "b"],
    ["s", "d"],
  ]);
  expect(stopsOf(withBegun(route(), before, { a: door() }))).toEqual([]);
});
