/** The console's front end. */
import "./css/tokens.css";
import "./css/base.css";
import "./css/kit/button.css";
import "./css/kit/parts.css";
import "./css/kit/form.css";
import "./css/kit/table.css";
import "./css/kit/figures.css";
import "./css/layout/console.css";
import "./css/print.css";
import { startHtmx } from "./lib/hypermedia.ts";
import { startPage } from "./lib/page.ts";
import "./elements/job.ts";
import "./elements/tree-picker.ts";

startHtmx();
startPage();
