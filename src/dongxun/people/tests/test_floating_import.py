from datetime import date, timedelta

import pytest

from dongxun.files.contracts import BatchContext, RowIn
from dongxun.kernel import clock
from dongxun.kernel.ids import new_id
from dongxun.kernel.models import Event
from dongxun.organisations.tests.make import SYSTEM
from dongxun.people import api
from dongxun.people.contracts import Status
from dongxun.people.floating.contracts import StayDraft
from dongxun.people.floating.importing.columns import COLUMNS
from dongxun.people.floating.importing.importer import FloatingImporter
from dongxun.people.models import PersonTag, Stay, StayNote
from dongxun.people.tests.make import make_person
from dongxun.people.tests.test_floating import make_station, received

IMPORTER = FloatingImporter()


@pytest.fixture
def guest(cast):
    return make_person("候鸟", branch=cast.own.branch, digits="4321")


def a_row(number=2, choice=None, **cells):
    cells = {"name": "候鸟"} | cells
    values = {
        column.key: column.parse(cells[column.key]) for column in COLUMNS if column.key in cells
    }
    return RowIn("登记表", number, values, choice or {})


def state(cast, node=None):
    node = node or cast.own.branch
    return IMPORTER.prepare(BatchContext(new_id(), IMPORTER.kind, SYSTEM, node.id, None))


def check(cast, **cells):
    [finding] = IMPORTER.check(state(cast), [a_row(**cells)])
    return finding


def put_in(cast, *rows):
    return IMPORTER.apply(state(cast), rows or [a_row()])


FULL = {
    "left_on": "2019.03",
    "reason": "①外出务工经商",
    "direction": "苏州市吴中区",
    "contacted_on": "2026-11-01",
    "contacted_by": "微信视频",
    "study": "每月线上学习",
}


def test_a_row_becomes_a_line_and_the_member_counts_as_floating(cast, guest):
    finding = check(cast, **FULL)
    assert (finding.action, finding.problems) == ("new", [])
    [change] = put_in(cast, a_row(**FULL))

    line = api.stay_of(guest.id, by=cast.actor("secretary"))
    assert (line.id, line.left_on, line.reason) == (change.target_id, date(2019, 3, 1), "work")
    assert (line.contacted_on, line.contacted_by) == (date(2026, 11, 1), "chat")
    assert [e.step for e in api.stay_timeline(line.id, by=SYSTEM)] == ["contacted", "registered"]
    assert PersonTag.objects.filter(person=guest, tag="流动").exists()
    assert Event.objects.get(name="MembershipChanged").payload == {"person_ids": [str(guest.id)]}


def test_the_same_rows_again_change_nothing_and_blanks_erase_nothing(cast, guest):
    put_in(cast, a_row(**FULL))
    for cells in (FULL, {}, {"direction": None, "study": ""}):
        assert check(cast, **cells).action == "same"
    assert put_in(cast, a_row(**FULL)) == []


def test_a_change_is_shown_and_written(cast, guest):
    put_in(cast, a_row(**FULL))
    cells = {"direction": "上海市", "reason": "随亲属居住"}
    finding = check(cast, **cells)
    assert finding.action == "changed"
    assert ("流向", "苏州市吴中区", "上海市") in finding.differences
    put_in(cast, a_row(**cells))
    assert (Stay.objects.get().direction, Stay.objects.get().reason) == ("上海市", "family")


def test_an_older_contact_does_not_undo_a_later_one(cast, guest):
    put_in(cast, a_row(**FULL))
    assert check(cast, contacted_on="2026-10-01", contacted_by="电话").action == "same"


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"name": "无此人"}, "not_on_roster"),
        ({"branch": "没有的支部"}, "branch_unknown"),
    ],
)
def test_who_cannot_be_found_is_said(cast, guest, cells, code):
    [problem] = check(cast, **cells).problems
    assert problem.code == code


def test_a_name_written_wrongly_offers_who_may_be_meant(cast):
    person = make_person("李小候鸟", branch=cast.own.branch)
    [problem] = check(cast, name="李候鸟").problems
    assert [choice.value for choice in problem.choices] == [str(person.id)]
    row = a_row(name="李候鸟", choice={"name": str(person.id)})
    assert IMPORTER.check(state(cast), [row])[0].action == "new"


