/** Lessons on the phone: heard, read or watched; how far one came is kept here and sent later. */
import "./learn.css";
import "./lesson/lesson.ts";
import "./lesson/shelf.ts";
import "../../kit/assets/elements/aloud.ts";
import "../../kit/assets/elements/kept.ts";
import { watch } from "../../kit/assets/lib/outbox.ts";
import { renew } from "./lesson/kept.ts";
import { unend } from "./lesson/memory.ts";
import { refusedEnds } from "./lesson/progress.ts";
import { attach } from "./lesson/video.ts";

for (const video of document.querySelectorAll<HTMLVideoElement>(".lib-preview video")) {
  void attach(video, video.closest<HTMLElement>("[data-src]")?.dataset["src"] ?? "");
}

watch((kept) => {
  for (const { step } of refusedEnds(kept)) unend(step.person, step.chapter, step.occurred_at);
});

const learned = document.querySelector<HTMLElement>("[data-renews]");
if (learned) void renew(learned.dataset["renews"] ?? "");
