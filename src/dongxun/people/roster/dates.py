"""Dates as rosters write them: 1991.05, 1991-05-12, 19910512, 1991年5月 and Excel's numbers."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from dongxun.files.contracts import Cell

_EPOCH = date(1899, 12, 30)
_FIRST_SERIAL, _LAST_SERIAL = 3_654, 73_050  # 1910 to 2099
_PARTS = re.compile(
    r"^(\d{4})\s*[-./年、,\s]\s*(\d{1,2})(?:\s*[-./月、,\s]\s*(\d{1,2})\s*[日号]?)?\s*月?\s*$"
)
_CLOCK = re.compile(r"[\sT]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")


@dataclass(frozen=True, slots=True)
class Read:
    """A date and how it was read; ``day`` is None when it cannot be one.

    ``guess`` names a doubt that a person should see: ``month`` (1991.1 as a
    number may be January or October), ``year_only``.
    """

    day: date | None
    guess: str = ""


NOTHING = Read(None)


def read_date(cell: Cell) -> Read | None:
    """Return the date of a cell, None for an empty one; days left out are the first."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, datetime):
        return Read(cell.date())
    if isinstance(cell, date):
        return Read(cell)
    if isinstance(cell, bool):
        return NOTHING
    if isinstance(cell, int | float):
        return _of_number(float(cell))
    return _of_text(cell)


def _of_number(number: float) -> Read:
    whole = int(number)
    if number == whole:
        return _of_digits(str(whole))
    if 1900 <= whole <= 2100:
        decimals = f"{number:.4f}".split(".")[1].rstrip("0")
        if len(decimals) == 1:
            return Read(_day(whole, 10 if decimals == "1" else int(decimals)), "month")
        return Read(_day(whole, int(decimals[:2]), int(decimals[2:] or 1)))
    return Read(_serial(whole))


def _of_digits(digits: str) -> Read:
    size = len(digits)
    if size == 8:
        return Read(_day(int(digits[:4]), int(digits[4:6]), int(digits[6:])))
    if size == 6 and digits[:2] in {"19", "20"}:
        return Read(_day(int(digits[:4]), int(digits[4:])))
    if size == 4 and 1900 <= int(digits) <= 2100:
        return Read(_day(int(digits), 1), "year_only")
    return Read(_serial(int(digits))) if size <= 5 else NOTHING


@lru_cache(maxsize=16_384)
def _of_text(text: str) -> Read | None:
    plain = _CLOCK.sub("", text.strip())
    if not plain:
        return None
    if plain.isdigit():
        return _of_digits(plain)
    if found := _PARTS.match(plain):
        year, month, day = found.groups()
        return Read(_day(int(year), int(month), int(day or 1)))
    if re.fullmatch(r"\d{4}\s*年?", plain):
        return _of_digits(plain[:4])
    return NOTHING


def _serial(days: int) -> date | None:
    if not _FIRST_SERIAL <= days <= _LAST_SERIAL:
        return None
    return _EPOCH + timedelta(days=days)


def _day(year: int, month: int, day: int = 1) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
