/** 门前记录: five steps, each saved at once; it may be left and finished later. */
import { newId } from "../../../kit/assets/lib/ids.ts";
import { keepFile, sendFiles } from "../../../kit/assets/lib/files.ts";
import { flush, put } from "../../../kit/assets/lib/outbox.ts";
import { copy, one, say, slot, words } from "./dom.ts";
import {
  goOn,
  minutesOf,
  newDoor,
  shares,
  STEPS,
  type Door,
  type Draft,
  type Round,
  type Step,
  type Stop,
} from "./model.ts";
import { keepPhoto, sendPhotos } from "./photos.ts";
import { soundOf } from "./sounds.ts";
import { age, bring } from "./today.ts";

/** What the door needs of the app around it. */
export interface Around {
  app: HTMLElement;
  save: (stop: Stop, door: Door) => Promise<void>;
  leave: () => void;
}

const now = (): string => new Date().toISOString();
const NOTHING: Draft = { need: "", said: "", signed: "", kept: [] };
/** How long after the last key what is typed is written down. */
const PAUSE_MS = 300;

/** One door while it is on the screen. */
export class DoorView {
  private stop: Stop | undefined;
  private round: Round | undefined;
  private door: Door = newDoor();
  private playable = "";
  private timer = 0;
  private busy = false;
  /** Recordings not noted yet, by door; they live as long as the page. */
  private readonly voices = new Map<string, FileList>();

  constructor(
    private readonly view: HTMLElement,
    private readonly around: Around,
  ) {
    const picked = one<HTMLInputElement>(view, "[data-photo]");
    picked.addEventListener("change", () => void this.photographed(picked));
    view.addEventListener("input", () => this.typed());
    view.addEventListener("change", () => this.typed());
  }

  private get need(): HTMLTextAreaElement {
    return one<HTMLTextAreaElement>(this.view, "[data-need]");
  }

  private get said(): HTMLTextAreaElement {
    return one<HTMLTextAreaElement>(this.view, "[data-said]");
  }

  private get voice(): HTMLInputElement {
    return one<HTMLInputElement>(this.view, "[data-voice]");
  }

  /**
   * Show a home where this phone left it.
   *
   * Drawn again while it is open (the network came back, the page was looked at), it leaves alone
   * what is being typed, recorded or ticked; another home brings its own.
   */
  open(round: Round, stop: Stop, door: Door | undefined): void {
    const other = this.stop?.id !== stop.id || this.door.began !== door?.began;
    if (other) this.putAway();
    else if (this.timer) this.write();
    this.stop = stop;
    this.round = round;
    this.door = other ? (door ?? newDoor()) : this.door;
    slot(this.view, "name").textContent = stop.name;
    const who = [stop.name, age(this.around.app, stop), stop.address].filter(Boolean).join("，");
    slot(this.view, "who").textContent = who;
    say(this.view, "note", stop.note);
    const what = bring(stop);
    const place = slot(this.view, "bring");
    say(this.view, "bring", what && words(place, "words", { what }));
    for (const name of ["owed", "owed-end"]) {
      say(this.view, name, stop.owed ? words(slot(this.view, name), "words", { what: stop.owed }) : "");
    }
    if (other || slot<HTMLAudioElement>(this.view, "audio").paused) this.lesson(round);
    this.photos();
    this.carry(stop);
    if (other) this.takeUp(stop);
    this.show();
    if (!door) void this.around.save(stop, this.door);
  }

  /** Leave the home on the screen: what is typed there is with its door now. */
  close(): void {
    this.putAway();
    this.stop = this.round = undefined;
  }

  /** Let nothing of any home stay on the screen or in the page. */
  forget(): void {
    clearTimeout(this.timer);
    this.timer = 0;
    this.stop = this.round = undefined;
    this.door = newDoor();
    this.voices.clear();
    this.need.value = this.said.value = "";
    one<HTMLFormElement>(this.view, "[data-voices]").reset();
    for (const name of ["name", "who", "note", "bring", "owed", "owed-end", "text"]) slot(this.view, name).textContent = "";
    one(this.view, "[data-carry]").replaceChildren();
  }

  /** Leave a home: what was typed there is written down, what was recorded waits in the page. */
  private putAway(): void {
    if (!this.stop) return;
    if (this.timer) this.write();
    const files = this.voice.files;
    if (files?.length) this.voices.set(this.stop.id, files);
    else this.voices.delete(this.stop.id);
  }

