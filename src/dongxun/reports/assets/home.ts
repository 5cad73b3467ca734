/** Papers: when a long job is over, the page shows what was made. */

import "./home.css";

document.addEventListener("dx:job-over", () => location.reload());
