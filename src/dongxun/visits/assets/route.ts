/** The visitor's phone app: today's round, the door, what waits to be sent. No htmx: all is local. */
import "../../kit/assets/css/tokens.css";
import "../../kit/assets/css/base.css";
import "../../kit/assets/css/kit/button.css";
import "../../kit/assets/css/kit/parts.css";
import "../../kit/assets/css/kit/form.css";
import "../../kit/assets/css/layout/phone.css";
import "./css/route.css";
import { startOutbox } from "../../kit/assets/lib/outbox.ts";
import { startPage } from "../../kit/assets/lib/page.ts";
import { registerWorker } from "../../kit/assets/lib/worker.ts";
import "../../kit/assets/elements/recorder.ts";
import "./app/app.ts";

startPage();
startOutbox();
registerWorker();