  /** Bring back what was begun at this home and is no record yet. */
  private takeUp(stop: Stop): void {
    const draft = this.door.draft ?? NOTHING;
    this.need.value = draft.need;
    this.said.value = draft.said;
    one<HTMLFormElement>(this.view, "[data-voices]").reset();
    const files = this.voices.get(stop.id);
    if (files) {
      this.voice.files = files;
      this.voice.dispatchEvent(new Event("change"));
    }
    this.view.querySelectorAll<HTMLInputElement>("[name=signed]").forEach((box) => {
      box.checked = box.value === draft.signed;
    });
    this.nextCare();
  }

  private typed(): void {
    this.nextCare();
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.write(), PAUSE_MS);
  }

  private nextCare(): void {
    this.nextWords("care-next", this.need.value.trim() !== "" || !!this.voice.files?.length);
  }

  /** Write down with the door what is on the screen and not noted yet. */
  private write(): void {
    clearTimeout(this.timer);
    this.timer = 0;
    if (!this.stop || this.door.ended) return;
    this.door = { ...this.door, draft: this.drafted() };
    void this.around.save(this.stop, this.door);
  }

  private drafted(): Draft {
    const boxes = [...this.view.querySelectorAll<HTMLInputElement>("[data-line]")];
    return {
      need: this.need.value,
      said: this.said.value,
      signed: this.signed(),
      kept: boxes.filter((box) => !box.checked).map((box) => box.value),
    };
  }

  private signed(): string {
    return this.view.querySelector<HTMLInputElement>("[name=signed]:checked")?.value ?? "";
  }

  /** Do what a button of the door says; true when it was one of ours. A second tap does nothing. */
  async press(what: string): Promise<boolean> {
    const by = { less: -1, more: 1 }[what];
    if (by) this.minutes(by);
    const act = this.acts[what];
    if (!act) return by !== undefined;
    if (this.busy) return true;
    this.busy = true;
    try {
      await act();
    } finally {
      this.busy = false;
    }
    return true;
  }

  private readonly acts: Record<string, () => Promise<void>> = {
    greeted: () => this.greeted(),
    told: () => this.next("lesson", "photo"),
    photographed: () => this.next(null, "care"),
    cared: () => this.cared(),
    absent: () => this.end("absent"),
    later: () => this.end("later"),
    done: () => this.end("done"),
  };

  private lesson(round: Round): void {
    const title = slot(this.view, "lesson");
    title.textContent = round.lesson.title || words(title, "none");
    slot(this.view, "text").textContent = round.lesson.text;
    void this.sound(round.lesson.audio);
  }

  /** Play the lesson from this phone if it lies here, else from the network; say which. */
  private async sound(address: string): Promise<void> {
    const audio = slot<HTMLAudioElement>(this.view, "audio");
    const place = slot(this.view, "sound");
    if (audio.dataset["address"] === address && this.playable) return;
    audio.dataset["address"] = address;
    audio.hidden = address === "";
    say(this.view, "sound", "");
    if (this.playable) URL.revokeObjectURL(this.playable);
    this.playable = "";
    if (address === "") {
      audio.removeAttribute("src");
      return;
    }
    const kept = await soundOf(address);
    if (audio.dataset["address"] !== address) return;
    if (kept) this.playable = URL.createObjectURL(kept);
    audio.src = this.playable || address;
    say(this.view, "sound", words(place, kept ? "kept" : "away"));
  }

  private async greeted(): Promise<void> {
    const audio = slot<HTMLAudioElement>(this.view, "audio");
    if (!audio.hidden) audio.play().catch(() => undefined); // the same tap begins the lesson
    await this.next("greeting", "lesson");
  }

  private async cared(): Promise<void> {
    const text = this.need.value.trim();
    const voice = this.voice.files?.[0];
    const some = this.stop !== undefined && (text !== "" || voice !== undefined);
    if (this.stop && some) {
      await this.raise(this.stop.id, text, voice, now());
      this.need.value = "";
      one<HTMLFormElement>(this.view, "[data-voices]").reset();
    }
    await this.next(some ? "care" : null, "done");
  }

  /** Put what is hard for them among what is to be sent. */
  private async raise(stop: string, text: string, voice: File | undefined, at: string): Promise<void> {
    const id = newId();
    const open = { stop, occurred_at: at, text: "", spoken: voice ? "1" : "" };
    const url = `/need/of/${id}/picture/`;
    if (voice) await keepFile({ kind: "need", item: id, url, field: "voice", name: "voice" }, voice);
    await put("need", { ...open, text }, id, open);
    if (voice) void flush().then(() => sendFiles());
  }

  /** Put a record that cannot be ended here any more among what is to be sent, as far as it came. */
  async handIn(stop: string, door: Door): Promise<void> {
    const { need, said, signed } = door.draft ?? NOTHING;
    const at = door.mark ?? door.began;
    const voice = this.voices.get(stop)?.[0];
    if (need.trim() || voice) await this.raise(stop, need.trim(), voice, at);
    const step = door.step === "done" ? "care" : door.step;
    const minutes = minutesOf(door, Date.parse(at));
    const open = { stop, step, occurred_at: at, started_at: door.began, minutes, signed };
    await put("visit_step", { ...open, words: said.trim() }, newId(), open);
  }

  /** Save a step and go on; null: there was nothing to save in it. */
  private async next(done: Step | null, to: Step): Promise<void> {
    if (!this.stop) return;
    slot<HTMLAudioElement>(this.view, "audio").hidden || to === "lesson" || this.hush();
    if (done) await put("visit_step", { stop: this.stop.id, step: done, occurred_at: now() });
    this.door = { ...goOn(this.door, to), draft: this.drafted() };
    await this.around.save(this.stop, this.door);
    this.show();
  }

  private hush(): void {
    slot<HTMLAudioElement>(this.view, "audio").pause();
  }

  private minutes(by: number): void {
    this.door = { ...this.door, minutes: Math.max(1, minutesOf(this.door) + by) };
    this.show();
  }

  private async photographed(picked: HTMLInputElement): Promise<void> {
    const file = picked.files?.[0];
    picked.value = "";
    if (!file || !this.stop) return;
    const place = slot(this.view, "photos");
    const id = await keepPhoto(this.stop.id, file).catch(() => undefined);
    if (!id) {
      say(this.view, "photos", words(place, "refused"));
      return;
    }
    this.door = { ...this.door, photos: [...this.door.photos, id] };
    await put("visit_step", { stop: this.stop.id, step: "photo", occurred_at: now() });
    await this.around.save(this.stop, this.door);
    this.photos();
    void flush().then(() => sendPhotos());
  }

  private photos(): void {
    const n = this.door.photos.length;
    const place = slot(this.view, "photos");
    say(this.view, "photos", n ? words(place, "words", { n }) : "");
    this.nextWords("photo-next", n > 0);
  }

  private nextWords(name: string, some: boolean): void {
    const place = slot(this.view, name);
    place.textContent = words(place, some ? "some" : "none");
  }

  private carry(stop: Stop): void {
    const kept = this.door.draft?.kept ?? [];
    const lines = stop.carry.map((line) => {
      const element = copy(this.around.app, "carry");
      const box = one<HTMLInputElement>(element, "[data-line]");
      box.value = line.line;
      box.checked = !kept.includes(line.line);
      const text = one(element, "[data-words]");
      text.textContent = words(text, "words", { pack: line.pack, n: line.quantity });
      return element;
    });
    one(this.view, "[data-carry]").replaceChildren(...lines);
  }

  private async end(outcome: "done" | "absent" | "later"): Promise<void> {
    if (!this.stop || !this.round) return;
    const at = now();
    const visited = outcome === "done";
    const minutes = visited ? minutesOf(this.door) : 0;
    const signed = this.signed();
    const open = {
      stop: this.stop.id,
      outcome,
      occurred_at: at,
      started_at: this.door.began,
      minutes,
      topics: visited ? shares(this.round.topics, minutes) : [],
      signed,
    };
    const { id } = await put("visit_done", { ...open, words: this.said.value.trim() }, newId(), open);
    if (visited) await this.handOver(this.stop, at);
    const { draft: _noted, ...door } = this.door;
    this.door = { ...door, step: "done", minutes: minutes || null, ended: { outcome, at, item: id } };
    await this.around.save(this.stop, this.door);
    this.hush();
    this.around.leave();
  }

  private async handOver(stop: Stop, at: string): Promise<void> {
    const handed = this.view.querySelectorAll<HTMLInputElement>("[data-line]:checked");
    for (const box of handed) {
      const line = box.value;
      await put("receipt", { stop: stop.id, line, how: "confirmed", occurred_at: at });
    }
  }

  private show(): void {
    const at = STEPS.indexOf(this.door.step);
    this.view.querySelectorAll<HTMLElement>("[data-step]").forEach((part) => {
      part.hidden = part.dataset["step"] !== this.door.step;
    });
    const steps = [...one(this.view, "[data-steps]").children] as HTMLElement[];
    steps.forEach((step, index) => {
      step.classList.toggle("is-done", index < at);
      if (index === at) step.setAttribute("aria-current", "step");
      else step.removeAttribute("aria-current");
    });
    slot(this.view, "step").textContent = `${at + 1}/${STEPS.length} ${steps[at]?.textContent ?? ""}`;
    const minutes = slot(this.view, "minutes");
    minutes.textContent = words(minutes, "words", { n: minutesOf(this.door) });
  }
}
