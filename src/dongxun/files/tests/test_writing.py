from datetime import UTC, date, datetime

import pytest

from dongxun.files.tests.test_reading import rows_of
from dongxun.files.workbook.reading import preview
from dongxun.files.workbook.writing import Column, Sheet, write_workbook

NAMES = (Column("姓名"), Column("备注", width=40, wrap=True))


def written(tmp_path, *sheets):
    path = tmp_path / "out.xlsx"
    path.write_bytes(write_workbook(sheets))
    return path


def test_a_sheet_begins_with_its_title_its_source_and_its_header(tmp_path):
    sheet = Sheet(
        "名册", NAMES, [["张三", ""]], title="平潮镇未参训名单", source="截至 11月22日 08:00"
    )

    path = written(tmp_path, sheet)

    assert rows_of(path) == [
        (1, ["平潮镇未参训名单"]),
        (2, ["截至 11月22日 08:00"]),
        (3, ["姓名", "备注"]),
        (4, ["张三"]),
    ]


@pytest.mark.parametrize(
    "text", ["=1+1", '=HYPERLINK("http://x")', "+8613", "-1", "@SUM(A1)", "http://x", "007"]
)
def test_a_text_stays_a_text_whatever_it_begins_with(tmp_path, text):
    path = written(tmp_path, Sheet("名册", NAMES, [[text, "无"]]))

    assert rows_of(path)[-1] == (2, [text, "无"])
    assert preview(path.read_bytes())[0].head.formulas == frozenset()


def test_numbers_days_and_moments_keep_their_kind(tmp_path):
    columns = (
        Column("人数"),
        Column("参训率", number_format="0.0%"),
        Column("日期"),
        Column("时间"),
    )
    moment = datetime(2026, 11, 22, 0, 30, tzinfo=UTC)

    path = written(tmp_path, Sheet("表", columns, [[38, 0.844, date(2026, 11, 22), moment]]))

    [_, (_, cells)] = rows_of(path)
    assert cells[:3] == [38.0, 0.844, date(2026, 11, 22)]
    assert str(cells[3]) == "2026-11-22 08:30:00"


def test_sheets_of_one_name_and_names_no_workbook_takes_are_made_fit(tmp_path):
    sheets = [Sheet(name, NAMES, []) for name in ("平潮[镇]", "平潮镇", "", "字" * 40)]

    names = [sheet.head.name for sheet in preview(written(tmp_path, *sheets).read_bytes())]

    assert names == ["平潮镇", "平潮镇 2", "Sheet", "字" * 31]
