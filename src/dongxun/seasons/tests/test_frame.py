"""Who takes part and in which zones; drawing up the next year; closing."""

from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from dongxun.kernel import clock
from dongxun.kernel.errors import Invalid, NotAllowed
from dongxun.kernel.models import AuditEntry, Event
from dongxun.kernel.outbox import deliver_all
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import ZoneDraft, ZoneKind
from dongxun.organisations.tests.make import SYSTEM, make_district
from dongxun.people.tests.make import make_person
from dongxun.seasons import api
from dongxun.seasons.contracts import RequirementLine, StudyDayLine, TaskLine
from dongxun.seasons.models import CascadeTask, Participation, Season, StudyDay
from dongxun.seasons.tests.make import make_participation, make_season
from dongxun.seasons.tests.test_season import make, office

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def season(district):
    return make_season(district["district"])


def change(season, **overrides):
    row = Season.objects.get(id=season.id)
    values = {
        "by": SYSTEM,
        "season_id": row.id,
        "name": row.name,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "organisation_ids": [],
        "zones": (None, None),
        "reason": "调整",
    }
    return api.set_frame(**(values | overrides))


def counted(season, where):
    return sum(api.eligible_counts(season.id, clock.today(), [where.interval]).values())


def divide(district, kind=ZoneKind.GEO):
    return organisations.save_zone_set(
        by=SYSTEM,
        root_id=district["district"].id,
        kind=kind,
        name="2026 年片区",
        valid_from=date(2026, 12, 1),
        zones=[ZoneDraft("西片", (district["平潮镇"].id,))],
    )


def test_people_of_a_unit_that_leaves_no_longer_count_from_today_and_come_back(district, season):
    make_person(branch=district["平潮镇支部"])
    make_person(branch=district["五接镇支部"])
    api.enrol_season(by=SYSTEM, season_id=season.id)
    whole, left = district["district"], district["平潮镇"]

    change(season, organisation_ids=[district["五接镇"].id])
    assert (counted(season, whole), counted(season, left)) == (1, 0)
    yesterday = clock.today() - timedelta(days=1)
    assert sum(api.eligible_counts(season.id, yesterday, [whole.interval]).values()) == 2

    change(season, organisation_ids=[district["五接镇"].id, left.id])
    assert counted(season, whole) == 2
    assert [part.organisation_id for part in api.taking_part(season.id)] == [
        district["五接镇"].id,
        left.id,
    ]


def test_the_people_of_a_unit_that_is_moved_follow_it_into_the_season_and_out(district, season):
    change(season, organisation_ids=[district["平潮镇"].id])
    inside = make_person(branch=district["平潮镇支部"])
    outside = make_person(branch=district["五接镇支部"])
    make_participation(season, inside)

    for one, other in (("五接镇", "平潮镇"), ("平潮镇", "五接镇")):
        organisations.move_organisation(
            by=SYSTEM,
            organisation_id=district[f"{one}支部"].id,
            parent_id=district[other].id,
        )
        deliver_all()

    assert counted(season, district["平潮镇"]) == 1
    assert Participation.objects.get(valid_to=None).person_id == outside.id


def test_a_unit_that_joins_counts_from_the_first_day_where_nobody_of_the_branch_did(
    district, season
):
    change(season, organisation_ids=[district["五接镇"].id])
    make_person(branch=district["平潮镇支部"])

    change(season, organisation_ids=[district["五接镇"].id, district["平潮镇"].id])

    assert Participation.objects.get().valid_from == season.starts_on


def test_a_change_of_units_and_zones_keeps_a_version_that_says_which(district, season):
    zones = divide(district)
    change(season, organisation_ids=[district["五接镇"].id])
    Event.objects.all().delete()

    change(season, organisation_ids=[district["五接镇"].id], zones=(zones, None))

    latest = api.versions(season.id, by=SYSTEM)[0]
    assert [(c.what, c.before, c.after) for c in latest.changes] == [("片区", "—", "2026 年片区")]
    assert not Event.objects.filter(name="RequirementChanged").exists()
    change(season, organisation_ids=[district["平潮镇"].id], zones=(zones, None))
    latest = api.versions(season.id, by=SYSTEM)[0]
    assert latest.changes[0].after == "1（+平潮镇、−五接镇）"


def test_changing_nothing_makes_no_version_and_moves_nobody(district, season):
    for _ in range(2):
        change(season, organisation_ids=[district["五接镇"].id])

    assert len(api.versions(season.id, by=SYSTEM)) == 1


@pytest.mark.parametrize(
    ("typed", "where"),
    [
        ({"name": ""}, "name"),
        ({"ends_on": date(2020, 1, 1)}, "ends_on"),
        ({"starts_on": clock.today() + timedelta(days=5)}, "starts_on"),
        ({"reason": ""}, "reason"),
    ],
)
def test_a_frame_that_does_not_fit_is_named(season, typed, where):
    with pytest.raises(Invalid) as refusal:
        change(season, **typed)

    assert refusal.value.details[0][0] == where


