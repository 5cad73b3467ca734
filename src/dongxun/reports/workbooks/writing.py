"""Write rows to xlsx as they come: one row in memory, typed columns, ready to print.

Lines between cells are the sheet's own, printed too: an empty cell then costs nothing.
Every cell is text, a number, a date or empty; never a formula or a link, whatever the
text looks like. The same rows and time give the same bytes.
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Literal

from dongxun.reports.workbooks.rows import LONGEST, Cell, write_rows

if TYPE_CHECKING:  # XlsxWriter is large, and needed when a book is written
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

Kind = Literal["text", "centre", "whole", "hours", "share", "day", "moment"]
HEAD_ROW = 2

STYLES: dict[str, dict[str, object]] = {
    "title": {"bold": True, "font_size": 16},
    "note": {"font_size": 9, "font_color": "#555555"},
    "head": {"bold": True, "align": "center", "valign": "vcenter", "border": 1, "text_wrap": True},
    "text": {"valign": "vcenter"},
    "centre": {"align": "center", "valign": "vcenter"},
    "whole": {"num_format": "#,##0", "valign": "vcenter"},
    "hours": {"num_format": "General", "valign": "vcenter"},
    "share": {"num_format": "0.0%", "valign": "vcenter"},
    "day": {"num_format": "yyyy-mm-dd", "align": "center", "valign": "vcenter"},
    "moment": {"num_format": "yyyy-mm-dd hh:mm", "align": "center"},
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its width in characters, and what its cells are."""

    heading: str
    width: float = 12
    kind: Kind = "text"


class Book(AbstractContextManager["Book"]):
    """One workbook being written, sheet after sheet and row after row.

    The target is written at the end, and not at all when something goes wrong.
    """

    def __init__(self, target: Path | BinaryIO, *, at: datetime) -> None:
        import xlsxwriter

        place = str(target) if isinstance(target, Path) else target
        self._rows = TemporaryDirectory(prefix="dongxun-book-")
        options: dict[str, object] = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "tmpdir": self._rows.name,
        }
        self._book = xlsxwriter.Workbook(place, options)
        self._book.set_properties({"created": at.astimezone(UTC).replace(tzinfo=None)})
        self._styles: dict[str, Format] = {
            name: self._book.add_format(style | {"font_name": "宋体"})
            for name, style in STYLES.items()
        }

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._rows:
            if error:  # closing lets go of the rows; nobody wants the file
                self._book.filename = BytesIO()
            self._book.close()

    def sheet(
        self,
        name: str,
        *,
        title: str,
        note: str,
        columns: Sequence[Column],
        rows: Iterable[Sequence[Cell]],
        groups: Sequence[tuple[str, int]] = (),
    ) -> int:
        """Write one sheet and return its number of rows.

        Args:
            groups: headings above the headings, each over so many columns; "" for none.
        """
        sheet = self._book.add_worksheet(name)
        head = HEAD_ROW + bool(groups)
        self._set_up(sheet, columns, head)
        self._head(sheet, title, note, columns, groups)
        styles = [self._styles[column.kind]._get_xf_index() for column in columns]  # noqa: SLF001
        last = write_rows(sheet, head + 1, styles, rows)
        sheet.autofilter(head, 0, last, len(columns) - 1)
        return last - head

    def _set_up(self, sheet: "Worksheet", columns: Sequence[Column], head: int) -> None:
        for number, column in enumerate(columns):
            sheet.set_column(number, number, column.width)
        sheet.freeze_panes(head + 1, 0)
        sheet.repeat_rows(head - (head > HEAD_ROW), head)
        sheet.hide_gridlines(0)
        sheet.set_paper(9)
        if sum(column.width for column in columns) > 95:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.set_footer("&R第 &P 页　共 &N 页")

    def _head(
        self,
        sheet: "Worksheet",
        title: str,
        note: str,
        columns: Sequence[Column],
        groups: Sequence[tuple[str, int]],
    ) -> None:
        sheet.set_row(0, 26)
        sheet.write_string(0, 0, title[:LONGEST], self._styles["title"])
        sheet.write_string(1, 0, note[:LONGEST], self._styles["note"])
        row, at, style = HEAD_ROW, 0, self._styles["head"]
        for words, width in groups:
            if width > 1:
                sheet.merge_range(row, at, row, at + width - 1, words, style)
            else:
                sheet.write_string(row, at, words, style)
            at += width
        for number, column in enumerate(columns):
            sheet.write_string(row + bool(groups), number, column.heading, style)
