"""Read a stranger's workbook: the parent's side of the small process.

``lines`` has the child read the file, ``items`` makes sheets and rows of its lines;
``preview`` keeps the first rows of each sheet, which is what finding a header needs,
and can keep the lines, so that a file need not be read twice. A refusal arrives as
a ``FileRefused`` with words for a person.
"""

import json
import subprocess
import sys
from collections.abc import Generator, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import IO, Any, NamedTuple, cast

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dongxun.files.contracts import Cell, FileRefused
from dongxun.files.workbook import limits

_ROWS = b"[["
"""How a line of rows begins; heads and ends stand on lines of their own."""

REFUSALS: dict[str, Promise] = {
    "empty": _("The file is empty."),
    "damaged": _(
        "The file is damaged or incomplete. Open it in a workbook program, save it again as "
        ".xlsx and choose the new file."
    ),
    "password": _("The file has a password. Save it without one and choose it again."),
    "xls": _("This is an old .xls workbook. Open it, save it as .xlsx and choose the new file."),
    "xlsb": _("This is an .xlsb workbook. Open it, save it as .xlsx and choose the new file."),
    "ods": _("This is an .ods workbook. Open it, save it as .xlsx and choose the new file."),
    "web_page": _(
        "This is a web page that only has the name of a workbook. Open it, save it as .xlsx and "
        "choose the new file."
    ),
    "not_a_workbook": _("This is not a workbook. Choose an .xlsx or .csv file."),
    "text_file": _(
        "This is not an Excel workbook but a text file with the name of one. Open it in a workbook "
        "program, put the values into columns, save it as .xlsx and choose the new file."
    ),
    "zip_of_files": _("This is a zip archive. Unpack it and choose the workbooks one by one."),
    "encoding": _("The text of this file cannot be read. Save it as .xlsx and choose it again."),
    "too_many_parts": _(
        "The file holds %(count)s parts inside; at most %(limit)s are read. Copy the rows into a "
        "new workbook and choose that."
    ),
    "unpacks_too_large": _(
        "The file unpacks to %(size)s MB; at most %(limit)s MB are read. Split it into several."
    ),
    "ratio": _(
        "The file is packed %(ratio)s times smaller than it is, more than an ordinary workbook. "
        "Copy the rows into a new workbook and choose that."
    ),
    "declaration": _(
        "The file holds a declaration that workbooks do not need and that can do harm. Copy the "
        "rows into a new workbook and choose that."
    ),
    "too_many_rows": _("The sheet goes down to row %(count)s; at most %(limit)s rows are read."),
    "too_many_columns": _(
        "The sheet has more than %(limit)s columns. Delete the columns you do not need and choose "
        "the file again."
    ),
    "far_cell": _(
        "A cell lies far away from the others. Delete the empty rows and columns between, or copy "
        "the rows into a new workbook."
    ),
    "too_many_cells": _(
        "The sheets hold %(count)s cells; at most %(limit)s are read. Split the file into several."
    ),
    "too_many_formulas": _(
        "The sheets hold more than %(limit)s formulas. Copy the rows and paste them as values."
    ),
    "too_large": _("The file is too large to be read. Split it into several."),
}


@dataclass(frozen=True, slots=True)
class SheetHead:
    """One sheet: its name and what its grid says beside the values.

    Rows and columns count from 1. ``merged`` holds (top, left, bottom, right);
    ``formulas`` the cells whose value is computed.
    """

    name: str
    index: int
    hidden: bool = False
    merged: tuple[tuple[int, int, int, int], ...] = ()
    formulas: frozenset[tuple[int, int]] = frozenset()


class Row(NamedTuple):
    """One row that is not empty, with its true number."""

    number: int
    cells: list[Cell]


@dataclass(slots=True)
class Preview:
    """The first rows of a sheet, and how many it has in all."""

    head: SheetHead
    rows: list[Row] = field(default_factory=list)
    row_count: int = 0


