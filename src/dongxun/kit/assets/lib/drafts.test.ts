import { beforeEach, expect, test, vi } from "vitest";

const lying = new Map<string, unknown>();
vi.mock("idb-keyval", () => ({
  createStore: () => ({}),
  get: async (key: string) => lying.get(key),
  set: async (key: string, value: unknown) => void lying.set(key, value),
  del: async (key: string) => void lying.delete(key),
}));
vi.mock("./vault.ts", () => ({
  seal: async (value: unknown) => ({ locked: JSON.stringify(value) }),
  unseal: async (box?: { locked: string }) => box && JSON.parse(box.locked),
}));
const { startDrafts } = await import("./drafts.ts");

const FORM = `<form data-draft><input type="hidden" name="id" value="1"><textarea name="text"></textarea>
  <input type="radio" name="q" value="a"><input type="radio" name="q" value="b"><p data-draft-back hidden><button type="button"></button></p></form>`;

function open(address: string, body = FORM): HTMLFormElement | null {
  history.replaceState(null, "", address);
  document.body.innerHTML = body;
  return document.querySelector("form");
}

async function type(form: HTMLFormElement, words: string): Promise<void> {
  form.querySelector("textarea")!.value = words;
  form.querySelector<HTMLInputElement>("[value=b]")!.checked = true;
  form.dispatchEvent(new Event("input", { bubbles: true }));
  await vi.waitFor(() => expect(lying.size).toBe(1));
}

beforeEach(() => {
  lying.clear();
  sessionStorage.clear();
});

test("words typed without network are there again when the page is opened anew", async () => {
  const form = open("/enter/1/?person=7")!;
  await startDrafts();
  await type(form, "一篇征文");
  form.dispatchEvent(new Event("submit")); // and the browser says that there is no network
  const again = open("/enter/1/?person=7", FORM.replace('value="1"', 'value="2"'))!;
  await startDrafts();
  expect(again.querySelector("textarea")!.value).toBe("一篇征文");
  expect(again.querySelector<HTMLInputElement>("[value=b]")!.checked).toBe(true);
  expect(again.querySelector<HTMLInputElement>("[name=id]")!.value).toBe("2");
  again.querySelector("button")!.click();
  expect([again.querySelector("textarea")!.value, lying.size]).toEqual(["", 0]);
  const other = open("/enter/1/?person=8")!;
  await startDrafts();
  expect(other.querySelector("textarea")!.value).toBe("");
});

test("words that were taken are forgotten, and those of an answer are not written over", async () => {
  const form = open("/enter/1/")!;
  await startDrafts();
  await type(form, "一篇征文");
  form.dispatchEvent(new Event("submit"));
  const refused = open("/enter/1/", FORM.replace("</textarea>", '服务器写回的</textarea><p role="alert">短</p>'))!;
  await startDrafts();
  expect(refused.querySelector("textarea")!.value).toBe("服务器写回的");
  refused.dispatchEvent(new Event("submit"));
  open("/entered/", "<p>已报名</p>");
  await startDrafts();
  expect(lying.size).toBe(0);
});

test("words pressed to be sent without network are there still after other pages were looked at", async () => {
  const form = open("/enter/1/")!;
  await startDrafts();
  await type(form, "一篇征文");
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
  form.dispatchEvent(new Event("submit"));
  vi.restoreAllMocks();
  open("/learn/", "");
  await startDrafts();
  const again = open("/enter/1/")!;
  await startDrafts();
  expect(again.querySelector("textarea")!.value).toBe("一篇征文");
});
