"""The small process that reads one file: ``python -m dongxun.files.workbook.child``.

It lowers its own limits, takes the file from its standard input and writes JSON lines, each a
list of items: for each sheet one object, then its rows as ``[row number, [cells]]`` and
``{"rows": count}``, at the end ``{"end": true}`` or ``{"refused": code, ...}``. A line holds
rows or objects, never both. A day is ``["d", "1991-05-12"]``, a moment
``["t", "1991-05-12T08:30:00"]``.
"""

import io
import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from html import unescape
from itertools import groupby, islice
from typing import TextIO

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from dongxun.files.workbook import limits, package, plaintext
from dongxun.files.workbook.refusal import Refused
from dongxun.files.workbook.scan import Scanner

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BINARY = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s[^<>]*>")
_SHEET = re.compile(r"<(?:\w+:)?sheet\s[^<>]*>")
_ATTRIBUTE = re.compile(r"""([\w:]+)\s*=\s*["']([^"'<>]*)["']""")
_BATCH = 500
Line = dict[str, object] | list[object]


def lower_limits() -> None:
    """Take away from this process what reading a workbook never needs."""
    for what, most in (
        (resource.RLIMIT_AS, limits.MEMORY_BYTES),
        (resource.RLIMIT_CPU, limits.CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def lines(raw: bytes) -> Iterator[Line]:
    """Yield what the file holds, whatever kind it turns out to be.

    Raises:
        Refused: it cannot, or should not, be read.
    """
    start = raw[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not raw.strip():
        raise Refused("empty")
    if raw.startswith(b"PK"):
        yield from _workbook(raw)
    elif raw.startswith(_OLE):
        password = "EncryptedPackage".encode("utf-16-le") in raw
        raise Refused("password" if password else "xls")
    elif raw.startswith(_BINARY):
        raise Refused("not_a_workbook")
    elif start.startswith((b"<!doctype", b"<html", b"<table", b"<head", b"<meta", b"<?xml")):
        raise Refused("web_page")
    else:
        yield {"sheet": "", "hidden": False, "merged": [], "formulas": []}
        yield from _counted([number, list(cells)] for number, cells in plaintext.rows(raw))


def _workbook(raw: bytes) -> Iterator[Line]:
    scanner = Scanner()
    members = package.check_directory(raw)
    fresh = package.unpack(raw, members, scanner.look)
    scanner.check_area()
    formulas = [sheet.formulas for sheet in scanner.sheets.values() if sheet.formulas]
    names = {member.filename for member in members}
    yield {
        "macros": any(name.endswith("vbaProject.bin") for name in names),
        "links": any(name.startswith("xl/externalLinks/") for name in names),
    }
    with CalamineWorkbook.from_filelike(io.BytesIO(fresh)) as book:
        places = _formula_places(fresh, scanner) if formulas else {}
        for about in book.sheets_metadata:
            if about.typ != SheetTypeEnum.WorkSheet:
                continue
            yield from _sheet(
                book,
                about.name,
                hidden=about.visible != SheetVisibleEnum.Visible,
                formulas=places.get(about.name, []),
            )


def _formula_places(fresh: bytes, scanner: Scanner) -> dict[str, list[tuple[int, int]]]:
    """Return the formula cells by sheet name, following workbook.xml and its relations."""
    with zipfile.ZipFile(io.BytesIO(fresh)) as box:
        book = box.read("xl/workbook.xml").decode(errors="replace")
        try:
            relations = box.read("xl/_rels/workbook.xml.rels").decode(errors="replace")
        except KeyError:
            return {}
    targets = {}
    for tag in _RELATION.findall(relations):
        given = dict(_ATTRIBUTE.findall(tag))
        targets[given.get("Id", "")] = given.get("Target", "")
    places = {}
    for tag in _SHEET.findall(book):
        given = dict(_ATTRIBUTE.findall(tag))
        relation = next((v for k, v in given.items() if k.endswith(":id")), "")
        target = targets.get(relation, "").lstrip("/")
        part = target if target.startswith("xl/") else f"xl/{target}"
        if part in scanner.sheets:
            places[unescape(given.get("name", ""))] = scanner.sheets[part].formulas
    return places


def _sheet(
    book: CalamineWorkbook, name: str, *, hidden: bool, formulas: list[tuple[int, int]]
) -> Iterator[Line]:
    sheet = book.get_sheet_by_name(name)
    merged = [
        [top + 1, left + 1, bottom + 1, right + 1]
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or []
    ]
    yield {"sheet": name, "hidden": hidden, "merged": merged[:20_000], "formulas": formulas}
    yield from _counted(_rows(sheet))


def _rows(sheet: CalamineSheet) -> Iterator[Line]:
    if sheet.start is None:
        return
    before: list[object] = [""] * sheet.start[1]
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        while cells and cells[-1] == "":
            cells.pop()
        if cells:
            yield [number, before + cells]


def _counted(rows: Iterable[Line]) -> Iterator[Line]:
    count = 0
    for row in rows:
        yield row
        count += 1
    yield {"rows": count}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return ["t", value.isoformat(timespec="seconds")]
    if isinstance(value, date):
        return ["d", value.isoformat()]
    if isinstance(value, time | timedelta):
        return str(value)
    raise TypeError(type(value).__name__)


def run(raw: bytes, out: TextIO) -> int:
    """Read the file and write its lines to ``out``; return the exit status."""
    encode = json.JSONEncoder(ensure_ascii=False, default=_plain, separators=(",", ":")).encode
    end: dict[str, object] = {"end": True}
    try:
        for is_row, some in groupby(lines(raw), lambda line: isinstance(line, list)):
            while batch := list(islice(some, _BATCH if is_row else None)):
                out.write(encode(batch) + "\n")
    except Refused as refusal:
        end = {"refused": refusal.code, "where": refusal.where, "values": refusal.values}
    except MemoryError:
        end = {"refused": "too_large", "where": "", "values": {}}
    except (CalamineError, ValueError, OSError):
        end = {"refused": "damaged", "where": "", "values": {}}
    out.write(encode([end]) + "\n")
    return 0 if end.get("end") else 3


if __name__ == "__main__":
    lower_limits()
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    status = run(sys.stdin.buffer.read(), sys.stdout)
    sys.stdout.flush()
    sys.exit(status)
