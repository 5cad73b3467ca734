import io
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import translation

from dongxun.files.contracts import FileRefused
from dongxun.files.tests.make import (
    BOOK_PARTS,
    MAIN,
    RELATIONS,
    raw_workbook,
    sheet_xml,
    workbook,
    zip_of,
)
from dongxun.files.workbook import limits
from dongxun.files.workbook.reading import REFUSALS, preview

SECONDS = 2.0
CELL = '<row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c></row>'


def cpu_s() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def refusal_of(path: Path) -> FileRefused:
    started = cpu_s()
    with pytest.raises(FileRefused) as caught:
        preview(path.read_bytes())
    assert cpu_s() - started < SECONDS * 3
    assert str(caught.value)
    return caught.value


def bomb(path: Path) -> Path:
    blanks = "<row>" + " " * (120 * 1024 * 1024) + "</row>"
    return raw_workbook(path, blanks)


def bomb_with_a_modest_directory(path: Path) -> Path:
    raw = bytearray(bomb(path).read_bytes())
    at = raw.rfind(b"PK\x01\x02")
    struct.pack_into("<I", raw, at + 24, 5000)
    path.write_bytes(raw)
    return path


def ratio(path: Path) -> Path:
    return raw_workbook(path, "<row>" + " " * (30 * 1024 * 1024) + "</row>")


def external_entity(path: Path) -> Path:
    body = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + sheet_xml(CELL)
    return raw_workbook(path, xl__worksheets__sheet1_x=body)


def billion_laughs(path: Path) -> Path:
    body = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><sst><si><t>&b;</t></si></sst>'
    return raw_workbook(path, CELL, xl__sharedStrings_x=body)


def far_row(path: Path) -> Path:
    return raw_workbook(path, CELL + '<row r="1048576"><c r="A1048576"><v>1</v></c></row>')


def far_row_hidden_in_a_near_one(path: Path) -> Path:
    return raw_workbook(path, CELL + '<row r="2"><c r="A1048576"><v>1</v></c></row>')


def far_column(path: Path) -> Path:
    return raw_workbook(path, CELL + '<row r="2"><c r="XFD2"><v>1</v></c></row>')


def far_column_in_another_spelling(path: Path) -> Path:
    return raw_workbook(path, CELL + "<row r='2'><x:c s='1'\n r = 'xfd2'><v>1</v></x:c></row>")


def lonely_corner(path: Path) -> Path:
    return raw_workbook(path, CELL + '<row r="190000"><c r="CV190000"><v>1</v></c></row>')


def cells_without_places(path: Path) -> Path:
    return raw_workbook(path, "<row>" + "<c><v>1</v></c>" * 50_000 + "</row>")


def million_rows(path: Path) -> Path:
    return raw_workbook(path, "".join(f'<row r="{n}"/>' for n in range(1, 1_000_001)))


def wide(path: Path) -> Path:
    return workbook(path, ("宽表", [[f"列{n}" for n in range(101)]]))


