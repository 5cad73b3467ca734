import { expect, test, vi } from "vitest";

const now = new Date().toUTCString();
const page = (title: string, seconds: number): Response =>
  new Response(`<title>${title} - 冬训</title><h1>${title}</h1>`, { headers: { Date: now, "X-Keep-Offline": String(seconds) } });
const lies: Record<string, Record<string, Response>> = {
  "dx-pages-1": { "/quiz/try/1/": page("粮食安全 - 第一讲", 60), "/old/": page("昨天的", -1), "/offline/": new Response("") },
  "dx-lessons-1": { "/learn/2/": page("村里的账", 0) },
};

test("the page that says there is no network lists what can be opened, and not what is over", async () => {
  const open = async (name: string) => ({
    keys: async () => Object.keys(lies[name]!).map((url) => ({ url })),
    match: async ({ url }: { url: string }) => lies[name]![url]!.clone(),
  });
  vi.stubGlobal("caches", { open });
  sessionStorage.setItem("dx-draft-sent", "/enter/1/");
  document.body.innerHTML = "<dx-here hidden><ul></ul></dx-here>";
  await import("./here.ts");
  const here = document.querySelector<HTMLElement>("dx-here")!;
  await vi.waitFor(() => expect(here.hidden).toBe(false));
  const shown = [...here.querySelectorAll("a")].map((link) => `${link.textContent} ${link.getAttribute("href")}`);
  expect(shown.sort()).toEqual(["村里的账 /learn/2/", "粮食安全 - 第一讲 /quiz/try/1/"].sort());
  expect(sessionStorage.getItem("dx-draft-sent")).toBeNull(); // nothing has arrived: drafts stay
});
