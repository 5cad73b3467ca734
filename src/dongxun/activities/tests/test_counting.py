"""Hosts, exactly as decisions.md section 3 counts them; lecturers' answers."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dongxun.activities.contracts import Method
from dongxun.activities.models import CheckIn, Session
from dongxun.activities.sessions import bookings, changes, planning, venues
from dongxun.activities.sessions.counting import sessions_held
from dongxun.activities.sessions.shapes import Asked, Held, Invited
from dongxun.activities.tests.plan import make_plan, organiser
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, ActorKind
from dongxun.kernel.errors import Invalid, NotFound
from dongxun.kernel.ids import new_id
from dongxun.organisations.tests.make import SYSTEM, make_district, make_organisation
from dongxun.people.models import LecturerProfile
from dongxun.people.tests.make import make_person
from dongxun.seasons.tests.make import make_season

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def season(district):
    return make_season(district["district"])


def come(session, branch, number):
    for _ in range(number):
        CheckIn.objects.create(
            session=session,
            person=make_person(branch=branch),
            branch_id=branch.id,
            method=Method.ROLL,
            occurred_at=session.starts_at,
        )


def test_host_co_host_invited_and_public_count_as_decided(district, season):
    liuqiao = make_organisation("刘桥镇", under=district["district"], type_code="town")
    guest = make_organisation("刘桥村党支部", under=liuqiao)
    plan = make_plan(
        season,
        district["平潮镇"],
        co_hosts=(Invited(district["五接镇"].id),),
        invited=(Invited(liuqiao.id),),
    )
    session_id = planning.save_session(by=SYSTEM, plan=plan)
    planning.publish_session(by=SYSTEM, session_id=session_id)
    changes.count_public(by=SYSTEM, session_id=session_id, public=10, minors=None)
    session = Session.objects.get(id=session_id)
    for branch, number in (
        (district["平潮镇支部"], 40),
        (district["五接镇支部"], 25),
        (guest, 5),
    ):
        come(session, branch, number)
    west = [node.interval for node in (district["平潮镇"], district["五接镇"], liuqiao)]
    with clock.frozen(session.ends_at + timedelta(minutes=1)):
        found = sessions_held(
            season.id,
            {
                "平潮": [district["平潮镇"].interval],
                "五接": [district["五接镇"].interval],
                "刘桥": [liuqiao.interval],
                "西片": west,
                "全区": [district["district"].interval],
            },
        )
    assert found == {
        "平潮": Held(1, 40, 10),
        "五接": Held(1, 25),
        "刘桥": Held(0, 5),
        "西片": Held(1, 70, 10),
        "全区": Held(1, 70, 10),
    }


def test_sub_venues_are_one_session(district, season):
    plan = make_plan(season, district["平潮镇"])
    main_id = planning.save_session(by=SYSTEM, plan=plan)
    planning.publish_session(by=SYSTEM, session_id=main_id)
    venues.add_sub_venue(
        by=SYSTEM,
        session_id=main_id,
        host_id=district["五接镇"].id,
        place_id=None,
        place_text="分会场",
    )
    with clock.frozen(plan.ends_at + timedelta(minutes=1)):
        found = sessions_held(season.id, {"全区": [district["district"].interval]})
    assert found["全区"].sessions == 1


def test_a_lecturer_sees_and_answers_only_own_bookings(district, season):
    gu, ma = (
        LecturerProfile.objects.create(
            id=new_id(), name=name, kind="school", organisation_id=district["district"].id
        )
        for name in ("顾老师", "马老师")
    )
    plan = make_plan(season, district["平潮镇"], lecturers=(Asked(gu.id, "乡村振兴"),))
    session_id = planning.save_session(by=SYSTEM, plan=plan)
    by_link = Actor(ActorKind.LINK, links=(("lecturer", gu.id),))
    other = Actor(ActorKind.LINK, links=(("lecturer", ma.id),))
    assert bookings.my_lessons(by=by_link) == []
    planning.publish_session(by=SYSTEM, session_id=session_id)
    [lesson] = bookings.my_lessons(by=by_link)
    assert (lesson.subject, lesson.state, bookings.my_lessons(by=other)) == (
        "乡村振兴",
        "asked",
        [],
    )
    with pytest.raises(NotFound):
        bookings.answer_booking(by=other, booking_id=lesson.id, confirmed=True)
    with pytest.raises(Invalid):
        bookings.answer_booking(by=by_link, booking_id=lesson.id, confirmed=False)
    for _ in range(2):
        bookings.answer_booking(by=by_link, booking_id=lesson.id, confirmed=False, reason="出差")
    bookings.answer_booking(by=organiser(district["平潮镇"]), booking_id=lesson.id, confirmed=True)
    assert bookings.my_lessons(by=by_link)[0].state == "confirmed"
    day = timedelta(days=1)
    later = replace(
        plan, title="后一课", starts_at=plan.starts_at + day, ends_at=plan.ends_at + day
    )
    planning.publish_session(by=SYSTEM, session_id=planning.save_session(by=SYSTEM, plan=later))
    found = bookings.my_lessons(by=by_link)
    assert [one.state for one in found] == ["asked", "confirmed"]  # what awaits an answer first


def test_who_declined_is_asked_anew(district, season):
    gu = LecturerProfile.objects.create(
        id=new_id(), name="顾老师", kind="school", organisation_id=district["district"].id
    )
    session_id = planning.save_session(by=SYSTEM, plan=make_plan(season, district["平潮镇"]))
    ask: dict[str, Any] = {"by": SYSTEM, "session_id": session_id, "lecturer_id": gu.id}
    booking_id = bookings.book_lecturer(**ask)
    bookings.answer_booking(by=SYSTEM, booking_id=booking_id, confirmed=False, reason="没空")
    assert bookings.book_lecturer(**ask) == booking_id
    assert Session.objects.get().bookings.get().state == "asked"
