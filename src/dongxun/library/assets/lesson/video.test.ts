import { afterEach, beforeEach, expect, test, vi } from "vitest";

type Heard = (name: string, error: { fatal: boolean; type: string }) => void;
const done: string[] = [];
const loaded: string[] = [];
let fail: Heard = () => undefined;
class Fake {
  static Events = { ERROR: "error" };
  static ErrorTypes = { NETWORK_ERROR: "network" };
  on = (_name: string, heard: Heard): void => void (fail = heard);
  levels = [1];
  loadSource = (src: string): void => {
    done.push("load");
    loaded.push(src);
  };
  attachMedia = (): void => undefined;
  startLoad = (): void => void done.push("start");
}
vi.mock("hls.js/light", () => ({ default: Fake }));
const { attach } = await import("./video.ts");

function player(isNative: boolean): HTMLVideoElement {
  const video = document.createElement("video");
  document.body.replaceChildren(video);
  video.canPlayType = () => (isNative ? "maybe" : "");
  Object.defineProperty(video, "paused", { value: false, configurable: true });
  video.load = () => void done.push("load");
  video.play = async () => void done.push("play");
  return video;
}

beforeEach(() => {
  done.length = loaded.length = 0;
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a class whose camera was gone is loaded anew and plays on", async () => {
  const video = player(false);
  await attach(video, "a.m3u8", true);
  video.dispatchEvent(new Event("play"));
  fail("error", { fatal: false, type: "network" });
  fail("error", { fatal: true, type: "network" });
  vi.advanceTimersByTime(3_999);
  expect(done).toEqual(["load", "start"]);
  vi.advanceTimersByTime(1);
  expect(done).toEqual(["load", "start", "load", "start", "play"]);
});

test("a lesson goes on where it is and is not begun anew", async () => {
  const video = player(false);
  await attach(video, "a.m3u8");
  video.dispatchEvent(new Event("play"));
  fail("error", { fatal: true, type: "network" });
  vi.advanceTimersByTime(4_000);
  expect(done).toEqual(["load", "start", "start", "play"]);
});

test("a browser that plays pieces by itself tries again, until the player is gone", async () => {
  const video = player(true);
  await attach(video, "a.m3u8", true);
  video.dispatchEvent(new Event("error"));
  vi.advanceTimersByTime(4_000);
  expect(done).toEqual(["load", "play"]);
  video.dispatchEvent(new Event("error"));
  video.remove();
  vi.advanceTimersByTime(4_000);
  expect(done).toEqual(["load", "play"]);
});

test("a class whose picture stands without an error is loaded anew, later each time", async () => {
  const video = player(true);
  const stand = (seconds: number): number => {
    done.length = 0;
    vi.advanceTimersByTime(seconds * 1000);
    return done.filter((what) => what === "load").length;
  };
  await attach(video, "a.m3u8", true);
  expect([stand(15), stand(5)]).toEqual([0, 1]);
  expect(done).toEqual(["load", "play"]);
  expect([stand(20), stand(4)]).toEqual([0, 1]);
  video.currentTime = 7;
  expect([stand(12), stand(8)]).toEqual([0, 1]);
  Object.defineProperty(video, "paused", { value: true });
  expect(stand(300)).toBe(0);
  video.remove();
  vi.advanceTimersByTime(4_000);
  expect(vi.getTimerCount()).toBe(0);
});

test("where the first address does not answer, the next is played", async () => {
  await attach(player(false), ":8004/video/a.m3u8 /learn/a.m3u8");
  fail("error", { fatal: true, type: "network" });
  vi.advanceTimersByTime(0);
  expect(loaded).toEqual([`http://${location.hostname}:8004/video/a.m3u8`, "/learn/a.m3u8"]);
  const video = player(true);
  await attach(video, "/video/a.m3u8 /learn/a.m3u8");
  const isBroken = vi.fn();
  video.addEventListener("error", isBroken); // as a lesson listens, to say so
  video.dispatchEvent(new Event("error"));
  vi.advanceTimersByTime(0);
  expect(video.getAttribute("src")).toBe("/learn/a.m3u8");
  expect(isBroken).not.toHaveBeenCalled();
  video.dispatchEvent(new Event("error"));
  expect(isBroken).toHaveBeenCalled();
});

test("sound alone is left to the browser only where it can play it", async () => {
  const ask = async (vendor: string): Promise<string[]> => {
    loaded.length = 0;
    vi.stubGlobal("navigator", { vendor });
    vi.stubGlobal("MediaSource", class {});
    const audio = document.createElement("audio");
    audio.canPlayType = () => "maybe";
    await attach(audio, "/a.m3u8", true);
    return loaded;
  };
  expect(await ask("Google Inc.")).toEqual(["/a.m3u8"]);
  expect(await ask("Apple Computer, Inc.")).toEqual([]);
});
