"""The door of activities."""

from dongxun.activities.attendance.makeup import Owing, open_makeup
from dongxun.activities.attendance.owing import makeup_counts, makeup_items
from dongxun.activities.attendance.walk_ins import waiting as walk_ins_waiting
from dongxun.activities.board import board
from dongxun.activities.own.agenda import ahead, owed, session_page
from dongxun.activities.own.corrections import (
    answer_correction,
    ask_correction,
    own_corrections,
    waiting_corrections,
)
from dongxun.activities.own.desk import rolls_of_day
from dongxun.activities.own.record import minutes_by_source, record, take_out

__all__ = [
    "Owing",
    "ahead",
    "answer_correction",
    "ask_correction",
    "board",
    "makeup_counts",
    "makeup_items",
    "minutes_by_source",
    "open_makeup",
    "owed",
    "own_corrections",
    "record",
    "rolls_of_day",
    "session_page",
    "take_out",
    "waiting_corrections",
    "walk_ins_waiting",
]
