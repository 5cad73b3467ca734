/** A video of pieces in a page: native HLS where the browser has it; else hls.js, fetched only then. */

const AGAIN_MS = 4_000;

/** Let a video be played; one that is live goes on by itself when the camera was gone for a while. */
export async function attach(video: HTMLMediaElement, src: string, isLive = false): Promise<void> {
  if (video.canPlayType("application/vnd.apple.mpegurl")) {
    video.src = src;
    if (isLive) video.addEventListener("error", () => later(video, () => video.load()));
    return;
  }
  const { default: Hls } = await import("hls.js/light");
  const player = new Hls({ autoStartLoad: false });
  let isBegun = false;
  player.on(Hls.Events.ERROR, (_name, { fatal, type }) => {
    if (!fatal || type !== Hls.ErrorTypes.NETWORK_ERROR) return;
    later(video, () => {
      if (isLive) player.loadSource(src);
      if (isBegun) player.startLoad();
    });
  });
  player.loadSource(src);
  player.attachMedia(video);
  const begin = (): void => {
    isBegun = true;
    player.startLoad();
  };
  video.addEventListener("play", begin, { once: true });
}

/** Try once more in a while; what was playing plays on. */
function later(video: HTMLMediaElement, again: () => void): void {
  window.setTimeout(() => {
    if (!video.isConnected) return;
    const wasPlaying = !video.paused;
    again();
    if (wasPlaying) video.play().catch(() => undefined);
  }, AGAIN_MS);
}
