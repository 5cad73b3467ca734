/**
 * The recorded lessons of today's rounds: fetched once with network, locked, played from here.
 *
 * They name nobody, but leave with the homes. Where nothing can be kept they are played from
 * the network.
 */
import { clear, createStore, del, get, keys, set, type UseStore } from "idb-keyval";
import { sealBytes, unsealBytes, type Box } from "../../../kit/assets/lib/vault.ts";
import type { Route } from "./model.ts";

interface Kept {
  type: string;
  box: Box;
}

let opened: UseStore | undefined;
let running: Promise<void> | undefined;

function store(): UseStore {
  opened ??= createStore("dongxun-sounds", "sounds");
  return opened;
}

/** Fetch what is not here yet and forget what no round plays any more. Two calls are one. */
export function keepSounds(route: Route): Promise<void> {
  running ??= keepAll(route)
    .catch(() => undefined) // no room or no network: it is played from there, or read aloud
    .finally(() => {
      running = undefined;
    });
  return running;
}

async function keepAll(route: Route): Promise<void> {
  const wanted = new Set(route.rounds.map((round) => round.lesson.audio).filter(Boolean));
  const here = new Set(await keys<string>(store()));
  for (const old of here) if (!wanted.has(old)) await del(old, store());
  for (const address of wanted) if (!here.has(address)) await fetchOne(address);
}

async function fetchOne(address: string): Promise<void> {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok) return;
  const type = answer.headers.get("Content-Type") ?? "";
  const box = await sealBytes(await answer.arrayBuffer());
  if (box) await set(address, { type, box }, store());
}

/** Return a lesson as it lies on this phone; undefined when it does not. */
export async function soundOf(address: string): Promise<Blob | undefined> {
  try {
    const kept = await get<Kept>(address, store());
    const bytes = await unsealBytes(kept?.box);
    return kept && bytes ? new Blob([bytes], { type: kept.type }) : undefined;
  } catch {
    return undefined;
  }
}

/** Forget every lesson. */
export async function forgetSounds(): Promise<void> {
  try {
    await clear(store());
  } catch {
    // nothing could be kept here either
  }
}