@dataclass(slots=True)
class Kept:
    """The lines of a file that was read; None once they are more than is worth keeping."""

    lines: bytearray | None = field(default_factory=bytearray)

    def listen(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """Hand lines on and keep them."""
        for line in lines:
            if self.lines is not None:
                self.lines += line
                if len(self.lines) > limits.KEPT_BYTES:
                    self.lines = None
            yield line


@dataclass(slots=True)
class Notes:
    """What was left out of a workbook on purpose, and how many rows each sheet has."""

    macros: bool = False
    links: bool = False
    rows: list[int] = field(default_factory=list)


def refused(code: str, where: str = "", values: dict[str, object] | None = None) -> FileRefused:
    """Return the refusal of a code, in plain words."""
    message = REFUSALS.get(code, REFUSALS["damaged"])
    return FileRefused(_Filled(message, values or {}), where=where, code=f"file_{code}")


class _Filled(Promise):
    """A lazy message with its blanks filled when it is shown."""

    def __init__(self, message: Promise, values: dict[str, object]) -> None:
        self._message, self._values = message, values

    def __str__(self) -> str:
        return str(self._message) % self._values if self._values else str(self._message)


def lines(raw: bytes) -> Iterator[bytes]:
    """Yield what the child says of a file, in its lines of JSON.

    Raises:
        FileRefused: the file is too large to be read.
    """
    if len(raw) > limits.FILE_BYTES:
        raise refused("too_large")
    child = subprocess.Popen(
        [sys.executable, "-I", "-m", "dongxun.files.workbook.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        with suppress(BrokenPipeError), cast("IO[bytes]", child.stdin) as pipe:
            pipe.write(raw)  # the child answers only when it has everything
        yield from child.stdout or ()
        if child.wait() < 0:  # stopped by its own limits, perhaps in the middle of a line
            yield b'\n[{"refused": "too_large", "where": "", "values": {}}]\n'
    finally:
        child.kill()
        child.wait()
        if child.stdout:
            child.stdout.close()


def items(
    lines: Iterable[bytes], notes: Notes | None = None
) -> Generator[SheetHead | Row, None, None]:
    """Yield each sheet's head and then its rows.

    A refusal may come after rows have been seen: use nothing before the end.

    Raises:
        FileRefused: the file cannot, or should not, be read.
    """
    index, notes = 0, notes or Notes()
    for item in _decoded(lines):
        if isinstance(item, list):
            yield Row(*item)
        elif "refused" in item:
            raise refused(item["refused"], item["where"], item["values"])
        elif "sheet" in item:
            yield _head(item, index)
            index += 1
        elif "rows" in item:
            notes.rows.append(item["rows"])
        elif "end" in item:
            return
        else:
            notes.macros, notes.links = bool(item.get("macros")), bool(item.get("links"))
    raise refused("damaged")


def _decoded(lines: Iterable[bytes]) -> Iterator[Any]:
    for line in lines:
        try:
            found = json.loads(line)
        except ValueError:  # the child was stopped in the middle of it; the next line says so
            continue
        if line.startswith(_ROWS) and (b'["d",' in line or b'["t",' in line):
            for row in found:
                _make_days(row[1])
        yield from found


def _head(item: dict[str, Any], index: int) -> SheetHead:
    return SheetHead(
        name=item["sheet"],
        index=index,
        hidden=item["hidden"],
        merged=tuple((top, left, bottom, right) for top, left, bottom, right in item["merged"]),
        formulas=frozenset((row, column) for row, column in item["formulas"]),
    )


def _make_days(cells: list[Any]) -> None:
    for at, cell in enumerate(cells):
        if cell.__class__ is list:
            kind, text = cell
            cells[at] = (date if kind == "d" else datetime).fromisoformat(text)


def preview(
    raw: bytes, limit: int = 60, notes: Notes | None = None, kept: Kept | None = None
) -> list[Preview]:
    """Return each sheet with its first ``limit`` rows, after reading the whole file.

    Args:
        kept: takes the lines of the whole file, for :func:`items` later on.

    Raises:
        FileRefused: the file cannot, or should not, be read.
    """
    sheets: list[Preview] = []
    notes = notes or Notes()

    def wanted(every: Iterable[bytes]) -> Iterator[bytes]:
        for line in every:
            is_enough = bool(sheets) and len(sheets[-1].rows) >= limit
            if not (is_enough and line.startswith(_ROWS)):
                yield line

    for item in items(wanted((kept or Kept(None)).listen(lines(raw))), notes):
        if isinstance(item, SheetHead):
            sheets.append(Preview(item))
        elif len(sheets[-1].rows) < limit:
            sheets[-1].rows.append(item)
    for sheet, count in zip(sheets, notes.rows, strict=True):
        sheet.row_count = count
    return sheets
