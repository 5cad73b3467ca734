/** The roster on the console: only its looks. */
import "./console.css";
