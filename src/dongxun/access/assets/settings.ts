// Styles of accounts, roles, slips and the audit log; no behaviour of their own.
import "./settings.css";
