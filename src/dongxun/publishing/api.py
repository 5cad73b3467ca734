"""The door of publishing."""

from dongxun.publishing.queries.console import pledges_due
from dongxun.publishing.queries.reading import lines_of, own_notes, own_pledges_due
from dongxun.publishing.services.answering import make_need, thank
from dongxun.publishing.services.judging import decide
from dongxun.publishing.services.threads import open_thread
from dongxun.publishing.services.writing import write_note

__all__ = [
    "decide",
    "lines_of",
    "make_need",
    "open_thread",
    "own_notes",
    "own_pledges_due",
    "pledges_due",
    "thank",
    "write_note",
]
