/** Pages of packs: their looks, and receipts that are kept on the phone until they are sent. */
import "./packs.css";
import "../../kit/assets/elements/kept.ts";
