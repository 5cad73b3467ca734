"""The ledger of problems, and the booklet of questions."""

from collections.abc import Iterable
from itertools import count

from dongxun.reports.contracts import Booklet, Paper, ProblemBook, ProblemRow
from dongxun.reports.typesetting import paper, plain

TAGGED_ROWS = 300


def booklet(book: Booklet) -> Paper:
    """Set a question book: a cover, then questions numbered through all themes."""
    numbers = count(1)
    parts = [
        {
            "theme": part.theme,
            "entries": [(next(numbers), question, answer) for question, answer in part.entries],
        }
        for part in book.parts
    ]
    total = sum(len(part.entries) for part in book.parts)
    return paper("booklet", plain(book) | {"parts": parts, "count": total})


def problems(head: ProblemBook, rows: Iterable[ProblemRow]) -> Paper:
    """Set 问题清单/整改台账, landscape: as the record has it, or empty lines to write on."""
    lines = [plain(row) for row in rows]
    return paper("problems", plain(head) | {"rows": lines}, tagged=len(lines) <= TAGGED_ROWS)
