/** The console's pages of visits: their looks alone. */
import "./css/desk.css";
