"""Who takes part, how, and how that follows the roster."""

import time
from datetime import date, timedelta

import pytest

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, ActorKind, Grant, Role
from dongxun.kernel.errors import Invalid, NotFound
from dongxun.kernel.ids import new_id
from dongxun.kernel.models import Event
from dongxun.organisations.tests.make import SYSTEM, make_district
from dongxun.people.contracts import Category, Status
from dongxun.people.models import Person, PersonTag
from dongxun.people.tests.make import make_person
from dongxun.seasons import api, handlers
from dongxun.seasons.contracts import HomeReason, StudyMode
from dongxun.seasons.models import Cohort, Participation
from dongxun.seasons.tests.make import make_participation, make_season

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def season(district):
    return make_season(district["district"])


def secretary(node) -> Actor:
    return Actor(ActorKind.ACCOUNT, grants=(Grant(Role.SECRETARY, node.id, node.interval),))


def modes(season):
    rows = Participation.objects.filter(season=season, valid_to=None)
    return {row.person.name: (row.mode, row.reason) for row in rows.select_related("person")}


def test_enrolment_takes_members_who_count_and_reads_modes_from_tags(district, season):
    branch = district["平潮镇支部"]
    make_person("林小满", branch=branch)
    make_person("预备", branch=branch, category=Category.PROBATIONARY)
    make_person("申请", branch=branch, category=Category.APPLICANT)
    make_person("停籍", branch=branch, status=Status.SUSPENDED)
    PersonTag.objects.create(person=make_person("在外", branch=branch), tag="流动")
    aged = make_person("高寿", branch=branch)
    PersonTag.objects.create(person=aged, tag="送学")
    PersonTag.objects.create(person=aged, tag="高龄")

    assert api.enrol_season(by=SYSTEM, season_id=season.id) == 4
    assert api.enrol_season(by=SYSTEM, season_id=season.id) == 0

    assert modes(season) == {
        "林小满": (StudyMode.GROUP, ""),
        "预备": (StudyMode.GROUP, ""),
        "在外": (StudyMode.FLOATING, ""),
        "高寿": (StudyMode.HOME, HomeReason.AGED),
    }


def test_a_transfer_moves_the_denominator_that_day(district, season):
    lin = make_person("林小满", branch=district["平潮镇支部"])
    make_participation(season, lin)
    make_participation(season, make_person(branch=district["五接镇支部"]))
    day = clock.today()
    Person.objects.filter(id=lin.id).update(branch_id=district["五接镇支部"].id)
    payload = {"person_ids": [str(lin.id)], "day": day.isoformat()}
    for _ in range(2):
        handlers.on_membership_changed(payload)

    before = api.participation_of(lin.id, season.id, day - timedelta(days=1))
    after = api.participation_of(lin.id, season.id, day)
    assert before is not None
    assert after is not None
    assert (before.branch_id, after.branch_id) == (
        district["平潮镇支部"].id,
        district["五接镇支部"].id,
    )
    here = [district["平潮镇"].interval]
    assert api.eligible_ids(season.id, day, here) == {}
    assert set(api.eligible_ids(season.id, day - timedelta(days=1), here)) == {lin.id}


def test_whoever_dies_or_leaves_no_longer_counts_and_may_come_back(district, season):
    lin = make_person(branch=district["平潮镇支部"])
    make_participation(season, lin, mode=StudyMode.HOME, reason=HomeReason.AGED)
    payload = {"person_id": str(lin.id)}
    Person.objects.filter(id=lin.id).update(status=Status.TRANSFERRED)
    handlers.on_membership_changed(payload)
    assert api.eligible_ids(season.id, clock.today(), [district["district"].interval]) == {}
    Person.objects.filter(id=lin.id).update(status=Status.ACTIVE)
    handlers.on_membership_changed(payload)
    part = api.participation_of(lin.id, season.id, clock.today())
    assert part is not None
    assert (part.mode, part.eligible_on(clock.today())) == (StudyMode.HOME, True)


def test_a_branch_whose_roster_is_new_counts_from_the_first_day(district, season):
    lin = make_person(branch=district["平潮镇支部"])
    handlers.on_membership_changed({"person_ids": [str(lin.id)]})
    late = make_person(branch=district["平潮镇支部"])
    handlers.on_membership_changed({"person_ids": [str(late.id)]})
    starts = dict(Participation.objects.values_list("person_id", "valid_from"))
    assert starts == {lin.id: season.starts_on, late.id: clock.today()}


