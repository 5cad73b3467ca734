"""The door of booths."""

from dongxun.booths.queries.cards import text
from dongxun.booths.queries.standing import full_of
from dongxun.booths.services.cards import close_card, open_card, write_booth, write_card
from dongxun.booths.services.stamping import answer_as_guest, begin, enter_paper, give_prize, stamp

__all__ = [
    "answer_as_guest",
    "begin",
    "close_card",
    "enter_paper",
    "full_of",
    "give_prize",
    "open_card",
    "stamp",
    "text",
    "write_booth",
    "write_card",
]
