"""Days and months, in the ways rosters write them.

1991.05 · 1991-05-12 · 1991/5/12 · 19910512 · 199105 · 1991年5月12日 · workbook serial
numbers · real dates. A month stays a month: "1991-05".
"""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import partial
from math import isfinite

from django.utils.translation import gettext_lazy as _

from dongxun.files.contracts import Cell, CellProblem, Choice, Parser, Value
from dongxun.files.values.words import is_nothing, line

EARLIEST, LATEST = 1900, 2100
_SERIALS = range(5_000, 73_415)
"""Serial numbers from 1913 to 2100; smaller ones are years."""
_EPOCH = date(1899, 12, 30)
_SEPARATED = re.compile(
    r"(\d{4})\s*[年.\-/,、_\\]\s*(\d{1,2})\s*月?(?:\s*[.\-/,、_\\月]?\s*(\d{1,2})\s*[日号]?)?"
    r"(?:[\sT]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
_YEAR = re.compile(r"(\d{4})\s*年?")
_TURNED = re.compile(r"(\d{1,2})\s*[./\-]\s*(\d{1,2})\s*[./\-]\s*(\d{4})")
_SHORT_YEAR = re.compile(r"'?(\d{2})\s*[年.\-/]\s*(\d{1,2})\s*月?(?:[.\-/]?(\d{1,2})日?)?")
_UNCLEAR = _("This is not a date. Write it like 1991-05-12 or 1991.05.")


def day_or_month(cell: Cell, *, two_digit_months: bool | None = None) -> Value:
    """Return "1991-05-12", or "1991-05" where only the month is given.

    Args:
        two_digit_months: whether numbers of this column write January as .01; then
            1991.1 is October. Unknown: a person is asked.
    """
    if is_nothing(cell):
        return None
    if isinstance(cell, datetime):
        return _checked(cell.year, cell.month, cell.day)
    if isinstance(cell, date):
        return _checked(cell.year, cell.month, cell.day)
    if isinstance(cell, bool) or (isinstance(cell, float) and not isfinite(cell)):
        raise CellProblem("date", _UNCLEAR)
    if isinstance(cell, int | float):
        return _number(float(cell), two_digit_months=two_digit_months)
    return _text(line(cell))


def day(cell: Cell) -> Value:
    """Return "1991-05-12"; a month alone is not enough."""
    value = day_or_month(cell)
    if value is not None and len(value) < len("1991-05-12"):
        raise CellProblem("date_day", _("The day is missing. Write it like 1991-05-12."))
    return value


def day_or_month_of_column(cells: Iterable[Cell]) -> Parser:
    """Learn from a column how its numbers write months, and return its parser."""
    months = {
        str(cell).partition(".")[2]
        for cell in cells
        if isinstance(cell, float) and EARLIEST <= cell < LATEST and not cell.is_integer()
    }
    if any(month.startswith("0") for month in months):
        return partial(day_or_month, two_digit_months=True)
    return day_or_month


def first_day(value: str) -> date:
    """Return the day, or the first day of the month, that a value means."""
    return date.fromisoformat(value if len(value) > len("1991-05") else f"{value}-01")


def _checked(year: int, month: int, day_of_month: int | None = None) -> str:
    if not EARLIEST <= year <= LATEST:
        raise CellProblem("date_year", _("This year cannot be right."))
    if not 1 <= month <= 12:
        raise CellProblem("date", _("There is no such month."))
    if day_of_month is None:
        return f"{year:04d}-{month:02d}"
    try:
        return date(year, month, day_of_month).isoformat()
    except ValueError:
        raise CellProblem(
            "date_day", _("There is no such day."), suggestion=f"{year:04d}-{month:02d}"
        ) from None


def _digits(digits: str) -> str | None:
    """Return the date in 19910512 or 199105, None if it is in neither form."""
    if len(digits) == 8:
        return _checked(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    if len(digits) == 6 and EARLIEST <= int(digits[:4]) <= LATEST:
        return _checked(int(digits[:4]), int(digits[4:]))
    return None


def _text(words: str) -> str:
    if words.isdecimal() and (value := _digits(words)):
        return value
    if match := _SEPARATED.fullmatch(words):
        year, month, of_month = match.groups()
        return _checked(int(year), int(month), int(of_month) if of_month else None)
    if match := _YEAR.fullmatch(words):
        raise _year_only()
    if match := _TURNED.fullmatch(words):
        raise _turned(*(int(part) for part in match.groups()))
    if match := _SHORT_YEAR.fullmatch(words):
        year, month = int(match[1]), int(match[2])
        century = 1900 if year > 30 else 2000
        guess = f"{century + year}-{month:02d}" + (f"-{int(match[3]):02d}" if match[3] else "")
        raise CellProblem("date_year", _("Write the year with four digits."), suggestion=guess)
    raise CellProblem("date", _UNCLEAR)


def _year_only() -> CellProblem:
    return CellProblem("date_year_only", _("Only the year is given. Add the month, like 1991.05."))


def _turned(first: int, second: int, year: int) -> CellProblem:
    pairs = [(first, second), (second, first)]
    values = [f"{year}-{m:02d}-{d:02d}" for m, d in dict.fromkeys(pairs) if m <= 12 and d <= 31]
    return CellProblem(
        "date_order",
        _("Day and month can be read in two ways. Write it like 1991-05-12."),
        suggestion=values[0] if len(values) == 1 else "",
        choices=[Choice(value, value) for value in values] if len(values) > 1 else (),
    )


def _number(number: float, *, two_digit_months: bool | None) -> str:
    if number.is_integer():
        whole = int(number)
        if value := _digits(str(whole)):
            return value
        if whole in _SERIALS:
            return (_EPOCH + timedelta(days=whole)).isoformat()
        if EARLIEST <= whole <= LATEST:
            raise _year_only()
        raise CellProblem("date", _UNCLEAR)
    year, _point, rest = str(number).partition(".")
    if EARLIEST <= int(number) <= LATEST:
        return _year_point(int(year), rest, two_digit_months=two_digit_months)
    if int(number) in _SERIALS:
        return (_EPOCH + timedelta(days=int(number))).isoformat()
    raise CellProblem("date", _UNCLEAR)


def _year_point(year: int, rest: str, *, two_digit_months: bool | None) -> str:
    """Return the month in a number like 1991.05; the last zero of 1991.10 is lost in it."""
    if rest == "1":
        if two_digit_months:
            return _checked(year, 10)
        january, october = f"{year}-01", f"{year}-10"
        raise CellProblem(
            "date_zero_lost",
            _("As a number, 1991.1 and 1991.10 are the same. Which month is it?"),
            choices=[Choice(january, january), Choice(october, october)],
        )
    if len(rest) <= 2:
        return _checked(year, int(rest))
    if len(rest) == 4:
        return _checked(year, int(rest[:2]), int(rest[2:]))
    raise CellProblem("date", _UNCLEAR)
