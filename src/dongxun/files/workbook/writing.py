"""Write workbooks that people can read, print and send on.

A title line, a line that says where the figures come from and as of when, a header
that stays in view, columns wide enough. Texts stay texts: nothing is taken for a
formula or a link, whatever it begins with.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from dongxun.kernel import clock

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_RISKY = ("=", "+", "-", "@", "\t", "\r")
_FORBIDDEN_IN_NAMES = str.maketrans("", "", "[]:*?/\\'")
_LONGEST_TEXT = 32_767


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading and width, and the form of its numbers (``0.0%``)."""

    heading: str
    width: int = 14
    number_format: str = ""
    wrap: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: name, title, the line under it, columns, and rows of plain values.

    ``marked`` are columns (from 0) whose cells stand out, for what is to be corrected.
    """

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    title: str = ""
    source: str = ""
    marked: frozenset[int] = field(default=frozenset())
    landscape: bool = True


def write_workbook(sheets: Sequence[Sheet]) -> bytes:
    """Return a workbook; rows are written as they come and not kept in memory."""
    import xlsxwriter

    out = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": True,
    }
    with xlsxwriter.Workbook(out, options) as book:
        forms = _Forms(book)
        taken: set[str] = set()
        for sheet in sheets:
            _write_sheet(book, sheet, forms, _sheet_name(sheet.name, taken))
    return out.getvalue()


class _Forms:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}
        self.title = self.make(bold=True, font_size=14)
        self.source = self.make(font_color="#5F6A66", font_size=9)
        self.heading = self.make(
            bold=True,
            bg_color="#ECEFEC",
            border=1,
            border_color="#DCE0DD",
            text_wrap=True,
            valign="vcenter",
        )

    def make(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(properties)
        return self._made[key]

    def of(self, column: Column, value: Any, *, marked: bool) -> Any:
        properties: dict[str, Any] = {"valign": "top"}
        if column.wrap:
            properties["text_wrap"] = True
        if marked:
            properties["bg_color"] = "#FFF3DA"
        if isinstance(value, datetime):
            properties["num_format"] = "yyyy-mm-dd hh:mm"
        elif isinstance(value, date):
            properties["num_format"] = "yyyy-mm-dd"
        elif isinstance(value, str):
            properties["num_format"] = "@"
            if value.startswith(_RISKY):
                properties["quote_prefix"] = True
        elif column.number_format:
            properties["num_format"] = column.number_format
        return self.make(**properties)


def _sheet_name(name: str, taken: set[str]) -> str:
    """Return a name that a workbook accepts and no other sheet has."""
    plain = name.translate(_FORBIDDEN_IN_NAMES).strip()[:31] or "Sheet"
    number, unique = 1, plain
    while unique.lower() in taken:
        number += 1
        unique = f"{plain[: 30 - len(str(number))]} {number}"
    taken.add(unique.lower())
    return unique


def _write_sheet(book: Any, sheet: Sheet, forms: _Forms, name: str) -> None:
    page = book.add_worksheet(name)
    if sheet.landscape:
        page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    for at, column in enumerate(sheet.columns):
        page.set_column(at, at, column.width)
    line = 0
    for words, form in ((sheet.title, forms.title), (sheet.source, forms.source)):
        if words:
            page.write_string(line, 0, words, form)
            line += 1
    for at, column in enumerate(sheet.columns):
        page.write_string(line, at, column.heading, forms.heading)
    page.freeze_panes(line + 1, 0)
    page.repeat_rows(line)
    for number, row in enumerate(sheet.rows, start=line + 1):
        for at, (column, value) in enumerate(zip(sheet.columns, row, strict=False)):
            if value is not None and value != "":
                form = forms.of(column, value, marked=at in sheet.marked)
                _write_cell(page, number, at, value, form)


def _write_cell(page: Any, row: int, column: int, value: Any, form: Any) -> None:
    if isinstance(value, bool):
        page.write_boolean(row, column, value, form)
    elif isinstance(value, datetime):
        local = value.astimezone(clock.zone()) if value.tzinfo else value
        page.write_datetime(row, column, local.replace(tzinfo=None), form)
    elif isinstance(value, date):
        page.write_datetime(row, column, value, form)
    elif isinstance(value, int | float):
        page.write_number(row, column, value, form)
    else:
        page.write_string(row, column, str(value)[:_LONGEST_TEXT], form)
