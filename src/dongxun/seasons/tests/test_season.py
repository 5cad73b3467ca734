"""Drawing up, starting, changing, copying and closing a season."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, ActorKind, Grant, Role
from dongxun.kernel.errors import Invalid, NotAllowed, NotFound
from dongxun.kernel.models import AuditEntry, Event
from dongxun.organisations.tests.make import SYSTEM, make_district, make_organisation
from dongxun.seasons import api
from dongxun.seasons.contracts import CreditTable, SeasonClosed, TopicLine
from dongxun.seasons.models import PlanVersion, Season, Topic

pytestmark = pytest.mark.django_db
DEC, MARCH = date(2026, 12, 14), date(2027, 3, 12)


def office(node) -> Actor:
    return Actor(
        ActorKind.ACCOUNT, label="办公室", grants=(Grant(Role.OFFICE, node.id, node.interval),)
    )


def topic(name="党的创新理论", **overrides) -> TopicLine:
    values: dict[str, Any] = {"minutes": 60, "opens_on": DEC, "due_on": date(2027, 1, 20)}
    return TopicLine(name=name, **(values | overrides))


def make(**overrides):
    root = overrides.pop("root", None) or make_organisation("通州区", type_code="district")
    values: dict[str, Any] = {
        "by": SYSTEM,
        "root_id": root.id,
        "name": "2026—2027 年度冬训",
        "starts_on": DEC,
        "ends_on": MARCH,
        "topics": [topic()],
    }
    return api.create_season(**(values | overrides))


def test_a_season_begins_with_the_defaults_of_the_usual_practice():
    season = make()
    rules = api.rules(season.id)
    assert rules.parameters.season_hours == Decimal(8)
    assert rules.parameters.makeup_window_days == 15
    table = {row.format: row for row in rules.credit}
    assert (table["half_day"].hours, table["day"].hours) == (Decimal(4), Decimal(8))
    assert [hours for _, hours in table["online"].steps] == [
        Decimal("0.25"),
        Decimal("0.5"),
        Decimal(1),
    ]
    assert [t.name for t in rules.topics] == ["党的创新理论"]


def test_creating_the_same_season_again_returns_the_first():
    root = make_organisation("通州区", type_code="district")
    first = make(root=root)
    again = make(root=root)
    assert (again.id, Season.objects.count()) == (first.id, 1)


def test_only_the_training_office_above_may_create():
    district = make_district()
    with pytest.raises(NotAllowed):
        make(root=district["district"], by=office(district["平潮镇"]))
    made = make(root=district["district"], by=office(district["district"]))
    assert AuditEntry.objects.filter(action="seasons.create_season", subject_id=made.id).exists()


@pytest.mark.parametrize(
    ("typed", "where"),
    [
        ({"ends_on": DEC}, "ends_on"),
        ({"name": "  "}, "name"),
        ({"parameters": {"quiz_pass": "101"}}, "quiz_pass"),
        ({"parameters": {"makeup_window_days": "十五"}}, "makeup_window_days"),
        ({"parameters": {"season_hours": "NaN"}}, "season_hours"),
        ({"parameters": {"colour": "1"}}, "colour"),
        ({"topics": [topic(), topic("", minutes=0)]}, "topics.2.name"),
        ({"topics": [topic(due_on=DEC)]}, "topics.1.due_on"),
    ],
)
def test_what_does_not_fit_is_named_and_nothing_is_written(typed, where):
    with pytest.raises(Invalid) as refusal:
        make(**typed)
    assert where in [place for place, _ in refusal.value.details]
    assert Season.objects.count() == 0


def test_an_organisation_of_another_district_cannot_take_part():
    other = make_organisation("海门区", type_code="district")
    with pytest.raises(Invalid) as refusal:
        make(organisation_ids=[other.id])
    assert refusal.value.details[0][0] == "organisations"


def test_a_running_season_changes_only_with_a_reason_and_keeps_a_version():
    season = make()
    api.start_season(by=SYSTEM, season_id=season.id)
    with pytest.raises(Invalid) as refusal:
        api.edit_season(by=SYSTEM, season_id=season.id, parameters={"season_hours": "10"})
    assert refusal.value.details[0][0] == "reason"
    api.edit_season(
        by=SYSTEM, season_id=season.id, parameters={"season_hours": "10"}, reason="上级要求"
    )
    assert api.rules(season.id).parameters.season_hours == Decimal(10)
    latest, first = api.versions(season.id, by=SYSTEM)
    assert (latest.number, latest.reason, first.number) == (2, "上级要求", 1)
    assert [(c.before, c.after) for c in latest.changes] == [("8", "10")] * 3


def test_a_change_that_changes_nothing_makes_no_version():
    season = make()
    api.start_season(by=SYSTEM, season_id=season.id)
    for _ in range(2):
        api.edit_season(by=SYSTEM, season_id=season.id, name="新名", reason="改名")
    assert PlanVersion.objects.count() == 2


def test_two_timetables_accepted_in_one_second_are_two_versions():
    season = make()
    api.start_season(by=SYSTEM, season_id=season.id)
    now = clock.now()
    for number, reason in enumerate(("今冬课表", "讲师出差", "讲师出差")):
        api.note_timetable(
            by=SYSTEM,
            season_id=season.id,
            organisation_id=season.root_id,
            counts=(9, 3),
            at=now + timedelta(microseconds=min(number, 1)),
            reason=reason,
        )
    latest, first, _start = api.versions(season.id, by=SYSTEM)
    assert (latest.reason, first.reason) == ("讲师出差", "今冬课表")
    assert len(latest.changes) == len(first.changes) == 1


def test_rules_are_read_anew_after_a_change_and_kept_otherwise(django_assert_num_queries):
    season = make()
    api.rules(season.id)
    with django_assert_num_queries(1):
        api.rules(season.id)
    api.add_topic(by=SYSTEM, season_id=season.id, line=topic("乡村振兴"))
    assert len(api.rules(season.id).topics) == 2


def test_a_topic_inserted_mid_season_moves_the_later_ones_and_is_announced():
    season = make(topics=[topic("一"), topic("二")])
    api.start_season(by=SYSTEM, season_id=season.id)
    Event.objects.all().delete()
    line = topic("农村工作会议", opens_on=date(2027, 1, 10), due_on=date(2027, 2, 20))
    added = api.add_topic(by=SYSTEM, season_id=season.id, line=line, reason="会议刚开过", number=2)
    again = api.add_topic(by=SYSTEM, season_id=season.id, line=line, reason="会议刚开过")
    names = list(Topic.objects.values_list("number", "name"))
    assert (names, again.id) == ([(1, "一"), (2, "农村工作会议"), (3, "二")], added.id)
    assert [e.name for e in Event.objects.all()] == ["RequirementChanged"]


def test_a_credit_table_with_falling_steps_is_refused():
    season = make()
    bad = CreditTable("online", "steps", steps=((30, Decimal(1)), (15, Decimal("0.5"))))
    with pytest.raises(Invalid) as refusal:
        api.edit_season(by=SYSTEM, season_id=season.id, credit=[bad])
    assert refusal.value.details[0][0] == "online.steps"


def test_a_closed_season_refuses_every_write():
    season = make()
    topic_id = api.rules(season.id).topics[0].id
    api.close_season(by=SYSTEM, season_id=season.id)
    with pytest.raises(SeasonClosed):
        api.edit_season(by=SYSTEM, season_id=season.id, name="新名")
    with pytest.raises(SeasonClosed):
        api.enrol_season(by=SYSTEM, season_id=season.id)
    with pytest.raises(SeasonClosed):
        api.write_course(by=SYSTEM, topic_id=topic_id, title="第一讲", minutes=60)
    assert api.close_season(by=SYSTEM, season_id=season.id).state == "closed"


def test_a_copy_keeps_weekdays_and_courses_and_brings_no_people():
    season = make()
    topic_id = api.rules(season.id).topics[0].id
    api.write_course(by=SYSTEM, topic_id=topic_id, title="第一讲", minutes=45)
    copied = api.copy_season(by=SYSTEM, season_id=season.id, name="2027—2028 年度冬训")
    again = api.copy_season(by=SYSTEM, season_id=season.id, name="2027—2028 年度冬训")
    assert (copied.starts_on - season.starts_on) == timedelta(weeks=52)
    assert (again.id, copied.state) == (copied.id, "draft")
    row = Season.objects.get(id=copied.id)
    assert row.participations.count() == 0
    assert row.topics.get().courses.get().title == "第一讲"
    with pytest.raises(Invalid):
        api.copy_season(by=SYSTEM, season_id=season.id, name=season.name)
    with pytest.raises(Invalid):
        api.copy_season(by=SYSTEM, season_id=copied.id, name=season.name)
    assert Season.objects.get(id=season.id).copied_from_id is None


def test_a_season_of_another_district_is_as_if_absent():
    season = make()
    other = make_organisation("海门区", type_code="district")
    with pytest.raises(NotFound):
        api.season(season.id, by=office(other))
    assert api.seasons(by=office(other)) == []


def test_a_town_sees_the_season_of_its_district_but_may_not_change_it():
    district = make_district()
    season = make(root=district["district"])
    town = office(district["平潮镇"])
    assert api.current_season(town) is not None
    with pytest.raises(NotAllowed):
        api.edit_season(by=town, season_id=season.id, name="我的")
