/** The paper sheet's page: only its looks; it works as a plain form. */
import "./sheet.css";
