"""Workbooks of volunteers: the columns of their papers."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from dongxun.reports.contracts.volunteers import DutyRoster, HoursSheet, RegisterRow
from dongxun.reports.workbooks.outputs import Target
from dongxun.reports.workbooks.writing import Book, Column

ROSTER = [
    Column("岗点", 22),
    Column("日期", 12, "day"),
    Column("班次(起止)", 14, "centre"),
    Column("需要人数", 9, "whole"),
    Column("值守人", 12),
    Column("电话", 14, "centre"),
    Column("交接时间", 17, "moment"),
    Column("交接事项", 34),
    Column("签名", 14),
]
HOURS = [
    Column("姓名", 12),
    Column("证件/编号", 13, "centre"),
    Column("活动", 30),
    Column("起", 17, "moment"),
    Column("止", 17, "moment"),
    Column("时长(h)", 9, "hours"),
    Column("来源", 12, "centre"),
    Column("确认人", 14),
]
REGISTER = [
    Column("时间", 17, "moment"),
    Column("进出", 7, "centre"),
    Column("车牌", 14, "centre"),
    Column("人员", 24),
    Column("备注", 34),
    Column("登记人", 12),
]


def _hm(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%H:%M}"


def duty_roster(target: Target, table: DutyRoster) -> None:
    """Write the shift table."""
    rows = (
        (
            row.post,
            timezone.localtime(row.starts_at).date(),
            f"{_hm(row.starts_at)}-{_hm(row.ends_at)}",
            row.needed,
            row.name,
            row.phone,
            row.handed_at,
            row.handover,
            "",
        )
        for row in table.rows
    )
    note = f"{table.organisation}　{table.period}　来源：{table.imprint.source}"
    with Book(target, at=table.imprint.as_of) as book:
        book.sheet("排班表", title="志愿者排班表", note=note, columns=ROSTER, rows=rows)


def hours_sheet(target: Target, sheet: HoursSheet) -> None:
    """Write the hours sheet."""
    rows = (
        (
            row.name,
            row.number,
            row.what,
            row.on_at,
            row.off_at,
            row.hours,
            row.source,
            row.confirmed_by,
        )
        for row in sheet.rows
    )
    note = f"{sheet.organisation}　{sheet.period}　口径：{sheet.imprint.definition}"
    with Book(target, at=sheet.imprint.as_of) as book:
        book.sheet("时长表", title="志愿服务时长表", note=note, columns=HOURS, rows=rows)


def duty_register(
    target: Target, post: str, period: str, rows: Iterable[RegisterRow], *, at: datetime
) -> None:
    """Write some days of a duty register."""
    lines = ((r.at, r.direction, r.plate, r.person, r.remark, r.written_by) for r in rows)
    with Book(target, at=at) as book:
        book.sheet("出入登记", title=f"{post}出入登记", note=period, columns=REGISTER, rows=lines)
