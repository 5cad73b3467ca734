"""Two workbooks as a district sends them: its branches, and a roster with everything wrong in it."""

from datetime import date
from io import BytesIO
from itertools import product

import xlsxwriter
from python_calamine import CalamineWorkbook

TOWNS = ("平潮镇", "五接镇", "刘桥镇")
BRANCHES = {town: f"{town}机关党支部" for town in TOWNS}
UNKNOWN = "平湖镇机关党支部"
"""A branch that is nowhere: the one of 平潮镇, mistyped."""


def branches() -> bytes:
    """Return the workbook of three branches, each below its town."""
    body = BytesIO()
    with xlsxwriter.Workbook(body) as book:
        sheet = book.add_worksheet("党组织")
        sheet.write_row(0, 0, ["党组织名称", "组织类别", "上级党组织"])
        for number, (town, branch) in enumerate(BRANCHES.items(), start=1):
            sheet.write_row(number, 0, [branch, "党支部", town])
    return body.getvalue()


def messy_roster() -> bytes:
    """Return a roster over three sheets: 8 rows can go in, 3 cannot.

    Titles above the header, cells merged over two rows, dates in every form, one that
    can be read in two ways, somebody twice, and a branch that is nowhere.
    """
    body = BytesIO()
    with xlsxwriter.Workbook(body) as book:
        _first(book)
        sheet = book.add_worksheet("五接镇 ")
        header = ["党员姓名", "所属党组织", "联系方式", "加入党组织日期", "备注"]
        sheet.write_row(0, 0, header)
        sheet.write_row(1, 0, ["吴思远", BRANCHES["五接镇"], "19900000011", "199107", "老党员"])
        sheet.write_row(2, 0, header)
        sheet.write_row(3, 0, ["孙秀霞", BRANCHES["五接镇"], "0513-86512345", "2015-07", ""])
        sheet = book.add_worksheet("刘桥镇")
        sheet.write_row(0, 0, ["姓名", "党支部", "手机", "入党时间"])
        for number, name in enumerate(("徐文", "马超·买买提", "赵国华"), start=1):
            phone = f"1990000002{number}"
            sheet.write_row(number, 0, [name, BRANCHES["刘桥镇"], phone, "2003年7月"])
    return body.getvalue()


def _first(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("平潮镇")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.merge_range("A1:E1", "平潮镇党员花名册")
    sheet.write("A2", "填报单位：平潮镇党委")
    for column, title in enumerate(("序号", "姓名", "手机号码")):
        sheet.merge_range(2, column, 3, column, title)
    sheet.merge_range("D3:E3", "党员信息")
    sheet.write_row("D4", ["入党时间", "所在党支部*"])
    own = BRANCHES["平潮镇"]
    rows: list[list[object]] = [
        [1, "林 小满", 19900000001, "1991.05", own],
        [2, "周明远", "１９９００００　０００２", 19980701, own],
        [3, "钱一诺", "199-0000-0003", date(2001, 7, 1), own],
        [4, "陈志强", 19900000004, "5/7/1999", own],
        [5, "林小满", 19900000001, "1991.05", own],
        [6, "王建国", 19900000006, "2010-07-01", UNKNOWN],
    ]
    for number, cells in enumerate(rows, start=4):
        for column, cell in enumerate(cells):
            sheet.write(number, column, cell, day if isinstance(cell, date) else None)
    sheet.write(10, 0, "合计")


def corrected(bad_rows: bytes) -> bytes:
    """Return a downloaded workbook of bad rows with the mistyped branch put right."""
    rows = CalamineWorkbook.from_filelike(BytesIO(bad_rows)).get_sheet_by_index(0).to_python()
    body = BytesIO()
    with xlsxwriter.Workbook(body) as book:
        sheet = book.add_worksheet("改好的")
        for number, cells in enumerate(rows):
            right = [BRANCHES["平潮镇"] if cell == UNKNOWN else cell for cell in cells]
            sheet.write_row(number, 0, right)
    return body.getvalue()


def long_roster(rows: int) -> bytes:
    """Return a roster of that many people of nobody's, all of 平潮镇, all different."""
    names = map(
        "".join,
        product(
            "赵钱孙李周吴郑王冯陈",
            "明国建秀桂志文春海玉",
            "华英强兰芳军平霞勇红",
            "甲乙丙丁戊己庚辛",
        ),
    )
    body = BytesIO()
    with xlsxwriter.Workbook(body) as book:
        sheet = book.add_worksheet("名册")
        sheet.write_row(0, 0, ["姓名", "手机号码", "入党时间", "所在党支部"])
        for number, name in zip(range(1, rows + 1), names, strict=False):
            phone = f"199001{number:05}"
            sheet.write_row(number, 0, [name, phone, "2003-07-01", BRANCHES["平潮镇"]])
    return body.getvalue()
