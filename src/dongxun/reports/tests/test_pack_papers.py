from io import BytesIO

import pytest
from python_calamine import load_workbook

from dongxun.kernel import clock
from dongxun.kernel.errors import NotFound
from dongxun.kernel.ids import new_id
from dongxun.packs import api as packs
from dongxun.packs.contracts import DonationDraft, DonationKind, GoodsLine, ReceiptHow
from dongxun.packs.services import leaflets
from dongxun.packs.tests.make import line_of, make_list, make_pack, make_place
from dongxun.reports import orders
from dongxun.reports.gather import dossier
from dongxun.reports.recipes import NothingToPrint
from dongxun.reports.services import packs as services
from dongxun.reports.services.printing import print_paper
from dongxun.reports.tests.read import pages_of

ISSUE = [
    "姓名",
    "身份证号",
    "物资类别",
    "数量",
    "签字",
    "备注",
    "日期",
    "发放单位",
    "加油包名称",
    "规格",
    "领取人/代领人",
    "关系",
    "联系电话",
    "发放人",
]
GIFTS = ["捐赠人", "名称", "规格", "数量", "验收", "日期", "入库", "出库", "去向", "公示"]
LEAFLETS = ["名称", "份数", "户数", "片区", "日期"]


@pytest.fixture
def issued(cast):
    pack = make_pack(cast.season, cast.own.node, name="能量包", spec="含读本")
    made = make_list(pack, make_place(cast.own.node), [cast.lin, cast.zhou])
    packs.sign_for(
        by=cast.actor("secretary"),
        item_id=new_id(),
        line_id=line_of(made, cast.lin).id,
        how=ReceiptHow.PROXY,
        occurred_at=clock.now(),
        received_by="林大明",
        relation="儿子",
    )
    return made


def rows_of(content):
    return load_workbook(BytesIO(content)).get_sheet_by_index(0).to_python()


def paper(cast, key, form="xlsx"):
    by = cast.actor("organiser")
    order = orders.order(
        by=by, paper=key, form=form, season_id=cast.season.id, node_id=cast.own.node.id
    )
    return print_paper(by=by, order=order).content


def test_the_filled_sheet_says_who_took_it_and_the_blank_one_has_who_is_left(
    cast, issued, tmp_path
):
    by = cast.actor("organiser")
    ready = services.print_issue_sheet(by=by, list_id=issued.id, blank=False, form="pdf")
    [page] = pages_of(ready.content, tmp_path)
    assert all(word in page for word in ("物资发放签收表", "林小满", "周明远", "林大明", "儿子"))
    blank = services.print_issue_sheet(by=by, list_id=issued.id, blank=True, form="pdf")
    [page] = pages_of(blank.content, tmp_path)
    assert "周明远" in page
    assert "林小满" not in page


def test_the_workbook_of_a_list_has_exactly_the_columns_offices_know(cast, issued):
    ready = services.print_issue_sheet(
        by=cast.actor("organiser"), list_id=issued.id, blank=False, form="xlsx"
    )
    _title, _note, heads, first, second = rows_of(ready.content)
    assert heads == ISSUE
    assert (first[0], first[4], first[10], first[11]) == ("林小满", "代领签字", "林大明", "儿子")
    assert (second[0], second[1], second[4], second[12]) == ("周明远", "", "", "")


def test_a_sheet_of_others_is_as_if_absent(cast, issued):
    with pytest.raises(NotFound):
        services.print_issue_sheet(
            by=cast.actor("other_organiser"), list_id=issued.id, blank=True, form="pdf"
        )


def hand_out_leaflets(cast, by):
    leaflets.log_leaflets(
        by=by,
        item_id=new_id(),
        season_id=cast.season.id,
        organisation_id=cast.own.node.id,
        kind="letter",
        title="一封信",
        copies=600,
        households=580,
        area="西片",
        on=clock.today(),
    )


def test_donations_and_leaflets_go_out_with_the_columns_offices_know(cast, tmp_path):
    by = cast.actor("organiser")
    draft = DonationDraft(
        id=new_id(),
        kind=DonationKind.GOODS,
        donor_name="暖阳家纺",
        consignee_id=cast.own.branch.id,
        lines=[GoodsLine("被褥", 4178, 52)],
    )
    donation_id = packs.promise_donation(
        by=by, season_id=cast.season.id, organisation_id=cast.own.node.id, draft=draft
    )
    with pytest.raises(NothingToPrint):
        services.print_thanks(by=by, donation_id=donation_id)
    packs.accept_donation(
        by=by,
        donation_id=donation_id,
        place_id=make_place(cast.own.node).id,
        on=clock.today(),
        accepted_by="周明远",
        accepted={},
    )
    packs.thank_donor(by=by, donation_id=donation_id, on=clock.today(), number="谢〔1〕号")
    hand_out_leaflets(cast, by)
    gifts, log = rows_of(paper(cast, "donations")), rows_of(paper(cast, "leaflets"))
    assert gifts[2] == GIFTS
    assert gifts[3][:5] == ["暖阳家纺", "被褥", "", "4178 套（52 箱）", "4178 周明远"]
    assert (gifts[3][6], gifts[3][7]) == (4178, 0)
    [page] = pages_of(paper(cast, "donations", "pdf"), tmp_path)
    for words in ("验收", "入库", "出库", "去向", "公示", "暖阳家纺", "4178周明远"):
        assert words in page
    assert log[2] == LEAFLETS
    assert log[3][:4] == ["一封信", 600, 580, "西片"]


def test_the_letter_of_thanks_names_donor_goods_and_number(cast, tmp_path):
    by = cast.actor("organiser")
    draft = DonationDraft(
        id=new_id(),
        kind=DonationKind.MONEY,
        donor_name="平潮商会",
        consignee_id=cast.own.node.id,
        amount_yuan=20_000,
    )
    donation_id = packs.promise_donation(
        by=by, season_id=cast.season.id, organisation_id=cast.own.node.id, draft=draft
    )
    packs.thank_donor(by=by, donation_id=donation_id, on=clock.today(), number="谢〔2〕号")
    [page] = pages_of(services.print_thanks(by=by, donation_id=donation_id).content, tmp_path)
    assert all(word in page for word in ("平潮商会", "捐资20000元", "谢〔2〕号"))


def test_the_sheets_of_a_unit_are_one_paper_and_stand_in_section_09(cast, issued, tmp_path):
    assert len(pages_of(paper(cast, "issue", "pdf"), tmp_path)) == 1
    assert rows_of(paper(cast, "issue"))[2] == ISSUE
    by = cast.actor("organiser")
    order = orders.order(
        by=by, paper="dossier", form="zip", season_id=cast.season.id, node_id=cast.own.node.id
    )
    [section] = [one for one in dossier.sections(order) if one.number == "09"]
    assert section.has == ("1 张发放清单",)
    assert [gap.words for gap in section.gaps] == ["1 份还没领到"]
