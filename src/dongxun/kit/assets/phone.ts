/** The phone's front end: the same kit, the outbox and the service worker. */
import "./css/tokens.css";
import "./css/base.css";
import "./css/kit/button.css";
import "./css/kit/parts.css";
import "./css/kit/form.css";
import "./css/kit/table.css";
import "./css/kit/figures.css";
import "./css/layout/phone.css";
import "./css/print.css";
import { startDrafts } from "./lib/drafts.ts";
import { startHtmx } from "./lib/hypermedia.ts";
import { startOutbox } from "./lib/outbox.ts";
import { startPage } from "./lib/page.ts";
import { registerWorker } from "./lib/worker.ts";
import "./elements/tree-picker.ts";

startHtmx();
startPage();
startOutbox();
void startDrafts();
registerWorker();
