"""The door of lecturers."""

from dongxun.lecturers.queries.orders import waiting
from dongxun.lecturers.queries.profiles import paper
from dongxun.lecturers.queries.times import Times, times_of
from dongxun.lecturers.services.appointing import appoint, nominate, renew, vet
from dongxun.lecturers.services.orders import dispatch, place_order, rate
from dongxun.lecturers.services.rating import rate_lesson
from dongxun.lecturers.services.times import add_away, set_free_parts

__all__ = [
    "Times",
    "add_away",
    "appoint",
    "dispatch",
    "nominate",
    "paper",
    "place_order",
    "rate",
    "rate_lesson",
    "renew",
    "set_free_parts",
    "times_of",
    "vet",
    "waiting",
]
