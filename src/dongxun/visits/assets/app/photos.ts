/**
 * Photos taken at a door: made small here, locked, sent in pieces, gone when whole there.
 *
 * A photo never holds up a record. Where nothing can be locked it is sent at once or not taken.
 */
import { createStore, del, entries, set, update, type UseStore } from "idb-keyval";
import { newId } from "../../../kit/assets/lib/ids.ts";
import { shrink } from "../../../kit/assets/lib/shrink.ts";
import { sealBytes, unsealBytes, type Box } from "../../../kit/assets/lib/vault.ts";
import { csrfToken, renewToken } from "../../../kit/assets/lib/token.ts";

const PIECE = 64 * 1024;
const REFUSED = [404, 422];
/** Stands for a refusal that the server gave no words for. */
export const NO_WORDS = "refused";

/** A photo that is not there yet; `sent` are bytes, `message` says why it was refused. */
export interface Waiting {
  id: string;
  stop: string;
  taken: string;
  size: number;
  sent: number;
  message: string;
  kind?: string;
}

type Kept = Waiting & { box: Box };

let opened: UseStore | undefined;
let running: Promise<void> | undefined;

function store(): UseStore {
  opened ??= createStore("dongxun-photos", "photos");
  return opened;
}

/** Keep a photo and try to send it; undefined where it can neither be locked nor sent. */
export async function keepPhoto(stop: string, file: Blob): Promise<string | undefined> {
  const bytes = await (await shrink(file)).arrayBuffer();
  const taken = new Date().toISOString();
  const photo = { id: newId(), stop, taken, size: bytes.byteLength, sent: 0, message: "" };
  const box = await sealBytes(bytes);
  if (!box) return (await send(photo, bytes)) === "" ? photo.id : undefined;
  await set(photo.id, { ...photo, box }, store());
  return photo.id;
}

/** Return the photos that are not there yet, oldest first. */
export async function waitingPhotos(): Promise<Waiting[]> {
  const rows = await lying();
  return rows.map(([, { box: _box, ...photo }]) => photo).sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** What lies on this phone; nothing where nothing can be kept. */
async function lying(): Promise<[string, Kept][]> {
  try {
    return await entries<string, Kept>(store());
  } catch {
    return [];
  }
}

/** Forget a photo that was refused, once a person has seen why. */
export const forgetPhoto = (id: string): Promise<void> => del(id, store());

/** Let a photo that was refused be sent once more: another link may be open here by now. */
export async function againPhoto(id: string): Promise<void> {
  await update<Kept>(id, (kept) => ({ ...(kept as Kept), message: "", sent: 0 }), store());
}

/** Send what waits, each from where it stopped. Two calls at once are one. */
export function sendPhotos(tell: () => void = () => undefined): Promise<void> {
  running ??= sendAll(tell).finally(() => {
    running = undefined;
  });
  return running;
}

async function sendAll(tell: () => void): Promise<void> {
  if (!navigator.onLine) return;
  for (const [id, { box, ...photo }] of await lying()) {
    if (photo.message) continue;
    const bytes = await unsealBytes(box);
    if (!bytes) continue;
    const note = async (sent: number): Promise<void> => {
      await set(id, { ...photo, sent, box }, store());
      tell();
    };
    const message = await send(photo, bytes, note).catch(() => undefined);
    if (message === undefined) return;
    if (message === "") await del(id, store());
    else await set(id, { ...photo, box, message }, store());
    tell();
  }
}

/** Nothing said when it is whole there; why when it was refused; throws when it is to wait. */
async function send(
  photo: Waiting,
  bytes: ArrayBuffer,
  note: (sent: number) => Promise<void> = async () => undefined,
): Promise<string> {
  const path = `/v/photos/${photo.id}/`;
  const headers = { Accept: "application/json" };
  const here = await fetch(path, { headers, credentials: "same-origin" });
  if (REFUSED.includes(here.status)) return why(here);
  if (!here.ok) throw new Error(String(here.status));
  let { received } = (await here.json()) as { received: number };
  while (received < photo.size) {
    const piece = bytes.slice(received, received + PIECE);
    const answer = await post(path, photo, received, piece);
    if (REFUSED.includes(answer.status)) return why(answer);
    if (!answer.ok) throw new Error(String(answer.status));
    received = ((await answer.json()) as { received: number }).received;
    await note(received);
  }
  return "";
}

async function why(answer: Response): Promise<string> {
  const said = (await answer.json().catch(() => ({}))) as { message?: string };
  return said.message || NO_WORDS;
}

async function post(
  path: string,
  photo: Waiting,
  offset: number,
  body: ArrayBuffer,
): Promise<Response> {
  const asked = new URLSearchParams({
    stop: photo.stop,
    size: String(photo.size),
    offset: String(offset),
    taken_at: photo.taken,
    consent: "1",
  });
  const once = (token: string): Promise<Response> =>
    fetch(`${path}?${asked}`, {
      method: "POST",
      headers: {
        "Content-Type": "application/octet-stream",
        Accept: "application/json",
        "X-CSRFToken": token,
      },
      body,
      credentials: "same-origin",
    });
  const answer = await once(csrfToken());
  return answer.status === 403 || answer.status === 409 ? once(await renewToken()) : answer;
}
