/** Lecturers: how free and busy is drawn, the week of times, a letter's facts. */
import "./desk.css";
