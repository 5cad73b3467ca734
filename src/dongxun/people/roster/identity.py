"""ID and telephone numbers as rosters hold them, whole or damaged."""

import re
from dataclasses import dataclass
from datetime import date

from dongxun.files.contracts import Cell
from dongxun.people.roster.words import plain

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0\d{2,3}\d{7,8}|[2-8]\d{6,7}")
_SCIENTIFIC = re.compile(r"^\d(\.\d+)?[eE]\+?\d{2}$")
_NUMBERS = re.compile(r"[\d+][\d\s()-]{5,}\d")


@dataclass(frozen=True, slots=True)
class IdNumber:
    """An ID number: ``text`` when whole, else the ``fault``; birth and sex if legible."""

    text: str = ""
    fault: str = ""
    birth: date | None = None
    sex: str = ""


def check_digit(first17: str) -> str:
    """Return the last character that belongs to 17 digits. Source: GB 11643-1999."""
    total = sum(int(d) * w for d, w in zip(first17, _WEIGHTS, strict=True))
    return _CHECKS[total % 11]


def read_id(cell: Cell) -> IdNumber | None:
    """Return the ID number of a cell, None for an empty one.

    Faults: ``damaged`` (stored as a number, the end is lost), ``length``,
    ``check`` (a digit is wrong), ``birth`` (holds no possible date).
    """
    if cell is None or cell == "":
        return None
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        return _damaged(f"{cell:.0f}")
    return _of_text(re.sub(r"[\s'’`\-]", "", plain(str(cell))).upper())


def _of_text(text: str) -> IdNumber | None:
    if not text:
        return None
    if _SCIENTIFIC.match(text):
        return _damaged(f"{float(text):.0f}")
    if re.fullmatch(r"\d{15}", text):
        first17 = text[:6] + "19" + text[6:]
        return _whole(first17 + check_digit(first17))
    if not re.fullmatch(r"\d{17}[\dX]", text):
        return IdNumber(fault="length")
    if re.fullmatch(r"\d{15}0{3}", text) and check_digit(text[:17]) != "0":
        return _damaged(text)
    return _whole(text)


def _whole(text: str) -> IdNumber:
    birth = _birth(text)
    if birth is None:
        return IdNumber(fault="birth")
    if check_digit(text[:17]) != text[17]:
        return IdNumber(fault="check", birth=birth)
    return IdNumber(text, birth=birth, sex="m" if int(text[16]) % 2 else "f")


def _damaged(digits: str) -> IdNumber:
    """What Excel leaves of 18 digits kept as a number: the first 15, so the birth date."""
    is_legible = len(digits) == 18 and digits[11:15] != "0000"
    return IdNumber(fault="damaged", birth=_birth(digits) if is_legible else None)


def _birth(digits: str) -> date | None:
    try:
        day = date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
    except ValueError:
        return None
    return day if day.year >= 1900 else None


def read_phone(cell: Cell) -> tuple[str, bool] | None:
    """Return (number, whether it is one), None for an empty cell; of several the first mobile."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        cell = f"{cell:.0f}"
    text = plain(str(cell))
    if not text or text in {"无", "/", "-", "—"}:
        return None
    found = [_bare(part) for part in _NUMBERS.findall(text)]
    for number in found:
        if _MOBILE.fullmatch(number):
            return number, True
    for number in found:
        if _LANDLINE.fullmatch(number):
            return number, True
    return text, False


def _bare(number: str) -> str:
    digits = re.sub(r"\D", "", number)
    return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits
