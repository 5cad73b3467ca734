import "./overview.css";
