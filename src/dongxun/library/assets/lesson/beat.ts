/** A heartbeat: where a listener is, told to the edge while it plays. */
import { edgeAddress } from "../../../kit/assets/lib/edge.ts";

/** Tell where somebody is; false when it was not kept. */
export async function beat(
  edge: string,
  ticket: string,
  chapter: string,
  at: number,
): Promise<boolean> {
  try {
    const body = JSON.stringify({ t: ticket, chapter, at });
    return (await fetch(edgeAddress(edge, "beat"), { method: "POST", body })).ok;
  } catch {
    return false;
  }
}
