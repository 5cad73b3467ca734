"""Words of a cell, as a person means them."""

import re
import unicodedata

from dongxun.files.contracts import Cell
from dongxun.people.contracts import Category, Status

_INVISIBLE = dict.fromkeys([0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0xAD])
_DOTS = str.maketrans(dict.fromkeys("•‧・･．∙●", "·"))
_CJK = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_GAP = re.compile(rf"(?<=[{_CJK}])\s+(?=[{_CJK}])")
_NAME = re.compile(rf"^[{_CJK}]{{1,8}}(·[{_CJK}]{{1,12}})*$|^[A-Za-z][A-Za-z .'-]{{1,60}}$")
_TAG_BREAK = re.compile(r"[,，、;；/\s]+")

YES = frozenset({"是", "有", "对", "√", "✓", "v", "y", "yes", "1", "true", "失联", "流动", "送学"})
NO = frozenset({"否", "无", "不", "×", "x", "n", "no", "0", "false", "/", "-", "—", "不是", "没有"})

SEXES = {"男": "m", "女": "f", "男性": "m", "女性": "f", "1": "m", "2": "f", "m": "m", "f": "f"}

CATEGORIES: dict[str, Category] = {
    "正式党员": Category.FULL,
    "正式": Category.FULL,
    "中共党员": Category.FULL,
    "党员": Category.FULL,
    "中共正式党员": Category.FULL,
    "预备党员": Category.PROBATIONARY,
    "预备": Category.PROBATIONARY,
    "中共预备党员": Category.PROBATIONARY,
    "入党积极分子": Category.APPLICANT,
    "积极分子": Category.APPLICANT,
    "发展对象": Category.APPLICANT,
    "入党申请人": Category.APPLICANT,
    "申请入党人": Category.APPLICANT,
    "群众": Category.OTHER,
    "其他": Category.OTHER,
    "共青团员": Category.OTHER,
}

STATUSES: tuple[tuple[tuple[str, ...], Status], ...] = (
    (("停止党籍", "停止", "出党", "除名", "开除"), Status.SUSPENDED),
    (("去世", "死亡", "病故", "已故", "逝世"), Status.DECEASED),
    (("转出", "调出", "转走", "迁出"), Status.TRANSFERRED),
    (("失联", "失去联系"), Status.LOST),
    (("正常", "在册", "在籍"), Status.ACTIVE),
)


def plain(text: str) -> str:
    """Return ``text`` in half-width, without invisible characters and outer space."""
    if text.isascii():
        return text.strip()
    return unicodedata.normalize("NFKC", text).translate(_INVISIBLE).strip()


def words(cell: Cell) -> str:
    """Return a cell as one line of plain text; 3.0 is 3."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = cell if isinstance(cell, str) else str(cell)
    return " ".join(plain(text).split())


def person_name(cell: Cell) -> tuple[str, bool]:
    """Return the name of a cell, and whether it looks like one: 张　三 is 张三."""
    name = _GAP.sub("", words(cell)).translate(_DOTS)
    return name, bool(_NAME.match(name))


def is_yes(cell: Cell) -> bool | None:
    """Return what a yes-or-no cell says; None for empty; other words mean yes with a reason."""
    text = words(cell).lower()
    if not text:
        return None
    return text not in NO


def status_of(text: str) -> Status | None:
    """Return the status that a remark on someone's membership means."""
    for marks, status in STATUSES:
        if any(mark in text for mark in marks):
            return status
    return None


def tags_of(text: str) -> tuple[str, ...]:
    """Return the words of a tag column, each once, in order."""
    return tuple(dict.fromkeys(part[:30] for part in _TAG_BREAK.split(text) if part))
