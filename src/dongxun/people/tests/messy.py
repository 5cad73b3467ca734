"""A roster workbook as it really comes in: everything that people do to one, in one file."""

from datetime import date
from pathlib import Path

import xlsxwriter

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def id_number(born: date, order: int) -> str:
    """Return a well-formed ID number of nobody."""
    first17 = f"320612{born:%Y%m%d}{order:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(first17, WEIGHTS, strict=True))
    return first17 + "10X98765432"[total % 11]


LIN_ID = id_number(date(1991, 5, 12), 2)
ZHOU_ID = id_number(date(1975, 3, 1), 1)


def messy_roster(path: Path) -> Path:
    """Write the workbook: two sheets of people, one of remarks, and one hidden.

    The first has a title over merged cells, a header over two rows, every way to
    write a date, and rows that cannot go in as they are; the second has other
    headers for the same columns and its header again in the middle.
    """
    with xlsxwriter.Workbook(str(path), {"strings_to_numbers": False}) as book:
        _first(book)
        _second(book)
        remarks = book.add_worksheet("填表说明")
        remarks.write(0, 0, "请各支部于月底前报送，如有疑问请联系区委组织部。")
        hidden = book.add_worksheet("旧表")
        hidden.write_row(0, 0, ["姓名", "所在党支部"])
        hidden.write_row(1, 0, ["不该进来", "平潮村党支部"])
        hidden.hide()
    return path


def _first(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("平潮镇")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.merge_range("A1:I1", "平潮镇党员花名册")
    sheet.write("A2", "填报单位：平潮镇党委        填报时间：2026年11月")
    for column, title in ((0, "序号"), (1, "姓名"), (2, "公民身份\n号码"), (3, "手机号码")):
        sheet.merge_range(2, column, 3, column, title)
    sheet.merge_range(2, 4, 2, 5, "党员信息")
    sheet.write_row(3, 4, ["入党时间", "转正日期（必填）"])
    for column, title in ((6, "所在党支部*"), (7, "人员类别"), (8, "是否流动党员")):
        sheet.merge_range(2, column, 3, column, title)
    branch = "平潮村党支部"
    rows: list[list[object]] = [
        [1, "林 小满", LIN_ID, 19900000001, "2012.07", "2013.07.01", branch, "正式党员", "否"],
        [
            2,
            "周明远",
            f"'{ZHOU_ID}",
            "１９９００００　０００２",
            "1998/7/1",
            19990701,
            "中共平潮村支部",
            "正式",
            "",
        ],
        [
            3,
            "钱一诺",
            3.20612198801010e17,
            "199-0000-0003",
            "2010年7月",
            40725,
            "平潮镇平潮村党支部",
            "中共党员",
            "是",
        ],
        [
            4,
            "吴思远",
            "3.20612E+17",
            "+86 19900000004",
            date(2001, 7, 1),
            date(2002, 7, 1),
            branch,
            "预备党员",
            "上海",
        ],
        [5, "张三（预备）", "", 19900000005, "2020-07-01", "", branch, "预备党员", ""],
        [6, "王建国", "", "1990000000", "2003.5", "", branch, "正式党员", ""],
        [7, "李桂英", "", 19900000007, "5/7/1999", "", branch, "正式党员", ""],
        [8, "陈志强", "", 19900000008, 1999.1, "", "平湖村党支部", "正式党员", ""],
        [9, "林小满", LIN_ID, 19900000001, "2012.07", "2013.07.01", branch, "正式党员", "否"],
        [10, "赵国华", "", "", "1970.10", "", "第一党支部", "正式党员", ""],
        [None] * 9,
        ["合计", None, None, None, None, None, None, None, None],
    ]
    for number, cells in enumerate(rows, start=4):
        for column, cell in enumerate(cells):
            if cell is not None:
                form = day if isinstance(cell, date) else None
                sheet.write(number, column, cell, form)


def _second(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("五接镇 ")
    header = ["党员姓名", "所属党组织", "联系方式", "加入党组织日期", "政治面貌", "备注"]
    sheet.write_row(0, 0, header)
    sheet.write_row(1, 0, ["孙秀霞", "五接村党支部", "19900000011", "199107", "中共党员", "老党员"])
    sheet.write_row(2, 0, header)
    sheet.write_row(3, 0, ["马超·买买提", "五接村党支部", "0513-86512345", "2015-07", "党员", ""])
    sheet.write_row(4, 0, ["徐文", "五接村支部", "19900000013 / 19900000014", "2016.7", "党员", ""])
