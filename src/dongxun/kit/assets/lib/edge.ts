/** Where the small servers beside the pages are, for what many phones do at once. */

/**
 * Return a whole address for one that names only another port of this host.
 *
 * @example
 *   whole(":8004/video/live/7/"); // https://training.example:8004/video/live/7/
 *   whole("/video/live/7/"); // as it is
 */
export function whole(address: string): string {
  return address.startsWith(":") ? `${location.protocol}//${location.hostname}${address}` : address;
}

/**
 * Return the address of one of the doors of the edge.
 *
 * @example
 *   edgeAddress(":8001", "beat"); // https://training.example:8001/edge/beat
 *   edgeAddress("/", "beat"); // /edge/beat
 */
export function edgeAddress(edge: string, door: string): string {
  return whole(`${edge.replace(/\/$/, "")}/edge/${door}`);
}
