"""Writes of this room."""

from dongxun.visits.services.deciding import settle
from dongxun.visits.services.homes import end_pair, save_home, save_pair
from dongxun.visits.services.others import OtherRefused, see_refused, settle_other
from dongxun.visits.services.records import take
from dongxun.visits.services.rounds import (
    add_stops,
    cancel_round,
    close_round,
    merge_rounds,
    open_round,
    round_row,
    split_round,
)
from dongxun.visits.services.sheets import enter_sheet
from dongxun.visits.services.sounds import open_sound, remove_sound, save_sound
from dongxun.visits.services.stops import drop_stop, edit_stop, move_stop, stop_row
from dongxun.visits.services.visitors import add_visitor, link_for, remove_visitor, visitor_row

__all__ = [
    "OtherRefused",
    "add_stops",
    "add_visitor",
    "cancel_round",
    "close_round",
    "drop_stop",
    "edit_stop",
    "end_pair",
    "enter_sheet",
    "link_for",
    "merge_rounds",
    "move_stop",
    "open_round",
    "open_sound",
    "remove_sound",
    "remove_visitor",
    "round_row",
    "save_home",
    "save_pair",
    "save_sound",
    "see_refused",
    "settle",
    "settle_other",
    "split_round",
    "stop_row",
    "take",
    "visitor_row",
]
