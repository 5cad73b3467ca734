"""The door of exchanges."""

from dongxun.exchanges.queries import due, exchange, gap_lines, progress
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
    "cancel_exchange",
    "complete_exchange",
    "due",
    "exchange",
    "follow_gap",
    "follow_pledge",
    "gap_lines",
    "give_evidence",
    "open_station",
    "plan_session",
    "progress",
    "save_exchange",
    "save_gap",
    "save_outcome",
    "save_pledge",
    "teach_at_stop",
]