def truncated(path: Path) -> Path:
    raw = workbook(path, ("甲", [["姓名"] * 50] * 200)).read_bytes()
    path.write_bytes(raw[: len(raw) // 2])
    return path


def cut_inside_a_part(path: Path) -> Path:
    raw = bytearray(workbook(path, ("甲", [["姓名", n] for n in range(2000)])).read_bytes())
    raw[200:2000] = b"\x00" * 1800
    path.write_bytes(raw)
    return path


def html(path: Path) -> Path:
    path.write_text("<html><table><tr><td>姓名</td></tr></table></html>", encoding="utf-8")
    return path


def nested(path: Path) -> Path:
    path.write_bytes(zip_of({"镇/名册.xlsx": workbook(path, ("甲", [["姓名"]])).read_bytes()}))
    return path


def quine_of_parts(path: Path) -> Path:
    path.write_bytes(zip_of(BOOK_PARTS | {f"xl/x{n}.xml": "" for n in range(300)}))
    return path


def symlink(path: Path) -> Path:
    box = io.BytesIO(raw_workbook(path, CELL).read_bytes())
    with zipfile.ZipFile(box, "a") as archive:
        link = zipfile.ZipInfo("xl/worksheets/sheet2.xml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    path.write_bytes(box.getvalue())
    return path


def encrypted_zip(path: Path) -> Path:
    raw = bytearray(raw_workbook(path, CELL).read_bytes())
    at = raw.find(b"PK\x01\x02")
    raw[at + 8] |= 1
    path.write_bytes(raw)
    return path


def encrypted_office(path: Path) -> Path:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    path.write_bytes(ole + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"))
    return path


def old_xls(path: Path) -> Path:
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 4096)
    return path


def utf_16_part(path: Path) -> Path:
    return raw_workbook(path, "", xl__worksheets__sheet1_x=sheet_xml(CELL).encode("utf-16"))


def never_closed_tags(path: Path) -> Path:
    return raw_workbook(path, CELL + "<c " * 3_000_000)


def long_strings_often(path: Path) -> Path:
    text = "".join(chr(0x4E00 + (n * 7919) % 20_000) for n in range(30_000))
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 150_000))
    strings = f'<sst xmlns="{MAIN}" count="1"><si><t>{text}</t></si></sst>'
    relations = BOOK_PARTS["xl/_rels/workbook.xml.rels"].replace(
        "</Relationships>",
        f'<Relationship Id="s" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/>'
        "</Relationships>",
    )
    replaced: dict[str, str | bytes] = {
        "xl__sharedStrings_x": strings,
        "xl/_rels/workbook.xml.rels": relations,
    }
    return raw_workbook(path, cells, **replaced)


def picture(path: Path) -> Path:
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\x00" * 100)
    return path


def document(path: Path) -> Path:
    path.write_bytes(zip_of({"[Content_Types].xml": "", "word/document.xml": "<w/>"}))
    return path


def nothing(path: Path) -> Path:
    path.write_bytes(b"")
    return path


HOSTILE: list[tuple[Callable[[Path], Path], str]] = [
    (bomb, "unpacks_too_large"),
    (bomb_with_a_modest_directory, "damaged"),
    (ratio, "ratio"),
    (external_entity, "declaration"),
    (billion_laughs, "declaration"),
    (far_row, "too_many_rows"),
    (far_row_hidden_in_a_near_one, "far_cell"),
    (far_column, "too_many_columns"),
    (far_column_in_another_spelling, "too_many_columns"),
    (lonely_corner, "far_cell"),
    (cells_without_places, "too_many_columns"),
    (million_rows, "too_many_rows"),
    (wide, "too_many_columns"),
    (truncated, "damaged"),
    (cut_inside_a_part, "damaged"),
    (html, "web_page"),
    (nested, "zip_of_files"),
    (quine_of_parts, "too_many_parts"),
    (symlink, "damaged"),
    (encrypted_zip, "password"),
    (encrypted_office, "password"),
    (old_xls, "xls"),
    (utf_16_part, "damaged"),
    (never_closed_tags, "too_many_columns"),
    (long_strings_often, "too_large"),
    (picture, "not_a_workbook"),
    (document, "not_a_workbook"),
    (nothing, "empty"),
]


@pytest.mark.parametrize(
    ("make", "code"), HOSTILE, ids=lambda value: getattr(value, "__name__", "")
)
def test_a_hostile_file_is_refused_in_time_and_in_words(tmp_path, make, code):
    error = refusal_of(make(tmp_path / "upload.xlsx"))

    assert error.code == f"file_{code}"
    assert error.status == 422


def test_a_far_cell_is_named(tmp_path):
    assert refusal_of(far_column(tmp_path / "upload.xlsx")).where == "XFD2"


def test_csv_with_too_many_columns_is_refused(tmp_path):
    path = tmp_path / "upload.csv"
    path.write_text(",".join(["姓名"] * 101) + "\n", encoding="utf-8")

    assert refusal_of(path).code == "file_too_many_columns"


def test_csv_with_a_million_rows_is_refused(tmp_path):
    path = tmp_path / "upload.csv"
    path.write_text("张三\n" * 1_000_000, encoding="utf-8")

    assert refusal_of(path).code == "file_too_many_rows"


def test_text_in_no_known_encoding_is_refused(tmp_path):
    path = tmp_path / "upload.csv"
    path.write_bytes(b"a,b\n\xff\xff\xff\xff\n")

    assert refusal_of(path).code == "file_encoding"


@pytest.mark.parametrize("code", sorted(REFUSALS))
def test_every_refusal_reads_well_with_its_blanks_filled(code):
    blanks = {"count": 7, "limit": 5, "size": 3, "ratio": 900}
    with translation.override("en"):
        words = str(REFUSALS[code]) % blanks
    assert "%(" not in words


def test_cut_off_anywhere_a_workbook_never_breaks_the_reader(tmp_path):
    path = tmp_path / "upload.xlsx"
    raw = workbook(path, ("甲", [["姓名", "日期"], ["张三", "1991.05"]])).read_bytes()
    for keep in range(4, len(raw), max(1, len(raw) // 12)):
        path.write_bytes(raw[:keep])
        assert refusal_of(path).code in {"file_damaged", "file_not_a_workbook", "file_encoding"}


def test_the_limits_are_those_that_were_decided():
    assert (limits.ENTRIES, limits.RATIO, limits.COLUMNS, limits.ROWS) == (200, 100, 100, 200_000)
    assert limits.UNPACKED_BYTES == 100 * 1024 * 1024
