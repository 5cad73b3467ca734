"""问题清单/整改台账 as a workbook."""

from collections.abc import Iterable

from dongxun.reports import contracts as c
from dongxun.reports.workbooks.outputs import Target, note
from dongxun.reports.workbooks.writing import Book, Column

PROBLEMS = [
    Column("序号", 6, "centre"),
    Column("问题描述", 40),
    Column("发现时间", 12, "day"),
    Column("来源", 12, "centre"),
    Column("类别", 14, "centre"),
    Column("紧急程度", 9, "centre"),
    Column("责任单位", 18),
    Column("责任人", 10),
    Column("配合单位", 20),
    Column("整改措施", 30),
    Column("完成时限", 12, "day"),
    Column("进度", 9, "centre"),
    Column("完成情况", 36),
    Column("整改前后材料", 16),
    Column("复核人", 12),
    Column("销号日期", 12, "day"),
    Column("满意度", 10, "centre"),
    Column("备注", 20),
]


def problems(target: Target, head: c.ProblemBook, rows: Iterable[c.ProblemRow]) -> int:
    """Write 问题清单/整改台账; return how many problems there are."""
    lines = (
        (
            *(n, r.text, r.found_on, r.source, r.theme, r.urgency, r.unit, r.responsible),
            *(r.helpers, r.measures, r.due_on, r.progress, r.outcome, r.pictures),
            *(r.checked_by, r.closed_on, r.satisfaction, r.remark),
        )
        for n, r in enumerate(rows, 1)
    )
    with Book(target, at=head.imprint.as_of) as book:
        return book.sheet(
            "问题清单",
            title=f"{head.organisation}　{head.season}问题清单（整改台账）",
            note=note(head.imprint),
            columns=PROBLEMS,
            rows=lines,
        )
