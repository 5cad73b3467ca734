"""The door of activities."""

from dongxun.activities.attendance.contracts import RollRow, RollState
from dongxun.activities.attendance.makeup import Owing, open_makeup
from dongxun.activities.attendance.owing import makeup_counts, makeup_items
from dongxun.activities.attendance.walk_ins import note_walk_in
from dongxun.activities.attendance.walk_ins import waiting as walk_ins_waiting
from dongxun.activities.board import board
from dongxun.activities.history import (
    Away,
    Came,
    Owed,
    Past,
    write_leaves,
    write_makeup,
    write_presence,
    write_sessions,
)
from dongxun.activities.own.agenda import ahead, owed, session_page
from dongxun.activities.own.corrections import (
    answer_correction,
    ask_correction,
    own_corrections,
    waiting_corrections,
)
from dongxun.activities.own.desk import rolls_of_day
from dongxun.activities.own.record import minutes_by_source, record, take_out
from dongxun.activities.papers import (
    LeaveLine,
    MakeupLine,
    SessionLine,
    leaves_of,
    made_up,
    makeup_lines,
    paper_ids,
    paper_roll,
    paper_session,
    paper_sessions,
    with_check_ins,
)
from dongxun.activities.sessions.changes import cancel_session, go_online, move_session
from dongxun.activities.sessions.planning import publish_session
from dongxun.activities.sessions.shapes import Asked, Invited, SessionPlan, Step

__all__ = [
    "Asked",
    "Away",
    "Came",
    "Invited",
    "LeaveLine",
    "MakeupLine",
    "Owed",
    "Owing",
    "Past",
    "RollRow",
    "RollState",
    "SessionLine",
    "SessionPlan",
    "Step",
    "ahead",
    "answer_correction",
    "ask_correction",
    "board",
    "cancel_session",
    "go_online",
    "leaves_of",
    "made_up",
    "makeup_counts",
    "makeup_items",
    "makeup_lines",
    "minutes_by_source",
    "move_session",
    "note_walk_in",
    "open_makeup",
    "owed",
    "own_corrections",
    "paper_ids",
    "paper_roll",
    "paper_session",
    "paper_sessions",
    "publish_session",
    "record",
    "rolls_of_day",
    "session_page",
    "take_out",
    "waiting_corrections",
    "walk_ins_waiting",
    "with_check_ins",
    "write_leaves",
    "write_makeup",
    "write_presence",
    "write_sessions",
]
