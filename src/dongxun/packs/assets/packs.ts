/** Pages of packs: only their looks; they work as plain forms. */
import "./packs.css";
