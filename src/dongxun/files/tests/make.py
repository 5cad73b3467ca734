"""Makers of files and imports for tests: workbooks well made, and workbooks made to harm."""

import io
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from dongxun.files.models import ImportBatch
from dongxun.files.services import batches, uploads
from dongxun.kernel import jobs
from dongxun.kernel.actors import Actor

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"

BOOK_PARTS = {
    "[Content_Types].xml": f"""<?xml version="1.0"?><Types xmlns="{PACKAGE}/content-types">
<Default Extension="xml" ContentType="application/xml"/></Types>""",
    "_rels/.rels": f"""<?xml version="1.0"?><Relationships xmlns="{PACKAGE}/relationships">
<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/>
</Relationships>""",
    "xl/workbook.xml": f"""<?xml version="1.0"?><workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">
<sheets><sheet name="名册" sheetId="1" r:id="rId1"/></sheets></workbook>""",
    "xl/_rels/workbook.xml.rels": f"""<?xml version="1.0"?>
<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1"
Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>""",
}


def sheet_xml(rows: str) -> str:
    """Return the XML of a worksheet around ``rows``."""
    return (
        f'<?xml version="1.0"?><worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    )


def raw_workbook(path: Path, rows: str = "", /, **replaced: str | bytes) -> Path:
    """Write a workbook of hand-made XML; ``replaced`` maps part names to other contents.

    In part names ``__`` stands for a slash and ``_x`` at the end for ``.xml``.
    """
    parts: dict[str, str | bytes] = {**BOOK_PARTS, "xl/worksheets/sheet1.xml": sheet_xml(rows)}
    for name, body in replaced.items():
        parts[name.replace("__", "/").replace("_x", ".xml")] = body
    path.write_bytes(zip_of(parts))
    return path


def zip_of(parts: Mapping[str, str | bytes]) -> bytes:
    """Return a deflated zip of ``parts``."""
    box = io.BytesIO()
    with zipfile.ZipFile(box, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return box.getvalue()


def workbook(path: Path, *sheets: tuple[str, Sequence[Sequence[object]]]) -> Path:
    """Write a well-made workbook of named sheets of rows; None leaves a cell empty."""
    with xlsxwriter.Workbook(
        str(path),
        {
            "strings_to_formulas": False,
            "default_date_format": "yyyy-mm-dd",
            "remove_timezone": True,
        },
    ) as book:
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(rows):
                for column, value in enumerate(cells):
                    if value is not None:
                        sheet.write(row, column, value)
    return path


HEADER = ["编号", "姓名", "党支部", "入党日期", "手机"]
PEOPLE = [
    ["A1", "林小满", "一支部", "1991.05", "19900000001"],
    ["A2", "张 三", "一支部", "1988-03-12", ""],
    ["A3", "钱一诺", "二支部", "2001年7月", "19900000003"],
]


def roster(
    rows: Sequence[Sequence[object]] = PEOPLE,
    *,
    header: Sequence[str] = HEADER,
    sheet: str = "名册",
) -> bytes:
    """Return a toy roster with a title above its header, as a workbook's bytes."""
    lines = [["平潮镇党员名册"], [], list(header), *rows]
    with tempfile.TemporaryDirectory() as folder:
        return workbook(Path(folder) / "roster.xlsx", (sheet, lines)).read_bytes()


def make_batch(
    by: Actor, rows: Sequence[Sequence[object]] = PEOPLE, *, checked: bool = True, **overrides: Any
) -> ImportBatch:
    """Return a toy import, its columns as found; checked unless told otherwise."""
    about: dict[str, Any] = {
        "by": by,
        "kind": "tests.toy",
        "name": "名册.xlsx",
        "pieces": [roster(rows)],
    } | overrides
    batch = uploads.open_import(**about)
    if not checked:
        return batch
    match_as_found(batch, by)
    return run(batch)


def match_as_found(batch: ImportBatch, by: Actor) -> None:
    """Confirm the columns that were found, as a person would without a change."""
    sheets = {
        about["index"]: batches.SheetChoice(
            use=about["use"], columns={int(at): key for at, key in about["columns"].items()}
        )
        for about in batch.mapping["sheets"]
    }
    batches.match_columns(by=by, batch_id=batch.id, sheets=sheets)


def run(batch: ImportBatch) -> ImportBatch:
    """Run what is waiting, and return the batch as it stands then."""
    jobs.run_waiting()
    batch.refresh_from_db()
    return batch
