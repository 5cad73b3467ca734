"""The door of exchanges."""

from dongxun.exchanges.floating.guessing import count_wrong, is_spent
from dongxun.exchanges.floating.kept import KIND as REPORT_BY_NAME
from dongxun.exchanges.floating.kept import WRONG as REPORTS_NOT_TAKEN
from dongxun.exchanges.queries import Due, due, exchange, gap_lines, progress
from dongxun.exchanges.services.following import (
    follow_gap,
    follow_pledge,
    save_gap,
    save_outcome,
    save_pledge,
)
from dongxun.exchanges.services.planning import (
    cancel_exchange,
    complete_exchange,
    give_evidence,
    save_exchange,
)
from dongxun.exchanges.services.stations import open_station, plan_session, teach_at_stop

__all__ = [
    "REPORTS_NOT_TAKEN",
    "REPORT_BY_NAME",
    "Due",
    "cancel_exchange",
    "complete_exchange",
    "count_wrong",
    "due",
    "exchange",
    "follow_gap",
    "follow_pledge",
    "gap_lines",
    "give_evidence",
    "is_spent",
    "open_station",
    "plan_session",
    "progress",
    "save_exchange",
    "save_gap",
    "save_outcome",
    "save_pledge",
    "teach_at_stop",
]
