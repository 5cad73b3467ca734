"""The columns of an outside platform's workbook, and how their cells are read."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from django.utils.translation import gettext_lazy as _

from dongxun.files.api import values
from dongxun.files.contracts import Cell, CellProblem, Column, Parser, Value

MOST_S: Final = 24 * 3600
EPOCH: Final = 1900
MOST_SCORE: Final = Decimal(1000)
DONE, NOT_DONE = "done", "not_done"
FINISHED: Final = {
    DONE: ("已完成", "完成", "已学完", "学完", "合格", "通过", "已通过", "是", "√"),
    NOT_DONE: ("未完成", "学习中", "进行中", "未学完", "不合格", "未通过", "未开始", "否", "×"),
}
_WORDS = {word: state for state, words in FINISHED.items() for word in words}
_CLOCK = re.compile(r"^(\d{1,2}):(\d{2})(?::(\d{2}))?$")
_SPOKEN = re.compile(
    r"^(?:(?P<h>\d+(?:\.\d+)?)\s*(?:个?小时|时|学时|课时|h))?\s*"
    r"(?:(?P<m>\d+(?:\.\d+)?)\s*(?:分钟|分|min))?\s*(?:(?P<s>\d+)\s*秒)?$"
)
_FULL_PHONE, _TAIL = 11, 4


def duration(unit_s: int) -> Parser:
    """Return a parser of a length of time in seconds; a bare number counts ``unit_s`` each.

    Takes 1.5, 90分钟, 1小时20分 and 1:20:00. A cell that Excel holds as a time is read as one.
    """

    def parse(cell: Cell) -> Value:
        if values.words.is_nothing(cell):
            return None
        seconds = _seconds(cell, unit_s)
        if seconds is None:
            raise CellProblem("no_duration", _("Write it like 1.5, 90分钟 or 1:20:00."))
        if not 60 <= seconds <= MOST_S:
            raise CellProblem("duration_out_of_bounds", _("Between a minute and 24 hours."))
        return seconds

    return parse


def _seconds(cell: Cell, unit_s: int) -> int | None:
    if isinstance(cell, datetime) and cell.year <= EPOCH:  # Excel's way to hold a time alone
        return cell.hour * 3600 + cell.minute * 60 + cell.second
    if isinstance(cell, date):
        return None
    words = values.words.line(cell).replace("：", ":").replace(" ", "")
    if clock := _CLOCK.match(words):
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return hours * 3600 + minutes * 60 + seconds
    try:
        return round(Decimal(words) * unit_s)
    except InvalidOperation:
        spoken = _SPOKEN.match(words)
    if spoken is None or not any(spoken.groups()):
        return None
    hours_part, minutes_part = Decimal(spoken["h"] or 0), Decimal(spoken["m"] or 0)
    return round(hours_part * 3600 + minutes_part * 60) + int(spoken["s"] or 0)


def tail(cell: Cell) -> Value:
    """Return the last four digits of a telephone number; no more of it is kept."""
    if values.words.is_nothing(cell):
        return None
    digits = re.sub(r"\D", "", values.words.line(cell).removesuffix(".0"))
    if len(digits) not in {_TAIL, _FULL_PHONE}:
        raise CellProblem("no_tail", _("The last four digits, or the whole number, please."))
    return digits[-_TAIL:]


def score(cell: Cell) -> Value:
    """Return a mark as text with at most one decimal; takes 95 and 95分."""
    if values.words.is_nothing(cell):
        return None
    try:
        number = Decimal(values.words.line(cell).removesuffix("分").removesuffix("%"))
    except InvalidOperation as error:
        raise CellProblem("no_score", _("A number is needed here.")) from error
    if not 0 <= number < MOST_SCORE:
        words = _("Between %(low)s and %(high)s.") % {"low": 0, "high": 999}
        raise CellProblem("score_out_of_bounds", words)
    return str(round(number, 1))


COLUMNS: Sequence[Column] = (
    Column("name", _("Name"), values.name, ("学员姓名", "党员姓名", "用户姓名"), required=True),
    Column(
        "phone",
        _("Phone, last four"),
        tail,
        ("手机号", "手机尾号", "手机后四位", "联系电话"),
        private=True,
    ),
    Column("branch", _("Branch"), values.text(), ("所在党支部", "党支部", "所属组织")),
    Column(
        "course",
        _("Course or topic"),
        values.text(120),
        ("课程名称", "课程", "学习内容", "专题", "班级名称", "培训班"),
        required=True,
        width=28,
    ),
    Column(
        "date", _("Day"), values.day, ("学习日期", "完成日期", "完成时间", "日期"), required=True
    ),
    Column("hours", _("Hours"), duration(3600), ("学习学时", "小时", "学习时长")),
    Column("minutes", _("Minutes"), duration(60), ("学习分钟", "时长(分钟)")),
    Column("score", _("Score reached"), score, ("成绩", "得分", "分数", "考试成绩")),
    Column("finished", _("Finished"), values.choice_of(_WORDS), ("是否完成", "完成情况", "状态")),
)
