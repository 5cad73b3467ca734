"""Telephone numbers, citizens' ID numbers and whole numbers.

Source of the ID checksum: GB 11643-1999, ISO 7064 MOD 11-2.
"""

import re
from datetime import date
from functools import lru_cache
from operator import mul

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from dongxun.files.contracts import Cell, CellProblem, Choice, Parser, Value
from dongxun.files.values.words import is_nothing, line
from dongxun.kernel.errors import Text

_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d{1,2}")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"(0\d{2,3})-?(\d{7,8})(?:-?(\d{1,5}))?")
_SEPARATORS = re.compile(r"[/,;、，；\n]|\s{2,}")
_GAPS = re.compile(r"[\s\-]")
_NOT_DIALLED = re.compile(r"[\s()\-.]")
_COUNTRY = re.compile(r"(?:\+?86|0086)(?=1\d{10}$)")
_ID = re.compile(r"\d{17}[\dX]")
_ID_OF_15 = re.compile(r"\d{15}")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_DAMAGED = _(
    "The workbook kept this number shortened, so its last digits are lost. Set the column to "
    "text and enter the number again."
)


def phone(cell: Cell) -> Value:
    """Return a mobile number of 11 digits."""
    return _one_phone(cell, landline=False)


def phone_or_landline(cell: Cell) -> Value:
    """Return a mobile number, or a landline with its area code as 0513-86512345."""
    return _one_phone(cell, landline=True)


def _one_phone(cell: Cell, *, landline: bool) -> Value:
    if is_nothing(cell):
        return None
    raw = _digits_text(cell, "phone_damaged")
    if number := _phone(raw, landline=landline):
        return number
    several = [found for part in _SEPARATORS.split(raw) if (found := _phone(part, landline=True))]
    if len(several) > 1:
        raise CellProblem(
            "phone_several",
            _("There are several numbers here. Which one is to be kept?"),
            choices=[Choice(number, number) for number in dict.fromkeys(several)],
        )
    digits = sum(character.isdigit() for character in raw)
    if digits == 11:
        raise CellProblem("phone", _("This is not a mobile number."))
    raise CellProblem("phone_length", _("A mobile number has 11 digits; this one has not."))


def _phone(raw: str, *, landline: bool) -> str | None:
    if _MOBILE.fullmatch(raw):
        return raw
    digits = _NOT_DIALLED.sub("", raw)
    if country := _COUNTRY.match(digits):
        digits = digits[country.end() :]
    if _MOBILE.fullmatch(digits):
        return digits
    if landline and (match := _LANDLINE.fullmatch(re.sub(r"[\s()]", "", raw))):
        return "-".join(part for part in match.groups() if part)
    return None


def _digits_text(cell: Cell, damaged: str) -> str:
    """Return the digits a cell shows; a number beyond what a cell can hold is damaged."""
    if isinstance(cell, bool | date):
        raise CellProblem("number", _("This is not a number."))
    if isinstance(cell, int | float):
        if not float(cell).is_integer() or abs(cell) >= 1e15:
            raise CellProblem(damaged, _DAMAGED)
        return str(int(cell))
    words = line(cell).lstrip("'`‘’").strip()
    if _SCIENTIFIC.fullmatch(words):
        raise CellProblem(damaged, _DAMAGED)
    return words


def id_check_digit(first_17: str) -> str:
    """Return the eighteenth character that belongs to the first seventeen digits."""
    area, birth, serial = first_17[:6], first_17[6:14], first_17[14:]
    return _CHECKS[(_weight(area, 0) + _weight(birth, 6) + _weight(serial, 14)) % 11]


@lru_cache(maxsize=65_536)
def _weight(digits: str, at: int) -> int:
    """Return the weighted sum of the digits from place ``at``; areas and birthdays come again."""
    return sum(map(mul, map(int, digits), _WEIGHTS[at:]))


def id_number(cell: Cell) -> Value:
    """Return an ID number of 18 characters; one of 15 digits is brought to 18."""
    if is_nothing(cell):
        return None
    number = _GAPS.sub("", _digits_text(cell, "id_damaged")).upper()
    if _ID_OF_15.fullmatch(number):
        number = f"{number[:6]}19{number[6:]}"
        number += id_check_digit(number)
    if not _ID.fullmatch(number):
        raise CellProblem(
            "id_length", _("An ID number has 18 digits, or 17 and an X; this one has not.")
        )
    if not _is_birth(number[6:14]):
        raise CellProblem("id_birth", _("The date of birth inside this ID number does not exist."))
    if number[17] != id_check_digit(number[:17]):
        if number.endswith("000"):
            raise CellProblem("id_damaged", _DAMAGED)
        raise CellProblem(
            "id_checksum", _("A digit of this ID number is wrong: its check digit does not fit.")
        )
    return number


@lru_cache(maxsize=65_536)
def _is_birth(digits: str) -> bool:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return 1880 <= born.year <= 2100


def integer(minimum: int = 0, maximum: int = 1_000_000, units: str = "") -> Parser:
    """Return a parser of whole numbers; ``units`` are words that may follow ("人 名")."""
    words = "|".join(map(re.escape, units.split()))
    pattern = re.compile(rf"(-?\d+)(?:\.0+)?\s*(?:{words})?" if words else r"(-?\d+)(?:\.0+)?")

    def parse(cell: Cell) -> Value:
        if is_nothing(cell):
            return None
        raw = line(cell).replace(",", "")
        match = None if isinstance(cell, bool | date) else pattern.fullmatch(raw)
        if match is None:
            raise CellProblem("integer", _("Write a whole number."))
        number = int(match[1])
        if not minimum <= number <= maximum:
            raise CellProblem("integer_range", _range_words(minimum, maximum))
        return number

    return parse


def _range_words(minimum: int, maximum: int) -> Text:
    return format_lazy(
        _("This number should be between {minimum} and {maximum}."),
        minimum=minimum,
        maximum=maximum,
    )
