/** Errands on the phone: taken, done and received without network. */
import "./phone.css";
import "../../kit/assets/elements/kept.ts";
