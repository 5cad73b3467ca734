/**
 * Today's homes on this phone: locked, and gone at midnight or when the round closes.
 *
 * Where nothing can be locked they live as long as the page and are never written down.
 */
import { clear, createStore, del, get, set, type UseStore } from "idb-keyval";
import { seal, unseal, type Box } from "../../../kit/assets/lib/vault.ts";
import { endOf, type Door, type Route } from "./model.ts";
import { forgetSounds } from "./sounds.ts";

/** A copy of what was sent: no names. */
export interface Sent {
  id: string;
  kind: string;
  at: string;
}

const SENT_HOURS = 72;
let opened: UseStore | undefined;

function store(): UseStore {
  opened ??= createStore("dongxun-visits", "route");
  return opened;
}

async function quietly<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch {
    return undefined; // a phone that keeps nothing says so elsewhere
  }
}

async function keep(key: string, value: unknown): Promise<void> {
  const box = await seal(value);
  if (box) await quietly(() => set(key, box, store()));
}

async function kept<T>(key: string): Promise<T | undefined> {
  const box = await quietly(() => get<Box>(key, store()));
  return unseal<T>(box);
}

/** Return today's route, unless its day is over; then everything of it is forgotten. */
export async function loadRoute(now: number = Date.now()): Promise<Route | undefined> {
  const route = await kept<Route>("route");
  if (!route) return undefined;
  if (endOf(route) > now) return route;
  await forgetRoute();
  return undefined;
}

export const saveRoute = (route: Route): Promise<void> => keep("route", route);
export const loadDoors = async (): Promise<Record<string, Door>> => (await kept("doors")) ?? {};
export const saveDoors = (doors: Record<string, Door>): Promise<void> => keep("doors", doors);
export const loadOrder = async (): Promise<string[]> => (await kept("order")) ?? [];
export const saveOrder = (order: string[]): Promise<void> => keep("order", order);

/** Forget the homes and what was noted of them; records that wait to be sent stay. */
export async function forgetRoute(): Promise<void> {
  for (const key of ["route", "doors", "order"]) await quietly(() => del(key, store()));
  await forgetSounds();
}

/** Return what was sent within 72 hours, newest first; older copies are forgotten. */
export async function loadSent(now: number = Date.now()): Promise<Sent[]> {
  const all = (await quietly(() => get<Sent[]>("sent", store()))) ?? [];
  const fresh = all.filter((one) => now - Date.parse(one.at) < SENT_HOURS * 3_600_000);
  if (fresh.length < all.length) await quietly(() => set("sent", fresh, store()));
  return fresh;
}

/** Note that something was sent: what kind, when, never about whom. */
export async function noteSent(id: string, kind: string): Promise<void> {
  const at = new Date().toISOString();
  const before = (await loadSent()).filter((one) => one.id !== id);
  await quietly(() => set("sent", [{ id, kind, at }, ...before].slice(0, 200), store()));
}

/** Leave nothing at all. */
export async function wipe(): Promise<void> {
  await quietly(() => clear(store()));
}
