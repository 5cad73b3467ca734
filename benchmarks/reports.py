"""Papers and workbooks: a long sign-in sheet, a week of a district's sheets, the ledger."""

import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from dongxun.reports import contracts as c
from dongxun.reports import papers, workbooks
from tools.bench import Figure, peak_mb, spent

NOW = datetime(2026, 12, 9, 0, 30, tzinfo=UTC)
IMPRINT = c.Imprint(NOW, "党员名册、活动排期", "应到为本场参训对象中在册、有效的党员")
BRANCHES = 700
PEOPLE = 68


def _sheet(branch: str, people: int) -> c.SignInSheet:
    rows = tuple(c.SignInRow(f"林小满{n}", branch, "正式党员") for n in range(people))
    return c.SignInSheet(
        "通州区冬训",
        "第三次集中学习",
        NOW,
        NOW + timedelta(hours=3),
        "镇党群服务中心",
        "平潮镇党委",
        "周明远",
        branch,
        "K7QF2M",
        "https://dongxun.example/s/K7QF2M",
        rows,
        IMPRINT,
    )


def _ledger(people: int) -> Iterator[c.LedgerRow]:
    for n in range(people):
        topics = ("集中参训", "补学", "没学", "学了一半", "送学", "", "")
        yield c.LedgerRow(
            "平潮镇",
            f"第{n // 50}党支部",
            f"林小满{n}",
            "正式党员",
            "集中",
            "补学",
            Decimal("7.5"),
            Decimal(8),
            topics,
        )


def measure() -> Iterator[Figure]:
    """Yield CPU seconds and memory of the three; a first small paper loads the fonts."""
    papers.sign_in_sheets([_sheet("预热", 3)])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        topics = tuple(f"专题{n}" for n in range(7))
        cells = (c.Cell(40, 50),) * 7
        grid = c.Grid(topics, (), c.GridRow("全区", cells, c.Cell(280, 350)))
        words = (c.Definition("有力覆盖", "", "", "", "1", date(2026, 11, 1)),)
        head = c.CoverageBook("冬训", "通州区", grid, words, IMPRINT)
        with spent() as ledger:
            workbooks.coverage(folder / "ledger.xlsx", head, _ledger(10_000))
        yield Figure("writing a workbook of 10,000 ready rows", ledger.cpu, "CPU s")
        with spent() as sheet:
            papers.sign_in_sheets([_sheet("第一党支部", 1000)])
        yield Figure("sign-in sheet of 1,000 rows", sheet.cpu, "CPU s", 0.5)
        yield Figure("sign-in sheet of 1,000 rows", sheet.wall, "s")
        files = []
        with spent() as week:
            sheets = (_sheet(f"第{n}党支部", PEOPLE) for n in range(BRANCHES))
            for number, part in enumerate(papers.parts(sheets)):
                files.append(folder / f"{number}.pdf")
                files[-1].write_bytes(papers.sign_in_sheets(part).pdf)
            papers.bind(files, folder / "week.pdf")
        yield Figure("a week's sheets of 700 branches, in parts", week.cpu, "CPU s")
        yield Figure("a week's sheets, peak memory", peak_mb(), "MB", 500)
