/** Stamp cards, on the phone and at the desk. */
import "./card.css";
