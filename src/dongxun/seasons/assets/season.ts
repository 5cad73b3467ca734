import "./season.css";
