"""What columns of a workbook of questions are called, and what stands in their cells."""

import re
import unicodedata

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from dongxun.files.api import values
from dongxun.files.contracts import Cell, Column, Parser, Value
from dongxun.quizzes.contracts import (
    LETTERS,
    LONGEST_OPTION,
    LONGEST_TEXT,
    LONGEST_WHY,
    Difficulty,
    Kind,
)

KINDS = {
    "单选题": Kind.SINGLE,
    "单选": Kind.SINGLE,
    "单项选择": Kind.SINGLE,
    "单项选择题": Kind.SINGLE,
    "选择题": Kind.SINGLE,
    "多选题": Kind.MULTIPLE,
    "多选": Kind.MULTIPLE,
    "多项选择": Kind.MULTIPLE,
    "多项选择题": Kind.MULTIPLE,
    "不定项选择题": Kind.MULTIPLE,
    "判断题": Kind.JUDGE,
    "判断": Kind.JUDGE,
    "是非题": Kind.JUDGE,
    "填空题": Kind.FILL,
    "填空": Kind.FILL,
}
DIFFICULTIES = {
    "易": Difficulty.EASY,
    "容易": Difficulty.EASY,
    "简单": Difficulty.EASY,
    "较易": Difficulty.EASY,
    "中": Difficulty.MIDDLE,
    "中等": Difficulty.MIDDLE,
    "一般": Difficulty.MIDDLE,
    "难": Difficulty.HARD,
    "困难": Difficulty.HARD,
    "较难": Difficulty.HARD,
}
TRUE_WORDS = frozenset({"对", "正确", "是", "√", "✓", "✔", "t", "true", "y", "a", "1"})
FALSE_WORDS = frozenset(
    {"错", "错误", "否", "不对", "×", "✗", "✘", "x", "f", "false", "n", "b", "0"}
)
_BETWEEN = re.compile(r"[\s,，、;；.。/|和]+")
_TAGS = re.compile(r"[\s,，、;；/|]+")
_LETTERED = re.compile(r"(?:^|(?<=\s)|(?<=\n))([A-H])\s*[.、．:：)）]\s*")
"""A., B、 and so on before each of several options in one cell."""


def letters(answer: str) -> tuple[int, ...] | None:
    """Return the options, from 0, that an answer like "A、C" or "acd" names; None for words."""
    narrow = unicodedata.normalize("NFKC", answer).upper()
    signs = _BETWEEN.sub("", narrow)
    if not signs or not set(signs) <= set(LETTERS):
        return None
    return tuple(sorted({LETTERS.index(sign) for sign in signs}))


def judgement(answer: str) -> int | None:
    """Return the place of right (0) or wrong (1) that an answer means, None for other words."""
    word = unicodedata.normalize("NFKC", answer).strip().casefold()
    if word in TRUE_WORDS:
        return 0
    return 1 if word in FALSE_WORDS else None


def split_options(cell: str) -> list[str]:
    """Return the options of one cell: a line each, or each after its letter.

    A letter left out leaves an empty place, so that the letters after it keep theirs.
    """
    _lead, *parts = _LETTERED.split(cell)
    named = dict(zip(parts[::2], (part.strip() for part in parts[1::2]), strict=True))
    if len(named) > 1 and len(named) == len(parts) // 2:
        return [named.get(letter, "") for letter in LETTERS[: LETTERS.index(max(named)) + 1]]
    return [line.strip() for line in re.split(r"[\n|｜]+", cell) if line.strip()]


def accepted(answer: str) -> list[str]:
    """Return the words that are right for a fill-in: several stand between bars."""
    return [part.strip() for part in re.split(r"[|｜]+", answer) if part.strip()]


def split_tags(cell: str) -> list[str]:
    """Return the tags of one cell."""
    return [tag for tag in _TAGS.split(cell.strip()) if tag]


def _lines(longest: int) -> Parser:
    """Return a parser of text that keeps its lines."""
    one_line = values.text(longest)

    def parse(cell: Cell) -> Value:
        if isinstance(cell, str) and "\n" in cell:
            kept = [words for part in cell.splitlines() if (words := one_line(part))]
            return "\n".join(map(str, kept)) or None
        return one_line(cell)

    return parse


COLUMNS = (
    Column(
        "text",
        _("Question"),
        values.text(LONGEST_TEXT),
        aliases=("题目", "试题", "题干", "问题", "题目内容", "试题内容", "试题题干"),
        required=True,
        width=44,
    ),
    Column(
        "kind",
        _("Kind of question"),
        values.choice_of({word: kind.value for word, kind in KINDS.items()}),
        aliases=("题型", "类型", "试题类型", "题目类型"),
        width=10,
    ),
    *(
        Column(
            f"option_{letter.lower()}",
            format_lazy("{word} {letter}", word=_("Option"), letter=letter),
            values.text(LONGEST_OPTION),
            aliases=(letter, f"选项{letter}", f"答案{letter}", f"{letter}选项"),
            width=20,
        )
        for letter in LETTERS[:6]
    ),
    Column(
        "options",
        _("Options in one cell"),
        _lines(LONGEST_OPTION * 4),
        aliases=("选项", "备选项", "备选答案", "选项内容"),
        width=24,
    ),
    Column(
        "right",
        _("Right answer"),
        values.text(LONGEST_OPTION),
        aliases=("答案", "正确答案", "标准答案", "参考答案"),
        required=True,
        width=12,
    ),
    Column(
        "why",
        _("Why"),
        values.text(LONGEST_WHY),
        aliases=("解析", "答案解析", "试题解析", "说明", "依据", "为什么"),
        width=36,
    ),
    Column(
        "difficulty",
        _("Difficulty"),
        values.choice_of({word: level.value for word, level in DIFFICULTIES.items()}),
        aliases=("难度", "难易", "难易程度", "难度系数"),
        width=8,
    ),
    Column(
        "topic",
        _("Topic"),
        values.text(60),
        aliases=("专题", "所属专题", "章节", "科目"),
        width=16,
    ),
    Column(
        "tags",
        _("Tags"),
        values.text(160),
        aliases=("标签", "知识点", "分类", "关键词"),
        width=16,
    ),
)
