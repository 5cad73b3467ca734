/** Live classes: what open pages hear of, and what is said in them. */
import "./live.css";
import "./live/room.ts";
