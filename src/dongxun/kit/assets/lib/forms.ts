/** What a form says, and what was chosen in it; both can be put back to be put right. */

export type Payload = Record<string, string>;
/** Where a page notes for the next one that its draft was sent, see drafts.ts. */
export const SENT = "dx-draft-sent";
const TOKEN = "csrfmiddlewaretoken";

/** Whether a form that may be empty is: to take something back one needs the server. */
export function saysNothing(form: HTMLFormElement): boolean {
  const names = form.dataset["any"]?.split(" ");
  const typed = new FormData(form);
  return !!names?.every((name) => {
    const value = typed.get(name);
    return value instanceof File ? value.size === 0 : !value?.trim();
  });
}

/** The files chosen in a form, by the names of their fields. */
export function filesOf(form: HTMLFormElement): [string, File][] {
  return [...new FormData(form)].filter(
    (pair): pair is [string, File] => pair[1] instanceof File && pair[1].size > 0,
  );
}

/** What a form says, by the names of its fields, and when. */
export function payloadOf(form: HTMLFormElement, submitter: HTMLElement | null): Payload {
  const found: Payload = { occurred_at: new Date().toISOString() };
  new FormData(form).forEach((value, name) => {
    if (name !== TOKEN && typeof value === "string") found[name] = value.trim();
  });
  if (submitter instanceof HTMLButtonElement && submitter.name) found[submitter.name] = submitter.value;
  return found;
}

/** Put words and files back into a form; false where this browser cannot give a file back. */
export function putBack(form: HTMLFormElement, payload: Payload, files: [string, File][]): boolean {
  for (const [name, value] of Object.entries(payload)) {
    const field = form.elements.namedItem(name);
    if (field && "value" in field) field.value = value;
  }
  try {
    for (const [name, file] of files) {
      const field = form.elements.namedItem(name) as HTMLInputElement;
      const chosen = new DataTransfer();
      chosen.items.add(file);
      field.files = chosen.files;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
    return true;
  } catch {
    return false;
  }
}
