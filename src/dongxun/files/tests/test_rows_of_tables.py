"""What a row means by where it stands: under a tall merged cell, below the table."""

import pytest
import xlsxwriter

from dongxun.files.services import batches
from dongxun.files.tests.make import HEADER, make_batch, run
from dongxun.files.tests.toy import toys
from dongxun.files.workbook.footers import is_footer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("toy")]


def test_a_tall_merged_cell_speaks_for_each_row_and_sums_below_for_nobody(zhou, tmp_path):
    path = tmp_path / "merged.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("名册")
        sheet.write_row(0, 0, HEADER)
        for number, name in enumerate(["林小满", "张三", "", "钱一诺", "周五"], start=1):
            sheet.write_row(number, 0, [f"A{number}" if name else None, name or None])
        sheet.merge_range(1, 2, 4, 2, "一支部")
        sheet.write(5, 2, "二支部")
        sheet.write_row(6, 0, ["合计", "4人"])
        sheet.write_row(7, 0, ["填表人：", "李四", None, "审核人："])
    batch = make_batch(zhou, pieces=[path.read_bytes()])
    assert (batch.counts["new"], batch.counts["bad"]) == (4, 0)
    batches.apply(by=zhou, batch_id=batch.id)
    run(batch)
    assert toys() == {
        "A1": "林小满|一支部",
        "A2": "张三|一支部",
        "A4": "钱一诺|一支部",
        "A5": "周五|二支部",
    }


@pytest.mark.parametrize(
    ("cells", "is_one"),
    [
        (["小 计", None, 12.0], True),
        (["审核人：王某", "填表日期：2026年11月"], True),
        (["注：以上人员均已核对"], True),
        ([None, "共计 3 人"], True),
        (["单小计", "一支部"], False),
        (["合计", "某人"], False),
        (["备注：", "住院"], False),
        ([], False),
    ],
)
def test_a_row_about_the_table_is_none_of_its_rows(cells, is_one):
    assert is_footer(cells) is is_one
