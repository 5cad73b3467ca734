"""A past day as known now beside the same day as known then."""

from collections.abc import Iterable, Sequence

from dongxun.reports import contracts as c
from dongxun.reports.contracts.past import ChangedName, PastBook, PastRow
from dongxun.reports.workbooks.outputs import FEW, Target, definition_sheet, note
from dongxun.reports.workbooks.rows import Cell
from dongxun.reports.workbooks.writing import Book, Column

SIDES = [
    Column("按当时所知", 12, "whole"),
    Column("总数", 10, "whole"),
    Column("占比", 9, "share"),
    Column("按现在所知", 12, "whole"),
    Column("总数", 10, "whole"),
    Column("占比", 9, "share"),
    Column("相差", 9, "whole"),
]
SINCE = [Column("补录", 9, "whole"), Column("作废", 9, "whole")]
NAMES = [
    Column("序号", 7, "centre"),
    Column("所在党支部", 28),
    Column("姓名", 12),
    *SINCE,
]


def _side(cell: c.Cell | None) -> list[Cell]:
    if cell is None:
        return ["没有存档", None, None]
    share = cell.value / cell.total if cell.total >= FEW else "人数少"
    return [cell.value, cell.total, share]


def _line(row: PastRow, *, since: bool) -> Sequence[Cell]:
    difference = row.now.value - row.then.value if row.then else None
    tail = [row.late, row.struck] if since else []
    return [row.words, *_side(row.then), *_side(row.now), difference, *tail]


def past_day(
    target: Target,
    head: PastBook,
    names: Iterable[ChangedName],
    definitions: Iterable[c.Definition],
) -> int:
    """Write the comparison, its names and the definitions; return the number of names."""
    about = f"截至 {head.day.isoformat()} · 按现在所知"
    title = f"{head.organisation}　{head.season}　{about}"
    then = f"按当时所知：{head.then_at:%Y-%m-%d %H:%M} 存档" if head.then_at else "没有存档"
    computed = f"计算于 {head.computed_at:%Y-%m-%d %H:%M}"
    line = "　".join([*head.causes, then, computed, note(head.imprint)])
    with Book(target, at=head.computed_at) as book:
        for name, first, rows, since in (
            ("对照", "指标", head.figures, False),
            ("按专题", "专题", head.topics, True),
            ("按单位", "单位", head.units, True),
        ):
            book.sheet(
                name,
                title=title,
                note=line,
                columns=[Column(first, 26), *SIDES, *(SINCE if since else [])],
                rows=[_line(row, since=since) for row in rows],
            )
        count = book.sheet(
            "记录有变动的人",
            title=title,
            note=line,
            columns=NAMES,
            rows=((n, r.branch, r.name, r.late, r.struck) for n, r in enumerate(names, 1)),
        )
        definition_sheet(book, definitions, line, f"口径说明　{about}")
    return count
