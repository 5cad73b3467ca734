/** Public pages, sign-in and error pages: no htmx. */
import "./css/tokens.css";
import "./css/base.css";
import "./css/kit/button.css";
import "./css/kit/parts.css";
import "./css/kit/form.css";
import "./css/kit/table.css";
import "./css/kit/figures.css";
import "./css/layout/public.css";
import "./css/print.css";
import { startPage } from "./lib/page.ts";
import "./elements/here.ts";
import "./elements/job.ts";
import "./elements/tree-picker.ts";

startPage();
