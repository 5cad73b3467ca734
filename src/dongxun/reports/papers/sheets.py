"""Papers for a session: sign-in sheets and the poster with its code."""

import re
from collections.abc import Iterable

from dongxun.reports.contracts import Paper, Poster, SignInRow, SignInSheet
from dongxun.reports.typesetting import paper, plain, qr

ROWS_PER_PAGE = 25
# Past this many names the structure for screen readers is left out: it is for printing.
TAGGED_ROWS = 300

# Long Latin words may break after every six letters where the cell is narrow.
_LATIN = re.compile(r"([!-~]{6})(?=[!-~])")
# How many full-width characters stand in one line of a column: with and without phones.
ROOM = {"name": (5, 4), "branch": (11, 8), "role": (5, 4), "remark": (5, 4)}


def _fit(text: str, room: int) -> tuple[str, int]:
    """Return ``text`` and the step of its size; cut when three small lines are full."""
    width = sum(1 if ord(c) >= 0x2E80 else 0.55 for c in text)
    for step, most in enumerate((1, 1.15, 2.3)):
        if width <= room * most:
            return text, step
    most_characters = int(room * 4)
    kept = text if len(text) <= most_characters else text[: most_characters - 1] + "…"
    return _LATIN.sub("\\1\u200b", kept), 3


def _row(number: str, row: SignInRow, *, phones: bool) -> list[object]:
    def cell(column: str, text: str) -> tuple[str, int]:
        return _fit(text, ROOM[column][phones])

    return [
        number,
        cell("name", row.name),
        cell("branch", row.branch),
        cell("role", row.role),
        row.phone[:14],
        cell("remark", row.remark),
    ]


def _rows(sheet: SignInSheet) -> list[list[object] | None]:
    """Return the printed rows: names, a divider (None), blanks to the end of the page."""
    listed: list[list[object] | None] = [
        _row(str(number), row, phones=sheet.phones) for number, row in enumerate(sheet.rows, 1)
    ]
    if not sheet.blank_rows and len(listed) % ROWS_PER_PAGE == 0 and listed:
        return listed
    used = len(listed) + 1 + sheet.blank_rows
    total = -(-used // ROWS_PER_PAGE) * ROWS_PER_PAGE
    empty = SignInRow("", "")
    blanks = (_row(f"补{n}", empty, phones=sheet.phones) for n in range(1, total - len(listed)))
    return [*listed, None, *blanks]


def sign_in_sheets(sheets: Iterable[SignInSheet]) -> Paper:
    """Set sign-in sheets, each starting on a new page with its own page numbers.

    Rows are numbered as they are given, blank rows for walk-ins 补1, 补2 and so on, and
    every page has 25 rows: a returned sheet is entered by these numbers.
    """
    codes: dict[str, str] = {}
    listed: list[dict[str, object]] = []
    names = 0
    for sheet in sheets:
        names += len(sheet.rows)
        if sheet.url not in codes:
            codes[sheet.url] = qr(sheet.url)
        expected = len(sheet.rows) if sheet.expected is None else sheet.expected
        extra = {"qr": codes[sheet.url], "expected": expected, "rows": _rows(sheet)}
        listed.append(plain(sheet) | extra)
    data = {"sheets": listed, "per_page": ROWS_PER_PAGE}
    return paper("sign_in", data, tagged=names <= TAGGED_ROWS)


def poster(session: Poster) -> Paper:
    """Set the A4 sheet with the printed QR of one session."""
    return paper("poster", plain(session) | {"qr": qr(session.url)})
