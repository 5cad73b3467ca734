from datetime import UTC, timedelta
from io import BytesIO

import pytest
from python_calamine import load_workbook

from dongxun.kernel import clock
from dongxun.kernel.errors import NotFound
from dongxun.kernel.ids import new_id
from dongxun.kernel.models import AuditEntry
from dongxun.needs import api as needs
from dongxun.needs.contracts import NeedDraft, NeedSource
from dongxun.people.models import Person
from dongxun.reports import orders
from dongxun.reports.archive import SECTIONS
from dongxun.reports.dossier import keys
from dongxun.reports.gather import dossier
from dongxun.reports.recipes import NothingToPrint
from dongxun.reports.services.printing import print_paper
from dongxun.reports.services.visits import print_round
from dongxun.reports.tests.read import pages_of
from dongxun.visits import api as visits
from dongxun.visits import services
from dongxun.visits.contracts import Guest, SheetLine
from dongxun.visits.tests.make import World, make_round

COLUMNS = [
    "序号",
    "日期",
    "起止时间",
    "被送学党员",
    "年龄",
    "党龄",
    "住址（村组）",
    "原因码（高龄/行动不便/重病/失能/困难）",
    "送学人",
    "结对",
    "学习内容/专题",
    "资料（书名·册数）",
    "时长",
    "党员反馈/需求",
    "签字或按印/不便签字说明",
    "照片编号",
    "折算学时",
]

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    world = World()
    Person.objects.filter(id=world.zheng.id).update(joined_on="1970-07-01")
    world.round = make_round(
        world.season,
        world.tree["平潮镇"],
        [world.zheng, world.feng],
        by=world.zhou,
        title="下午线",
        day=clock.today() + timedelta(days=1),
        materials="口袋书 1 册",
        lesson_title="一号文件",
    )
    visits.add_visitor(by=world.zhou, round_id=world.round.id, person_id=world.qian.id)
    return world


def held(world):
    """Let the first home be visited and its sheet be entered; the second had nobody in."""
    first, second = visits.stops_of(world.round.id, by=world.zhou)
    at = clock.moment(world.round.day) + timedelta(hours=14)
    lines = [
        SheetLine(first.id, "done", clock.local(at).time(), 30, "想再听一次", "thumb"),
        SheetLine(second.id, "absent", clock.local(at).time()),
    ]
    with clock.frozen(at + timedelta(hours=2)):
        visits.enter_sheet(by=world.zhou, round_id=world.round.id, lines=lines)
        draft = NeedDraft(
            id=new_id(),
            text="屋顶漏雨",
            source=NeedSource.VISIT,
            organisation_id=first.branch_id,
            person_id=first.person_id,
            occurred_at=at,
            about_kind="visit",
            about_id=first.id,
        )
        needs.raise_need(by=world.zhou, draft=draft)
    return (at + timedelta(hours=3)).astimezone(UTC)


def rows_of(content):
    return load_workbook(BytesIO(content)).get_sheet_by_index(0).to_python()


def printed(world, *, blank=False, form="pdf", by=None):
    return print_round(by=by or world.zhou, round_id=world.round.id, blank=blank, form=form).content


def test_the_filled_sheet_has_exactly_the_columns_of_the_form(world):
    with clock.frozen(held(world)):
        title, _note, heads, first, second = rows_of(printed(world, form="xlsx"))
    assert "送学上门记录表" in title[0]
    assert heads == COLUMNS
    assert first[2:4] == ["14:00—14:30", "郑十"]
    assert (first[5], first[7], first[8], first[12]) == (56, "高龄", "钱一诺", 30)
    assert first[11] == "口袋书 1 册"
    assert first[13:15] == ["想再听一次；屋顶漏雨", "已按印"]
    assert first[16] == 0.5
    assert (second[3], second[12], second[14], second[16]) == ("冯二", "", "家中无人", "")


