/** `<dx-recorder>`: says something instead of typing it, into the file field of a form. */

const TYPES = ["audio/mp4", "audio/webm;codecs=opus", "audio/ogg;codecs=opus"];
const BITS = 24_000;
/** What the server takes at most, see needs/services/voices.py. */
const MOST_BYTES = 6 * 1024 * 1024;
const NAMES: Record<string, string> = { "audio/mp4": "m4a", "audio/ogg": "ogg" };

/**
 * Where a browser cannot record, the file field alone takes a recording made elsewhere.
 *
 * - `data-for`: the id of the file field; `data-frees`: of the field that need not be filled then.
 * - `data-most`: after how many seconds it ends by itself.
 */
class Recorder extends HTMLElement {
  private machine: MediaRecorder | undefined;
  private timer = 0;
  private heard = "";

  connectedCallback(): void {
    if (!this.field) return;
    this.hidden = false;
    this.show("record", canRecord());
    this.addEventListener("click", this.onClick);
    this.field.addEventListener("change", this.onChosen);
    this.field.form?.addEventListener("reset", this.clear);
  }

  disconnectedCallback(): void {
    this.stop();
    this.field?.form?.removeEventListener("reset", this.clear);
  }

  private get field(): HTMLInputElement | null {
    const found = document.getElementById(this.dataset["for"] ?? "");
    return found instanceof HTMLInputElement ? found : null;
  }

  private onClick = (event: Event): void => {
    const what = (event.target as Element).closest<HTMLElement>("[data-do]")?.dataset["do"];
    if (what === "record") void this.record();
    else if (what === "stop") this.stop();
    else if (what === "drop") this.drop();
  };

  private async record(): Promise<void> {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const type = TYPES.find((one) => MediaRecorder.isTypeSupported(one)) ?? "";
      const machine = new MediaRecorder(stream, { mimeType: type, audioBitsPerSecond: BITS });
      const pieces: Blob[] = [];
      machine.addEventListener("dataavailable", ({ data }) => pieces.push(data));
      machine.addEventListener("stop", () => {
        stream.getTracks().forEach((track) => track.stop());
        this.take(new Blob(pieces, { type: machine.mimeType.split(";")[0] ?? "" }));
      });
      machine.start();
      this.machine = machine;
    } catch {
      this.say("none");
      return;
    }
    this.running(true);
    const began = Date.now();
    const tick = (): void => {
      const n = Math.round((Date.now() - began) / 1000);
      this.say("words", String(n));
      if (n >= Number(this.dataset["most"] ?? 180)) this.stop();
    };
    tick();
    this.timer = window.setInterval(tick, 1000);
  }

  private stop(): void {
    window.clearInterval(this.timer);
    if (this.machine?.state === "recording") this.machine.stop();
    this.machine = undefined;
    this.running(false);
  }

  /** Put what was said into the form's field, as if it had been chosen there. */
  private take(sound: Blob): void {
    if (!this.field || sound.size === 0) return;
    const files = new DataTransfer();
    files.items.add(new File([sound], `voice.${NAMES[sound.type] ?? "webm"}`, { type: sound.type }));
    this.field.files = files.files;
    this.field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  private drop(): void {
    if (!this.field) return;
    this.field.value = "";
    this.field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  private onChosen = (): void => {
    const file = this.field?.files?.[0];
    this.clear();
    if (file) void this.judge(file);
  };

  /** Offer to hear what was said; what the server would refuse is taken out before it is sent. */
  private async judge(file: File): Promise<void> {
    const fits = file.size <= MOST_BYTES && (await isSound(file).catch(() => true));
    if (this.field?.files?.[0] !== file) return; // another was chosen since
    if (!fits) {
      this.drop();
      this.say("unfit");
      return;
    }
    this.tell(true);
    const audio = this.querySelector("audio");
    if (!audio) return;
    this.heard = URL.createObjectURL(file);
    audio.src = this.heard;
    audio.hidden = false;
    this.show("drop", true);
    this.say("kept");
  }

  private clear = (): void => {
    if (this.heard) URL.revokeObjectURL(this.heard);
    this.heard = "";
    this.tell(false);
    const audio = this.querySelector("audio");
    audio?.removeAttribute("src");
    if (audio) audio.hidden = true;
    this.show("drop", false);
    this.say("");
  };

  /** Let the form say whether something was said, and want words only where nothing was. */
  private tell(spoken: boolean): void {
    const word = this.querySelector<HTMLInputElement>("[name=spoken]");
    if (word) word.value = spoken ? "1" : "";
    const freed = document.getElementById(this.dataset["frees"] ?? "");
    if (freed instanceof HTMLTextAreaElement) freed.required = !spoken;
  }

  private running(is: boolean): void {
    this.show("record", !is);
    this.show("stop", is);
  }

  private show(what: string, is: boolean): void {
    const button = this.querySelector<HTMLElement>(`[data-do=${what}]`);
    if (button) button.hidden = !is;
  }

  private say(name: string, n = ""): void {
    const place = this.querySelector<HTMLElement>("[role=status]");
    if (place) place.textContent = (place.dataset[name] ?? "").replace("{n}", n);
  }
}

/** Whether a file begins like a sound that the server keeps, see files/sounds.py. */
async function isSound(file: Blob): Promise<boolean> {
  const head = new Uint8Array(await file.slice(0, 12).arrayBuffer());
  if (head[0] === 0xff && ((head[1] ?? 0) & 0xe0) === 0xe0) return true;
  const words = String.fromCharCode(...head);
  return /^(RIFF....WAVE|OggS|\u001aE\u00df\u00a3|....ftyp|ID3)/s.test(words);
}

function canRecord(): boolean {
  try {
    return "MediaRecorder" in window && !!navigator.mediaDevices && !!new DataTransfer();
  } catch {
    return false;
  }
}

customElements.define("dx-recorder", Recorder);