def test_two_of_one_name_are_asked_about_or_told_apart_by_birth(cast, guest):
    twin = make_person("候鸟", branch=cast.own.branch, joined_on=date(2001, 7, 1))
    twin.private.birth_year, twin.private.birth_month = 1980, 5
    twin.private.save()
    [problem] = check(cast).problems
    assert (problem.code, len(problem.choices)) == ("several", 2)
    [change] = put_in(cast, a_row(birth="1980.05", joined_on="2001.07"))
    assert Stay.objects.get(id=change.target_id).person_id == twin.id


def test_who_does_not_count_is_not_registered(cast, guest):
    guest.status = Status.TRANSFERRED
    guest.save()
    assert [one.code for one in check(cast).problems] == ["not_counted"]


def test_another_number_and_a_report_on_paper_are_told_and_the_row_goes_in(cast, guest):
    finding = check(cast, phone="19900009999", reported="是")
    assert {one.code for one in finding.problems} == {"other_phone", "not_reported"}
    assert all(one.note for one in finding.problems)
    assert finding.action == "new"


def test_what_our_own_workbook_prints_changes_nothing(cast, guest):
    received(cast, make_station(cast.foreign.node))
    cells = {"host_words": "五接镇", "host_contact": "某人 0513-86512345", "reported": "2026-11-18"}
    assert check(cast, **cells).action == "same"


def test_a_contact_with_who_stands_as_lost_is_left_to_a_person(cast, guest):
    [change] = put_in(cast)
    home = cast.actor("secretary")
    on = clock.today() - timedelta(days=3)
    api.lose_contact(by=home, stay_id=change.target_id, on=on, reason="work")
    finding = check(cast, contacted_on=str(clock.today()))
    assert ([one.code for one in finding.problems], finding.action) == (["is_lost"], "same")


def test_who_is_not_in_the_file_is_told_and_stays(cast, guest):
    [change] = put_in(cast)
    other = make_person("在列", branch=cast.own.branch)
    seen = state(cast)
    [finding] = IMPORTER.check(seen, [a_row(name="在列")])
    missing = IMPORTER.missing(seen, {finding.scope}, set())
    assert [one.target_id for one in missing] == [change.target_id]
    assert not Stay.objects.filter(person=other).exists()


def test_taking_back_leaves_no_line_no_tag_and_the_change_undone(cast, guest):
    put_in(cast, a_row(**FULL))
    [change] = put_in(cast, a_row(direction="上海市", contacted_on="2026-11-05"))
    assert IMPORTER.undo(state(cast), [change]) == []
    row = Stay.objects.get()
    assert (row.direction, row.contacted_on, row.version) == ("苏州市吴中区", date(2026, 11, 1), 3)

    other = make_person("新来", branch=cast.own.branch)
    [made] = put_in(cast, a_row(name="新来"))
    assert IMPORTER.undo(state(cast), [made]) == []
    assert not Stay.objects.filter(person=other).exists()
    assert not StayNote.objects.filter(stay_id=made.target_id).exists()
    assert not PersonTag.objects.filter(person=other, tag="流动").exists()
    assert Event.objects.order_by("-id")[0].payload["at_home"] is True


def test_a_line_that_somebody_wrote_to_since_is_kept(cast, guest):
    [change] = put_in(cast)
    home = cast.actor("secretary")
    draft = StayDraft(direction="无锡市")
    api.change_stay(by=home, stay_id=change.target_id, draft=draft)
    [kept] = IMPORTER.undo(state(cast), [change])
    assert kept.target_id == change.target_id
    assert Stay.objects.get().direction == "无锡市"


def test_whoever_was_quicker_than_the_file_keeps_their_line(cast, guest):
    before = state(cast)
    home = cast.actor("secretary")
    api.register_stay(by=home, person_id=guest.id, draft=StayDraft(direction="无锡市"))
    assert IMPORTER.apply(before, [a_row(**FULL)]) == []
    assert Stay.objects.get().direction == "无锡市"
