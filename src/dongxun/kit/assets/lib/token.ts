/** The form token: from the page, or fresh from the server when the page is an old copy. */

/** Return the token written into this page. */
export function csrfToken(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

/** Ask the server for a token and write it into this page. */
export async function renewToken(): Promise<string> {
  const answer = await fetch("/token/", { headers: { Accept: "application/json" } });
  const { token } = (await answer.json()) as { token: string };
  const meta = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]');
  if (meta) meta.content = token;
  return token;
}
