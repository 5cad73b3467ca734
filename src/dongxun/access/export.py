"""The audit log as a workbook: constant memory, no formulas, no links."""

from collections.abc import Iterable, Sequence
from io import BytesIO

import xlsxwriter


def workbook(title: str, note: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return an xlsx of one sheet: a note, a head, and rows of plain text."""
    file = BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet(title[:31])
        bold = book.add_format({"bold": True})
        sheet.set_column(0, len(head) - 1, 22)
        sheet.write_string(0, 0, note)
        for column, words in enumerate(head):
            sheet.write_string(1, column, words, bold)
        for line, row in enumerate(rows, start=2):
            for column, text in enumerate(row):
                sheet.write_string(line, column, text[:2000])
    return file.getvalue()
