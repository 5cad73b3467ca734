import { beforeEach, expect, test, vi } from "vitest";

const kept = new Map<string, unknown>();
vi.mock("idb-keyval", () => ({
  createStore: () => undefined,
  set: async (key: string, value: unknown) => void kept.set(key, value),
  del: async (key: string) => void kept.delete(key),
  entries: async () => [...kept],
}));
vi.mock("../../../kit/assets/lib/vault.ts", () => ({
  sealBytes: async (bytes: ArrayBuffer) => ({ bytes }),
  unsealBytes: async (box: { bytes: ArrayBuffer }) => box.bytes,
}));
vi.mock("../../../kit/assets/lib/shrink.ts", () => ({ shrink: async (file: Blob) => file }));
const { keepPhoto, sendPhotos, waitingPhotos } = await import("./photos.ts");

function server(asked: Response, taken = Response.json({ received: 3 })): void {
  vi.stubGlobal("fetch", async (_url: string, init?: RequestInit) =>
    init?.method === "POST" ? taken : asked,
  );
}

beforeEach(async () => {
  kept.clear();
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(true);
  await keepPhoto("stop", new Blob(["abc"]));
});

const messages = async (): Promise<string[]> => (await waitingPhotos()).map(({ message }) => message);

test("a server that stumbles is asked again, and the photo goes up then", async () => {
  server(new Response("", { status: 503 }));
  await sendPhotos();
  expect(await messages()).toEqual([""]);
  server(Response.json({ received: 0 }));
  await sendPhotos();
  expect(await messages()).toEqual([]);
});

test("a photo that was refused says why in the server's words", async () => {
  const words = "每次上门最多 6 张照片。";
  server(Response.json({ received: 0 }), Response.json({ message: words }, { status: 422 }));
  await sendPhotos();
  expect(await messages()).toEqual([words]);
});
