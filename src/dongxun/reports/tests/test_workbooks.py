"""Workbooks read back: sheets, types, headings that can be imported, nothing evaluated."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from dongxun.reports import workbooks
from dongxun.reports.contracts import (
    CoverageBook,
    Definition,
    LedgerRow,
    SignInBook,
    SignInState,
    YearBook,
)
from dongxun.reports.tests import make
from dongxun.reports.workbooks.years import hours_by_year

YEARS, NONE = (2026, 2027), Decimal(0)


def read(made: BytesIO) -> dict[str, Any]:
    made.seek(0)
    book = CalamineWorkbook.from_filelike(made)
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def make_ledger_row(number: int = 0, **overrides: object) -> LedgerRow:
    values: dict[str, object] = {
        "town": "平潮镇",
        "branch": "新坝村第一党支部",
        "name": f"{make.NAMES[number % len(make.NAMES)]}",
        "category": "正式党员",
        "mode": "集中",
        "state": "补学",
        "hours": Decimal("7.5"),
        "required": Decimal(8),
        "topics": ("集中参训", "补学", "没学", "", "", "", ""),
        "years": ((Decimal("5.5"), Decimal(32), Decimal("26.5")), (Decimal(2), Decimal(2), NONE)),
    }
    return LedgerRow(**values | overrides)  # type: ignore[arg-type]


def make_coverage_book() -> CoverageBook:
    definition = Definition(
        "有力覆盖",
        "学满学时和必学专题的人数÷应训人数",
        "各种方式合计",
        "申请人",
        "第3版",
        date(2026, 11, 1),
    )
    grid, imprint = make.make_grid(), make.make_imprint()
    return CoverageBook("2026—2027年度冬训", "通州区", grid, (definition,), imprint, YEARS)


def test_the_coverage_workbook_has_grid_names_and_definitions():
    made = BytesIO()
    rows = (make_ledger_row(n) for n in range(30))
    assert workbooks.coverage(made, make_coverage_book(), rows) == 30
    sheets = read(made)
    assert list(sheets) == ["覆盖情况", "名单", "口径"]
    grid = sheets["覆盖情况"]
    assert "口径：" in str(grid[1][0])
    assert "截至 2026年12月8日 08:30" in str(grid[1][0])
    assert grid[2][2] == "四中全会精神"
    assert grid[3][:5] == ["片区", "单位", "完成", "应完成", "完成率"]
    assert grid[5][1:5] == ["平潮镇", 1080.0, 1200.0, 0.9]
    assert grid[-1][4] == "人数少"
    assert grid[5][20] == "未开课"
    assert sheets["名单"][3][:9] == [
        1.0, "平潮镇", "新坝村第一党支部", "林小满", "正式党员", "集中", "补学", 7.5, 8.0
    ]  # fmt: skip
    of_each = ("学时", "应学", "还差")
    assert sheets["名单"][2][9:15] == [f"{year}年{word}" for year in YEARS for word in of_each]
    assert sheets["名单"][3][9:16] == [5.5, 32.0, 26.5, 2.0, 2.0, "", "集中参训"]
    assert sheets["口径"][3][0] == "有力覆盖"


def test_hours_by_year_are_listed_by_name_and_counted_by_unit():
    made, book = BytesIO(), make_coverage_book()
    head = YearBook(book.season, book.organisation, YEARS, book.definitions, book.imprint)
    rows = (make_ledger_row(n, town="平潮镇" if n < 12 else "五接镇") for n in range(15))
    assert hours_by_year(made, head, rows) == 15
    sheets = read(made)
    assert sheets["名单"][3][9:] == [5.5, 32.0, 26.5, 2.0, 2.0, ""]
    assert sheets["各单位"][2:] == [
        [
            "单位",
            "应训人数",
            "2026年学满人数",
            "2026年没学满人数",
            "2027年学满人数",
            "2027年没学满人数",
        ],
        ["平潮镇", 12.0, 0.0, 12.0, 12.0, 0.0],
        ["五接镇", 3.0, 0.0, 3.0, 3.0, 0.0],
    ]


def test_the_plan_keeps_the_headings_by_which_it_is_imported():
    made = BytesIO()
    assert workbooks.season_plan(made, make.make_plan(3)) == 3
    rows = read(made)["冬训计划表"]
    assert rows[2] == (
        "序号 时间 专题 形式 授课人/单位职务 参训对象 人数 地点 主办 协办 责任人 学时 备注 片区 冬训+标签 是否第一课 直播链接 品牌 活动名称 活动码".split()  # noqa: SIM905
    )
    assert rows[3][1] == "2026-12-09 上午 8:30—11:30"
    assert (rows[3][6], rows[3][11]) == (120.0, 4.0)


def test_sign_in_times_are_local_and_typed():
    made = BytesIO()
    head = SignInBook("2026—2027年度冬训", "平潮镇", "12月", make.make_imprint())
    state = SignInState(
        make.DAY, "第三次集中学习", "会议室", "第一党支部", "林小满", "实到", "扫码", make.NINE, 180
    )
    absent = SignInState(make.DAY, "第三次集中学习", "会议室", "第一党支部", "周明远", "缺席")
    workbooks.sign_in(made, head, [state, absent])
    rows = read(made)["签到明细"]
    assert rows[3][1] == date(2026, 12, 9)
    assert rows[3][8] == datetime(2026, 12, 9, 8, 30)  # noqa: DTZ001 - a workbook has no zones
    assert rows[4][8:10] == ["", ""]


def test_roster_open_names_and_index_say_one_line_each():
    made: list[tuple[Callable[[BytesIO, Any], int], object, int]] = [
        (workbooks.roster, make.make_roster(2, 20), 40),
        (workbooks.open_names, make.make_open_names(3, 9), 27),
        (workbooks.dossier_index, make.make_dossier_index(), 18),
    ]
    for write, value, count in made:
        target = BytesIO()
        assert write(target, value) == count
        [rows] = read(target).values()
        assert len(rows) == count + 3


def test_a_workbook_that_breaks_off_leaves_nothing(tmp_path):
    short = make_ledger_row(topics=("too", "few"))
    with pytest.raises(ValueError, match="shorter"):
        workbooks.coverage(tmp_path / "coverage.xlsx", make_coverage_book(), [short])
    assert list(tmp_path.iterdir()) == []


def test_hostile_text_is_never_a_formula_or_a_link():
    texts = [
        "=1+1",
        "=cmd|'/c calc'!A1",
        "http://a.b/" + "x" * 3000,
        "@SUM(A1)",
        "-2+3",
        *make.HOSTILE,
    ]
    made = BytesIO()
    rows = (make_ledger_row(name=text, note=text * 300) for text in texts)
    workbooks.coverage(made, make_coverage_book(), rows)
    names = [row[3] for row in read(made)["名单"][3:]]
    assert names[:5] == texts[:5]
    assert "👩‍🌾emoji🎉" in names


def test_the_same_rows_and_time_give_the_same_bytes():
    made = [BytesIO(), BytesIO()]
    for target in made:
        workbooks.season_plan(target, make.make_plan())
    assert made[0].getvalue() == made[1].getvalue()


def test_a_workbook_may_be_written_to_a_path(tmp_path):
    workbooks.roster(tmp_path / "roster.xlsx", make.make_roster())
    assert (tmp_path / "roster.xlsx").stat().st_size > 1000


def test_whatever_a_cell_says_is_read_back_as_it_was_said():
    said = [
        "<r>不是格式</r>",
        "a & b < c > d \"e\" 'f'",
        "  前后有空格  ",
        "控制符\x01与_x0001_",
        "两行\n字",
        "=1+1",
        "字" * 40_000,
    ]
    made = BytesIO()
    rows = [make_ledger_row(town=words, required=Decimal(n)) for n, words in enumerate(said * 2)]
    workbooks.coverage(made, make_coverage_book(), rows)

    found = read(made)["名单"][3:]
    assert [row[1] for row in found] == [words[:32_767] for words in said * 2]
    assert [row[8] for row in found] == [float(n) for n in range(len(rows))]


def test_days_and_moments_of_a_workbook_are_those_that_were_given():
    made = BytesIO()
    head = SignInBook("2026—2027年度冬训", "平潮镇", "12月", make.make_imprint())
    days = [date(1900, 3, 1), date(1921, 7, 23), date(2026, 12, 9)]
    workbooks.sign_in(
        made,
        head,
        [SignInState(day, "课", "室", "支部", "林小满", "实到", "", make.NINE, 1) for day in days],
    )

    found = read(made)["签到明细"][3:]
    assert [row[1] for row in found] == days
    assert [row[8] for row in found] == [datetime(2026, 12, 9, 8, 30)] * 3  # noqa: DTZ001
