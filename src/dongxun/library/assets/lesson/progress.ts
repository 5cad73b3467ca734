/** How far somebody is: one waiting statement a chapter, the latest, beside those that end one. */
import { forget, items, put, type Item } from "../../../kit/assets/lib/outbox.ts";

const KIND = "lesson_step";

/** What the server is told of a chapter; `at` in whole seconds, `edition` the one shown here. */
export interface Step {
  lesson: string;
  person: string;
  chapter: string;
  edition?: number;
  at: number;
  ended: boolean;
  occurred_at: string;
}

/** Whose progress in which lesson a page tells, and the edition that it shows. */
export interface Whose {
  lesson: string;
  person: string;
  edition?: number;
}

/**
 * Keep where somebody is; an earlier place of the chapter that still waits gives way, and an end
 * that was refused to one that is told anew.
 */
export async function keepPlace(
  whose: Whose,
  chapter: string,
  at: number,
  ended = false,
): Promise<void> {
  for (const item of await items()) {
    const before = item.payload as Step;
    const same = before.chapter === chapter && before.person === whose.person;
    const yields = item.state === "refused" ? ended || !before.ended : item.state !== "sending" && !before.ended;
    if (item.kind === KIND && same && yields) await forget(item.id);
  }
  const occurred_at = new Date().toISOString();
  const step: Step = { ...whose, chapter, at: Math.floor(at), ended, occurred_at };
  await put(KIND, step);
}

/** What this phone knows of a chapter and the server does not yet; what it refused is no part of it. */
export async function waitingPlace(person: string, chapter: string): Promise<Step | undefined> {
  const mine = (await items())
    .filter((item) => item.kind === KIND && item.state !== "refused")
    .map((item) => item.payload as Step)
    .filter((step) => step.chapter === chapter && step.person === person);
  return mine.sort((a, b) => (a.occurred_at < b.occurred_at ? -1 : 1)).at(-1);
}

/** A chapter was through here and the server did not take it: `why`, in its words. */
export interface Refused {
  step: Step;
  why: string;
}

/** The ends of chapters among `kept` that were refused. */
export function refusedEnds(kept: readonly Item[]): Refused[] {
  return kept
    .filter((item) => item.kind === KIND && item.state === "refused")
    .map((item) => ({ step: item.payload as Step, why: item.message }))
    .filter(({ step }) => step?.ended);
}
