/**
 * What is typed into a form that needs the network stays on this phone until it was taken.
 *
 * `data-draft` on a form keeps its words, locked (`vault.ts`), under the page's address. They are
 * put back when the page is opened again without an answer of the server in it: the phone went
 * off, or there was no network after all. Once sent, they are forgotten on the next page that
 * comes, for only what was taken leads on. Where nothing can be locked, nothing is kept.
 * `[data-draft-back]` in the form shows when words are back, its button throws them away.
 *
 * @example
 *   <form method="post" data-draft>...</form>
 */
import { createStore, del, get, set, type UseStore } from "idb-keyval";
import { putBack, SENT, type Payload } from "./forms.ts";
import { seal, unseal, type Box } from "./vault.ts";

const SOON_MS = 400;
const KEPT_MS = 30 * 24 * 3600 * 1000;
const TYPED = "textarea[name], select[name], input[name]:not([type=hidden], [type=file], [type=password])";

interface Draft {
  at: number;
  words: Payload;
}

let opened: UseStore | undefined;
const store = (): UseStore => (opened ??= createStore("dongxun-drafts", "typed"));

/** Keep and put back the words of every form `data-draft`; call once per page. */
export async function startDrafts(): Promise<void> {
  const here = location.pathname + location.search;
  await forgetTaken(here);
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-draft]")) {
    const isAnswer = form.querySelector("[role=alert], [aria-invalid=true]") !== null;
    await (isAnswer ? keep(form, here) : restore(form, here)); // an answer holds the latest words
    follow(form, here);
  }
}

function follow(form: HTMLFormElement, here: string): void {
  let soon: ReturnType<typeof setTimeout> | undefined;
  form.addEventListener("input", () => {
    clearTimeout(soon);
    soon = setTimeout(() => void keep(form, here), SOON_MS);
  });
  form.addEventListener("submit", () => {
    if (navigator.onLine) sessionStorage.setItem(SENT, here);
  });
}

/** Words are taken when another page comes after they were sent. */
async function forgetTaken(here: string): Promise<void> {
  const sent = sessionStorage.getItem(SENT);
  sessionStorage.removeItem(SENT);
  if (sent && sent !== here) await quietly(() => del(sent, store()));
}

async function keep(form: HTMLFormElement, here: string): Promise<void> {
  const draft: Draft = { at: Date.now(), words: wordsOf(form) };
  const box = await seal(draft).catch(() => undefined);
  if (box) await quietly(() => set(here, box, store()));
}

async function restore(form: HTMLFormElement, here: string): Promise<void> {
  const box = await quietly(() => get<Box>(here, store()));
  const draft = await unseal<Draft>(box).catch(() => undefined);
  if (!draft || Date.now() - draft.at > KEPT_MS) return;
  putBack(form, draft.words, []);
  for (const field of fieldsOf(form)) {
    if (isChoice(field)) field.checked = draft.words[nameOf(field)] === "1";
  }
  const said = form.querySelector<HTMLElement>("[data-draft-back]");
  if (!said) return;
  said.hidden = false;
  said.querySelector("button")?.addEventListener("click", () => {
    form.reset();
    said.hidden = true;
    void quietly(() => del(here, store()));
  });
}

function wordsOf(form: HTMLFormElement): Payload {
  const found: Payload = {};
  for (const field of fieldsOf(form)) {
    found[nameOf(field)] = isChoice(field) ? (field.checked ? "1" : "") : field.value;
  }
  return found;
}

const fieldsOf = (form: HTMLFormElement): HTMLInputElement[] => [
  ...form.querySelectorAll<HTMLInputElement>(TYPED),
];
const isChoice = (field: HTMLInputElement): boolean => ["radio", "checkbox"].includes(field.type);
/** A choice is kept under its name and value; a form has several of one name. */
const nameOf = (field: HTMLInputElement): string =>
  isChoice(field) ? `${field.name}=${field.value}` : field.name;

async function quietly<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch {
    return undefined; // no storage, or no room: the words live as long as the page
  }
}
