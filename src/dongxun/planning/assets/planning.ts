/** Planning: the course of a search, the timeline, the lines of a plan, maps of zones. */
import "./planning.css";
