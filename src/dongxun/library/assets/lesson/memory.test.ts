// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from "vitest";
import { known, remember } from "./memory.ts";

const MORNING = "2027-01-14T08:00:00+08:00";
const EVENING = "2027-01-14T20:00:00+08:00";

beforeEach(() => {
  localStorage.clear();
  vi.useFakeTimers({ now: new Date("2027-01-14T09:00:00+08:00") });
});

const KEPT = "2027-01-14T08:30:00+08:00"; // asked for by the page of the morning, to be kept

test("a kept page goes on where this phone was, a newer page where the server says", () => {
  remember("7", "c", 600.7, false, MORNING);
  expect(known("7", "c", MORNING)?.at).toBe(600);
  expect(known("7", "c", KEPT)?.at).toBe(600);
  expect(known("7", "c", EVENING)).toBeUndefined();
  expect(known("8", "c", MORNING)).toBeUndefined();
});

test("a chapter that is through stays so while the page is the same", () => {
  remember("7", "c", 900, true, MORNING);
  remember("7", "c", 12, false, MORNING);
  expect(known("7", "c", MORNING)).toMatchObject({ at: 12, ended: true });
  remember("7", "c", 15, false, EVENING);
  expect(known("7", "c", EVENING)?.ended).toBe(false);
});

test("what is older than a kept lesson may be is forgotten", () => {
  vi.setSystemTime(new Date("2026-11-01"));
  remember("7", "old", 5, false, MORNING);
  vi.setSystemTime(new Date("2027-03-01"));
  remember("7", "new", 5, false, MORNING);
  expect(known("7", "old", MORNING)).toBeUndefined();
  expect(known("7", "new", MORNING)?.at).toBe(5);
});
