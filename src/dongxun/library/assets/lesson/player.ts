/** Buttons of a sound that fingers find: play, 15 seconds back and on, speed, a line to slide. */

const STEP_S = 15;
const SPEEDS = [1, 1.25, 1.5, 0.75];

/** Minutes and seconds, as a clock shows them. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** The words of the buttons, from the page, so that they are in its language. */
export interface Words {
  play: string;
  pause: string;
  back: string;
  on: string;
  speed: string;
  place: string;
}

/**
 * Put our buttons in place of the browser's; without script its own stay.
 *
 * @example
 *   controls(audio, 1260, { play: "Play", ... });
 */
export function controls(audio: HTMLAudioElement, seconds: number, words: Words): HTMLElement {
  const box = document.createElement("div");
  const line = slider(audio, seconds, words);
  const row = document.createElement("div");
  row.className = "controls";
  const speed = button("1×", words.speed, () => {
    const next = SPEEDS[(SPEEDS.indexOf(audio.playbackRate) + 1) % SPEEDS.length] ?? 1;
    audio.playbackRate = next;
    speed.firstElementChild!.textContent = `${next}×`;
  });
  const toggle = button("▶", words.play, () => void (audio.paused ? audio.play() : audio.pause()));
  toggle.className = "big";
  const show = (): void => {
    toggle.firstElementChild!.textContent = audio.paused ? "▶" : "❚❚";
    toggle.setAttribute("aria-label", audio.paused ? words.play : words.pause);
  };
  toggle.lastElementChild!.remove();
  for (const name of ["play", "pause", "ended"]) audio.addEventListener(name, show);
  show();
  row.append(
    speed,
    button("−15", words.back, () => (audio.currentTime -= STEP_S)),
    toggle,
    button("+15", words.on, () => (audio.currentTime += STEP_S)),
  );
  box.append(line, row);
  audio.controls = false;
  audio.hidden = true;
  audio.after(box);
  return box;
}

function button(sign: string, words: string, act: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.append(child("b", sign), child("span", words));
  made.addEventListener("click", act);
  return made;
}

function child(name: string, words: string): HTMLElement {
  const made = document.createElement(name);
  made.textContent = words;
  return made;
}

function slider(audio: HTMLAudioElement, seconds: number, words: Words): HTMLElement {
  const box = document.createElement("div");
  box.className = "seek";
  const line = document.createElement("input");
  line.type = "range";
  line.min = "0";
  line.max = String(seconds);
  line.setAttribute("aria-label", words.place);
  const times = document.createElement("div");
  times.className = "times num";
  const here = child("span", clock(0));
  times.append(here, child("span", clock(seconds)));
  const show = (): void => {
    line.value = String(Math.floor(audio.currentTime));
    here.textContent = clock(audio.currentTime);
    line.setAttribute("aria-valuetext", `${clock(audio.currentTime)} / ${clock(seconds)}`);
  };
  audio.addEventListener("timeupdate", show);
  audio.addEventListener("seeked", show);
  line.addEventListener("input", () => (audio.currentTime = Number(line.value)));
  show();
  box.append(line, times);
  return box;
}
