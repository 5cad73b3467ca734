/** Lessons on the phone: heard, read or watched; how far one came is kept here and sent later. */
import "./learn.css";
import "./lesson/lesson.ts";
import "./lesson/shelf.ts";
import "../../kit/assets/elements/aloud.ts";
import { attach } from "./lesson/video.ts";

for (const video of document.querySelectorAll<HTMLVideoElement>(".lib-preview video")) {
  void attach(video, video.closest<HTMLElement>("[data-src]")?.dataset["src"] ?? "");
}
