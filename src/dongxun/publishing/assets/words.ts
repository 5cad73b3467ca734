/** 写几句: a member's words are kept on this phone at once and go up when they can. */
import "./words.css";
import { sendFiles } from "../../kit/assets/lib/files.ts";
import { flush, follow, startOutbox } from "../../kit/assets/lib/outbox.ts";
import { shrinkChosen } from "../../kit/assets/lib/shrink.ts";
import "./words/waiting.ts";
import "./words/write.ts";

if (document.querySelector("dx-words, dx-waiting-words")) {
  shrinkChosen();
  startOutbox();
  follow(() => void sendFiles());
  void flush().then(sendFiles);
}
