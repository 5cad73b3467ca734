/** The import wizard: when a long job is over, its page shows the next step. */

import "./import.css";

document.addEventListener("dx:job-over", (event) => {
  const target = event.target;
  if (target instanceof Element && target.closest("[data-reload]")) location.reload();
});
