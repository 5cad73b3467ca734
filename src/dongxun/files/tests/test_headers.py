from pathlib import Path

import xlsxwriter

from dongxun.files import values
from dongxun.files.contracts import Column
from dongxun.files.tests.make import workbook
from dongxun.files.workbook import headers
from dongxun.files.workbook.reading import preview

COLUMNS = (
    Column("name", "姓名", values.name, aliases=("党员姓名",), required=True),
    Column("branch", "所在党支部", values.text(), aliases=("党支部", "所属党组织"), required=True),
    Column("joined_on", "入党日期", values.day_or_month, aliases=("入党时间", "加入党组织日期")),
    Column("phone", "手机号码", values.phone, aliases=("手机号", "联系电话", "联系方式")),
)


def header_of(path: Path):
    return headers.find(preview(path.read_bytes())[0], COLUMNS)


def test_a_plain_header_is_found_with_what_it_does_not_know(tmp_path):
    path = workbook(
        tmp_path / "a.xlsx",
        ("名册", [["序号", "姓名", "所在党支部", "入党时间"], [1, "张三", "一支部", "1991.05"]]),
    )

    header = header_of(path)

    assert header.row == 1
    assert header.columns == {2: "name", 3: "branch", 4: "joined_on"}
    assert header.unknown == {1: "序号"}
    assert header.missing == ()
    assert header.confidence == 1.0


def test_titles_above_the_header_are_passed_over_and_kept_as_the_title(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.merge_range("A1:D1", "平潮镇党员姓名册（2026年）")
        sheet.merge_range("A2:D2", "填报单位：平潮镇党委   联系电话：0513-86512345")
        sheet.write_row("A4", ["姓名*", "所在党支部\n（全称）", " 入 党 日 期 ", "手机号码：必填"])
        sheet.write_row("A5", ["张三", "一支部", "1991.05", "19900011234"])

    header = header_of(path)

    assert (header.row, header.title) == (4, "平潮镇党员姓名册（2026年）")
    assert header.columns == {1: "name", 2: "branch", 3: "joined_on", 4: "phone"}
    assert header.sure == {1, 2, 3}


def test_a_header_of_two_rows_with_merged_cells_is_read_as_one(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.merge_range("A1:A2", "姓名")
        sheet.merge_range("B1:B2", "所属党组织")
        sheet.merge_range("C1:D1", "基本情况")
        sheet.write_row("C2", ["入党时间", "联系方式"])
        sheet.write_row("A3", ["张三", "一支部", "1991.05", "19900011234"])

    header = header_of(path)

    assert header.row == 2
    assert header.columns == {1: "name", 2: "branch", 3: "joined_on", 4: "phone"}


def test_full_width_and_near_words_are_matched_and_marked_as_guesses(tmp_path):
    path = workbook(
        tmp_path / "a.xlsx",
        ("名册", [["姓　名", "所在的党支部", "本人手机号码"], ["张三", "一", "1"]]),
    )

    header = header_of(path)

    assert header.columns == {1: "name", 2: "branch", 3: "phone"}
    assert header.sure == {1}


def test_required_columns_that_are_not_there_are_told(tmp_path):
    path = workbook(tmp_path / "a.xlsx", ("名册", [["姓名", "手机号"], ["张三", "19900011234"]]))

    header = header_of(path)

    assert header.missing == ("branch",)
    assert header.confidence == 0.5


def test_two_columns_of_one_name_leave_the_second_unknown(tmp_path):
    path = workbook(tmp_path / "a.xlsx", ("名册", [["姓名", "姓名", "党支部"], ["张三", "", "一"]]))

    header = header_of(path)

    assert header.columns == {1: "name", 3: "branch"}
    assert header.unknown == {2: "姓名"}


def test_a_sheet_without_a_header_has_none(tmp_path):
    path = workbook(tmp_path / "a.xlsx", ("说明", [["请于12月1日前填报"], ["联系人", "周明远"]]))

    assert header_of(path) is None
