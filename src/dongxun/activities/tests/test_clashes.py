"""Clashes of place, lecturer and people, with free slots; nothing is ever blocked."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dongxun.activities.contracts import Audience, SessionState
from dongxun.activities.models import Session
from dongxun.activities.sessions import planning
from dongxun.activities.sessions.clashes import clashing_ids, uses_between, warnings
from dongxun.activities.sessions.shapes import Asked, Invited
from dongxun.activities.sessions.sign_ups import name_delegates
from dongxun.activities.tests.plan import make_plan, organiser
from dongxun.kernel import clock
from dongxun.kernel.ids import new_id
from dongxun.organisations.models import Place
from dongxun.organisations.tests.make import SYSTEM, make_district
from dongxun.people.models import LecturerProfile
from dongxun.people.tests.make import make_person
from dongxun.seasons import api as seasons
from dongxun.seasons.tests.make import make_participation, make_season

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def season(district):
    return make_season(district["district"])


@pytest.fixture
def hall(district):
    return Place.objects.create(
        id=new_id(), organisation_id=district["平潮镇"].id, name="文化中心", type="hall"
    )


@pytest.fixture
def lecturer(district):
    return LecturerProfile.objects.create(
        id=new_id(), name="顾老师", kind="school", organisation_id=district["district"].id
    )


def test_place_lecturer_and_people_are_each_named(district, season, hall, lecturer):
    plan = make_plan(season, district["平潮镇"], place_id=hall.id, lecturers=(Asked(lecturer.id),))
    planning.save_session(by=SYSTEM, plan=plan)
    later = plan.starts_at + timedelta(minutes=90)
    other = replace(
        plan,
        host_id=district["平潮镇支部"].id,
        title="支部学习",
        starts_at=later,
        ends_at=later + timedelta(hours=2),
    )
    found = warnings(other, by=SYSTEM)
    assert {(c.kind, c.what, c.title) for c in found.clashes} == {
        ("place", "文化中心", "精神到我村"),
        ("lecturer", "顾老师", "精神到我村"),
        ("people", "平潮村党支部", "精神到我村"),
    }
    assert len(found.free) == 2
    assert all(slot.ends_at - slot.starts_at == timedelta(hours=2) for slot in found.free)
    assert planning.save_session(by=SYSTEM, plan=other)


def test_free_slots_are_free(district, season, hall):
    plan = make_plan(season, district["平潮镇"], place_id=hall.id)
    planning.save_session(by=SYSTEM, plan=plan)
    for slot in warnings(plan, by=SYSTEM).free:
        moved = replace(plan, starts_at=slot.starts_at, ends_at=slot.ends_at)
        assert warnings(moved, by=SYSTEM).clashes == ()


def test_one_after_the_other_and_elsewhere_do_not_clash(district, season, hall):
    plan = make_plan(season, district["平潮镇"], place_id=hall.id)
    session_id = planning.save_session(by=SYSTEM, plan=plan)
    after = replace(plan, starts_at=plan.ends_at, ends_at=plan.ends_at + timedelta(hours=1))
    elsewhere = make_plan(season, district["五接镇"])
    assert warnings(after, by=SYSTEM).clashes == ()
    assert warnings(elsewhere, by=SYSTEM).clashes == ()
    assert warnings(plan, by=SYSTEM, session_id=session_id).clashes == ()


def test_a_session_of_others_clashes_without_its_title(district, season, hall):
    planning.save_session(by=SYSTEM, plan=make_plan(season, district["平潮镇"], place_id=hall.id))
    plan = make_plan(season, district["五接镇"], place_id=hall.id)
    [clash] = warnings(plan, by=organiser(district["五接镇"])).clashes
    assert (clash.kind, clash.title, clash.session_id) == ("place", "", None)


def test_people_expected_by_name_are_compared_too(district, season):
    def person(**more):
        found = make_person(branch=district["平潮镇支部"], **more)
        make_participation(season, found)
        return found

    lead, young, named = person(is_secretary=True), person(), person()
    cohort = seasons.write_cohort(
        by=SYSTEM,
        season_id=season.id,
        organisation_id=district["平潮镇"].id,
        name="年轻干部",
        person_ids=[young.id, lead.id],
    )
    one = (Invited(district["平潮镇"].id, 1),)
    plans = {
        "secretaries": make_plan(season, district["district"], audience=Audience.SECRETARIES),
        "cohort": make_plan(season, district["平潮镇"], audience=Audience.COHORT, cohort_id=cohort),
        "quota": make_plan(season, district["五接镇"], invited=one),
    }
    ids = {key: planning.save_session(by=SYSTEM, plan=plan) for key, plan in plans.items()}
    Session.objects.filter(id=ids["quota"]).update(state=SessionState.PUBLISHED)
    name_delegates(
        by=organiser(district["平潮镇"]),
        session_id=ids["quota"],
        organisation_id=district["平潮镇"].id,
        person_ids=[named.id],
    )
    branch = warnings(make_plan(season, district["平潮镇支部"]), by=SYSTEM).clashes
    assert {(c.kind, c.what) for c in branch} == {
        ("people", lead.name),
        ("people", "、".join(sorted([lead.name, young.name]))),
        ("people", named.name),
    }
    [both] = warnings(plans["secretaries"], by=SYSTEM, session_id=ids["secretaries"]).clashes
    assert (both.kind, both.what) == ("people", lead.name)
    invited = (Invited(district["平潮镇支部"].id),)
    hidden = make_plan(season, district["五接镇"], invited=invited)
    words = {c.what for c in warnings(hidden, by=organiser(district["五接镇"])).clashes}
    assert "1 人（按名单）" in words
    assert not {lead.name, young.name} & words


def test_all_clashes_of_a_season_are_found_in_one_pass(
    district, season, hall, django_assert_num_queries
):
    plan = make_plan(season, district["平潮镇"], place_id=hall.id)
    ids = [planning.save_session(by=SYSTEM, plan=plan) for _ in range(2)]
    alone = planning.save_session(by=SYSTEM, plan=make_plan(season, district["农业支部"]))
    with django_assert_num_queries(5):
        uses = uses_between(season.id, plan.starts_at, plan.ends_at)
    found = clashing_ids(uses)
    assert found == {key: {"place", "people"} for key in ids}
    assert alone not in found


def test_whom_cohorts_of_one_day_expect_is_asked_for_all_of_them_at_once(
    district, season, django_assert_num_queries
):
    branch = district["农业支部"]
    plan, wanted = make_plan(season, branch), {}
    for n in range(3):
        person = make_person(f"{n}组", branch=branch)
        make_participation(season, person, valid_to=None if n else clock.day_of(plan.starts_at))
        about = {"season_id": season.id, "organisation_id": branch.id, "name": f"{n}组"}
        cohort = seasons.write_cohort(by=SYSTEM, **about, person_ids=[person.id])
        mine = replace(plan, audience=Audience.COHORT, cohort_id=cohort)
        wanted[planning.save_session(by=SYSTEM, plan=mine)] = {person.id} if n else set()

    with django_assert_num_queries(8):
        uses = uses_between(season.id, plan.starts_at, plan.ends_at)

    assert {use.id: set(use.named) for use in uses} == wanted
