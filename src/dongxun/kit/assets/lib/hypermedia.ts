/** htmx 2, set to behave like 4: nothing inherited, nothing stored, nothing evaluated. */
import htmx from "htmx.org";
import { csrfToken } from "./token.ts";

/** Start htmx with our settings; call once per entry. */
export function startHtmx(): void {
  Object.assign(htmx.config, {
    disableInheritance: true,
    historyCacheSize: 0,
    refreshOnHistoryMiss: true,
    allowEval: false,
    allowScriptTags: false,
    selfRequestsOnly: true,
    includeIndicatorStyles: false,
    scrollBehavior: "auto",
    responseHandling: [
      { code: "204", swap: false },
      { code: "[23]..", swap: true },
      { code: "422", swap: true },
      { code: "409", swap: true },
      { code: "[45]..", swap: false, error: true },
    ],
  });
  document.addEventListener("htmx:configRequest", (event) => {
    const { headers } = (event as CustomEvent<{ headers: Record<string, string> }>).detail;
    headers["X-CSRFToken"] = csrfToken();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { detail } = event as CustomEvent<{ xhr: XMLHttpRequest; shouldSwap: boolean }>;
    if (detail.xhr.getResponseHeader("HX-Retarget")) detail.shouldSwap = true;
  });
  document.addEventListener("htmx:sendError", () => {
    const banner = document.getElementById("offline");
    if (banner) banner.hidden = false;
  });
}
