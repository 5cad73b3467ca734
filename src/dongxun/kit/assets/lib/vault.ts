/**
 * What lies on this phone, locked: AES-GCM with a key that never leaves this browser.
 *
 * The key is made here, cannot be read out, and lies in IndexedDB. Without a secure context
 * (plain http on a network) there is no cryptography: `seal` then answers undefined, and the
 * page must keep nothing that names anybody.
 *
 * @example
 *   const box = await seal({ words: "needs glasses" });
 *   if (box) await set("x", box); // later: await unseal(box)
 */
import { createStore, get, update, type UseStore } from "idb-keyval";

/** Something locked. */
export interface Box {
  iv: Uint8Array<ArrayBuffer>;
  data: ArrayBuffer;
}

const NAME = "key";
let opened: UseStore | undefined;
let found: Promise<CryptoKey | undefined> | undefined;

/** Whether this page can lock anything at all. */
export function canLock(): boolean {
  return globalThis.isSecureContext === true && globalThis.crypto?.subtle !== undefined;
}

/** Lock a JSON value; undefined where that cannot be done. */
export async function seal(value: unknown): Promise<Box | undefined> {
  return sealBytes(new TextEncoder().encode(JSON.stringify(value)));
}

/** Lock bytes; undefined where that cannot be done. */
export async function sealBytes(bytes: BufferSource): Promise<Box | undefined> {
  const key = await theKey();
  if (!key) return undefined;
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, bytes) };
}

/** Open what `seal` locked; undefined when it was locked elsewhere or damaged. */
export async function unseal<T>(box: Box | undefined): Promise<T | undefined> {
  const bytes = await unsealBytes(box);
  return bytes && (JSON.parse(new TextDecoder().decode(bytes)) as T);
}

/** Open what `sealBytes` locked. */
export async function unsealBytes(box: Box | undefined): Promise<ArrayBuffer | undefined> {
  const key = box && (await theKey());
  if (!key) return undefined;
  try {
    return await crypto.subtle.decrypt({ name: "AES-GCM", iv: box.iv }, key, box.data);
  } catch {
    return undefined;
  }
}

function theKey(): Promise<CryptoKey | undefined> {
  found ??= makeKey().catch(() => undefined);
  return found;
}

/** Of several pages that open at once, the first key written is everybody's. */
async function makeKey(): Promise<CryptoKey | undefined> {
  if (!canLock()) return undefined;
  opened ??= createStore("dongxun-vault", "keys");
  const known = await get<CryptoKey>(NAME, opened);
  if (known) return known;
  const algorithm = { name: "AES-GCM", length: 256 };
  const fresh = await crypto.subtle.generateKey(algorithm, false, ["encrypt", "decrypt"]);
  await update<CryptoKey>(NAME, (first) => first ?? fresh, opened);
  return get<CryptoKey>(NAME, opened);
}
