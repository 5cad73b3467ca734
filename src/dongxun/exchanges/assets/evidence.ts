/** Evidence of an exchange: kept on the phone that stood there until it can be sent. */
import "../../kit/assets/elements/kept.ts";
import { registerWorker } from "../../kit/assets/lib/worker.ts";

registerWorker();
