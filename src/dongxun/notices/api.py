"""The door of notices."""

from dongxun.notices.queries import (
    BranchText,
    Copy,
    NoticeLine,
    PaperLine,
    group_texts,
    inbox,
    notice,
    notices,
    notices_page,
    printed_list,
    unread,
    waiting,
)
from dongxun.notices.services import (
    Telling,
    mark_pasted,
    mark_told,
    open_inbox,
    queue,
    withdraw,
)

__all__ = [
    "BranchText",
    "Copy",
    "NoticeLine",
    "PaperLine",
    "Telling",
    "group_texts",
    "inbox",
    "mark_pasted",
    "mark_told",
    "notice",
    "notices",
    "notices_page",
    "open_inbox",
    "printed_list",
    "queue",
    "unread",
    "waiting",
    "withdraw",
]
