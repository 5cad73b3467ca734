"""The door of visits."""

from dongxun.visits.queries import (
    PaperRound,
    PaperVisit,
    disputed,
    disputes_of,
    home_points,
    overdue_homes,
    owed_homes,
    paper_round,
    paper_rounds,
    refused_of,
    rounds_of,
    stops_of,
)
from dongxun.visits.services import (
    add_visitor,
    close_round,
    enter_sheet,
    link_for,
    open_round,
    save_home,
    save_pair,
    take,
)
from dongxun.visits.services.homes import HomeDraft

__all__ = [
    "HomeDraft",
    "PaperRound",
    "PaperVisit",
    "add_visitor",
    "close_round",
    "disputed",
    "disputes_of",
    "enter_sheet",
    "home_points",
    "link_for",
    "open_round",
    "overdue_homes",
    "owed_homes",
    "paper_round",
    "paper_rounds",
    "refused_of",
    "rounds_of",
    "save_home",
    "save_pair",
    "stops_of",
    "take",
]
