/** The page of a round with what its templates say, in a browser that keeps nothing at all. */
import { readFileSync } from "node:fs";
import { beforeAll, beforeEach, expect, test, vi } from "vitest";

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
    state: "waiting",
    at: "",
    carry: ["1", "2"].map((line) => ({ line: `${id}${line}`, pack: "加油包", quantity: 1 })),
  });
  const lesson = { title: "", text: "", audio: "" };
  const day = { id: "r", title: "路线", place: "", kind: "", materials: "", call: "", lesson, topics: [] };
  const expires = new Date(Date.now() + 3_600_000).toISOString();
  const rounds = [{ ...day, stops: HOMES.map(home) }];
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
  vi.stubGlobal("fetch", async () => answer());
  await import("./app.ts");
});

beforeEach(async () => {
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
  const homes = (): number => document.querySelectorAll("[data-rounds] .stops [data-stop]").length;
  await at("today");
  const before = homes();
  expect(before).toBeGreaterThan(0);
  answer = () => new Response("", { status: 502 });
  await networkReturns();
  expect(homes()).toBe(before);
  answer = () => new Response("", { status: 404 });
  await networkReturns();
  expect(homes()).toBe(0);
});
