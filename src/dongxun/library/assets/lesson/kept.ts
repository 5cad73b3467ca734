/** Sounds kept on this phone, to be heard without network; the service worker plays them. */

export const SOUNDS = "dx-sounds-1";

/** Whether a sound lies on this phone. */
export async function isKept(src: string): Promise<boolean> {
  return "caches" in window && (await caches.match(src)) !== undefined;
}

/** Bring a sound onto this phone whole; false when that did not work. */
export async function keep(src: string): Promise<boolean> {
  try {
    const answer = await fetch(src);
    if (!answer.ok || answer.status !== 200) return false;
    await (await caches.open(SOUNDS)).put(src, answer);
    return true;
  } catch {
    return false;
  }
}
