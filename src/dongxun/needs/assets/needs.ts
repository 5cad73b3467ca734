/** Needs: how their pages look, pictures made small, and what is said without network. */
import "./needs.css";
import "../../kit/assets/elements/kept.ts";
import "../../kit/assets/elements/recorder.ts";
import { shrinkChosen } from "../../kit/assets/lib/shrink.ts";

shrinkChosen();
