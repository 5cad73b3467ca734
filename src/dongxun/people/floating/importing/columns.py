"""The columns of 流动党员登记表, under the names that people give them."""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _

from dongxun.files.api import values
from dongxun.files.contracts import Cell, CellProblem, Choice, Column, Parser, Value
from dongxun.people.contracts import AwayReason, ContactWay
from dongxun.people.floating.writing import MOST
from dongxun.people.roster.columns import SEXES, past, past_of_column

_words = values.text(200)
_NUMBER = re.compile(r"^[①-⑳\d]+[.、．)）]?\s*")
_TELEPHONE = re.compile(r"[\d\-—()（） +]{7,}")
Marks = Sequence[tuple[tuple[str, ...], str]]

REASONS: Marks = (
    (("出国", "出境", "国外", "境外"), AwayReason.ABROAD),
    (("居住地", "搬", "迁", "购房"), AwayReason.MOVED),
    (("亲属", "子女", "儿子", "女儿", "照看", "带孙", "家属"), AwayReason.FAMILY),
    (("求学", "上学", "读书", "升学", "大学", "学习"), AwayReason.STUDY),
    (("务工", "经商", "打工", "就业", "工作", "创业", "做生意"), AwayReason.WORK),
    (("其他", "其它"), AwayReason.OTHER),
)
WAYS: Marks = (
    (("微信", "视频", "qq", "短信", "网络", "群"), ContactWay.CHAT),
    (("电话", "手机", "通话"), ContactWay.PHONE),
    (("当面", "见面", "走访", "上门", "返乡", "面谈"), ContactWay.MET),
    (("信", "函", "邮寄"), ContactWay.LETTER),
)


def _one_of(marks: Marks, words: str) -> str | None:
    return next((value for found, value in marks if any(mark in words for mark in found)), None)


def _offered(marks: Marks) -> tuple[Choice, ...]:
    return tuple(Choice(found[0], found[0]) for found, _value in marks)


def reason(cell: Cell) -> Value:
    """Return why somebody lives elsewhere, from words with or without the form's number."""
    words = _NUMBER.sub("", _words(cell) or "")
    if not words:
        return None
    if found := _one_of(REASONS, words):
        return str(found)
    message = _("Say why: work, study, family, moved, abroad, or another reason.")
    raise CellProblem("reason", message, suggestion="其他", choices=_offered(REASONS))


def way(cell: Cell) -> Value:
    """Return how they were spoken with; a telephone number in this column means by phone."""
    words = (_words(cell) or "").lower()
    if not words:
        return None
    if found := _one_of(WAYS, words):
        return str(found)
    message = _("Say how: by phone, by chat, face to face, by letter.")
    likely = "电话" if _TELEPHONE.fullmatch(words) else ""
    raise CellProblem("way", message, suggestion=likely, choices=_offered(WAYS))


def past_day(cell: Cell) -> Value:
    """Return a day that is not still to come; of a month its first day."""
    return _first(past(cell))


def past_day_of_column(cells: Iterable[Cell]) -> Parser:
    """Learn how a column's numbers write months."""
    learned = past_of_column(cells)
    return lambda cell: _first(learned(cell))


def _first(value: Value) -> Value:
    found: date | None = values.first_day(value) if value else None
    return found.isoformat() if found else None


COLUMNS: tuple[Column, ...] = (
    Column("name", _("Name"), values.name, ("姓名", "党员姓名", "流动党员姓名"), required=True),
    Column("sex", _("Sex"), values.choice_of(SEXES), ("性别",), width=6),
    Column(
        "birth",
        _("Born"),
        past,
        ("出生年月", "出生日期", "出生时间"),
        learn=past_of_column,
        private=True,
    ),
    Column("education", _("Education"), values.text(MOST["education"]), ("学历", "文化程度")),
    Column(
        "joined_on",
        _("Joined"),
        past,
        ("入党时间", "入党日期", "入党年月", "加入党组织时间"),
        learn=past_of_column,
    ),
    Column(
        "phone",
        _("Phone"),
        values.phone_or_landline,
        ("手机", "手机号码", "手机号", "联系电话", "电话"),
        private=True,
    ),
    Column(
        "branch",
        _("Branch"),
        values.text(120),
        ("所在支部", "所在党支部", "党支部", "所属党组织", "流出地党组织", "组织关系所在党支部"),
        required=True,
        may_be_blank=True,  # in the register of one branch; else the importer asks for it
        width=28,
    ),
    Column(
        "left_on",
        _("Away since"),
        past_day,
        ("外出时间", "流出时间", "流动时间", "外出日期"),
        learn=past_day_of_column,
    ),
    Column("reason", _("Why away"), reason, ("外出原因", "流动原因", "外出事由", "流出原因")),
    Column(
        "direction",
        _("Where to"),
        values.text(MOST["direction"]),
        ("流向", "外出流向", "流入地", "外出地点", "现居住地", "流动去向"),
        width=24,
    ),
    Column(
        "host_words",
        _("Party organisation there"),
        values.text(MOST["host_words"]),
        ("流入地党组织", "流入地党组织名称", "流入党组织", "接收党组织"),
        width=24,
    ),
    Column(
        "host_contact",
        _("Contact there and telephone"),
        values.text(MOST["host_contact"]),
        ("流入地联系人和电话", "联系人/电话", "联系人", "流入地联系人", "流入地联系电话"),
        width=22,
    ),
    Column(
        "card_number",
        _("Activity card number"),
        values.text(MOST["card_number"]),
        ("活动证号", "流动党员活动证号", "活动证编号"),
    ),
    Column("reported", _("Reported in"), values.text(40), ("是否报到", "报到情况", "报到时间")),
    Column(
        "contacted_on",
        _("Last contact"),
        past_day,
        ("最近联系日期", "最近联系时间", "最近一次联系", "联系日期"),
        learn=past_day_of_column,
    ),
    Column("contacted_by", _("How contacted"), way, ("联系方式", "联系形式", "联系方法")),
    Column("study", _("How they learn"), values.text(MOST["study"]), ("学习情况", "参学情况")),
    Column("dues", _("Dues"), values.text(MOST["dues"]), ("党费", "党费缴纳情况", "党费缴纳")),
    Column("review", _("Yearly review"), values.text(MOST["review"]), ("年审", "年审情况")),
    Column("note", _("Remark"), values.text(MOST["note"]), ("备注", "说明"), width=24),
)
