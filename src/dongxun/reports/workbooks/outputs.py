"""The workbooks: one function each, from contracts and plain rows to an xlsx file."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from django.utils import timezone

from dongxun.reports import contracts as c
from dongxun.reports.workbooks.rows import Cell
from dongxun.reports.workbooks.writing import Book, Column

Target = Path | BinaryIO
# Below this many people a share says nothing and is left out.
FEW = 10

PLAN = [
    Column("序号", 6, "centre"),
    Column("时间", 26),
    Column("专题", 28),
    Column("形式", 10),
    Column("授课人/单位职务", 24),
    Column("参训对象", 20),
    Column("人数", 8, "whole"),
    Column("地点", 26),
    Column("主办", 18),
    Column("协办", 18),
    Column("责任人", 10),
    Column("学时", 7, "hours"),
    Column("备注", 20),
    Column("片区", 12),
    Column("冬训+标签", 16),
    Column("是否第一课", 10, "centre"),
    Column("直播链接", 24),
    Column("品牌", 14),
    Column("活动名称", 30),
    Column("活动码", 9, "centre"),
]
LEDGER = [
    Column("序号", 7, "centre"),
    Column("镇街", 14),
    Column("所在党支部", 28),
    Column("姓名", 12),
    Column("人员类别", 12, "centre"),
    Column("学习方式", 10, "centre"),
    Column("结果", 12, "centre"),
    Column("已学学时", 10, "hours"),
    Column("应学学时", 10, "hours"),
]
ROSTER = [
    Column("序号", 7, "centre"),
    Column("所在党支部", 28),
    Column("姓名", 12),
    Column("人员类别", 12, "centre"),
    Column("职务", 16),
    Column("入党时间", 12, "centre"),
    Column("学习方式", 10, "centre"),
    Column("参训批次", 12, "centre"),
    Column("备注", 24),
]
OPEN = [
    Column("序号", 7, "centre"),
    Column("所在党支部", 28),
    Column("联系人", 22),
    Column("姓名", 12),
    Column("状态", 11, "centre"),
    Column("已学学时", 10, "hours"),
    Column("应学学时", 10, "hours"),
]
OPEN_REST = [
    Column("未学完的专题", 36),
    Column("原因", 14),
    Column("联系情况", 30),
]
SIGN_IN = [
    Column("序号", 7, "centre"),
    Column("日期", 12, "day"),
    Column("活动", 28),
    Column("地点", 24),
    Column("所在党支部", 28),
    Column("姓名", 12),
    Column("状态", 10, "centre"),
    Column("签到方式", 12, "centre"),
    Column("签到时间", 18, "moment"),
    Column("计入分钟", 10, "whole"),
    Column("备注", 24),
]
DEFINITIONS = [
    Column("指标", 18),
    Column("算法", 48),
    Column("算在内", 40),
    Column("不算在内", 40),
    Column("版本", 10, "centre"),
    Column("起用", 12, "day"),
]
INDEX = [
    Column("部分", 20),
    Column("文件", 28),
    Column("路径", 40),
    Column("页数", 8, "whole"),
    Column("字节", 12, "whole"),
    Column("SHA-256", 68),
    Column("状态", 10, "centre"),
]


def note(imprint: c.Imprint) -> str:
    """Return the line printed under the title of every sheet."""
    as_of = timezone.localtime(imprint.as_of)
    words = f"截至 {as_of.year}年{as_of.month}月{as_of.day}日 {as_of:%H:%M}"
    parts = [f"口径：{imprint.definition}"] if imprint.definition else []
    return "　".join([*parts, f"来源：{imprint.source}", words])


def year_columns(years: Iterable[int]) -> list[Column]:
    """Return the columns of the calendar years: hours learned, owed and lacking."""
    words = (("学时", 11), ("应学", 10), ("还差", 10))
    return [Column(f"{y}年{word}", width, "hours") for y in years for word, width in words]


def year_cells(years: Iterable[c.OfYear]) -> list[Cell]:
    """Return the cells of these columns; nothing lacking is an empty cell."""
    return [one for has, owed, lacks in years for one in (has, owed, lacks or None)]


def one_sheet(
    target: Target,
    name: str,
    *,
    title: str,
    imprint: c.Imprint,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
) -> int:
    """Write a workbook of one sheet; return its number of rows."""
    with Book(target, at=imprint.as_of) as book:
        return book.sheet(name, title=title, note=note(imprint), columns=columns, rows=rows)


def _when(row: c.PlanRow) -> str:
    """Return day, half and clock as the import of the same sheet reads them."""
    parts = (row.day.isoformat() if row.day else "", row.half, row.clock)
    return " ".join(part for part in parts if part)


def season_plan(target: Target, plan: c.SeasonPlan) -> int:
    """Write 冬训计划表 with the columns by which it can be imported again."""
    rows = (
        (
            number,
            _when(row),
            row.topics or row.title or row.topic,
            row.form,
            f"{row.lecturer}/{row.post}" if row.post else row.lecturer,
            row.audience,
            row.headcount,
            row.place,
            row.host,
            row.co_hosts,
            row.responsible,
            row.hours,
            "；".join(word for word in (row.remark, row.note) if word),
            row.zone,
            row.tags,
            "是" if row.is_first_lesson else "",
            row.link,
            row.brand,
            row.title,
            row.code,
        )
        for number, row in enumerate(plan.rows, 1)
    )
    title = f"{plan.organisation}{plan.season}冬训计划表（{plan.version}）"
    return one_sheet(
        target, "冬训计划表", title=title, imprint=plan.imprint, columns=PLAN, rows=rows
    )


def roster(target: Target, names: c.Roster) -> int:
    """Write 参训对象名册."""
    people = ((group.branch, row) for group in names.groups for row in group.rows)
    rows = (
        (n, branch, r.name, r.category, r.role, r.joined, r.mode, r.group, r.remark)
        for n, (branch, r) in enumerate(people, 1)
    )
    title = f"{names.organisation}　{names.season}参训对象名册"
    return one_sheet(
        target, "参训对象名册", title=title, imprint=names.imprint, columns=ROSTER, rows=rows
    )


def open_names(target: Target, names: c.OpenNames) -> int:
    """Write 未参训名单."""
    people = ((group, row) for group in names.groups for row in group.rows)
    rows = (
        (
            *(n, group.branch, group.contact, r.name, r.state),
            *(r.hours, r.required, *year_cells(r.years), r.topics, r.reason, r.note),
        )
        for n, (group, r) in enumerate(people, 1)
    )
    title = f"{names.organisation}　{names.season}未参训名单（{names.scope}）"
    columns = [*OPEN, *year_columns(names.years), *OPEN_REST]
    return one_sheet(
        target, "未参训名单", title=title, imprint=names.imprint, columns=columns, rows=rows
    )


def sign_in(target: Target, head: c.SignInBook, states: Iterable[c.SignInState]) -> int:
    """Write who signed in where, when and how, one line a person and session."""
    rows = (
        (
            *(n, s.day, s.activity, s.place, s.branch, s.name),
            *(s.state, s.method, s.at, s.minutes, s.note),
        )
        for n, s in enumerate(states, 1)
    )
    title = f"{head.organisation}　{head.season}签到明细（{head.period}）"
    return one_sheet(
        target, "签到明细", title=title, imprint=head.imprint, columns=SIGN_IN, rows=rows
    )


def dossier_index(target: Target, index: c.DossierIndex) -> int:
    """Write 台账目录: every file, then every missing item of its section."""

    def rows() -> Iterator[Sequence[Cell]]:
        for section in index.sections:
            label = f"{section.number} {section.title}"
            for f in section.files:
                yield label, f.title, f.path, f.pages, f.size, f.sha256, "已有"
            for item in section.missing:
                yield label, item, "", None, None, "", "还缺"

    title = f"{index.organisation}　{index.season}台账目录（口径 {index.definitions}）"
    return one_sheet(
        target, "台账目录", title=title, imprint=index.imprint, columns=INDEX, rows=rows()
    )


def _grid_row(row: c.GridRow) -> Sequence[Cell]:
    cells: list[Cell] = [row.group, row.organisation]
    for cell in (*row.cells, row.overall):
        if cell.total == 0:
            cells += ["未开课", None, None]
        else:
            share = cell.value / cell.total if cell.total >= FEW else "人数少"
            cells += [cell.value, cell.total, share]
    return cells


def _grid_sheet(book: Book, head: c.CoverageBook, line: str) -> None:
    topics = [*head.grid.topics, "合计"]
    columns = [Column("片区", 12), Column("单位", 18)]
    for _ in topics:
        columns += [
            Column("完成", 9, "whole"),
            Column("应完成", 9, "whole"),
            Column("完成率", 9, "share"),
        ]
    book.sheet(
        "覆盖情况",
        title=f"{head.organisation}　{head.season}覆盖情况（人次）",
        note=line,
        columns=columns,
        rows=map(_grid_row, (head.grid.total, *head.grid.rows)),
        groups=[("", 1), ("", 1), *((topic, 3) for topic in topics)],
    )


def coverage(target: Target, head: c.CoverageBook, names: Iterable[c.LedgerRow]) -> int:
    """Write the coverage workbook: grid, names, definitions; return the number of names."""
    line = note(head.imprint)
    topics = [Column(topic, 12, "centre") for topic in head.grid.topics]
    rows = (
        (
            *(n, r.town, r.branch, r.name, r.category, r.mode, r.state, r.hours, r.required),
            *year_cells(r.years),
            *r.topics,
            r.note,
        )
        for n, r in enumerate(names, 1)
    )
    with Book(target, at=head.imprint.as_of) as book:
        _grid_sheet(book, head, line)
        count = book.sheet(
            "名单",
            title=f"{head.organisation}　{head.season}个人学习情况",
            note=line,
            columns=[*LEDGER, *year_columns(head.years), *topics, Column("备注", 20)],
            rows=rows,
        )
        definition_sheet(book, head.definitions, line)
    return count


def definition_sheet(
    book: Book, found: Iterable[c.Definition], line: str, title: str = "口径说明"
) -> None:
    """Write the sheet that says what every figure means."""
    rows = ((d.term, d.formula, d.counts, d.excludes, d.version, d.since) for d in found)
    book.sheet("口径", title=title, note=line, columns=DEFINITIONS, rows=rows)
