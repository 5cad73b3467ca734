/** Needs: how their pages look, and pictures made small before they are sent. */
import "./needs.css";
import { shrinkChosen } from "../../kit/assets/lib/shrink.ts";

shrinkChosen();
