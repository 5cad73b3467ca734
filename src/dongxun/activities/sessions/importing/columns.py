"""The columns of a 冬训计划表, and how their cells are read."""

import re
from datetime import date, datetime, time
from typing import Final

from django.utils.translation import gettext_lazy as _

from dongxun.activities.contracts import ActivityType
from dongxun.files import api as files
from dongxun.files.contracts import Cell, CellProblem, Column, Value

values = files.values
HALVES: Final = {
    "上午": ("09:00", "11:00"),
    "下午": ("14:00", "16:00"),
    "晚上": ("18:30", "20:30"),
    "晚间": ("18:30", "20:30"),
    "全天": ("09:00", "17:00"),
}
KINDS: Final = {
    "宣讲": ActivityType.LECTURE,
    "专题宣讲": ActivityType.LECTURE,
    "专题讲座": ActivityType.LECTURE,
    "讲座": ActivityType.LECTURE,
    "辅导": ActivityType.LECTURE,
    "集中学习": ActivityType.LECTURE,
    "集中轮训": ActivityType.LECTURE,
    "集中授课": ActivityType.LECTURE,
    "党课": ActivityType.PARTY_LECTURE,
    "书记党课": ActivityType.PARTY_LECTURE,
    "联合课堂": ActivityType.JOINT_CLASS,
    "主题党日": ActivityType.THEME_DAY,
    "研讨": ActivityType.DISCUSSION,
    "讨论": ActivityType.DISCUSSION,
    "交流研讨": ActivityType.DISCUSSION,
    "现场教学": ActivityType.STUDY_TOUR,
    "参观": ActivityType.STUDY_TOUR,
    "参观见学": ActivityType.STUDY_TOUR,
    "走亲": ActivityType.VISIT_EXCHANGE,
    "流动课堂": ActivityType.MOBILE_CLASS,
    "集中收看": ActivityType.GROUP_VIEWING,
    "直播": ActivityType.GROUP_VIEWING,
    "视频": ActivityType.GROUP_VIEWING,
    "动员会": ActivityType.KICK_OFF,
    "开班": ActivityType.KICK_OFF,
    "开班仪式": ActivityType.KICK_OFF,
    "脱口秀": ActivityType.TALK_SHOW,
    "知识竞赛": ActivityType.QUIZ,
    "知识问答": ActivityType.QUIZ,
    "文艺宣讲": ActivityType.ARTS,
    "文艺": ActivityType.ARTS,
    "观影": ActivityType.FILM,
    "电影": ActivityType.FILM,
    "志愿服务": ActivityType.SERVICE,
    "补学": ActivityType.MAKEUP,
    "补学课": ActivityType.MAKEUP,
    "启动仪式": ActivityType.KICK_OFF,
    "集市": ActivityType.FAIR,
    "理论知识竞答": ActivityType.QUIZ,
    "理论手作": ActivityType.WORKSHOP,
    "青少年活动": ActivityType.MINORS,
    "其他": ActivityType.OTHER,
}
_DATE = re.compile(
    r"(?:(?P<year>20\d{2})\s*[年./\-])?\s*(?P<month>\d{1,2})\s*[月./\-]\s*(?P<day>\d{1,2})\s*[日号]?"
)
_CLOCK = re.compile(r"(?P<hour>\d{1,2})\s*[:：点时]\s*(?P<minute>\d{1,2}|半)?\s*分?")
_EXAMPLE = _("Write it like 1月20日上午 or 2027.1.20 14:00.")
EVENING = 12


def moment(cell: Cell) -> Value:
    """Return ``{"year", "month", "day", "start", "end"}``; the year may be missing.

    Reads 1月20日上午, 2027.1.20 14:00, 1月20日（星期三）下午2:30-4:30 and date cells.
    """
    if values.words.is_nothing(cell):
        return None
    if isinstance(cell, datetime):
        start = f"{cell:%H:%M}" if cell.time() != time(0) else ""
        return _value(cell.year, cell.month, cell.day, start, "")
    if isinstance(cell, date):
        return _value(cell.year, cell.month, cell.day, "", "")
    if isinstance(cell, int | float):
        known = date.fromisoformat(values.dates.day(cell))
        return _value(known.year, known.month, known.day, "", "")
    words = values.words.tidy(values.words.narrow(values.words.plain(cell)))
    found = _DATE.search(words)
    if found is None:
        raise CellProblem("when", _EXAMPLE)
    start, end = _hours(words[found.end() :])
    year = int(found["year"]) if found["year"] else None
    return _value(year, int(found["month"]), int(found["day"]), start, end)


def hours(cell: Cell) -> Value:
    """Return ``{"start", "end"}`` of a column of its own: 上午, 14:00-16:00."""
    if values.words.is_nothing(cell):
        return None
    if isinstance(cell, datetime | time):
        return {"start": f"{cell:%H:%M}", "end": ""}
    start, end = _hours(values.words.narrow(values.words.plain(cell)))
    if not start:
        raise CellProblem("hours", _("Write it like 上午 or 14:00-16:00."), suggestion="上午")
    return {"start": start, "end": end}