def test_a_merge_leaves_one_part(district, season):
    kept, twice = (
        make_person(branch=district["平潮镇支部"]),
        make_person(branch=district["平潮镇支部"]),
    )
    make_participation(season, twice)
    payload = {"kept_id": str(kept.id), "merged_id": str(twice.id)}
    for _ in range(2):
        handlers.on_person_merged(payload)
    assert [p.person_id for p in Participation.objects.all()] == [kept.id]


def test_after_a_merge_cohorts_name_the_survivor_once(district, season):
    town = district["平潮镇"]
    kept, twice = (make_person(branch=district["平潮镇支部"]) for _ in range(2))
    for name, people in (("年轻干部", [kept.id, twice.id]), ("村干部", [twice.id])):
        api.write_cohort(
            by=SYSTEM,
            season_id=season.id,
            organisation_id=town.id,
            name=name,
            person_ids=people,
        )
    for _ in range(2):
        handlers.on_person_merged({"kept_id": str(kept.id), "merged_id": str(twice.id)})
    named = Cohort.objects.order_by("name").values_list("name", "people")
    assert list(named) == [("年轻干部", kept.id), ("村干部", kept.id)]


def test_a_secretary_sets_modes_at_home_only(district, season):
    lin = make_person(branch=district["平潮镇支部"])
    wu = make_person(branch=district["五接镇支部"])
    for person in (lin, wu):
        make_participation(season, person)
    zhou = secretary(district["平潮镇支部"])
    changed = api.set_mode(
        by=zhou,
        season_id=season.id,
        person_ids=[lin.id],
        mode=StudyMode.HOME,
        reason=HomeReason.MOBILITY,
    )
    assert changed == 1
    with pytest.raises(NotFound):
        api.set_mode(
            by=zhou, season_id=season.id, person_ids=[lin.id, wu.id], mode=StudyMode.FLOATING
        )
    assert Participation.objects.get(person=wu).mode == StudyMode.GROUP


@pytest.mark.parametrize(
    ("mode", "reason", "where"),
    [("home", "", "reason"), ("group", "aged", "reason"), ("asleep", "", "mode")],
)
def test_a_mode_that_does_not_fit_is_refused(district, season, mode, reason, where):
    lin = make_person(branch=district["平潮镇支部"])
    make_participation(season, lin)
    with pytest.raises(Invalid) as refusal:
        api.set_mode(by=SYSTEM, season_id=season.id, person_ids=[lin.id], mode=mode, reason=reason)
    assert refusal.value.details[0][0] == where


def test_exclusion_counts_from_today_and_can_be_taken_back(district, season):
    lin = make_person(branch=district["平潮镇支部"])
    make_participation(season, lin)
    where, today = [district["district"].interval], clock.today()
    api.set_excluded(by=SYSTEM, season_id=season.id, person_ids=[lin.id], reason="借调外省")
    assert api.eligible_counts(season.id, today, where) == {}
    assert api.eligible_counts(season.id, today - timedelta(days=1), where) == {
        district["平潮镇支部"].id: 1
    }
    api.set_excluded(by=SYSTEM, season_id=season.id, person_ids=[lin.id], reason="")
    assert api.eligible_counts(season.id, today, where) == {district["平潮镇支部"].id: 1}
    assert Participation.objects.count() == 2


def test_changes_are_announced_a_thousand_people_at_a_time(district, season):
    now = clock.now()
    Person.objects.bulk_create(
        Person(
            id=new_id(),
            name=f"某{n}",
            branch_id=district["平潮镇支部"].id,
            created_at=now,
            updated_at=now,
        )
        for n in range(2500)
    )
    began = time.process_time()
    api.enrol_season(by=SYSTEM, season_id=season.id)
    spent = time.process_time() - began
    events = [e for e in Event.objects.all() if e.name == "ParticipationChanged"]
    assert [len(e.payload["person_ids"]) for e in events] == [1000, 1000, 500]
    assert spent < 2


def test_a_part_before_its_first_day_does_not_count(district, season):
    lin = make_person(branch=district["平潮镇支部"])
    make_participation(season, lin, valid_from=date(2030, 1, 1))
    assert api.participation_of(lin.id, season.id, clock.today()) is None
