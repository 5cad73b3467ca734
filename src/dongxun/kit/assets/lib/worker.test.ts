import { expect, test, vi } from "vitest";
import { registerWorker } from "./worker.ts";

test("the first page on a phone is kept too, if somebody types there what is to stay", async () => {
  const kept: string[] = [];
  const worker = Object.assign(new EventTarget(), { controller: null, register: async () => undefined });
  vi.stubGlobal("navigator", { onLine: true, serviceWorker: worker });
  vi.stubGlobal("caches", { open: async () => ({ put: async (at: string) => void kept.push(at) }) });
  const asked = vi.fn(async () => new Response("", { headers: { "X-Keep-Offline": "60" } }));
  vi.stubGlobal("fetch", asked);
  for (const page of ["<p></p>", "<dx-kept></dx-kept>"]) {
    document.body.innerHTML = page;
    registerWorker();
    worker.dispatchEvent(new Event("controllerchange"));
  }
  await vi.waitFor(() => expect(kept).toEqual([location.href]));
  expect(asked).toHaveBeenCalledOnce();
});
