"""Who is expected, by organisation, audience and quota; delegates and sign-up."""

from typing import Any

import pytest

from dongxun.activities.contracts import Audience, SessionState
from dongxun.activities.models import MakeupItem, Session
from dongxun.activities.sessions import planning, sign_ups
from dongxun.activities.sessions.expected import (
    expected,
    expected_by_branch,
    expected_sizes,
    outermost,
)
from dongxun.activities.sessions.shapes import Invited
from dongxun.activities.tests.plan import make_plan, organiser
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, ActorKind, Interval
from dongxun.kernel.errors import NotAllowed, NotFound
from dongxun.organisations.tests.make import SYSTEM, make_district
from dongxun.people.tests.make import make_person
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import StudyMode
from dongxun.seasons.tests.make import make_participation, make_season

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def season(district):
    return make_season(district["district"])


def member(season, branch, **overrides):
    mode = overrides.pop("mode", StudyMode.GROUP)
    person = make_person(branch=branch, **overrides)
    make_participation(season, person, mode=mode)
    return person


def session_of(plan, **changes) -> Session:
    session_id = planning.save_session(by=SYSTEM, plan=plan)
    Session.objects.filter(id=session_id).update(state=SessionState.PUBLISHED, **changes)
    return Session.objects.get(id=session_id)


def test_those_who_learn_together_are_expected_and_nobody_else(district, season):
    here = member(season, district["平潮镇支部"])
    member(season, district["平潮镇支部"], mode=StudyMode.HOME)
    member(season, district["平潮镇支部"], mode=StudyMode.FLOATING)
    member(season, district["五接镇支部"])
    make_person(branch=district["平潮镇支部"])
    session = session_of(make_plan(season, district["平潮镇"]))
    assert expected(session) == {here.id: here.branch_id}


def test_counts_by_branch_and_sizes_agree(district, season):
    for name in ("平潮镇支部", "平潮镇支部", "五接镇支部", "农业支部"):
        member(season, district[name])
    plan = make_plan(
        season,
        district["平潮镇"],
        co_hosts=(Invited(district["五接镇"].id),),
        invited=(Invited(district["平潮镇支部"].id),),
    )
    session = session_of(plan)
    assert [(row.name, row.expected) for row in expected_by_branch(session)] == [
        ("平潮村党支部", 2),
        ("五接村党支部", 1),
    ]
    assert expected_sizes([session]) == {session.id: 3}


def test_an_organisation_with_a_quota_sends_its_delegates_only(district, season):
    lin = member(season, district["平潮镇支部"])
    wu, other = (member(season, district["五接镇支部"]) for _ in range(2))
    plan = make_plan(season, district["平潮镇"], invited=(Invited(district["五接镇"].id, 1),))
    session = session_of(plan)
    guest = organiser(district["五接镇"])
    name: dict[str, Any] = {
        "by": guest,
        "session_id": session.id,
        "organisation_id": district["五接镇"].id,
    }
    assert set(expected(session)) == {lin.id}
    sign_ups.name_delegates(**name, person_ids=[other.id])
    sign_ups.name_delegates(**name, person_ids=[wu.id])
    assert set(expected(session)) == {lin.id, wu.id}
    with pytest.raises(sign_ups.QuotaFull):
        sign_ups.name_delegates(**name, person_ids=[wu.id, other.id])
    with pytest.raises(NotFound):
        sign_ups.name_delegates(**name, person_ids=[lin.id])
    with pytest.raises(NotFound):
        sign_ups.name_delegates(
            by=guest,
            session_id=session.id,
            organisation_id=district["平潮镇"].id,
            person_ids=[lin.id],
        )


def test_secretaries_cohorts_and_people_with_something_to_make_up(district, season):
    secretary = member(season, district["平潮镇支部"], is_secretary=True)
    young = member(season, district["平潮镇支部"])
    owing = member(season, district["平潮镇支部"])
    cohort = seasons.write_cohort(
        by=SYSTEM,
        season_id=season.id,
        organisation_id=district["平潮镇"].id,
        name="年轻干部",
        person_ids=[young.id],
    )
    MakeupItem.objects.create(
        season=season,
        topic=season.topics.order_by("number")[0],
        person=owing,
        branch_id=owing.branch_id,
        window_until=clock.today(),
        created_at=clock.now(),
    )
    plans = {
        Audience.SECRETARIES: secretary,
        Audience.COHORT: young,
        Audience.MAKEUP: owing,
    }
    for audience, person in plans.items():
        plan = make_plan(season, district["平潮镇"], audience=audience, cohort_id=cohort)
        session = session_of(plan)
        assert set(expected(session)) == {person.id}
        assert expected_sizes([session]) == {session.id: 1}
    MakeupItem.objects.update(done_at=plan.ends_at)
    assert set(expected(session)) == {owing.id}


def test_signing_up_elsewhere_needs_the_personal_link(district, season):
    wu = member(season, district["五接镇支部"])
    session = session_of(
        make_plan(season, district["平潮镇"], sign_up=True, open_to_all=True, capacity=1)
    )
    first_level = Actor(ActorKind.DEVICE, persons=(wu.id,))
    second_level = Actor(ActorKind.DEVICE, persons=(wu.id,), owned=frozenset({wu.id}))
    with pytest.raises(NotAllowed):
        sign_ups.sign_up(by=first_level, session_id=session.id, person_id=wu.id)
    for _ in range(2):
        sign_ups.sign_up(by=second_level, session_id=session.id, person_id=wu.id)
    assert expected(session) == {wu.id: wu.branch_id}
    other = member(season, district["五接镇支部"])
    with pytest.raises(sign_ups.SessionFull):
        sign_ups.sign_up(by=SYSTEM, session_id=session.id, person_id=other.id)
    sign_ups.cancel_sign_up(by=second_level, session_id=session.id, person_id=wu.id)
    assert expected(session) == {}


def test_nobody_signs_a_stranger_up(district, season):
    wu = member(season, district["五接镇支部"])
    lin = member(season, district["平潮镇支部"])
    session = session_of(make_plan(season, district["平潮镇"], sign_up=True, open_to_all=True))
    phone = Actor(ActorKind.DEVICE, persons=(lin.id,), owned=frozenset({lin.id}))
    with pytest.raises(NotFound):
        sign_ups.sign_up(by=phone, session_id=session.id, person_id=wu.id)


def test_nested_subtrees_count_once():
    assert outermost([Interval(5, 6), Interval(1, 10), Interval(20, 30)]) == [
        Interval(1, 10),
        Interval(20, 30),
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_sizes_cost_the_same_for_one_and_three(district, season, rows, django_assert_num_queries):
    member(season, district["平潮镇支部"])
    sessions = [session_of(make_plan(season, district["平潮镇"])) for _ in range(rows)]
    with django_assert_num_queries(4):
        assert set(expected_sizes(sessions).values()) == {1}
