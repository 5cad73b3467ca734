"""One pass over the XML of a workbook before any parser builds anything from it.

A reader lays a sheet out densely up to its farthest cell, so one cell in a corner
of a 5 KB file can cost gigabytes. Regular expressions over the raw bytes find the
farthest row and column, document type declarations and formulas at about 100 MB a
second. They may see too much (text in a comment), never too little.
"""

import re
from dataclasses import dataclass, field

from dongxun.files.workbook import limits
from dongxun.files.workbook.refusal import Refused

_USUAL = re.compile(rb'<c r="([A-Z]{1,4}(?:\d{6,})?)')
_ANY = re.compile(rb"""<(?:[\w.-]+:)?c\s[^<>]*?\br\s*=\s*["']\s*([A-Za-z]+\d*)["'\s]""")
_ANY_CELL = re.compile(rb"<(?:[\w.-]+:)?c[\s/>]")
_USUAL_ROW = re.compile(rb'<row r="(\d+)"')
_ROW = re.compile(rb"""<(?:[\w.-]+:)?row\b(?:[^<>]*?\br\s*=\s*["']\s*(\d+))?""")
_FORMULA = re.compile(
    rb"""<(?:[\w.-]+:)?c\s[^<>]*?\br\s*=\s*["']([A-Za-z]+)(\d+)["'][^<>]*>\s*<(?:[\w.-]+:)?f[\s/>]"""
)
_UNUSUAL = (b"<c>", b"<c/", b"<c\t", b"<c\n", b"<c\r")
_PREFIXED = (b":c ", b":c>", b":c/", b":c\t", b":c\n", b":c\r")
_SPLIT_REF = re.compile(r"([A-Z]+)(\d*)")
_ENCODING = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["']([^"']+)""")
_LONGEST_GAP = 4 * 1024 * 1024
_LONGEST_CELL = 65_536


def _is_unusual(text: bytes, usual: int) -> bool:
    """Return whether cells may be written in another form than ``<c ``."""
    if b":c" in text and any(mark in text for mark in _PREFIXED):
        return True
    return text.count(b"<c") != usual and any(mark in text for mark in _UNUSUAL)


def _widest_without_references(text: bytes) -> int:
    """Return the most cells in a row of a writer that leaves their places out.

    Raises:
        Refused: more than a sheet may have.
    """
    widest = max(len(_ANY_CELL.findall(row)) for row in re.split(rb"<(?:[\w.-]+:)?row\b", text))
    if widest > limits.COLUMNS:
        raise Refused("too_many_columns", where=f"{column_letters(widest)}…", limit=limits.COLUMNS)
    return widest


def column_number(letters: str) -> int:
    """Return 1 for A, 27 for AA."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """Return A for 1, AA for 27."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(slots=True)
class Sheet:
    """What the pass learned of one part."""

    rows: int = 0
    columns: int = 0
    cells: int = 0
    formulas: list[tuple[int, int]] = field(default_factory=list)


class Scanner:
    """Looks at parts piece by piece; ``sheets`` holds what it saw, by part name."""

    def __init__(self) -> None:
        self.sheets: dict[str, Sheet] = {}
        self._rest = b""
        self._name = ""

    def look(self, name: str, piece: bytes) -> None:
        """Take the next piece of a part; an empty piece ends it.

        Raises:
            Refused: a declaration, a foreign encoding, or a cell too far away.
        """
        if name != self._name:
            self._name, self._rest = name, b""
            self._check_start(piece)
        text = self._rest + piece
        cut = text.rfind(b"<") if piece else len(text)
        cut = self._before_cell(text, cut) if piece else cut
        self._rest = text[cut:]
        if len(self._rest) > _LONGEST_GAP:
            raise Refused("damaged", where=name)
        self._check(text[:cut])

    @staticmethod
    def _before_cell(text: bytes, cut: int) -> int:
        """Return a cut that leaves the last, perhaps unfinished, cell for the next piece."""
        named = text.rfind(b":c ", 0, cut)
        at = max(text.rfind(b"<c ", 0, cut), text.rfind(b"<", 0, max(named, 0)))
        return at if at > 0 and cut - at < _LONGEST_CELL else max(cut, 0)

    def _check_start(self, piece: bytes) -> None:
        start = piece[:400]
        declared = _ENCODING.match(start.removeprefix(b"\xef\xbb\xbf"))
        if start[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\x00" in start:
            raise Refused("damaged", where=self._name)
        if declared and declared[1].lower() not in {b"utf-8", b"utf8", b"us-ascii"}:
            raise Refused("damaged", where=self._name)

    def _check(self, text: bytes) -> None:
        if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
            raise Refused("declaration", where=self._name)
        if b"<row" not in text and not _ANY_CELL.search(text) and b":row" not in text:
            return
        sheet = self.sheets.setdefault(self._name, Sheet())
        self._rows(sheet, text)
        self._cells(sheet, text)
        if b"<f" in text or b":f" in text:
            self._formulas(sheet, text)

    @staticmethod
    def _rows(sheet: Sheet, text: bytes) -> None:
        found = _USUAL_ROW.findall(text)
        if len(found) != text.count(b"<row") or b":row" in text:
            found = _ROW.findall(text)
        for number in found:
            row = int(number) if number else sheet.rows + 1
            if row > limits.ROWS:
                raise Refused("too_many_rows", where=f"A{row}", count=row, limit=limits.ROWS)
            sheet.rows = max(sheet.rows, row)

    @staticmethod
    def _cells(sheet: Sheet, text: bytes) -> None:
        found = _USUAL.findall(text)
        usual = text.count(b"<c ")
        widest = 0
        if usual != len(found) or _is_unusual(text, usual):
            found = _ANY.findall(text)
            usual = len(_ANY_CELL.findall(text))
            if usual != len(found):
                widest = _widest_without_references(text)
        sheet.cells += usual
        for reference in {item.decode().upper() for item in set(found)}:
            letters, digits = _SPLIT_REF.match(reference).groups()  # type: ignore[union-attr]
            column, row = column_number(letters), int(digits or 0)
            if column > limits.COLUMNS:
                row_of = re.search(rb"(?i)[\"']" + letters.encode() + rb"(\d+)", text)
                where = letters + (row_of[1].decode() if row_of else "")
                raise Refused("too_many_columns", where=where, limit=limits.COLUMNS)
            if row > limits.ROWS:
                raise Refused("far_cell", where=reference, limit=limits.ROWS)
            widest = max(widest, column)
            sheet.rows = max(sheet.rows, row)
        sheet.columns = max(sheet.columns, widest)

    @staticmethod
    def _formulas(sheet: Sheet, text: bytes) -> None:
        for letters, row in _FORMULA.findall(text):
            if len(sheet.formulas) >= limits.FORMULAS_LISTED:
                raise Refused("too_many_formulas", limit=limits.FORMULAS_LISTED)
            sheet.formulas.append((int(row), column_number(letters.decode())))

    def check_area(self) -> None:
        """Weigh all sheets together, as the reader would lay them out.

        Raises:
            Refused: too much in all, or a lonely cell far from the others.
        """
        area = 0
        for name, sheet in self.sheets.items():
            own = sheet.rows * sheet.columns
            if own > 1_000_000 and sheet.cells * 50 < own:
                where = f"{column_letters(sheet.columns)}{sheet.rows}"
                raise Refused("far_cell", where=where, limit=limits.ROWS, part=name)
            area += own
        if area > limits.AREA:
            raise Refused("too_many_cells", count=area, limit=limits.AREA)
