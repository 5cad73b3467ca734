"""The columns of a roster, under all the names that people give them."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext_lazy as _

from dongxun.files.api import values
from dongxun.files.contracts import Cell, CellProblem, Column, Parser, Value
from dongxun.kernel import clock
from dongxun.people.contracts import Category, Status

DAMAGED = "damaged"
"""What stands for an ID number whose end the workbook has lost; the row goes in without it."""

SEXES = {"男": "m", "女": "f", "男性": "m", "女性": "f", "M": "m", "F": "f"}

CATEGORIES = {
    "正式党员": Category.FULL,
    "正式": Category.FULL,
    "中共党员": Category.FULL,
    "中共正式党员": Category.FULL,
    "党员": Category.FULL,
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

MODES = {"集中": "", "集中学习": "", "送学": "送学", "送学上门": "送学", "流动": "流动"}

_STATUS_MARKS: tuple[tuple[tuple[str, ...], Status], ...] = (
    (("停止党籍", "停止", "出党", "除名", "开除"), Status.SUSPENDED),
    (("去世", "死亡", "病故", "已故", "逝世"), Status.DECEASED),
    (("转出", "调出", "转走", "迁出"), Status.TRANSFERRED),
    (("失联", "失去联系"), Status.LOST),
    (("正常", "在册", "在籍"), Status.ACTIVE),
)
_words = values.text(200)
_NO = frozenset({"否", "无", "没有", "不是", "×", "n", "no", "0", "false", "-", "—", "/"})


def status(cell: Cell) -> Value:
    """Return the status that a remark on a membership means."""
    text = _words(cell) or ""
    if not text or text.lower() in _NO:
        return None
    for marks, found in _STATUS_MARKS:
        if any(mark in text for mark in marks):
            return found.value
    raise CellProblem("status", _("Write 正常, 转出, 去世, 停止党籍 or 失联."))


def says_so(cell: Cell) -> Value:
    """Return whether a cell says yes; a place or a reason says yes as well."""
    text = (_words(cell) or "").lower()
    return None if not text else text not in _NO


def past(cell: Cell) -> Value:
    """Return a day or month that is not still to come."""
    return _not_to_come(values.day_or_month(cell), clock.today())


def past_of_column(cells: Iterable[Cell]) -> Parser:
    """Learn how a column's numbers write months; its days are not still to come."""
    learned, today = values.day_or_month_of_column(cells), clock.today()

    def parse(cell: Cell) -> Value:
        return _not_to_come(learned(cell), today)

    return parse


def _not_to_come(value: Value, today: date) -> Value:
    if value is not None and value > today.isoformat():
        raise CellProblem("future", _("This day is still to come. Look at the year."))
    return value


def id_number(cell: Cell) -> Value:
    """Return an ID number; one that the workbook has cut short lets the row in without it."""
    try:
        return values.id_number(cell)
    except CellProblem as problem:
        if problem.code == "id_damaged":
            return DAMAGED
        raise


def tags(cell: Cell) -> Value:
    """Return the words of a cell, each once."""
    text = _words(cell) or ""
    for mark in ",，、;；/":
        text = text.replace(mark, " ")
    return [word[:30] for word in dict.fromkeys(text.split())] or None


COLUMNS: tuple[Column, ...] = (
    Column(
        "name",
        _("Name"),
        values.name,
        aliases=("姓名", "党员姓名", "名字", "姓 名"),
        required=True,
    ),
    Column(
        "branch",
        _("Branch"),
        values.text(120),
        aliases=(
            "所在党支部",
            "党支部",
            "所属党组织",
            "所在党组织",
            "所属党支部",
            "党支部名称",
            "党组织名称",
            "组织关系所在党支部",
            "支部",
        ),
        required=True,
        may_be_blank=True,  # in a roster of one branch; else the importer asks for it
        width=28,
    ),
    Column(
        "above",
        _("Organisation above the branch"),
        values.text(120),
        aliases=("上级党组织", "所属党委", "所在党委", "镇街", "乡镇", "所在镇", "党委", "单位"),
    ),
    Column(
        "id_number",
        _("ID number"),
        id_number,
        aliases=(
            "公民身份号码",
            "身份证号码",
            "身份证号",
            "身份证",
            "公民身份证号码",
            "证件号码",
            "居民身份证号码",
        ),
        private=True,
        width=22,
    ),
    Column(
        "phone",
        _("Phone"),
        values.phone_or_landline,
        aliases=("手机号码", "手机号", "联系电话", "联系方式", "手机", "电话", "移动电话"),
        private=True,
    ),
    Column("sex", _("Sex"), values.choice_of(SEXES), aliases=("性别",), width=6),
    Column(
        "birth",
        _("Born"),
        past,
        aliases=("出生日期", "出生年月", "出生时间", "出生年月日", "生日"),
        learn=past_of_column,
        private=True,
    ),
    Column(
        "category",
        _("Category"),
        values.choice_of({word: found.value for word, found in CATEGORIES.items()}),
        aliases=("人员类别", "党员类别", "党员类型", "类别", "政治面貌"),
    ),
    Column(
        "joined_on",
        _("Joined"),
        past,
        aliases=(
            "入党日期",
            "入党时间",
            "加入党组织日期",
            "加入党组织时间",
            "入党年月",
            "加入中国共产党时间",
        ),
        learn=past_of_column,
    ),
    Column(
        "full_on",
        _("Full member since"),
        past,
        aliases=("转正日期", "转正时间", "转为正式党员日期", "转为正式党员时间"),
        learn=past_of_column,
    ),
    Column(
        "duty",
        _("Duty"),
        values.text(60),
        aliases=("党内职务", "职务", "支部职务", "现任职务", "党内现任职务"),
    ),
    Column(
        "address",
        _("Address"),
        values.text(120),
        aliases=("现居住地", "家庭住址", "住址", "居住地", "现住址", "联系地址"),
        private=True,
        width=28,
    ),
    Column(
        "status",
        _("Status"),
        status,
        aliases=("党籍状态", "状态", "党员状态", "党员减少信息", "减少原因"),
    ),
    Column("lost", _("Lost contact"), says_so, aliases=("是否失联党员", "是否失联", "失联")),
    Column(
        "floating",
        _("Floating"),
        says_so,
        aliases=("是否流动党员", "流动党员", "是否流动", "外出流向", "流向"),
    ),
    Column(
        "home_study",
        _("Studies at home"),
        says_so,
        aliases=("是否送学", "送学上门", "送学", "送学原因"),
        private=True,
    ),
    Column(
        "mode",
        _("Way of studying"),
        values.choice_of(MODES),
        aliases=("学习方式", "参训方式", "参学方式"),
    ),
    Column("tags", _("Tags"), tags, aliases=("标签", "群体", "人员标签", "所属群体"), width=20),
)
