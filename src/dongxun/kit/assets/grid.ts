/** The grid that is written in place, with its look; for rooms that show one. */
import "./elements/grid.ts";
import "./css/kit/grid.css";
