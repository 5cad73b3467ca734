/** `<dx-visits>`: today's round on a phone that may have no network all day. */
import { again, fails, flush, forget, heard, items, keeps, watch, type Item } from "../../../kit/assets/lib/outbox.ts";
import { canLock } from "../../../kit/assets/lib/vault.ts";
import { one, slot, words } from "./dom.ts";
import { DoorView } from "./door.ts";
import {
  endOf,
  isBegun,
  isOff,
  isOver,
  newDoor,
  runningRounds,
  stopsOf,
  withBegun,
  type Door,
  type Route,
  type Stop,
} from "./model.ts";
import { forgetFiles, sendFiles, waitingFiles } from "../../../kit/assets/lib/files.ts";
import { againPhoto, forgetPhoto, sendPhotos, waitingPhotos, type Waiting } from "./photos.ts";
import { keepSounds } from "./sounds.ts";
import * as store from "./store.ts";
import { current, ordered, renderToday, roundOf, type State } from "./today.ts";
import { renderWaiting } from "./waiting.ts";

const SKEW_MS = 5 * 60_000;
const EVERY_MS = 30_000;
/** How often an open page asks whether its rounds still run. */
const LOOK_MS = 60_000;
type Doors = Record<string, Door>;

const VIEWS = ["today", "door", "waiting", "me"];

/**
 * Views by the address: `#today`, `#door=<stop>`, `#waiting`, `#me`; all of them are in one page
 * that the service worker keeps, so nothing has to be fetched at a door.
 *
 * @example
 *   <dx-visits class="phone">…</dx-visits>
 */
export class Visits extends HTMLElement {
  private state: State = {
    route: undefined,
    doors: {},
    order: [],
    waiting: [],
    chosen: undefined,
    reordering: false,
    failed: false,
    loaded: false,
  };
  private photos: Waiting[] = [];
  private sent: store.Sent[] = [];
  private counted = false;
  private door: DoorView | undefined;
  private timer = 0;

