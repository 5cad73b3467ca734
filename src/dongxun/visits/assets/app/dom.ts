/** Small help with templates and words that the server has put into the page. */

/** Return the one element; a page without it is a bug. */
export function one<T extends Element = HTMLElement>(root: ParentNode, selector: string): T {
  const found = root.querySelector<T>(selector);
  if (!found) throw new Error(selector);
  return found;
}

export const slot = <T extends HTMLElement = HTMLElement>(root: ParentNode, name: string): T =>
  one<T>(root, `[data-slot="${name}"]`);

/** Put words into a slot; empty ones hide it. */
export function say(root: ParentNode, name: string, words: string): HTMLElement {
  const place = slot(root, name);
  place.textContent = words;
  place.hidden = words === "";
  return place;
}

/** Return words of an element's data with values for `{n}` and the like. */
export function words(
  element: HTMLElement,
  key: string,
  values: Record<string, string | number> = {},
): string {
  return (element.dataset[key] ?? "").replace(/\{(\w+)\}/g, (_, name: string) =>
    String(values[name] ?? ""),
  );
}

/** Return a fresh copy of a template's only element. */
export function copy(root: ParentNode, name: string): HTMLElement {
  const template = one<HTMLTemplateElement>(root, `template[data-template="${name}"]`);
  return (template.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement;
}
