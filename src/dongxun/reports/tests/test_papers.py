"""Every paper but the sign-in sheet: pages, what they say, and hostile text."""

import dataclasses
from decimal import Decimal
from typing import Any

import pytest

from dongxun.reports import papers
from dongxun.reports.contracts import OpenNames, Paper
from dongxun.reports.tests import make
from dongxun.reports.tests.read import pages_of

NONE = Decimal(0)
SNAPSHOT: dict[str, tuple[Any, int]] = {
    "plan": (lambda: papers.season_plan(make.make_plan(24)), 2),
    "open names": (lambda: papers.open_names(make.make_open_names(4, 10)), 2),
    "roster": (lambda: papers.roster(make.make_roster(3, 30)), 3),
    "errands": (lambda: papers.errands(make.make_errands(40)), 3),
    "attendance": (lambda: papers.attendance(make.make_attendance()), 1),
    "make-up": (lambda: papers.make_up([make.make_make_up_slip()] * 7), 3),
    "activation": (lambda: papers.activation([make.make_activation_slip()] * 13), 3),
    "links": (lambda: papers.links([make.make_link_slip()] * 17), 3),
    "week": (lambda: papers.weekly_report(make.make_week()), 2),
    "index": (lambda: papers.dossier_index(make.make_dossier_index()), 1),
    "cover": (lambda: papers.cover(make.make_cover()), 1),
}


@pytest.mark.parametrize("name", SNAPSHOT)
def test_a_paper_has_its_pages_and_every_character(name):
    setter, pages = SNAPSHOT[name]
    made = setter()
    assert (made.pages, made.missing) == (pages, ())


@pytest.mark.parametrize(
    ("name", "heads"),
    [
        ("plan", "序号时间专题形式"),
        ("open names", "序号姓名状态"),
        ("roster", "序号姓名类别职务入党时间"),
        ("errands", "序号姓名所在党支部通知内容时间通知人本人签字"),
    ],
)
def test_heads_foot_and_page_numbers_repeat_on_every_page(name, heads, tmp_path):
    setter, count = SNAPSHOT[name]
    pages = pages_of(setter().pdf, tmp_path)
    for number, page in enumerate(pages, 1):
        assert heads[:4] in page
        assert "口径：" in page
        assert "来源：党员名册、活动排期截至2026年12月8日08:30" in page
        assert f"第{number}页共{count}页" in page


def test_the_plan_adds_up_its_sessions_persons_and_hours(tmp_path):
    *_, last = pages_of(papers.season_plan(make.make_plan(24)).pdf, tmp_path)
    assert "合计24场" in last
    assert "2,880" in last
    assert "96" in last


def test_a_plan_row_without_a_day_says_so(tmp_path):
    row = make.make_plan_row(day=None, half="", clock="", headcount=None, hours=None)
    [page] = pages_of(papers.season_plan(make.make_plan(rows=(row,))).pdf, tmp_path)
    assert "待定" in page


def test_open_names_are_counted_by_state_and_branch(tmp_path):
    [page, *_] = pages_of(papers.open_names(make.make_open_names(2, 6)).pdf, tmp_path)
    assert "共2个支部、12人：没学8人，学了一半4人；同批支部应训96人" in page
    assert "未学完6人/应训48人" in page
    assert "联系人：周明远19900000001" in page


def test_open_names_say_what_each_calendar_year_lacks_and_long_names_still_fit(tmp_path):
    years = ((Decimal("5.5"), Decimal(32), Decimal("26.5")), (Decimal("120.25"), Decimal(56), NONE))
    row = make.make_open_row(1, name="阿卜杜热合曼·买买提艾力江", years=years)
    [group] = make.make_open_names(1, 0).groups
    group = dataclasses.replace(group, rows=(row,) * 14)
    made = papers.open_names(make.make_open_names(groups=(group,), years=(2026, 2027)))
    [page] = pages_of(made.pdf, tmp_path)
    for words in ("2026年", "2027年", "5.5/32", "差26.5", "120.25/56", "学满", "提艾力江"):
        assert words in page
    assert made.missing == ()


def test_a_branch_that_goes_on_says_its_name_again(tmp_path):
    first, second = pages_of(papers.open_names(make.make_open_names(1, 50)).pdf, tmp_path)
    assert "平潮镇新坝村第1党支部" in first
    assert "平潮镇新坝村第1党支部" in second


def test_no_open_name_is_said_in_words(tmp_path):
    empty: OpenNames = make.make_open_names(groups=())
    [page] = pages_of(papers.open_names(empty).pdf, tmp_path)
    assert "没有未参训人员" in page
    early = dataclasses.replace(make.make_open_names(0), is_any_due=False)
    [page] = pages_of(papers.open_names(early).pdf, tmp_path)
    assert "还没有专题到期" in page
    assert "全部学完" not in page


