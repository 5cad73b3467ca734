"""The door of volunteers."""

from dongxun.volunteers.queries.board import Lacks, VolunteersBoard, board, lacks
from dongxun.volunteers.queries.duties import (
    Duty,
    Taken,
    duties,
    duty_people,
    duty_teams,
    posts_at,
    taken,
)
from dongxun.volunteers.queries.gaps import Gap, gaps_near
from dongxun.volunteers.queries.hours import (
    certificate,
    hours_lines,
    hours_total,
    roster_lines,
    waiting_ids,
)
from dongxun.volunteers.queries.overview import type_named
from dongxun.volunteers.queries.roster import post_row, shift_times
from dongxun.volunteers.services.activities import ensure_types, save_service, write_result
from dongxun.volunteers.services.certificates import issue_certificate
from dongxun.volunteers.services.duty import purge_registers, write_entries, write_handover
from dongxun.volunteers.services.errands import NOT_TAKEN as ERRANDS_NOT_TAKEN
from dongxun.volunteers.services.errands import (
    ask_errand,
    finish_errand,
    receive_errand,
    take_errand,
)
from dongxun.volunteers.services.hours import approve_hours, enter_sheet
from dongxun.volunteers.services.posts import add_shift, fill_shifts, save_post
from dongxun.volunteers.services.registers import EntryLine, take_out_register
from dongxun.volunteers.services.teams import decide_team, form_team, join_team
from dongxun.volunteers.services.turns import (
    correct_turn,
    go_off_duty,
    go_on_duty,
    join_service,
    take_shift,
)

__all__ = [
    "ERRANDS_NOT_TAKEN",
    "Duty",
    "EntryLine",
    "Gap",
    "Lacks",
    "Taken",
    "VolunteersBoard",
    "add_shift",
    "approve_hours",
    "ask_errand",
    "board",
    "certificate",
    "correct_turn",
    "decide_team",
    "duties",
    "duty_people",
    "duty_teams",
    "ensure_types",
    "enter_sheet",
    "fill_shifts",
    "finish_errand",
    "form_team",
    "gaps_near",
    "go_off_duty",
    "go_on_duty",
    "hours_lines",
    "hours_total",
    "issue_certificate",
    "join_service",
    "join_team",
    "lacks",
    "post_row",
    "posts_at",
    "purge_registers",
    "receive_errand",
    "roster_lines",
    "save_post",
    "save_service",
    "shift_times",
    "take_errand",
    "take_out_register",
    "take_shift",
    "taken",
    "type_named",
    "waiting_ids",
    "write_entries",
    "write_handover",
    "write_result",
]
