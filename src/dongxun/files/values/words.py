"""Texts, names, yes and no, and words out of a fixed list."""

import difflib
import re
from collections.abc import Mapping
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from dongxun.files.contracts import Cell, CellProblem, Choice, Parser, Value
from dongxun.kernel.errors import Text

_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
_WIDE = re.compile("[\u3000\xa0\uff01-\uff5e]")
_UNSEEN = dict.fromkeys([*range(0x200B, 0x2010), 0x2060, 0xFEFF, 0x00AD, 0x7F, *range(9)])
_SPACES = re.compile(r"\s+")
_NOTHING = frozenset(
    {"", "-", "--", "—", "——", "/", "\\", "无", "不详", "空", "n/a", "null", "none"}
)
_LONGEST_NOTHING = 12
_CJK = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇"
_BETWEEN_CJK = re.compile(rf"(?<=[{_CJK}·])\s+(?=[{_CJK}·])")
_DOTS = re.compile(rf"(?<=[{_CJK}])\s*[·・•‧∙⋅．.]\s*(?=[{_CJK}])")
_PLAIN_NAME = re.compile(rf"[{_CJK}]{{2,8}}")
_NAME = re.compile(rf"[{_CJK}A-Za-zÀ-ɏ][{_CJK}A-Za-zÀ-ɏ·'’\- ]*")
_NOTE_IN_NAME = re.compile(r"\s*[(\[【〔].*$|\d+$")
_YES = frozenset({"是", "有", "对", "√", "✓", "✔", "y", "yes", "true", "1"})
_NO = frozenset({"否", "无", "没有", "不是", "×", "✗", "✘", "x", "n", "no", "false", "0", "-", "—"})
LONGEST_NAME = 40
_OFFERED = 16


def narrow(raw: str) -> str:
    """Return ``raw`` with full-width letters, digits and signs made half-width."""
    return raw.translate(_NARROW) if _WIDE.search(raw) else raw


def tidy(raw: str) -> str:
    """Return ``raw`` without unseen characters and needless spaces."""
    if raw.isalnum():  # most cells: nothing to take away
        return raw
    return _SPACES.sub(" ", raw.translate(_UNSEEN)).strip()


def plain(cell: Cell) -> str:
    """Return the cell as the text a person would read there."""
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="minutes")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def line(cell: Cell) -> str:
    """Return the cell as one tidy line, its letters, digits and signs half-width."""
    words = plain(cell)
    return words if words.isascii() and words.isalnum() else tidy(narrow(words))


def is_nothing(cell: Cell) -> bool:
    """Return whether a cell holds nothing, or a sign that says so."""
    if cell is None or cell == "":
        return True
    if not isinstance(cell, str) or (len(cell) > _LONGEST_NOTHING and not cell.isspace()):
        return False
    return line(cell).lower() in _NOTHING


def text(longest: int = 200) -> Parser:
    """Return a parser of free text of at most ``longest`` characters."""

    def parse(cell: Cell) -> Value:
        words = tidy(plain(cell))
        if len(words) > longest:
            message = _("This text is too long for its column. Shorten it.")
            raise CellProblem("text_long", message, suggestion=words[:longest])
        return words or None

    return parse


def name(cell: Cell) -> Value:
    """Return a person's name: no spaces between characters (张 三), one kind of middle dot."""
    if isinstance(cell, str) and _PLAIN_NAME.fullmatch(cell):
        return cell
    if isinstance(cell, int | float | date):
        raise CellProblem("name", _("This is not a name."))
    words = line(cell)
    if not words:
        return None
    words = _DOTS.sub("·", _BETWEEN_CJK.sub("", words))
    if _NAME.fullmatch(words) and len(words) <= LONGEST_NAME:
        return words
    shorter = tidy(_NOTE_IN_NAME.sub("", words))
    fits = bool(_NAME.fullmatch(shorter)) and len(shorter) <= LONGEST_NAME
    raise CellProblem(
        "name",
        _("A name has only letters and a middle dot. Put remarks into another column."),
        suggestion=shorter if fits else "",
    )


def yes_no(cell: Cell) -> Value:
    """Return whether the cell says yes; an empty cell says nothing."""
    if isinstance(cell, bool):
        return cell
    word = line(cell).lower()
    if not word:
        return None
    if word in _YES or word in _NO:
        return word in _YES
    raise CellProblem("yes_no", _("Write 是 or 否."))


def choice_of(words: Mapping[str, str], message: Text | None = None) -> Parser:
    """Return a parser of one of ``words``, which maps what people write to the value kept.

    Compared without spaces and in half-width; the nearest word is suggested, and of a
    short list one word for each value is offered to choose.
    """
    table = {_key(word): value for word, value in words.items()}
    spelled = {_key(word): word for word in words}
    refusal = message or _("This word is not one of the list.")
    of_value: dict[str, str] = {}
    for word, value in words.items():
        of_value.setdefault(value, word)
    offered = of_value.values() if len(of_value) <= _OFFERED else ()
    choices = tuple(Choice(word, word) for word in offered)

    def parse(cell: Cell) -> Value:
        word = _key(plain(cell))
        if not word:
            return None
        if word in table:
            return table[word]
        near = difflib.get_close_matches(word, table, n=1, cutoff=0.5)
        raise CellProblem(
            "word", refusal, suggestion=spelled[near[0]] if near else "", choices=choices
        )

    return parse


def _key(word: str) -> str:
    return _SPACES.sub("", tidy(narrow(word))).lower()
