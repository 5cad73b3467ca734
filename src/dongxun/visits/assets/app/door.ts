/** 门前记录: five steps, each saved at once; it may be left and finished later. */
import { newId } from "../../../kit/assets/lib/ids.ts";
import { keepFile, sendFiles } from "../../../kit/assets/lib/files.ts";
import { flush, put } from "../../../kit/assets/lib/outbox.ts";
import { copy, one, say, slot, words } from "./dom.ts";
import { goOn, minutesOf, newDoor, shares, STEPS, type Door, type Round, type Step, type Stop } from "./model.ts";
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

/** One door while it is on the screen. */
export class DoorView {
  private stop: Stop | undefined;
  private round: Round | undefined;
  private door: Door = newDoor();
  private playable = "";

  constructor(
    private readonly view: HTMLElement,
    private readonly around: Around,
  ) {
    const picked = one<HTMLInputElement>(view, "[data-photo]");
    picked.addEventListener("change", () => void this.photographed(picked));
    const need = one<HTMLTextAreaElement>(view, "[data-need]");
    const voice = one<HTMLInputElement>(view, "[data-voice]");
    const said = (): void => this.nextWords("care-next", need.value.trim() !== "" || !!voice.files?.length);
    need.addEventListener("input", said);
    voice.addEventListener("change", said);
  }

  /** Show a home where this phone left it. */
  open(round: Round, stop: Stop, door: Door | undefined): void {
    this.stop = stop;
    this.round = round;
    this.door = door ?? newDoor();
    slot(this.view, "name").textContent = stop.name;
    const who = [stop.name, age(this.around.app, stop), stop.address].filter(Boolean).join("，");
    slot(this.view, "who").textContent = who;
    say(this.view, "note", stop.note);
    const what = bring(stop);
    const place = slot(this.view, "bring");
    say(this.view, "bring", what && words(place, "words", { what }));
    this.lesson(round);
    one<HTMLTextAreaElement>(this.view, "[data-need]").value = "";
    one<HTMLTextAreaElement>(this.view, "[data-said]").value = "";
    one<HTMLFormElement>(this.view, "[data-voices]").reset();
    this.view.querySelectorAll<HTMLInputElement>("[name=signed]").forEach((box) => {
      box.checked = false;
    });
    this.nextWords("care-next", false);
    this.photos();
    this.carry(stop);
    this.show();
    if (!door) void this.around.save(stop, this.door);
  }

  /** Do what a button of the door says; true when it was one of ours. */
  async press(what: string): Promise<boolean> {
    if (what === "greeted") await this.greeted();
    else if (what === "told") await this.next("lesson", "photo");
    else if (what === "photographed") await this.next(null, "care");
    else if (what === "cared") await this.cared();
    else if (what === "less" || what === "more") this.minutes(what === "more" ? 1 : -1);
    else if (what === "absent" || what === "later" || what === "done") await this.end(what);
    else return false;
    return true;
  }

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
    const text = one<HTMLTextAreaElement>(this.view, "[data-need]").value.trim();
    const stop = this.stop?.id;
    const voice = one<HTMLInputElement>(this.view, "[data-voice]").files?.[0];
    if (text || voice) {
      const id = newId();
      const open = { stop, occurred_at: now(), text: "", spoken: voice ? "1" : "" };
      const url = `/need/of/${id}/picture/`;
      if (voice) await keepFile({ kind: "need", item: id, url, field: "voice", name: "voice" }, voice);
      await put("need", { ...open, text }, id, open);
      if (voice) void flush().then(() => sendFiles());
    }
    await this.next(text || voice ? "care" : null, "done");
  }

  /** Save a step and go on; null: there was nothing to save in it. */
  private async next(done: Step | null, to: Step): Promise<void> {
    if (!this.stop) return;
    slot<HTMLAudioElement>(this.view, "audio").hidden || to === "lesson" || this.hush();
    if (done) await put("visit_step", { stop: this.stop.id, step: done, occurred_at: now() });
    this.door = goOn(this.door, to);
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
    const lines = stop.carry.map((line) => {
      const element = copy(this.around.app, "carry");
      one<HTMLInputElement>(element, "[data-line]").value = line.line;
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
    const signed = this.view.querySelector<HTMLInputElement>("[name=signed]:checked")?.value ?? "";
    const open = {
      stop: this.stop.id,
      outcome,
      occurred_at: at,
      started_at: this.door.began,
      minutes,
      topics: visited ? shares(this.round.topics, minutes) : [],
      signed,
    };
    const said = one<HTMLTextAreaElement>(this.view, "[data-said]").value.trim();
    const { id } = await put("visit_done", { ...open, words: said }, newId(), open);
    if (visited) await this.handOver(this.stop, at);
    this.door = { ...this.door, step: "done", minutes: minutes || null, ended: { outcome, at, item: id } };
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
