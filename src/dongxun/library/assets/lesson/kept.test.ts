import { beforeEach, expect, test, vi } from "vitest";
import { drop, dropLeftOver, isKept, isWhole, keep, keptLessons, LESSONS, leftOver, MEDIA, renew } from "./kept.ts";

/** A cache as browsers have it, in memory. */
class Fake {
  private lies = new Map<string, Response>();
  private key = (one: RequestInfo): string =>
    new URL(typeof one === "string" ? one : one.url, "https://phone.test").href;
  match = async (one: RequestInfo): Promise<Response | undefined> =>
    this.lies.get(this.key(one))?.clone();
  put = async (one: RequestInfo, answer: Response): Promise<void> =>
    void this.lies.set(this.key(one), answer);
  delete = async (one: RequestInfo): Promise<boolean> => this.lies.delete(this.key(one));
  keys = async (): Promise<{ url: string }[]> => [...this.lies.keys()].map((url) => ({ url }));
}

const opened = new Map<string, Fake>();
const open = async (name: string): Promise<Fake> => {
  if (!opened.has(name)) opened.set(name, new Fake());
  return opened.get(name)!;
};

beforeEach(() => {
  opened.clear();
  vi.stubGlobal("caches", { open });
  vi.stubGlobal("fetch", async (address: string) =>
    address.includes("gone") ? new Response("", { status: 404 }) : new Response("x".repeat(10)),
  );
});

test("a lesson lies here with its pictures, which stay while another lesson needs them", async () => {
  expect(await keep("/learn/1/?person=7", "甲", ["/learn/files/a", "/learn/files/b"])).toBe(true);
  expect(await keep("/learn/2/?person=7", "乙", ["/learn/files/b"])).toBe(true);
  const [first, second] = await keptLessons();
  expect([first!.title, second!.title].sort()).toEqual(["乙", "甲"].sort());
  const one = [first!, second!].find((lesson) => lesson.title === "甲")!;
  expect([one.page, one.bytes]).toEqual(["/learn/1/?person=7", 30]);
  await drop("/learn/1/?person=7");
  expect(await isKept("/learn/1/?person=7")).toBe(false);
  const left = (await (await open(MEDIA)).keys()).map(({ url }) => new URL(url).pathname);
  expect(left).toEqual(["/learn/files/b"]);
});

test("a lesson that does not come whole is not kept, and what came of it can be removed", async () => {
  expect(await keep("/learn/3/", "丙", ["/learn/files/a", "/learn/files/gone"])).toBe(false);
  expect(await keptLessons()).toEqual([]);
  expect(await leftOver()).toEqual({ parts: ["/learn/files/a"], bytes: 10 });
  await dropLeftOver();
  expect((await leftOver()).parts).toEqual([]);
});

test("a new edition of a lesson kept here is whole only when what it plays is here too", async () => {
  const page = "/learn/4/?person=7";
  await keep(page, "丁", ["/learn/files/a"]);
  expect(await isWhole(page, ["/learn/files/a"])).toBe(true);
  const renewed = ["/learn/files/a", "/learn/files/c"];
  expect(await isWhole(page, renewed)).toBe(false);
  expect(await keep(page, "丁", [...renewed, "/learn/files/gone"])).toBe(false);
  expect((await keptLessons()).map(({ parts }) => parts)).toEqual([["/learn/files/a"]]);
  expect(await keep(page, "丁", renewed)).toBe(true);
  expect([await isKept(page), await isWhole(page, renewed)]).toEqual([true, true]);
  expect(await isWhole(page, ["/learn/files/c"])).toBe(false);
});

test("what was answered on another page stands in the kept lesson, unless that plays something else by now", async () => {
  const page = "/learn/5/?person=7";
  const says = (words: string) => async () =>
    new Response(`${words}<button data-keep="${words === "new" ? "/learn/files/b" : ""}"></button>`);
  vi.stubGlobal("fetch", says("2 open"));
  await keep(page, "戊", []);
  const lies = async (): Promise<string> => (await (await open(LESSONS)).match(page))!.text();
  vi.stubGlobal("fetch", says("all answered"));
  await renew("/learn/5/");
  expect(await lies()).toContain("all answered");
  expect((await keptLessons()).map(({ title }) => title)).toEqual(["戊"]);
  vi.stubGlobal("fetch", says("new"));
  await renew("/learn/5/");
  expect(await lies()).toContain("all answered");
});
