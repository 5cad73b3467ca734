/** The page of a round with what its templates say, in a browser that keeps nothing at all. */
import { readFileSync } from "node:fs";
import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import { items } from "../../../kit/assets/lib/outbox.ts";

vi.mock("idb-keyval", () => {
  const refuse = async (): Promise<never> => Promise.reject(new DOMException("refused", "SecurityError"));
  return Object.fromEntries(
    ["createStore", "get", "set", "del", "keys", "entries", "clear", "update"].map((name) => [
      name,
      name === "createStore" ? () => () => undefined : refuse,
    ]),
  );
});
vi.stubGlobal("isSecureContext", true);

const PAGE = readFileSync("src/dongxun/visits/templates/visits/app.html", "utf-8")
  .replace(/^[^]*?(?=<dx-visits)/, "")
  .replace(/{%[^]*?%}/g, "");
const HOMES = ["a", "b"];
let homes = HOMES;
let state = "waiting";
let answer: () => Response;

function route(): unknown {
  const home = (id: string): unknown => ({
    id,
    name: `郑${id}`,
    branch: "",
    age: null,
    address: "",
    phone: "",
    note: "",
    goods: "",
    pair: "",
    window: "",
    lat: null,
    lon: null,
    x: null,
    y: null,
    state,
    at: "",
    carry: ["1", "2"].map((line) => ({ line: `${id}${line}`, pack: "加油包", quantity: 1 })),
  });
  const lesson = { title: "", text: "", audio: "" };
  const day = { id: "r", title: "路线", place: "", kind: "", materials: "", call: "", lesson, topics: [] };
  const expires = new Date(Date.now() + 3_600_000).toISOString();
  const rounds = [{ ...day, stops: homes.map(home) }];
  return { day: "", now: new Date().toISOString(), expires, rounds, next: null };
}

const part = <T extends HTMLElement>(name: string): T => document.querySelector<T>(name)!;
const area = (name: string): HTMLTextAreaElement => part<HTMLTextAreaElement>(`[data-${name}]`);
const settled = (): Promise<void> => new Promise((done) => setTimeout(done, 20));

async function at(place: string): Promise<void> {
  location.hash = place;
  window.dispatchEvent(new Event("hashchange"));
  await settled();
}

async function networkReturns(): Promise<void> {
  window.dispatchEvent(new Event("online"));
  await settled();
}

beforeAll(async () => {
  const away = (): Response => new Response("", { status: 503 }); // what was recorded stays to be seen
  vi.stubGlobal("fetch", async (url: string) => (url === "/v/data/" ? answer() : away()));
  await import("./app.ts");
});

beforeEach(async () => {
  [homes, state] = [HOMES, "waiting"];
  answer = () => Response.json(route());
  const whole = document.createElement("div"); // in a browser the script comes after the page
  whole.innerHTML = PAGE;
  document.body.replaceChildren(whole);
  await settled();
});

test("what is said and ticked at a door stays while the network comes and goes", async () => {
  await at("door=a");
  for (const name of ["need", "said"]) area(name).value = `words for ${name}`;
  part<HTMLInputElement>("[name=signed][value=thumb]").checked = true;
  part<HTMLInputElement>('[data-line][value="a2"]').checked = false;
  area("need").dispatchEvent(new Event("input", { bubbles: true }));
  await networkReturns();
  await at("today");
  await at("door=b");
  expect(area("need").value).toBe("");
  expect(document.querySelectorAll("[data-line]:checked")).toHaveLength(2);
  await at("door=a");
  expect([area("need").value, area("said").value]).toEqual(["words for need", "words for said"]);
  const ticked = [...document.querySelectorAll<HTMLInputElement>("[data-line]:checked")];
  expect(ticked.map((box) => box.value)).toEqual(["a1"]);
  expect(part<HTMLInputElement>("[name=signed]:checked").value).toBe("thumb");
});

test("a phone that keeps nothing has its homes still when one question fails, and none once its link is dead", async () => {
  const listed = (): number => document.querySelectorAll("[data-rounds] .stops [data-stop]").length;
  await at("today");
  const before = listed();
  expect(before).toBeGreaterThan(0);
  answer = () => new Response("", { status: 502 });
  await networkReturns();
  expect(listed()).toBe(before);
  answer = () => new Response("", { status: 404 });
  await networkReturns();
  expect(listed()).toBe(0);
});

const tap = async (what: string): Promise<void> => {
  part(`[data-view=door] [data-do=${what}]`).click();
  await settled();
};
const shown = (): string => part("[data-view=door] [data-step]:not([hidden])").dataset["step"] ?? "";
const sent = async (kind: string): Promise<unknown[]> =>
  (await items()).filter((item) => item.kind === kind).map((item) => item.payload);

/** Begin at a home and come to the step at which one says what is hard. */
async function begin(home: string): Promise<void> {
  await at(`door=${home}`);
  for (const what of ["greeted", "told", "photographed"]) await tap(what);
}

async function type(name: string, words: string): Promise<void> {
  area(name).value = words;
  area(name).dispatchEvent(new Event("input", { bubbles: true }));
  await new Promise((done) => setTimeout(done, 320));
}

test.each([
  ["the desk took the home off the round", () => (homes = ["b"])],
  ["the round was closed", () => (homes = [])],
  ["the link was made anew", () => (answer = () => new Response("", { status: 404 }))],
])("a record begun at a door is ended there when %s", async (_words, meanwhile) => {
  await begin("a");
  await type("need", "想要老花镜");
  meanwhile();
  await networkReturns();
  expect([part("[data-view=door]").hidden, shown(), area("need").value]).toEqual([false, "care", "想要老花镜"]);
  await tap("cared");
  await tap("done");
  expect(await sent("visit_done")).toContainEqual(expect.objectContaining({ stop: "a", outcome: "done" }));
  await networkReturns();
  await at("door=a");
  expect(part("[data-view=door]").hidden).toBe(true);
});

test("going again to a home where nobody was, the record begun there stays", async () => {
  state = "absent";
  await networkReturns();
  await at("today");
  part('[data-rounds] [data-stop=a] [data-do="choose"]').click();
  await settled();
  await begin("a");
  await type("need", "怕摔");
  await networkReturns();
  await at("today");
  part("[data-do=arrive]").click();
  await at(location.hash.slice(1));
  expect([part("[data-view=door]").hidden, shown(), area("need").value]).toEqual([false, "care", "怕摔"]);
});

test("a double tap notes one need and ends one visit", async () => {
  const before = [await sent("need"), await sent("visit_done")].map((some) => some.length);
  await begin("b");
  await type("need", "屋顶漏水");
  for (const what of ["cared", "done"]) {
    part(`[data-view=door] [data-do=${what}]`).click();
    await tap(what);
  }
  const after = [await sent("need"), await sent("visit_done")].map((some) => some.length);
  expect(after).toEqual(before.map((n) => n + 1));
});

test("what was begun and not ended is sent as far as it came when the homes leave the phone", async () => {
  await begin("a");
  await type("need", "屋里太冷");
  part("[data-do=wipe]").click();
  await settled();
  expect(await sent("need")).toContainEqual(expect.objectContaining({ stop: "a", text: "屋里太冷" }));
  expect(await sent("visit_step")).toContainEqual(expect.objectContaining({ stop: "a", step: "care" }));
});