def test_the_weekly_report_shows_n_of_n_beside_every_share(tmp_path):
    first, second = pages_of(papers.weekly_report(make.make_week()).pdf, tmp_path)
    for words in ("31,204/48,000人", "65.0%", "人数少，不显示比例", "90%", "1,080/1,200", "未开课"):
        assert words in first
    assert "缺报2家：石港镇、二甲镇" in first
    assert "三、下周安排4场" in second


def test_below_ten_people_no_share_is_printed(tmp_path):
    week = make.make_week(figures=(make.make_week().figures[3],), grid=make.make_grid(0))
    first = pages_of(papers.weekly_report(week).pdf, tmp_path)[0]
    assert "6/8人" in first
    assert "75" not in first


def test_an_empty_week_still_is_a_report(tmp_path):
    week = make.make_week(held=(), coming=(), paragraphs=(), figures=(), not_reported=())
    text = "".join(pages_of(papers.weekly_report(week).pdf, tmp_path))
    assert "本周没有活动" in text
    assert "下周还没有排期" in text


def test_the_summary_of_attendance_adds_up(tmp_path):
    [page] = pages_of(papers.attendance(make.make_attendance(5)).pdf, tmp_path)
    assert "合计5场（人次）" in page
    assert "60050560351510" in page


def test_a_make_up_notice_names_what_when_and_whom_to_ask(tmp_path):
    [page] = pages_of(papers.make_up([make.make_make_up_slip()]).pdf, tmp_path)
    for words in ("林小满同志", "2026年12月24日前补学", "周明远19900000001", "收到人签字"):
        assert words in page


def test_a_make_up_notice_without_offers_asks_to_agree_on_a_time(tmp_path):
    slip = make.make_make_up_slip(sessions=(), url="")
    assert "时间地点请与联系人商定" in pages_of(papers.make_up([slip]).pdf, tmp_path)[0]


def test_an_activation_slip_holds_all_that_a_first_access_needs(tmp_path):
    [page] = pages_of(papers.activation([make.make_activation_slip()]).pdf, tmp_path)
    for words in ("pc-xb01", "7KQ4-M2XF", "dongxun.example/start", "2026年12月23日前有效"):
        assert words in page


def test_the_dossier_index_lists_sums_pages_and_what_is_missing(tmp_path):
    [page] = pages_of(papers.dossier_index(make.make_dossier_index()).pdf, tmp_path)
    assert "还缺2项" in page
    assert "□领导小组名单" in page
    assert "9f86d081" * 4 in page
    assert "183.2KB" in page


def _hostile(value: Any, text: str) -> Any:
    """Return ``value`` with every string in it replaced by ``text``."""
    if isinstance(value, str):
        return text
    if isinstance(value, tuple):
        return tuple(_hostile(item, text) for item in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        changed = {
            f.name: _hostile(getattr(value, f.name), text) for f in dataclasses.fields(value)
        }
        return type(value)(**changed)
    return value


def _all_papers(text: str) -> list[Paper]:
    return [
        papers.season_plan(_hostile(make.make_plan(2), text)),
        papers.open_names(_hostile(make.make_open_names(1, 2), text)),
        papers.roster(_hostile(make.make_roster(1, 2), text)),
        papers.errands(_hostile(make.make_errands(2), text)),
        papers.attendance(_hostile(make.make_attendance(2, 2), text)),
        papers.weekly_report(_hostile(make.make_week(), text)),
        papers.dossier_index(_hostile(make.make_dossier_index(), text)),
    ]


@pytest.mark.parametrize("text", make.HOSTILE)
def test_hostile_text_stays_text_in_every_paper(text):
    assert all(made.pages >= 1 for made in _all_papers(text))


@pytest.mark.parametrize("text", make.HOSTILE)
def test_hostile_text_never_moves_a_slip_off_its_page(text):
    slips = [_hostile(make.make_make_up_slip(), text)] * 3
    assert papers.make_up(slips).pages == 1
    assert papers.activation([_hostile(make.make_activation_slip(), text or "x")] * 6).pages == 1
    assert papers.links([_hostile(make.make_link_slip(), text or "x")] * 8).pages == 1
    assert papers.cover(_hostile(make.make_cover(), text)).pages == 1


def test_markup_in_a_name_is_printed_as_it_was_typed(tmp_path):
    names = make.make_roster(1, 1)
    row = dataclasses.replace(names.groups[0].rows[0], name="*粗*#[x]")
    group = dataclasses.replace(names.groups[0], rows=(row,))
    made = papers.roster(dataclasses.replace(names, groups=(group,)))
    assert "*粗*#[x]" in pages_of(made.pdf, tmp_path)[0]
