import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from dongxun.files.contracts import FileRefused
from dongxun.files.tests.make import raw_workbook, workbook
from dongxun.files.workbook.reading import Kept, Notes, Row, items, lines, preview


def rows_of(path: Path) -> list[tuple[int, list[object]]]:
    return [
        (item.number, list(item.cells))
        for item in items(lines(path.read_bytes()))
        if isinstance(item, Row)
    ]


def test_rows_keep_their_true_numbers_and_columns(tmp_path):
    path = workbook(
        tmp_path / "a.xlsx",
        ("名册", [[], [], [None, "姓名"], [], [None, "张三", 3], [None, None, None]]),
    )

    assert rows_of(path) == [(3, ["", "姓名"]), (5, ["", "张三", 3.0])]


def test_days_arrive_as_days_and_text_as_text(tmp_path):
    path = workbook(tmp_path / "a.xlsx", ("名册", [[date(1991, 5, 12), "1991.05", 1991.05]]))

    assert rows_of(path) == [(1, [date(1991, 5, 12), "1991.05", 1991.05])]


def test_every_sheet_is_read_with_its_name_and_its_merged_cells(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        first = book.add_worksheet("平潮镇")
        first.merge_range("A1:C1", "党员花名册")
        second = book.add_worksheet("五接镇")
        second.hide()
        second.write(0, 0, "姓名")

    sheets = preview(path.read_bytes())

    assert [(sheet.head.name, sheet.head.hidden) for sheet in sheets] == [
        ("平潮镇", False),
        ("五接镇", True),
    ]
    assert sheets[0].head.merged == ((1, 1, 1, 3),)
    assert sheets[1].head.merged == ()


def test_formula_cells_are_located_on_their_own_sheet(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("说明 & 要求").write(0, 0, "无")
        book.add_worksheet("名册").write_formula("C4", "=1+1", None, 2)

    sheets = preview(path.read_bytes())

    assert [sheet.head.formulas for sheet in sheets] == [frozenset(), frozenset({(4, 3)})]
    assert sheets[1].rows == [Row(4, ["", "", 2.0])]


def test_formulas_are_seen_wherever_the_pieces_are_cut(tmp_path):
    cells = "".join(
        f'<row r="{n}"><c r="A{n}"><f>1+{n}</f><v>{n}</v></c>{" " * (n % 61)}</row>'
        for n in range(1, 40_001)
    )
    path = raw_workbook(tmp_path / "a.xlsx", cells)

    [sheet] = preview(path.read_bytes())

    assert sheet.head.formulas == {(n, 1) for n in range(1, 40_001)}


def test_preview_keeps_the_first_rows_and_counts_them_all(tmp_path):
    path = workbook(tmp_path / "a.xlsx", ("名册", [[n] for n in range(1, 501)]))

    [sheet] = preview(path.read_bytes(), limit=10)

    assert (len(sheet.rows), sheet.row_count) == (10, 500)


def test_macros_and_links_are_left_out_and_said(tmp_path):
    path = workbook(tmp_path / "a.xlsm", ("名册", [["姓名"]]))
    with zipfile.ZipFile(path, "a") as box:
        box.writestr("xl/vbaProject.bin", b"macro")
        box.writestr("xl/externalLinks/externalLink1.xml", "<x/>")
    notes = Notes()

    preview(path.read_bytes(), notes=notes)

    assert (notes.macros, notes.links) == (True, True)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_text_files_are_read_in_the_usual_encodings(tmp_path, encoding, separator):
    path = tmp_path / "a.csv"
    lines = [["姓名", "手机"], [], ["张三", "19900001234"], ["李\n四", ""]]
    text = "\n".join(
        separator.join(f'"{cell}"' if "\n" in cell else cell for cell in line) for line in lines
    )
    path.write_text(text, encoding=encoding)

    assert rows_of(path) == [(1, ["姓名", "手机"]), (3, ["张三", "19900001234"]), (4, ["李\n四"])]


def test_a_long_text_across_pieces_is_read_whole(tmp_path):
    text = "字" * 32_000
    path = workbook(tmp_path / "a.xlsx", ("名册", [[text + str(n)] for n in range(40)]))

    assert [cells for _, cells in rows_of(path)] == [[text + str(n)] for n in range(40)]


def test_a_kept_reading_gives_the_same_sheets_and_rows(tmp_path):
    sheets = ("甲", [["姓名", 1.5], ["张三", None]]), ("乙", [["支部"]])
    raw, kept = workbook(tmp_path / "a.xlsx", *sheets).read_bytes(), Kept()
    preview(raw, kept=kept)

    assert list(items(io.BytesIO(kept.lines))) == list(items(lines(raw)))


def test_a_child_stopped_in_the_middle_of_a_line_is_told_as_too_large():
    broken = [b'[{"sheet": "", "hidden": false, "merged": [], "formulas": []}]\n', b'[[1, ["a']
    stopped = b'\n[{"refused": "too_large", "where": "", "values": {}}]\n'

    with pytest.raises(FileRefused) as refused:
        list(items([*broken, stopped]))

    assert refused.value.code == "file_too_large"


def test_stopping_early_leaves_no_process_behind(tmp_path):
    path = workbook(tmp_path / "a.xlsx", ("名册", [[n] for n in range(5000)]))
    reader = items(lines(path.read_bytes()))
    next(reader)

    reader.close()

    assert next(reader, None) is None
