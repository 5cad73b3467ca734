"""Entry sheets that others write at as well: only what was changed on the page counts.

A sheet posts every row, also those nobody touched, and by then a phone or another clerk may have
written some of them. So the page carries what it had shown (``was``), and each row is weighed::

    shown = Shown.posted(request.POST)
    word = shown.weigh(key, typed=("done", "09:10"), now=("absent", "09:02"))

To be drawn again, refused or not, the page takes ``shown.text`` along::

    <input type="hidden" name="was" value="{{ was }}">
"""

import json
from collections.abc import Callable, Mapping
from enum import Enum, auto
from operator import eq

from django.utils.translation import gettext as _

NAME = "was"
Row = tuple[str, ...]
"""A row of a page as its fields say it, in one fixed order; what is typed reads the same way."""


class Word(Enum):
    """What a row that came back says."""

    NOTHING = auto()
    """It was left as shown, or says what somebody else wrote meanwhile."""
    ASK = auto()
    """Somebody else changed it meanwhile and it says another thing: asked about this once."""
    COUNTS = auto()
    """It was changed here, with the record as it is in view."""


class Shown:
    """What the rows of a page had shown when it was opened, by key."""

    def __init__(self, rows: Mapping[str, Row]) -> None:
        self.rows = dict(rows)

    @classmethod
    def posted(cls, data: Mapping[str, str]) -> "Shown":
        """Read what the page carried; rows it does not tell of are taken as the record has them."""
        try:
            found = json.loads(data.get(NAME, ""))
            return cls({str(key): tuple(map(str, row)) for key, row in found.items()})
        except (ValueError, TypeError, AttributeError):
            return cls({})

    @property
    def text(self) -> str:
        """What the page carries."""
        return json.dumps(self.rows, ensure_ascii=False)

    def weigh(self, key: str, typed: Row, now: Row, agree: Callable[[Row, Row], bool] = eq) -> Word:
        """Return what a row says; once it was asked about, ``now`` is what has been shown.

        Args:
            now: the row as a page opened just now would show it.
            agree: whether what is typed (first) and what is there say the same.
        """
        was = self.rows.get(key, now)
        if typed == was:
            return Word.NOTHING
        if was == now:
            return Word.COUNTS
        if agree(typed, now):
            return Word.NOTHING
        self.rows[key] = now
        return Word.ASK


def overtaken(now: str) -> str:
    """Return how one is asked about a row; ``now`` says what it has become."""
    words = _("Meanwhile somebody else wrote: %(now)s. Enter it again to replace that.")
    return words % {"now": now}
