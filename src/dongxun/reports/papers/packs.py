"""Papers of what is handed out and what is given."""

from collections.abc import Sequence

from dongxun.reports.contracts import GiftRow, IssueSheet, PackBook, Paper, ThanksLetter
from dongxun.reports.typesetting import paper, plain

TAGGED_ROWS = 300
BLANKS = 10
"""As many as the page takes on which a filled one is entered."""


def issue_sheet(sheet: IssueSheet) -> Paper:
    """Set 物资发放签收表, landscape: blank for signing, or as the record has it."""
    return paper("issue", plain(sheet), tagged=len(sheet.rows) <= TAGGED_ROWS)


def thanks(letter: ThanksLetter) -> Paper:
    """Set a letter of thanks."""
    goods = not any(word.startswith(("捐资", "无偿献血")) for word in letter.given)
    return paper("thanks", plain(letter) | {"received": "验收入库" if goods else "登记"})


def blank_gifts(book: PackBook) -> Paper:
    """Set an empty 捐赠台账, landscape."""
    return paper("gifts", plain(book) | {"blanks": BLANKS, "rows": []})


def gifts(book: PackBook, rows: Sequence[GiftRow]) -> Paper:
    """Set the 捐赠台账 as the record has it, landscape."""
    values = plain(book) | {"blanks": 0, "rows": [plain(row) for row in rows]}
    return paper("gifts", values, tagged=len(rows) <= TAGGED_ROWS)