  connectedCallback(): void {
    this.addEventListener("click", (event) => void this.pressed(event));
    window.addEventListener("hashchange", () => this.show());
    window.addEventListener("online", () => void this.fetch());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") void this.seen();
    });
    this.door = new DoorView(this.view("door"), {
      app: this,
      save: (stop, door) => this.saveDoor(stop, door),
      leave: () => this.left(),
    });
    heard((item, answer) => {
      if (answer !== "rejected" && answer !== "conflict") void store.noteSent(item.id, item.kind);
    });
    void this.start();
  }

  private async start(): Promise<void> {
    one(this, '[data-banner="open"]').hidden = canLock();
    one(this, '[data-banner="storeless"]').hidden = await keeps();
    const doors = await store.loadDoors();
    this.state.route = await store.loadRoute();
    if (this.state.route) this.state.doors = doors;
    else await this.handIn(doors).then(store.forgetRoute); // the day ended while the page was closed
    this.state.order = await store.loadOrder();
    this.state.loaded = this.state.route !== undefined;
    watch((kept) => void this.changed(kept));
    this.show();
    if (navigator.storage?.persist) void navigator.storage.persist();
    setInterval(() => void (this.photos.length > 0 && this.sendPhotos()), EVERY_MS);
    setInterval(() => void this.still(), LOOK_MS);
    await this.fetch();
  }

  private view(name: string): HTMLElement {
    return one(this, `[data-view="${name}"]`);
  }

  /** Fetch today's round; without network what is kept stays, unless its day is over. */
  private async fetch(): Promise<void> {
    try {
      await flush(); // the server's word on a door then knows ours
      const answer = await fetch("/v/data/", { headers: { Accept: "application/json" } });
      if (answer.status === 401 || answer.status === 404) await this.keepRounds([]);
      if (!answer.ok) throw new Error(String(answer.status));
      const route = (await answer.json()) as Route;
      route.skew = Date.now() - Date.parse(route.now);
      one(this, '[data-banner="clock"]').hidden = Math.abs(route.skew) < SKEW_MS;
      await this.keepOnly(route);
      void this.sendPhotos().then(() => keepSounds(route));
    } catch {
      const { route } = this.state; // where nothing can be kept it is nowhere else
      if (route && endOf(route) <= Date.now()) await this.wipe();
      else if (!route) this.state.route = await store.loadRoute();
      this.state = { ...this.state, failed: this.state.route === undefined, loaded: true };
    }
    this.untilMidnight();
    this.show();
  }

  /** Records go first, then pictures: one thing at a time on a thin line. */
  private sendPhotos(): Promise<void> {
    const tell = (): Promise<void> => this.changed(this.state.waiting);
    return flush().then(sendFiles).then(tell).then(() => sendPhotos(() => void tell()));
  }

  /**
   * Keep this route, and of the doors only those that are on it. A home that left it stays until
   * the record begun there is ended; one of a day before leaves what was begun to be sent.
   */
  private async keepOnly(given: Route): Promise<void> {
    const { route: before, doors: all } = this.state;
    const route = before && endOf(before) > Date.now() ? withBegun(given, before, all) : given;
    const ids = new Set(stopsOf(route).map((stop) => stop.id));
    const [doors, left] = [true, false].map((stays) =>
      Object.fromEntries(Object.entries(all).filter(([id]) => ids.has(id) === stays)),
    ) as [Doors, Doors];
    this.state = { ...this.state, route, doors, failed: false, loaded: true };
    await this.handIn(left);
    await store.saveRoute(route);
    await store.saveDoors(this.state.doors);
  }

  /** Keep these rounds of the route, and of the others what was begun; nothing left is nothing kept. */
  private async keepRounds(rounds: Route["rounds"]): Promise<void> {
    const { route } = this.state;
    if (route) await this.keepOnly({ ...route, rounds });
    if (this.state.route?.rounds.length) return;
    this.state.route = undefined;
    await store.forgetRoute();
  }

  /** What was begun and cannot be ended here any more is sent as far as it came. */
  private async handIn(doors: Doors): Promise<void> {
    for (const [stop, door] of Object.entries(doors)) {
      if (isBegun(door)) await this.door?.handIn(stop, door);
    }
  }

  /** Forget the homes at midnight, also while the page stays open. */
  private untilMidnight(): void {
    clearTimeout(this.timer);
    if (!this.state.route) return;
    const left = endOf(this.state.route) - Date.now();
    this.timer = window.setTimeout(() => void this.wipe(), Math.max(0, left));
  }

  private async wipe(): Promise<void> {
    this.door?.close();
    const { doors } = this.state;
    this.state = { ...this.state, route: undefined, doors: {}, order: [], loaded: true };
    await this.handIn(doors);
    this.door?.forget();
    await store.forgetRoute();
    location.hash = "today";
    this.show();
  }

  /** Let homes leave an open page when their day or round is over; a record begun is finished first. */
  private async still(): Promise<void> {
    const { route } = this.state;
    if (!route) return;
    if (endOf(route) <= Date.now()) return this.wipe();
    const running = await runningRounds();
    if (!running) return;
    const rounds = route.rounds.filter((round) => running.has(round.id));
    const left = withBegun({ ...route, rounds }, route, this.state.doors);
    if (stopsOf(left).length === stopsOf(route).length) return;
    if (left.rounds.length === 0) return this.wipe();
    await this.keepRounds(rounds);
    this.show();
  }

  private async seen(): Promise<void> {
    if (this.state.route && endOf(this.state.route) <= Date.now()) await this.wipe();
    await this.fetch();
  }

  private async changed(kept: Item[]): Promise<void> {
    this.state.waiting = kept;
    const [photos, voices, sent] = await Promise.all([waitingPhotos(), waitingVoices(), store.loadSent()]);
    this.photos = [...photos, ...voices];
    this.sent = sent;
    this.counted = true;
    if (fails()) one(this, '[data-banner="storeless"]').hidden = false;
    const n = kept.length + this.photos.length;
    const count = slot(this, "count");
    count.hidden = n === 0;
    count.textContent = String(n);
    const banner = document.querySelector<HTMLElement>("[data-offline-words]");
    if (banner) banner.textContent = words(banner, n ? "some" : "none", { n });
    this.render();
  }

  /** Draw what is shown, at once: a view must never stand there with what it said before. */
  private render(): void {
    const name = this.name();
    if (name === "today") renderToday(this, this.view("today"), this.state);
    if (name !== "waiting") return;
    const kept = this.counted ? this.state.waiting : undefined;
    renderWaiting(this, this.view("waiting"), kept, this.photos, this.sent);
  }

  private name(): string {
    const [name = ""] = location.hash.slice(1).split("=");
    return VIEWS.includes(name) ? name : "today";
  }

  /** Show the view that the address names. */
  private show(): void {
    let name = this.name();
    const id = location.hash.split("=")[1];
    const stop = this.stop(id);
    const round = stop && roundOf(this.state, stop);
    if (name === "door" && !round) name = "today";
    for (const view of VIEWS) this.view(view).hidden = view !== name;
    for (const tab of this.querySelectorAll<HTMLElement>("[data-tab]")) {
      const isHere = tab.dataset["tab"] === (name === "door" ? "today" : name);
      if (isHere) tab.setAttribute("aria-current", "page");
      else tab.removeAttribute("aria-current");
    }
    if (name === "door" && stop && round) this.door?.open(round, stop, this.state.doors[stop.id]);
    this.render();
    window.scrollTo(0, 0);
  }

  private stop(id: string | undefined): Stop | undefined {
    return this.state.route?.rounds.flatMap((round) => round.stops).find((stop) => stop.id === id);
  }

  private async saveDoor(stop: Stop, door: Door): Promise<void> {
    this.state.doors = { ...this.state.doors, [stop.id]: door };
    await store.saveDoors(this.state.doors);
  }

  private left(): void {
    this.state.chosen = undefined;
    location.hash = "today";
  }

  private async pressed(event: Event): Promise<void> {
    const button = (event.target as Element).closest<HTMLElement>("[data-do]");
    const what = button?.dataset["do"];
    if (!button || !what) return;
    const id = button.closest<HTMLElement>("[data-stop]")?.dataset["stop"];
    if (what === "arrive") this.go(current(this.state)?.id);
    else if (what === "choose") await this.choose(id);
    else if (what === "up" || what === "down") await this.move(id, what === "up" ? -1 : 1);
    else if (what === "reorder") this.state.reordering = !this.state.reordering;
    else if (what === "fetch") await this.fetch();
    else if (what === "wipe") await this.wipe();
    else if (what === "send") await this.sendPhotos();
    else if (what === "forget") await this.putAway(button);
    else if (what === "again") await this.tryAgain(button);
    else if (await this.door?.press(what)) return;
    await this.changed(await items());
  }

  private go(id: string | undefined): void {
    if (id) location.hash = `door=${id}`;
  }

  /** A home to come becomes the one to go to now; where nobody was at home we come again. */
  private async choose(id: string | undefined): Promise<void> {
    const stop = this.stop(id);
    if (!stop) return;
    const door = this.state.doors[stop.id];
    if (isOver(stop, door) && isOff(door?.ended?.outcome ?? stop.state)) {
      await this.saveDoor(stop, { ...newDoor(), again: true });
    }
    this.state.chosen = stop.id;
    window.scrollTo(0, 0);
  }

  /** Go to a home one place earlier or later; kept on this phone only. */
  private async move(id: string | undefined, by: number): Promise<void> {
    const stop = this.stop(id);
    const round = stop && roundOf(this.state, stop);
    if (!stop || !round) return;
    const order = ordered(this.state, round);
    const at = order.indexOf(stop);
    const [other] = order.slice(at + by, at + by + 1);
    if (at + by < 0 || !other) return;
    order[at] = other;
    order[at + by] = stop;
    const others = this.state.order.filter((one) => !order.some((place) => place.id === one));
    this.state.order = [...others, ...order.map((place) => place.id)];
    await store.saveOrder(this.state.order);
  }

  private async putAway(button: HTMLElement): Promise<void> {
    const line = button.closest<HTMLElement>("[data-item]");
    const id = line?.dataset["item"];
    if (!id) return;
    if (line?.dataset["kind"] === "photo") await forgetPhoto(id);
    else if (line?.dataset["kind"] === "voice") await forgetFiles(id).then(() => this.changed(this.state.waiting));
    else await forget(id);
  }

  private async tryAgain(button: HTMLElement): Promise<void> {
    const line = button.closest<HTMLElement>("[data-item]");
    const id = line?.dataset["item"];
    if (!id) return;
    if (line?.dataset["kind"] !== "photo") await again(id);
    else await againPhoto(id).then(() => this.sendPhotos());
  }
}

/** The recordings that wait until the need they belong to is there, as lines of the list. */
async function waitingVoices(): Promise<Waiting[]> {
  const rows = await waitingFiles("need");
  return rows.map(({ item, why }) => {
    const taken = new Date(parseInt(item.slice(0, 8) + item.slice(9, 13), 16)).toISOString(); // UUIDv7
    return { id: item, stop: "", taken, size: 1, sent: 0, message: why, kind: "voice" };
  });
}

customElements.define("dx-visits", Visits);