def test_a_zone_set_of_the_other_kind_is_refused(district, season):
    zones = divide(district, ZoneKind.JOINT)

    with pytest.raises(Invalid) as refusal:
        change(season, zones=(zones, None))

    assert refusal.value.details[0][0] == "geo_zones"


def test_a_town_may_not_change_the_frame(district, season):
    with pytest.raises(NotAllowed):
        change(season, by=office(district["平潮镇"]))


def test_the_office_ticks_units_and_numbers_their_order(cast):
    client = cast.client("office")
    url = reverse("seasons:frame", args=[cast.season.id])
    here, there = cast.own.node, cast.foreign.node
    form = {
        "name": "测试冬训季",
        "starts_on": cast.season.starts_on.isoformat(),
        "ends_on": cast.season.ends_on.isoformat(),
        "part": [str(here.id), str(there.id)],
        f"place_{here.id}": "2",
        f"place_{there.id}": "1",
    }
    refused = client.post(url, form | {"name": "改了名"})
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "请填写为什么调整" in page
    assert "改了名" in page
    assert f'value="{there.id}" checked' in page
    assert client.post(url, form | {"reason": "两镇试点"}).status_code == 302
    parts = [part.organisation_id for part in api.taking_part(cast.season.id)]
    assert parts == [there.id, here.id]


def fill(cast):
    """Give the season one of each thing that a copy brings along."""
    season = {"by": SYSTEM, "season_id": cast.season.id}
    api.add_campaign(**season, name="会议精神到我村")
    lines = [RequirementLine("secretary", Decimal(12), Decimal(60))]
    api.set_requirements(**season, lines=lines, reason="书记加学")
    api.set_study_day(
        **season,
        organisation_id=cast.own.node.id,
        line=StudyDayLine("周三学习日", "week", time(14), weekday=2),
    )
    api.add_cascade_task(
        **season,
        organisation_id=cast.district.id,
        line=TaskLine(
            title="第一课",
            due_on=cast.season.ends_on,
            topic_id=cast.topics[0].id,
        ),
    )


def test_a_copy_brings_the_whole_plan_and_begins_when_it_is_let(cast):
    client = cast.client("office")
    fill(cast)
    url = reverse("seasons:copy", args=[cast.season.id])
    assert client.post(url, {"name": cast.season.name}).status_code == 422
    assert client.post(url, {"name": "下一季"}).status_code == 302

    copied = Season.objects.get(name="下一季")
    assert copied.state == "draft"
    assert api.rules(copied.id).owed("secretary").season_hours == 12
    assert [c.name for c in api.campaigns(copied.id)] == ["会议精神到我村"]
    assert StudyDay.objects.get(season=copied).weekday == 2
    task = CascadeTask.objects.select_related("topic").get(season=copied)
    assert task.due_on - cast.season.ends_on == timedelta(weeks=52)
    assert (task.topic.season_id, task.topic.name) == (copied.id, cast.topics[0].name)
    assert not copied.participations.exists()

    start = reverse("seasons:start", args=[copied.id])
    assert client.post(start).status_code == 302
    copied.refresh_from_db()
    assert copied.state == "running"
    assert copied.participations.exists()


def test_a_season_without_topics_does_not_begin(cast):
    drawn = make(root=cast.district, name="空季", topics=())
    page = cast.client("office").post(reverse("seasons:start", args=[drawn.id]), follow=True)

    assert "请先加至少一个专题" in page.content.decode()
    assert Season.objects.get(id=drawn.id).state == "draft"


def test_closing_asks_for_the_name_and_refuses_writes_afterwards(cast):
    client = cast.client("office")
    url = reverse("seasons:close", args=[cast.season.id])
    page = client.get(url).content.decode()
    assert "不能再签到" in page
    assert client.post(url, {"name": "别的季"}).status_code == 422
    assert client.post(url, {"name": cast.season.name}).status_code == 302
    assert AuditEntry.objects.filter(action="seasons.close_season").count() == 1

    refused = client.get(reverse("seasons:new_topic", args=[cast.season.id]))
    assert refused.status_code == 409
    assert "本季已结束" in refused.content.decode()
    shown = client.get(reverse("seasons:frame", args=[cast.season.id])).content.decode()
    assert "本季已结束" in shown
    assert 'name="part"' not in shown


def test_the_form_shows_days_as_browsers_read_them(cast):
    page = cast.client("office").get(reverse("seasons:frame", args=[cast.season.id]))

    assert f'value="{cast.season.starts_on.isoformat()}"' in page.content.decode()
