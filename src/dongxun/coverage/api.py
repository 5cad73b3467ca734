"""The door of coverage."""

from dongxun.coverage.beside_figures import (
    Besides,
    Share,
    beside_figures,
    count_beside,
    sums_within,
)
from dongxun.coverage.days import freeze, roll_day
from dongxun.coverage.definitions import DEFINITIONS, definition, definitions
from dongxun.coverage.history import begin_with_history
from dongxun.coverage.models import Reckoning
from dongxun.coverage.plan import plan_share
from dongxun.coverage.queries.grid import earlier, figures, grid, visible_node, zone_count
from dongxun.coverage.queries.names import behind_ids, names
from dongxun.coverage.queries.people import (
    branch_average,
    met_rows,
    met_topics,
    reached_of_mode,
    standing_of,
    topic_seconds,
)
from dongxun.coverage.queries.reckoned import Beside, beside, changed_people, reckoning
from dongxun.coverage.queries.stands import Wording, stands, still_open
from dongxun.coverage.queries.worth import hours_about
from dongxun.coverage.queries.years import year_figures, year_hours, years_of
from dongxun.coverage.reckoning import ask
from dongxun.coverage.services import credit, rebuild, request_rebuild
from dongxun.coverage.wording import own_words, usual_words, word_definition

__all__ = [
    "DEFINITIONS",
    "Beside",
    "Besides",
    "Reckoning",
    "Share",
    "Wording",
    "ask",
    "begin_with_history",
    "behind_ids",
    "beside",
    "beside_figures",
    "branch_average",
    "changed_people",
    "count_beside",
    "credit",
    "definition",
    "definitions",
    "earlier",
    "figures",
    "freeze",
    "grid",
    "hours_about",
    "met_rows",
    "met_topics",
    "names",
    "own_words",
    "plan_share",
    "reached_of_mode",
    "rebuild",
    "reckoning",
    "request_rebuild",
    "roll_day",
    "standing_of",
    "stands",
    "still_open",
    "sums_within",
    "topic_seconds",
    "usual_words",
    "visible_node",
    "word_definition",
    "year_figures",
    "year_hours",
    "years_of",
    "zone_count",
]
