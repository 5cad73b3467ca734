"""Writes of needs."""

from dongxun.needs.contracts import NoSeason
from dongxun.needs.services.contact import show_contact
from dongxun.needs.services.moving import Move, give_word, move_need
from dongxun.needs.services.pictures import add_picture, open_picture
from dongxun.needs.services.raising import raise_need, raise_needs
from dongxun.needs.services.voices import add_voice, open_voice, write_down

__all__ = [
    "Move",
    "NoSeason",
    "add_picture",
    "add_voice",
    "give_word",
    "move_need",
    "open_picture",
    "open_voice",
    "raise_need",
    "raise_needs",
    "show_contact",
    "write_down",
]
