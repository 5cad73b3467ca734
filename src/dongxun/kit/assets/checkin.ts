/** The check-in screen's front end; its live part belongs to activities. */
import "./css/tokens.css";
import "./css/base.css";
import "./css/kit/button.css";
import "./css/kit/parts.css";
import "./css/kit/figures.css";
import "./css/layout/screen.css";
import { startHtmx } from "./lib/hypermedia.ts";
import { startPage } from "./lib/page.ts";

startHtmx();
startPage();
