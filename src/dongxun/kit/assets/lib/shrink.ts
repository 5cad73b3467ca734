/** Pictures made small on the phone before they are sent: less data, and no place or time in them. */

const LONGEST = 1600;
export const MOST_BYTES = 300 * 1024;

/** Make a picture small enough: at most 1600 px and 300 KB; metadata does not survive it. */
export async function shrink(file: Blob): Promise<Blob> {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  for (const quality of [0.82, 0.7, 0.55, 0.4, 0.25]) {
    const small = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", quality));
    if (small && small.size <= MOST_BYTES) return small;
  }
  throw new Error("too large");
}

/**
 * Let every picture chosen on this page be small before its form is sent.
 *
 * Where a browser cannot make it small the picture goes as it is; the server cleans it anyway.
 *
 * @example
 *   shrinkChosen(); // <input type="file" accept="image/jpeg,image/png">
 */
export function shrinkChosen(page: Document = document): void {
  page.addEventListener("change", (event) => {
    const input = event.target;
    if (input instanceof HTMLInputElement && input.type === "file" && isPicture(input)) {
      void replace(input);
    }
  });
}

const isPicture = (input: HTMLInputElement): boolean => input.accept.startsWith("image/");

async function replace(input: HTMLInputElement): Promise<void> {
  const files = [...(input.files ?? [])];
  if (files.every((file) => file.size <= MOST_BYTES)) return;
  const button = input.form?.querySelector<HTMLButtonElement>("button:not([type=button])");
  if (button) button.disabled = true; // a tap meanwhile would send the large one
  try {
    const chosen = new DataTransfer();
    for (const file of files) {
      const fits = file.size <= MOST_BYTES;
      chosen.items.add(fits ? file : new File([await shrink(file)], "photo.jpg", { type: "image/jpeg" }));
    }
    if (input.files?.[0] === files[0]) input.files = chosen.files;
  } catch {
    /* it goes as it is */
  } finally {
    if (button) button.disabled = false;
  }
}
