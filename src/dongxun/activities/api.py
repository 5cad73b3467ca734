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
from dongxun.activities.own.feedback import ask_also
from dongxun.activities.own.record import minutes_by_source, record, take_out
from dongxun.activities.papers import (
    LeaveLine,
    MakeupLine,
    SessionLine,
    SessionOutline,
    leaves_of,
    made_up,
    makeup_lines,
    makeup_topics,
    paper_ids,
    paper_outlines,
    paper_roll,
    paper_session,
    paper_sessions,
    with_check_ins,
)
from dongxun.activities.sessions.airing import (
    Airing,
    airing,
    airing_ids,
    airing_venues,
    own_airing,
    people_at_venues,
)
from dongxun.activities.sessions.boards import Board as TaskBoard
from dongxun.activities.sessions.boards import boards as task_boards
from dongxun.activities.sessions.booked import (
    BookingLine,
    Taken,
    bookings_of,
    lessons_of,
    plan_to_change,
    taken,
)
from dongxun.activities.sessions.bookings import answer_booking, book_lecturer
from dongxun.activities.sessions.changes import cancel_session, go_online, move_session
from dongxun.activities.sessions.clashes import Use, common_names, common_people, uses_between
from dongxun.activities.sessions.counting import held_by
from dongxun.activities.sessions.credit import planned_hours
from dongxun.activities.sessions.planned import (
    PlannedSession,
    Signed,
    Taught,
    audiences_ahead,
    planned_sessions,
    signed_ahead,
    sizes_of,
    taught,
)
from dongxun.activities.sessions.planning import (
    publish_session,
    save_session,
    schedule_sessions,
)
from dongxun.activities.sessions.remarks import RemarkDraft, heard_of, write_remark
from dongxun.activities.sessions.shapes import Asked, Invited, SessionPlan, Step
from dongxun.activities.sessions.venues import add_sub_venue

__all__ = [
    "Airing",
    "Asked",
    "Away",
    "BookingLine",
    "Came",
    "Invited",
    "LeaveLine",
    "MakeupLine",
    "Owed",
    "Owing",
    "Past",
    "PlannedSession",
    "RemarkDraft",
    "RollRow",
    "RollState",
    "SessionLine",
    "SessionOutline",
    "SessionPlan",
    "Signed",
    "Step",
    "Taken",
    "TaskBoard",
    "Taught",
    "Use",
    "add_sub_venue",
    "ahead",
    "airing",
    "airing_ids",
    "airing_venues",
    "answer_booking",
    "answer_correction",
    "ask_also",
    "ask_correction",
    "audiences_ahead",
    "board",
    "book_lecturer",
    "bookings_of",
    "cancel_session",
    "common_names",
    "common_people",
    "go_online",
    "heard_of",
    "held_by",
    "leaves_of",
    "lessons_of",
    "made_up",
    "makeup_counts",
    "makeup_items",
    "makeup_lines",
    "makeup_topics",
    "minutes_by_source",
    "move_session",
    "note_walk_in",
    "open_makeup",
    "owed",
    "own_airing",
    "own_corrections",
    "paper_ids",
    "paper_outlines",
    "paper_roll",
    "paper_session",
    "paper_sessions",
    "people_at_venues",
    "plan_to_change",
    "planned_hours",
    "planned_sessions",
    "publish_session",
    "record",
    "rolls_of_day",
    "save_session",
    "schedule_sessions",
    "session_page",
    "signed_ahead",
    "sizes_of",
    "take_out",
    "taken",
    "task_boards",
    "taught",
    "uses_between",
    "waiting_corrections",
    "walk_ins_waiting",
    "with_check_ins",
    "write_leaves",
    "write_makeup",
    "write_presence",
    "write_remark",
    "write_sessions",
]
