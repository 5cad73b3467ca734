"""冬训计划表: what people write into a plan, and the sessions it becomes."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from dongxun.activities.contracts import ActivityType, Audience
from dongxun.activities.models import Claim, Session
from dongxun.activities.sessions import changes
from dongxun.activities.sessions.importing.columns import COLUMNS, credit_hours, hours, kind, moment
from dongxun.activities.sessions.importing.importer import PlanImporter
from dongxun.activities.sessions.importing.reading import Reader
from dongxun.activities.tests.plan import organiser
from dongxun.files import api as files
from dongxun.files.contracts import Action, BatchContext, CellProblem, RowIn
from dongxun.files.tests.make import workbook
from dongxun.kernel import clock
from dongxun.kernel.ids import new_id
from dongxun.notices.models import Notice
from dongxun.organisations.tests.make import SYSTEM, make_district
from dongxun.people.models import LecturerProfile
from dongxun.people.tests.make import make_person
from dongxun.seasons.contracts import SeasonState
from dongxun.seasons.models import Season, SeasonOrganisation, Topic
from dongxun.seasons.services.season import write_credit_defaults

pytestmark = pytest.mark.django_db
IMPORTER = PlanImporter()


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1月20日上午", (None, 1, 20, "09:00", "11:00")),
        ("2027.1.20 14:00", (2027, 1, 20, "14:00", "")),
        ("１月２０日（星期三）下午2:30-4:30", (None, 1, 20, "14:30", "16:30")),
        ("2027年1月20日 晚上7点半", (2027, 1, 20, "19:30", "")),
        ("1.20全天", (None, 1, 20, "09:00", "17:00")),
        (datetime(2027, 1, 20, 9, 30, tzinfo=UTC), (2027, 1, 20, "09:30", "")),
        (date(2027, 1, 20), (2027, 1, 20, "", "")),
    ],
)
def test_times_are_read_as_people_write_them(cell, expected):
    value = moment(cell)
    assert tuple(value[k] for k in ("year", "month", "day", "start", "end")) == expected


@pytest.mark.parametrize("cell", ["待定", "2月30日上午", "1月20日 25:00"])
def test_a_time_that_is_none_is_refused(cell):
    with pytest.raises(CellProblem):
        moment(cell)


def test_small_columns_are_read():
    assert hours("14:00－16:00".replace("－", "-")) == {"start": "14:00", "end": "16:00"}
    assert (credit_hours("半天"), credit_hours("2 学时"), credit_hours(1.5)) == ("4", "2", "1.5")
    assert (kind("书记党课"), kind("实地现场教学"), kind("座谈")) == (
        "party_lecture",
        "study_tour",
        "other",
    )


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def season(district):
    root = district["district"]
    row = Season.objects.create(
        root_id=root.id,
        name="2026—2027",
        starts_on=date(2026, 12, 14),
        ends_on=date(2027, 3, 12),
        state=SeasonState.RUNNING,
        created_at=clock.now(),
    )
    SeasonOrganisation.objects.create(season=row, organisation_id=root.id)
    for number, name in enumerate(("党的创新理论", "乡村全面振兴"), start=1):
        Topic.objects.create(
            season=row,
            number=number,
            name=name,
            short_name=name[:8],
            minutes=90,
            opens_on=row.starts_on,
            due_on=row.ends_on,
        )
    write_credit_defaults(row)
    return row


ROW: dict[str, Any] = {
    "when": "1月20日上午",
    "topic": "乡村全面振兴",
    "title": "田埂上的课",
    "type": "现场教学",
    "lecturer": "顾老师（区委党校）",
    "people": "60人",
    "place": "向村合作社",
    "host": "平潮村",
    "co_hosts": "五接镇、农业农村局",
    "owner": "周明远",
    "credit": 1.5,
    "first": "否",
}


def a_row(number: int = 2, **cells: Any) -> RowIn:
    values = {c.key: c.parse(cells[c.key]) for c in COLUMNS if c.key in cells}
    return RowIn("计划", number, values)


def state(district, season, by=SYSTEM):
    context = BatchContext(new_id(), IMPORTER.kind, by, district["平潮镇"].id, season.id)
    return IMPORTER.prepare(context)


def check(district, season, row):
    [finding] = IMPORTER.check(state(district, season), [row])
    return finding


def codes(finding):
    return [(p.column, p.code, p.note) for p in finding.problems]


def test_a_row_becomes_a_session(district, season):
    gu = LecturerProfile.objects.create(
        id=new_id(), name="顾老师", kind="school", organisation_id=district["district"].id
    )
    row = a_row(**ROW | {"co_hosts": "五接镇、区农业农村局"})
    [change] = IMPORTER.apply(state(district, season), [row])
    session = Session.objects.get(id=change.target_id)
    assert session.starts_at == datetime(2027, 1, 20, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert (session.title, session.type, session.credit_minutes) == ("田埂上的课", "study_tour", 90)
    assert (session.host.name, session.state) == ("平潮村", "published")
    assert session.parts.filter(part="co_host").count() == 2
    assert session.bookings.get().lecturer_id == gu.id
    assert "计划人数：60人" in session.note
    assert Notice.objects.count() == 0


def test_unknown_topics_and_organisations_get_suggestions(district, season):
    finding = check(district, season, a_row(**ROW | {"topic": "乡村振兴", "host": "平潮"}))
    assert {(p.column, p.code) for p in finding.problems if not p.note} >= {
        ("topic", "unknown"),
        ("host", "unknown"),
    }
    offered = {
        p.column: [p.suggestion, *(c.value for c in p.choices)]
        for p in finding.problems
        if not p.note
    }
    assert "乡村全面振兴" in offered["topic"]
    assert any("平潮" in word for word in offered["host"])


def test_topics_by_number_and_missing_hours_go_in(district, season):
    row = a_row(when="12月28日", topic="专题二", place="礼堂")
    finding = check(district, season, row)
    assert codes(finding) == [("when", "no_hours", True)]
    [change] = IMPORTER.apply(state(district, season), [row])
    session = Session.objects.get(id=change.target_id)
    assert (session.starts_at.year, session.title) == (2026, "乡村全面振兴")


def test_a_day_outside_the_season_is_named(district, season):
    finding = check(district, season, a_row(**ROW | {"when": "5月1日上午", "co_hosts": ""}))
    assert ("when", "outside", False) in codes(finding)


def test_the_host_of_another_town_is_not_taken(district, season):
    context = BatchContext(
        new_id(), IMPORTER.kind, organiser(district["平潮镇"]), district["平潮镇"].id, season.id
    )
    row = a_row(**ROW | {"host": "五接镇", "co_hosts": ""})
    [finding] = IMPORTER.check(IMPORTER.prepare(context), [row])
    assert ("host", "unknown") in {(p.column, p.code) for p in finding.problems}


def test_a_second_import_shows_the_difference_and_can_be_undone(district, season):
    row = a_row(**ROW | {"co_hosts": ""})
    IMPORTER.apply(state(district, season), [row])
    assert check(district, season, row).action == Action.SAME
    later = a_row(**ROW | {"co_hosts": "", "when": "1月20日下午"})
    finding = check(district, season, later)
    assert finding.action == Action.CHANGED
    assert [label for label, _old, _new in finding.differences] == ["时间"]
    [change] = IMPORTER.apply(state(district, season), [later])
    assert IMPORTER.undo(state(district, season), [change]) == []
    assert Session.objects.get().starts_at.astimezone(clock.zone()).hour == 9


def test_undo_leaves_alone_what_somebody_has_touched(district, season):
    row = a_row(**ROW | {"co_hosts": ""})
    with clock.frozen(datetime(2026, 12, 20, tzinfo=UTC)):
        [change] = IMPORTER.apply(state(district, season), [row])
        session = Session.objects.get()
        changes.move_session(
            by=SYSTEM,
            session_id=session.id,
            starts_at=session.starts_at + timedelta(days=1),
            ends_at=session.ends_at + timedelta(days=1),
            reason="大雪",
        )
        [kept] = IMPORTER.undo(state(district, season), [change])
    assert kept.target_id == session.id


def test_undo_leaves_alone_what_people_have_attended(district, season):
    [change] = IMPORTER.apply(state(district, season), [a_row(**ROW | {"co_hosts": ""})])
    lin = make_person(branch=district["平潮镇支部"])
    Claim.objects.create(
        id=new_id(),
        session=Session.objects.get(),
        person=lin,
        branch_id=lin.branch_id,
        method="roll",
        occurred_at=clock.now(),
        recorded_at=clock.now(),
    )
    assert len(IMPORTER.undo(state(district, season), [change])) == 1


def test_a_whole_workbook_goes_in_with_its_title_row(district, season, tmp_path):
    head = ["序号", "时间", "专题", "形式", "授课人/单位职务", "人数", "地点", "主办"]
    rows = [
        ["平潮镇2026—2027年度党员冬训计划表"],
        head,
        [1, "1月20日上午", "党的创新理论", "专题宣讲", "顾老师", 60, "礼堂", "平潮村"],
        [2, "1月21日下午", "没有的专题", "党课", "", "", "礼堂", "平潮村"],
    ]
    path = workbook(tmp_path / "计划.xlsx", ("计划", rows))
    files.import_file(
        by=SYSTEM,
        kind=IMPORTER.kind,
        path=path,
        organisation_id=district["平潮镇"].id,
        season_id=season.id,
    )
    assert [s.title for s in Session.objects.all()] == ["党的创新理论"]


def test_two_sessions_of_one_day_and_topic_are_two(district, season, tmp_path):
    rows = [
        ["序号", "时间", "专题", "形式", "授课人", "参训对象", "地点", "主办"],
        [1, "1月20日上午", "党的创新理论", "党课", "", "第一批", "礼堂", "平潮村"],
        [2, "1月20日下午", "党的创新理论", "党课", "", "第二批", "礼堂", "平潮村"],
    ]
    path = workbook(tmp_path / "计划.xlsx", ("计划", rows))
    for _again in range(2):
        files.import_file(
            by=SYSTEM,
            kind=IMPORTER.kind,
            path=path,
            organisation_id=district["平潮镇"].id,
            season_id=season.id,
        )
    hours = [clock.local(s.starts_at).hour for s in Session.objects.order_by("starts_at")]
    assert len(hours) == 2
    assert hours[0] < 12 < hours[1]


def test_every_kind_and_audience_that_plans_print_is_read(district, season):
    with translation.override("zh-hans"):
        printed = {str(row.label): row.value for row in ActivityType}
        audiences = {str(row.label): row.value for row in Audience}
    assert {words: kind(words) for words in printed} == printed
    known = state(district, season).known
    row = ROW | {"co_hosts": ""}
    read = {words: Reader(known, a_row(**row | {"audience": words})).plan() for words in audiences}
    assert {words: plan.audience for words, plan in read.items()} == audiences


def test_several_topics_share_the_hours(district, season):
    row = a_row(**ROW | {"topic": "党的创新理论、乡村全面振兴", "credit": 1.5, "co_hosts": ""})
    plan = Reader(state(district, season).known, row).plan()
    assert [minutes for _topic, minutes in plan.topics] == [45, 45]
    wrong = a_row(**ROW | {"topic": "党的创新理论、没有的专题"})
    assert ("topic", "unknown", False) in codes(check(district, season, wrong))