def test_the_blank_sheet_leaves_open_what_is_written_at_the_door(world, tmp_path):
    [page] = pages_of(printed(world, blank=True), tmp_path)
    for word in ("送学上门记录表", "郑十", "冯二", "高龄", "钱一诺", "口袋书1册"):
        assert word in page
    _title, _note, _heads, first, *_more = rows_of(printed(world, blank=True, form="xlsx"))
    assert first[10].endswith("（差 60 分）；《一号文件》")
    with clock.frozen(held(world)):
        [filled] = pages_of(printed(world), tmp_path)
        [left] = pages_of(printed(world, blank=True), tmp_path)
    assert all(word in filled for word in ("30分", "想再听一次", "已按印", "家中无人"))
    assert "郑十" not in left
    assert "冯二" in left


def test_a_guest_stands_on_the_sheet_without_age(world, tmp_path):
    guest = Guest("李大娘", "河东组 3 号", "low_income")
    services.add_stops(by=world.zhou, round_id=world.round.id, guests=[guest])
    [page] = pages_of(printed(world, blank=True), tmp_path)
    assert all(word in page for word in ("李大娘", "河东组3号", "低保"))


def test_who_was_put_on_paper_is_written_down(world):
    printed(world, blank=True)
    assert AuditEntry.objects.filter(action="people.print_homes").count() == 1


def test_a_round_of_others_is_as_if_absent(world):
    with pytest.raises(NotFound):
        printed(world, by=world.organiser("五接镇"))


def test_a_round_without_a_home_has_nothing_to_print(world):
    with clock.frozen(held(world)):
        line = SheetLine(visits.stops_of(world.round.id, by=world.zhou)[1].id, "done", None, 12)
        visits.enter_sheet(by=world.zhou, round_id=world.round.id, lines=[line])
        with pytest.raises(NothingToPrint):
            printed(world, blank=True)


def order(world, paper, form, by=None, node="平潮镇"):
    return orders.order(
        by=by or world.zhou,
        paper=paper,
        form=form,
        season_id=world.season.id,
        node_id=world.tree[node].id,
        first=world.season.starts_on,
        last=world.season.ends_on,
    )


def test_all_sheets_of_a_season_come_in_one_go(world, tmp_path):
    by = world.zhou
    blank = print_paper(by=by, order=order(world, "home_study_blank", "pdf")).content
    assert len(pages_of(blank, tmp_path)) == 2
    with clock.frozen(held(world)):
        pages = pages_of(
            print_paper(by=by, order=order(world, "home_study", "pdf")).content, tmp_path
        )
        assert ["上午线" in page for page in pages] == [True, False]
        rows = rows_of(print_paper(by=by, order=order(world, "home_study", "xlsx")).content)
    assert rows[2] == COLUMNS
    assert [row[0] for row in rows[3:]] == [1, 2, 3, 4]


def test_a_branch_finds_the_visits_to_its_own_members_and_no_others(world, tmp_path):
    secretary = world.organiser("平潮镇支部")
    found = order(world, "home_study", "pdf", by=secretary, node="平潮镇支部")
    assert "郑十" in pages_of(print_paper(by=secretary, order=found).content, tmp_path)[0]
    other = world.organiser("五接镇")
    with pytest.raises(NothingToPrint):
        print_paper(by=other, order=order(world, "home_study", "pdf", by=other, node="五接镇"))


def test_the_sheets_are_section_07_and_homes_still_owed_are_what_it_lacks(world):
    assert SECTIONS["07"] == "送学上门"
    with clock.frozen(held(world)):
        found = order(world, "dossier", "zip")
        assert any('"07", "home_study"' in key for key in keys(found))
        [section] = [one for one in dossier.sections(found) if one.number == "07"]
        assert section.has == ("2 条送学路线",)
    due = max(topic.due_on for topic in found.season.topics)
    with clock.frozen(clock.moment(due + timedelta(days=1)).astimezone(UTC)):
        [section] = [
            one for one in dossier.sections(order(world, "dossier", "zip")) if one.number == "07"
        ]
    assert [gap.words for gap in section.gaps] == ["2 户该送的专题已到期"]
