"""Rows of a sheet, written past XlsxWriter's way for single cells.

XlsxWriter weighs and escapes every cell anew, which was two thirds of a workbook's cost. In
a list most cells say what a cell above them said: town, branch, category, state. So a cell
here is its place and a rest that is made once for each value of a column.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from html import escape
from math import isfinite
from typing import TYPE_CHECKING, Any, cast

from django.utils import timezone

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

Cell = object
Clean = Callable[[str], str]
"""Writes characters that no XML may hold as Excel does."""
LONGEST = 32_767
"""As many units of UTF-16 may stand in one cell."""
_REMEMBERED = 4_000
_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - a workbook has no zones
_LEAP = 60
"""Excel counts a 29 February 1900 that never was."""


def write_rows(sheet: "Worksheet", first: int, styles: Sequence[int], rows: Iterable[Any]) -> int:
    """Write rows from ``first`` on; return the number of the last, ``first - 1`` if there is none.

    Nothing may be written to the sheet afterwards. It must have been made in a workbook of
    ``constant_memory``, which keeps its rows as this text.

    Args:
        styles: the number of the format of each column.

    Raises:
        ValueError: a row has too few or too many cells.
    """
    from xlsxwriter.utility import xl_col_to_name

    sheet._write_single_row(first)  # noqa: SLF001 - what stands above goes out first
    out = sheet.row_data_fh
    clean = sheet._escape_control_characters  # noqa: SLF001
    columns = [(xl_col_to_name(at), _Column(s, clean).rest) for at, s in enumerate(styles)]
    last = first - 1
    for last, values in enumerate(rows, first):
        place = last + 1
        cells = [
            f'<c r="{letters}{place}"{rest(value)}'
            for (letters, rest), value in zip(columns, values, strict=True)
            if value is not None and value != ""
        ]
        out.write(f'<row r="{place}">{"".join(cells)}</row>')
    if last >= first:
        sheet._check_dimensions(first, 0)  # noqa: SLF001 - the sheet says how large it is
        sheet._check_dimensions(last, len(styles) - 1)  # noqa: SLF001
    return last


class _Column:
    """The cells of one column, each value's text made once."""

    def __init__(self, style: int, clean: Clean) -> None:
        self._style, self._clean = f' s="{style}"', clean
        self._known: dict[object, str] = {}

    def rest(self, value: Cell) -> str:
        """Return what follows a cell's place."""
        found = self._known.get(value)
        if found is None:
            found = self._style + _content(value, self._clean)
            if len(self._known) < _REMEMBERED:
                self._known[value] = found
        return found


def _content(value: Cell, clean: Clean) -> str:
    if isinstance(value, str):
        return _text(value, clean)
    if isinstance(value, datetime):
        gone = timezone.localtime(value).replace(tzinfo=None) - _ZERO
        return _number(gone.total_seconds() / 86_400)
    if isinstance(value, date):
        days = (value - _ZERO.date()).days
        return _number(days if days > _LEAP else days - 1)
    return _number(float(cast("float", value)))


def _text(value: str, clean: Clean) -> str:
    if len(value) > LONGEST // 2:
        units = value.encode("utf-16-le", "surrogatepass")[: 2 * LONGEST]
        value = units.decode("utf-16-le", "ignore")
    kept = ' xml:space="preserve"' if value != value.strip() else ""
    text = escape(clean(value), quote=False)
    return f' t="inlineStr"><is><t{kept}>{text}</t></is></c>'


def _number(value: float) -> str:
    if not isfinite(value):
        raise ValueError(value)
    return f"><v>{value:.16G}</v></c>"
