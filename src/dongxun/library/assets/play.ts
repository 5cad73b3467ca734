/** `<dx-play>`: a video of pieces on a page that is no lesson, played wherever it can be. */
import "./play.css";
import { attach } from "./lesson/video.ts";

class Play extends HTMLElement {
  connectedCallback(): void {
    const video = this.querySelector("video");
    const src = this.dataset["src"];
    if (video && src) void attach(video, src);
  }
}

customElements.define("dx-play", Play);
