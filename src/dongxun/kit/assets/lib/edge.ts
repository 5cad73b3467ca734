/** Where the edge is: the small server beside the pages, for what many phones do at once. */

/**
 * Return the address of one of its doors.
 *
 * @example
 *   edgeAddress(":8001", "beat"); // https://training.example:8001/edge/beat
 *   edgeAddress("/", "beat"); // /edge/beat
 */
export function edgeAddress(edge: string, door: string): string {
  if (!edge.startsWith(":")) return `${edge.replace(/\/$/, "")}/edge/${door}`;
  return `${location.protocol}//${location.hostname}${edge}/edge/${door}`;
}
