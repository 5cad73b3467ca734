/** A video of pieces in a page: native HLS where the browser has it; else hls.js, fetched only then. */
import { whole } from "../../../kit/assets/lib/edge.ts";

const AGAIN_MS = 4_000;
const PATIENCE = 3;
const MOST_PATIENCE = 24;

/**
 * Let a video be played; one that is live goes on by itself when the camera was gone for a while.
 *
 * `src` may be several addresses with spaces between: where one does not answer, the next is played.
 */
export async function attach(video: HTMLMediaElement, src: string, isLive = false): Promise<void> {
  const [first = "", ...others] = src.split(" ").map(whole);
  if (playsItself(video)) {
    video.src = first;
    video.addEventListener("error", (event) => {
      const other = others.shift();
      if (other) {
        event.stopImmediatePropagation(); // nothing is broken yet: whoever listens next hears of the last
        later(video, () => goOver(video, other), 0);
      } else if (isLive) later(video, () => video.load());
    });
    if (isLive) keepMoving(video);
    return;
  }
  const { default: Hls } = await import("hls.js/light");
  const player = new Hls({ autoStartLoad: false });
  let isBegun = false;
  let current = first;
  let at = -1;
  const load = (): void => {
    if (!isLive && video.currentTime > 0) at = video.currentTime;
    player.loadSource(current);
    if (isBegun) player.startLoad(at);
  };
  player.on(Hls.Events.ERROR, (_name, { fatal, type }) => {
    if (!fatal || type !== Hls.ErrorTypes.NETWORK_ERROR) return;
    const other = others.shift();
    current = other ?? current;
    if (other) later(video, load, 0);
    else if (isLive || player.levels.length === 0) later(video, load);
    else later(video, () => isBegun && player.startLoad());
  });
  load();
  player.attachMedia(video);
  const begin = (): void => {
    isBegun = true;
    player.startLoad(at);
  };
  video.addEventListener("play", begin, { once: true });
}

/** Chromium says that it plays lists of pieces, but waits for ever at those of sound alone. */
function playsItself(video: HTMLMediaElement): boolean {
  const isTrusted = video instanceof HTMLVideoElement || navigator.vendor.startsWith("Apple");
  const isOnly = !("MediaSource" in window);
  return video.canPlayType("application/vnd.apple.mpegurl") !== "" && (isTrusted || isOnly);
}

/** Play the same from elsewhere, from the same place. */
function goOver(video: HTMLMediaElement, other: string): void {
  const at = video.currentTime;
  const seek = (): void => void (video.currentTime = at);
  if (at > 0) video.addEventListener("loadedmetadata", seek, { once: true });
  video.src = other;
}

/**
 * Load a picture anew that should move and stands: its list may have named pieces that are gone,
 * of which a browser says nothing. Each time in vain it is given longer, for lines may be slow.
 */
function keepMoving(video: HTMLMediaElement): void {
  let at = -1;
  let stood = 0;
  let patience = PATIENCE;
  const timer = window.setInterval(() => {
    if (!video.isConnected) return window.clearInterval(timer);
    if (at >= 0 && video.currentTime > at) patience = PATIENCE; // it moves; loading anew sets it back
    stood = !video.paused && video.currentTime === at ? stood + 1 : 0;
    at = video.currentTime;
    if (stood < patience) return;
    stood = 0;
    patience = Math.min(2 * patience, MOST_PATIENCE);
    later(video, () => video.load(), 0);
  }, AGAIN_MS);
}

/** Try once more in a while; what was playing plays on. */
function later(video: HTMLMediaElement, again: () => void, wait = AGAIN_MS): void {
  window.setTimeout(() => {
    if (!video.isConnected) return;
    const wasPlaying = !video.paused;
    again();
    if (wasPlaying) video.play().catch(() => undefined);
  }, wait);
}
