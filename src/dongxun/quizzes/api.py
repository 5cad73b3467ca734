"""The door of quizzes."""

from dongxun.quizzes.queries.answering import (
    QuizLine,
    Reached,
    answered_by_topic,
    can_answer,
    own_attempt,
    own_quizzes,
    reached,
)
from dongxun.quizzes.queries.console import is_answered, offered, passes, unanswered
from dongxun.quizzes.queries.surveys import own_surveys
from dongxun.quizzes.services.answering import answer, begin, hand_in
from dongxun.quizzes.services.items import write_item
from dongxun.quizzes.services.keeping import (
    invite,
    keep_for_invited,
    leave_closed,
    recall,
    release,
    reserve,
)
from dongxun.quizzes.services.quizzes import (
    close_quiz,
    list_items,
    open_quiz,
    write_parts,
    write_quiz,
)
from dongxun.quizzes.services.sheets import mark, sheet
from dongxun.quizzes.services.surveys import enter_paper, reply, set_survey_open, write_survey

__all__ = [
    "QuizLine",
    "Reached",
    "answer",
    "answered_by_topic",
    "begin",
    "can_answer",
    "close_quiz",
    "enter_paper",
    "hand_in",
    "invite",
    "is_answered",
    "keep_for_invited",
    "leave_closed",
    "list_items",
    "mark",
    "offered",
    "open_quiz",
    "own_attempt",
    "own_quizzes",
    "own_surveys",
    "passes",
    "reached",
    "recall",
    "release",
    "reply",
    "reserve",
    "set_survey_open",
    "sheet",
    "unanswered",
    "write_item",
    "write_parts",
    "write_quiz",
    "write_survey",
]
