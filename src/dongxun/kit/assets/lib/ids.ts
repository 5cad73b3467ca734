/** Ids minted on the phone: UUIDv7, so they sort by time and the server can keep them. */

let last = -1;
let count = 0;

/**
 * Return a new id; those of one page sort as they were minted, also within a millisecond.
 *
 * Where UUIDv7 may have a counter (RFC 9562, 6.2, method 1) it counts from a random number on.
 *
 * @param now milliseconds since 1970; the phone's clock is a claim
 */
export function newId(now: number = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  count = now === last ? count + 1 : (bytes[6] ?? 0) * 8;
  last = now;
  let time = now;
  for (let place = 5; place >= 0; place -= 1) {
    bytes[place] = time % 256;
    time = Math.floor(time / 256);
  }
  bytes[6] = 0x70 | ((count >> 8) & 0x0f);
  bytes[7] = count & 0xff;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [0, 8, 12, 16, 20].map((from, i, all) => hex.slice(from, all[i + 1])).join("-");
}
