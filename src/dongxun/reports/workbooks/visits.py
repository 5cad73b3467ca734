"""Workbooks of visits, with the columns of their paper."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from dongxun.reports.contracts.visits import VisitBook, VisitRow
from dongxun.reports.workbooks.outputs import Target, one_sheet
from dongxun.reports.workbooks.writing import Column

HOME_STUDY = [
    Column("序号", 6, "centre"),
    Column("日期", 12, "day"),
    Column("起止时间", 13, "centre"),
    Column("被送学党员", 12),
    Column("年龄", 7, "whole"),
    Column("党龄", 7, "whole"),
    Column("住址（村组）", 24),
    Column("原因码（高龄/行动不便/重病/失能/困难）", 18, "centre"),
    Column("送学人", 14),
    Column("结对", 12),
    Column("学习内容/专题", 26),
    Column("资料（书名·册数）", 22),
    Column("时长", 8, "whole"),
    Column("党员反馈/需求", 30),
    Column("签字或按印/不便签字说明", 22),
    Column("照片编号", 14, "centre"),
    Column("折算学时", 9, "hours"),
]


def _hm(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%H:%M}" if moment else ""


def home_study(target: Target, book: VisitBook, rows: Iterable[VisitRow]) -> int:
    """Write 送学上门记录表; minutes as a number, so that they can be summed."""
    cells = (
        (
            number,
            row.day,
            "—".join(filter(None, (_hm(row.began_at), _hm(row.done_at)))),
            *(row.name, row.age, row.party_years, row.address, row.reason),
            *(row.visitors, row.pair, row.topics, row.materials, row.minutes),
            *(row.said, row.signed, row.photos, row.hours),
        )
        for number, row in enumerate(rows, 1)
    )
    title = f"{book.organisation}{book.season}{book.heading}"
    return one_sheet(
        target,
        book.heading,
        title=title,
        imprint=book.imprint,
        columns=HOME_STUDY,
        rows=cells,
    )
