from io import BytesIO

import pytest
from python_calamine import load_workbook

from dongxun.needs.tests.make import bring_to, make_need
from dongxun.reports.dossier import keys
from dongxun.reports.gather import needs as gather
from dongxun.reports.gather.dossier import sections
from dongxun.reports.orders import order
from dongxun.reports.services import problems
from dongxun.reports.services.printing import print_paper
from dongxun.reports.tests.read import pages_of

pytestmark = pytest.mark.django_db
COLUMNS = [
    "序号",
    "问题描述",
    "发现时间",
    "来源",
    "类别",
    "紧急程度",
    "责任单位",
    "责任人",
    "配合单位",
    "整改措施",
    "完成时限",
    "进度",
    "完成情况",
    "整改前后材料",
    "复核人",
    "销号日期",
    "满意度",
    "备注",
]


@pytest.fixture
def raised(cast):
    bring_to(make_need(cast.own.branch, text="屋顶漏雨"), "closed")
    make_need(cast.own.branch, text="村口没有路灯")
    make_need(cast.foreign.branch, text="别处的事")


def wanted(cast, form, paper="problems"):
    return order(
        by=cast.actor("secretary"),
        paper=paper,
        form=form,
        season_id=cast.season.id,
        node_id=cast.own.branch.id,
    )


def test_the_ledger_alone_is_a_workbook_with_exactly_its_columns(cast, raised):
    ready = print_paper(by=cast.actor("secretary"), order=wanted(cast, "xlsx"))
    rows = load_workbook(BytesIO(ready.content)).get_sheet_by_index(0).to_python()
    assert COLUMNS in rows
    texts = [row[1] for row in rows]
    assert "屋顶漏雨" in texts
    assert "别处的事" not in texts


def test_the_ledger_alone_is_a_paper_too(cast, raised, tmp_path):
    ready = print_paper(by=cast.actor("secretary"), order=wanted(cast, "pdf"))
    words = "".join(pages_of(ready.content, tmp_path))
    assert "问题清单（整改台账）" in words
    assert "共2件" in words
    assert "已验收" in words
    assert "路人甲" not in words


def test_an_empty_ledger_is_printed_to_be_written_on(cast, tmp_path):
    ready = problems.print_blank(
        by=cast.actor("secretary"), season_id=cast.season.id, node_id=cast.own.branch.id
    )
    words = "".join(pages_of(ready.content, tmp_path))
    for column in ("问题描述", "责任单位", "整改措施", "满意度"):
        assert column in words


def test_section_14_holds_it_and_says_what_is_not_signed_off(cast, raised):
    of_dossier = wanted(cast, "zip", "dossier")
    assert sum(key.startswith('["14"') for key in keys(of_dossier)) == 2
    [section] = [one for one in sections(of_dossier) if one.number == "14"]
    assert len(section.gaps) == 1


def test_the_weekly_report_says_beside_the_coverages_what_was_solved(cast, raised):
    figures = list(gather.solved(wanted(cast, "pdf", "weekly")))
    assert [(one.label, one.value, one.total) for one in figures] == [
        ("诉求已解决", 1, 2),
        ("诉求人满意", 1, 1),
    ]
