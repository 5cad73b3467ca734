"""签到表: pages, rows, what repeats, and names that try to be more than names."""

import pytest

from dongxun.reports import papers
from dongxun.reports.tests.make import HOSTILE, make_poster, make_sheet, make_sign_in_row
from dongxun.reports.tests.read import pages_of


@pytest.mark.parametrize(
    ("people", "pages"), [(0, 1), (1, 1), (20, 1), (21, 2), (25, 2), (30, 2), (1000, 41)]
)
def test_a_page_holds_25_rows_and_leaves_room_for_walk_ins(people, pages):
    assert papers.sign_in_sheets([make_sheet(people)]).pages == pages


def test_a_full_page_without_blank_rows_stays_one_page():
    assert papers.sign_in_sheets([make_sheet(25, blank_rows=0)]).pages == 1


def test_head_code_definition_and_page_number_stand_on_every_page(tmp_path):
    pages = pages_of(papers.sign_in_sheets([make_sheet(60)]).pdf, tmp_path)
    assert len(pages) == 3
    for number, page in enumerate(pages, 1):
        assert "签到表" in page
        assert "第三次集中学习" in page
        assert "2026年12月9日（周三）08:30—11:30" in page
        assert "周明远" in page
        assert "K7QF2M" in page
        assert "序号姓名所在党支部职务/类别签名签到时间备注" in page
        assert "口径：应到为本场参训对象" in page
        assert "截至2026年12月8日08:30" in page
        assert f"第{number}页共3页" in page
    assert "补1" in pages[2]
    assert "未列入名单的到场人员" in pages[2]
    assert "应到60人" in pages[2]


def test_each_sheet_starts_on_a_new_page_and_counts_its_own(tmp_path):
    sheets = [make_sheet(n, branch=f"第{n}党支部") for n in (3, 40, 3)]
    pages = pages_of(papers.sign_in_sheets(sheets).pdf, tmp_path)
    assert len(pages) == 4
    assert "第3党支部第1页共1页" in pages[0]
    assert "第40党支部第2页共2页" in pages[2]


def test_phone_numbers_are_printed_only_when_asked_for(tmp_path):
    sheet = make_sheet(2)
    assert "199****" not in pages_of(papers.sign_in_sheets([sheet]).pdf, tmp_path)[0]
    [page] = pages_of(papers.sign_in_sheets([make_sheet(2, phones=True)]).pdf, tmp_path)
    assert "联系电话" in page
    assert "199****0001" in page


def test_a_leave_already_approved_is_printed_in_its_row(tmp_path):
    row = make_sign_in_row(remark="请假")
    assert "请假" in pages_of(papers.sign_in_sheets([make_sheet(rows=(row,))]).pdf, tmp_path)[0]


def test_hostile_text_stays_text_and_never_moves_a_row(tmp_path):
    rows = tuple(make_sign_in_row(name=t, branch=t, role=t, remark=t, phone=t) for t in HOSTILE)
    for phones in (False, True):
        made = papers.sign_in_sheets(
            [
                make_sheet(
                    rows=rows, phones=phones, activity=text, place=text, host=text, chair=text
                )
                for text in HOSTILE
            ]
        )
        assert made.pages == len(HOSTILE)
    assert "🎉" in made.missing
    assert "#setpage(" in pages_of(made.pdf, tmp_path)[0]


def test_the_poster_shows_code_address_and_what_a_declared_check_in_is(tmp_path):
    [page] = pages_of(papers.poster(make_poster()).pdf, tmp_path)
    for words in ("手机扫码签到", "K7QF2M", "dongxun.example", "自报", "平潮镇党委"):
        assert words in page


@pytest.mark.parametrize("text", HOSTILE)
def test_the_poster_keeps_to_one_page_whatever_it_is_told(text):
    made = papers.poster(
        make_poster(season=text, activity=text, place=text, host=text, contact=text)
    )
    assert made.pages == 1
