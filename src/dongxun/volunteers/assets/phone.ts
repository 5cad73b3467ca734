/** The volunteer's pages: only their looks. */
import "./phone.css";
