"""The door of coverage."""

from dongxun.coverage.days import freeze, roll_day
from dongxun.coverage.definitions import DEFINITIONS, definition
from dongxun.coverage.history import begin_with_history
from dongxun.coverage.plan import plan_share
from dongxun.coverage.queries.grid import earlier, figures, grid, visible_node, zone_count
from dongxun.coverage.queries.names import behind_ids, names
from dongxun.coverage.queries.people import met_topics, standing_of
from dongxun.coverage.queries.stands import Wording, stands
from dongxun.coverage.services import credit, rebuild, request_rebuild

__all__ = [
    "DEFINITIONS",
    "Wording",
    "begin_with_history",
    "behind_ids",
    "credit",
    "definition",
    "earlier",
    "figures",
    "freeze",
    "grid",
    "met_topics",
    "names",
    "plan_share",
    "rebuild",
    "request_rebuild",
    "roll_day",
    "standing_of",
    "stands",
    "visible_node",
    "zone_count",
]
