"""Workbooks of what is handed out and what is given, with the columns offices know."""

from collections.abc import Iterable

from dongxun.reports import contracts as c
from dongxun.reports.workbooks.outputs import Target, one_sheet
from dongxun.reports.workbooks.writing import Column

ISSUE = [
    Column("姓名", 12),
    Column("身份证号", 20, "centre"),
    Column("物资类别", 12, "centre"),
    Column("数量", 8, "whole"),
    Column("签字", 12, "centre"),
    Column("备注", 20),
    Column("日期", 12, "day"),
    Column("发放单位", 20),
    Column("加油包名称", 20),
    Column("规格", 14),
    Column("领取人/代领人", 14),
    Column("关系", 10, "centre"),
    Column("联系电话", 14, "centre"),
    Column("发放人", 14),
]
GIFTS = [
    Column("捐赠人", 26),
    Column("名称", 20),
    Column("规格", 14),
    Column("数量", 14, "centre"),
    Column("验收", 18),
    Column("日期", 12, "day"),
    Column("入库", 10, "whole"),
    Column("出库", 10, "whole"),
    Column("去向", 26),
    Column("公示", 28),
]
LEAFLETS = [
    Column("名称", 30),
    Column("份数", 10, "whole"),
    Column("户数", 10, "whole"),
    Column("片区", 24),
    Column("日期", 12, "day"),
]


def issue_sheets(target: Target, book: c.PackBook, rows: Iterable[c.IssueRow]) -> int:
    """Write 物资发放签收表; numbers of identity and phone stay empty: they are not kept."""
    cells = (
        (
            row.name,
            "",
            row.kind,
            row.quantity,
            row.signed,
            row.remark,
            row.day,
            row.unit,
            row.pack,
            row.spec,
            row.taken_by or (row.name if row.signed else ""),
            row.relation or ("本人" if row.signed else ""),
            "",
            row.handed_by,
        )
        for row in rows
    )
    return _write(target, book, "物资发放签收表", ISSUE, cells)


def donation_ledger(target: Target, book: c.PackBook, rows: Iterable[c.GiftRow]) -> int:
    """Write the donation ledger: from who gave to where it went and was shown."""
    cells = (
        (
            row.donor,
            row.title,
            row.spec,
            row.quantity,
            row.accepted,
            row.day,
            row.came_in,
            row.went_out,
            row.went_to,
            row.shown,
        )
        for row in rows
    )
    return _write(target, book, "捐赠台账", GIFTS, cells)


def leaflet_log(target: Target, book: c.PackBook, rows: Iterable[c.LeafletRow]) -> int:
    """Write 宣传资料发放."""
    cells = ((row.title, row.copies, row.households, row.area, row.day) for row in rows)
    return _write(target, book, "宣传资料发放", LEAFLETS, cells)


def _write(
    target: Target,
    book: c.PackBook,
    name: str,
    columns: list[Column],
    rows: Iterable[tuple[object, ...]],
) -> int:
    title = f"{book.organisation}{book.season}{name}"
    return one_sheet(target, name, title=title, imprint=book.imprint, columns=columns, rows=rows)
