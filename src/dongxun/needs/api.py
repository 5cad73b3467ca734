"""The door of needs."""

from dongxun.needs.queries.board import NeedsBoard, board
from dongxun.needs.queries.books import BookPage
from dongxun.needs.queries.figures import Rate, rates
from dongxun.needs.queries.papers import book, count, count_open, heard_about, problem_lines
from dongxun.needs.queries.themes import themes
from dongxun.needs.queries.tickets import cards
from dongxun.needs.services import (
    Move,
    NoSeason,
    add_picture,
    give_word,
    move_need,
    raise_need,
    show_contact,
)
from dongxun.needs.services.aiding import need_to_aid, tell_aid
from dongxun.needs.services.books import pick, publish_book, save_book, write_entry
from dongxun.needs.services.enterprises import (
    freeze_enterprises,
    note_stage,
    save_enterprise,
)
from dongxun.needs.services.projects import (
    ProjectDraft,
    hand_in,
    read_off,
    review,
    save_project,
    set_milestone,
)
from dongxun.needs.services.sorting import (
    ServiceDraft,
    save_service,
    sort_need,
    usual_themes,
)

__all__ = [
    "BookPage",
    "Move",
    "NeedsBoard",
    "NoSeason",
    "ProjectDraft",
    "Rate",
    "ServiceDraft",
    "add_picture",
    "board",
    "book",
    "cards",
    "count",
    "count_open",
    "freeze_enterprises",
    "give_word",
    "hand_in",
    "heard_about",
    "move_need",
    "need_to_aid",
    "note_stage",
    "pick",
    "problem_lines",
    "publish_book",
    "raise_need",
    "rates",
    "read_off",
    "review",
    "save_book",
    "save_enterprise",
    "save_project",
    "save_service",
    "set_milestone",
    "show_contact",
    "sort_need",
    "tell_aid",
    "themes",
    "usual_themes",
    "write_entry",
]
