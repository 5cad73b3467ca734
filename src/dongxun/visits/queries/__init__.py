"""Reads of this room."""

from dongxun.visits.queries.homes import known_visitors, wishes_of
from dongxun.visits.queries.lacking import lacks_at
from dongxun.visits.queries.others import (
    NotTaken,
    TwoBodies,
    disputes_of,
    own_other,
    refused,
    refused_of,
    two_bodies,
)
from dongxun.visits.queries.owed import (
    OwedHome,
    Waiting,
    home_points,
    overdue_homes,
    owed_homes,
    waiting,
)
from dongxun.visits.queries.paper import (
    PaperRound,
    PaperVisit,
    paper_round,
    paper_rounds,
    paper_words,
    photo_number,
    photos_at,
    photos_of,
)
from dongxun.visits.queries.planned import (
    RoundLine,
    as_line,
    disputed,
    loads,
    round_page,
    rounds_of,
    stops_of,
    visited_homes,
)

__all__ = [
    "NotTaken",
    "OwedHome",
    "PaperRound",
    "PaperVisit",
    "RoundLine",
    "TwoBodies",
    "Waiting",
    "as_line",
    "disputed",
    "disputes_of",
    "home_points",
    "known_visitors",
    "lacks_at",
    "loads",
    "overdue_homes",
    "owed_homes",
    "own_other",
    "paper_round",
    "paper_rounds",
    "paper_words",
    "photo_number",
    "photos_at",
    "photos_of",
    "refused",
    "refused_of",
    "round_page",
    "rounds_of",
    "stops_of",
    "two_bodies",
    "visited_homes",
    "waiting",
    "wishes_of",
]