def _value(year: int | None, month: int, day: int, start: str, end: str) -> Value:
    try:
        date(year or 2028, month, day)
    except ValueError as error:
        raise CellProblem("when", _EXAMPLE) from error
    return {"year": year, "month": month, "day": day, "start": start, "end": end}


def _hours(words: str) -> tuple[str, str]:
    half = next((name for name in HALVES if name in words), "")
    if not half and "晚" in words:
        half = "晚上"
    clocks = [_clock(match, half) for match in _CLOCK.finditer(words)]
    if len(clocks) >= 2:
        return clocks[0], clocks[1]
    if clocks:
        return clocks[0], ""
    return HALVES.get(half, ("", ""))


def _clock(found: re.Match[str], half: str) -> str:
    hour = int(found["hour"])
    minute = 30 if found["minute"] == "半" else int(found["minute"] or 0)
    if half in {"下午", "晚上", "晚间"} and hour < EVENING:
        hour += EVENING
    if hour > 23 or minute > 59:
        raise CellProblem("when", _EXAMPLE)
    return f"{hour:02d}:{minute:02d}"


def credit_hours(cell: Cell) -> Value:
    """Return hours as text, 半天 as 4 and 一天 as 8."""
    if values.words.is_nothing(cell):
        return None
    words = values.words.narrow(values.words.plain(cell)).replace("学时", "").replace("课时", "")
    named = {"半天": "4", "一天": "8", "全天": "8"}.get(words.strip())
    if named:
        return named
    try:
        number = float(words)
    except ValueError as error:
        raise CellProblem("number", _("A number is needed here."), suggestion="2") from error
    if not 0 < number <= 16:
        raise CellProblem("number", _("Between %(low)s and %(high)s.") % {"low": 0.5, "high": 16})
    return f"{number:g}"


def kind(cell: Cell) -> Value:
    """Return the kind of session that a word means; longer words hold shorter ones."""
    words = values.words.tidy(values.words.plain(cell)).replace(" ", "")
    if not words:
        return None
    if words in KINDS:
        return str(KINDS[words])
    inside = [name for name in KINDS if name in words]
    return str(KINDS[max(inside, key=len)]) if inside else str(ActivityType.OTHER)


text = values.words.text
COLUMNS: Final = (
    Column("number", _("No."), text(20), aliases=("序号", "编号")),
    Column(
        "when",
        _("Time"),
        moment,
        aliases=(
            "时间",
            "日期",
            "时间(日期·上下午)",
            "活动时间",
            "培训时间",
            "授课时间",
            "开课时间",
        ),
        required=True,
        width=18,
    ),
    Column("hours", _("Time of day"), hours, aliases=("时段", "上下午", "具体时间", "起止时间")),
    Column(
        "topic",
        _("Topic"),
        text(120),
        aliases=("专题", "学习专题", "课程", "授课专题", "专题名称"),
        required=True,
        width=24,
    ),
    Column(
        "title", _("Title"), text(160), aliases=("活动名称", "主题", "授课内容", "课题", "题目")
    ),
    Column("type", _("Kind of session"), kind, aliases=("形式", "活动形式", "学习形式", "类型")),
    Column(
        "lecturer",
        _("Lecturer"),
        text(120),
        aliases=("授课人", "授课人/单位职务", "主讲人", "宣讲员", "讲师"),
    ),
    Column("audience", _("Who is expected"), text(160), aliases=("参训对象", "对象", "参加人员")),
    Column("people", _("people"), text(40), aliases=("人数", "参训人数", "计划人数")),
    Column("place", _("Place"), text(160), aliases=("地点", "活动地点", "授课地点", "会场")),
    Column("host", _("Host"), text(120), aliases=("主办", "主办单位", "承办单位", "组织单位")),
    Column("co_hosts", _("Co-hosts"), text(300), aliases=("协办", "协办单位", "联办单位")),
    Column("owner", _("Who answers for it"), text(60), aliases=("责任人", "负责人", "联系人")),
    Column("credit", _("Hours"), credit_hours, aliases=("学时", "课时")),
    Column("note", _("Remarks"), text(500), aliases=("备注", "说明")),
    Column("zone", _("Zone"), text(60), aliases=("片区", "联创区")),
    Column("tags", _("Combined with"), text(120), aliases=("标签", "冬训+标签", "冬训+")),
    Column("first", _("First lesson"), values.words.yes_no, aliases=("第一课", "是否第一课")),
    Column("link", _("Live link"), text(300), aliases=("直播链接", "链接")),
    Column("code", _("Code"), text(12), aliases=("活动码",)),
    Column("brand", _("Brand"), text(60), aliases=("品牌",)),
    Column("pack", _("Resource pack"), text(60), aliases=("加油包", "加油包名称")),
)
