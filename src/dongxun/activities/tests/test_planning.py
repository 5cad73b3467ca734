"""Drawing up, changing and publishing sessions; who is told."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dongxun.activities.contracts import SessionState
from dongxun.activities.models import CheckIn, Session
from dongxun.activities.sessions import bookings, changes, planning
from dongxun.activities.sessions.rows import plan_of
from dongxun.activities.sessions.shapes import Asked, Invited, Step
from dongxun.activities.sessions.visible import seen, visible
from dongxun.activities.tests.plan import make_plan, organiser
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, Role
from dongxun.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from dongxun.kernel.ids import new_id
from dongxun.kernel.models import Event
from dongxun.notices.models import Delivery, GroupText, Notice
from dongxun.organisations.tests.make import SYSTEM, make_district
from dongxun.people.models import LecturerProfile
from dongxun.people.tests.make import make_person
from dongxun.seasons.contracts import SeasonClosed, SeasonState
from dongxun.seasons.tests.make import make_participation, make_season

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def season(district):
    return make_season(district["district"])


@pytest.fixture
def lin(district, season):
    person = make_person("林小满", branch=district["平潮镇支部"])
    make_participation(season, person)
    return person


@pytest.fixture
def wu(district, season):
    person = make_person("吴思远", branch=district["五接镇支部"])
    make_participation(season, person)
    return person


def publish(plan, by=SYSTEM) -> Session:
    session_id = planning.save_session(by=by, plan=plan)
    planning.publish_session(by=by, session_id=session_id)
    return Session.objects.get(id=session_id)


def told() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in Delivery.objects.select_related("notice", "person").exclude(state="withdrawn"):
        found.setdefault(row.notice.kind, set()).add(row.person.name)
    return found


def test_what_is_typed_comes_back_as_typed(district, season):
    plan = make_plan(
        season,
        district["平潮镇"],
        co_hosts=(Invited(district["五接镇"].id),),
        invited=(Invited(district["农业支部"].id, 5),),
        steps=(Step("升旗仪式", 10, "团委"), Step("重温入党誓词", 5, is_oath=True)),
        tags=("冬训+文明实践",),
        topics=tuple((topic.id, 45) for topic in season.topics.order_by("number")),
    )
    session_id = planning.save_session(by=SYSTEM, plan=plan)
    row = Session.objects.get(id=session_id)
    assert plan_of(row) == plan
    assert (row.credit_minutes, row.state) == (90, SessionState.DRAFT)


def test_publishing_tells_exactly_those_expected_and_once(district, season, lin, wu):
    session = publish(make_plan(season, district["平潮镇"]))
    planning.publish_session(by=SYSTEM, session_id=session.id)
    assert told() == {"session_published": {"林小满"}}
    text = GroupText.objects.get().text
    assert "文化礼堂" in text
    assert f"/s/{session.code}" in text


def test_moving_tells_again_with_the_reason_and_repeating_tells_nobody(district, season, lin):
    session = publish(make_plan(season, district["平潮镇"]))
    move: dict[str, Any] = {
        "session_id": session.id,
        "starts_at": session.starts_at + timedelta(days=1),
        "ends_at": session.ends_at + timedelta(days=1),
        "reason": "大雪",
    }
    for _ in range(2):
        changes.move_session(by=SYSTEM, **move)
    assert "大雪" in Notice.objects.get(kind="session_moved").body
    assert told()["session_moved"] == {"林小满"}


def test_an_edit_that_invites_others_tells_only_them(district, season, lin, wu):
    session = publish(make_plan(season, district["平潮镇"]))
    plan = plan_of(session)
    wider = replace(plan, invited=(Invited(district["五接镇"].id),))
    planning.save_session(by=SYSTEM, plan=wider, session_id=session.id)
    narrower = replace(plan, invited=())
    planning.save_session(by=SYSTEM, plan=narrower, session_id=session.id)
    assert told() == {
        "session_published": {"林小满", "吴思远"},
        "session_not_yours": {"吴思远"},
    }


def test_lecturers_are_told_that_they_are_asked_that_another_teaches_and_that_it_is_off(
    district, season, lin, wu
):
    ill, healthy = (
        LecturerProfile.objects.create(
            person=make_person(name, branch=district["五接镇支部"]),
            name=name,
            kind="talent",
            organisation_id=district["五接镇"].id,
        )
        for name in ("王淑", "李强")
    )
    plan = make_plan(season, district["平潮镇"], lecturers=(Asked(ill.id),))
    session = publish(plan)
    assert told() == {"session_published": {"林小满"}, "session_teaching": {"王淑"}}

    other = replace(plan_of(session), lecturers=(Asked(healthy.id),))
    for _ in range(2):
        planning.save_session(by=SYSTEM, plan=other, session_id=session.id, reason="讲师生病")
    assert told()["session_teaching"] == {"李强"}
    assert told()["session_not_teaching"] == {"王淑"}
    assert "讲师生病" in Notice.objects.get(kind="session_not_teaching").body
    assert "session_moved" not in told()

    changes.cancel_session(by=SYSTEM, session_id=session.id, reason="大雪")
    assert told()["session_cancelled"] == {"林小满", "李强"}
    assert "session_teaching" not in told()


def test_a_lecturer_who_declined_is_asked_no_more_until_they_are_asked_anew(district, season):
    person = make_person("王淑", branch=district["五接镇支部"])
    node_id = district["五接镇"].id
    teacher = LecturerProfile.objects.create(
        person=person, name="王淑", kind="talent", organisation_id=node_id
    )
    session = publish(make_plan(season, district["平潮镇"]))

    copies = Delivery.objects.filter(notice__kind="session_teaching", person=person)

    def ask():
        return bookings.book_lecturer(by=SYSTEM, session_id=session.id, lecturer_id=teacher.id)

    def answer(reason):
        bookings.answer_booking(by=SYSTEM, booking_id=key, confirmed=not reason, reason=reason)

    key = ask()
    for again in (ask, lambda: answer("")):
        copies.update(state="received")
        answer("有事")
        assert copies.get().notice.withdrawn_at
        again()
        assert (copies.get().state, copies.get().notice.withdrawn_at) == ("queued", None)


def test_cancelling_withdraws_what_was_told(district, season, lin):
    session = publish(make_plan(season, district["平潮镇"]))
    for _ in range(2):
        changes.cancel_session(by=SYSTEM, session_id=session.id, reason="讲师生病")
    assert told() == {"session_cancelled": {"林小满"}}
    with pytest.raises(Conflict):
        planning.save_session(by=SYSTEM, plan=plan_of(session), session_id=session.id)


def test_going_online_needs_link_and_reason(district, season, lin):
    session = publish(make_plan(season, district["平潮镇"]))
    for url, reason in (("meeting 123", "疫情"), ("https://live.example/1", " ")):
        with pytest.raises(Invalid):
            changes.go_online(by=SYSTEM, session_id=session.id, url=url, reason=reason)
    for _ in range(2):
        changes.go_online(
            by=SYSTEM, session_id=session.id, url="https://live.example/1", reason="少聚集"
        )
    assert told()["session_online"] == {"林小满"}


def test_a_draft_tells_nobody_and_is_seen_by_its_host_only(district, season, lin):
    plan = make_plan(season, district["平潮镇"], invited=(Invited(district["五接镇"].id),))
    session_id = planning.save_session(by=SYSTEM, plan=plan)
    changes.cancel_session(by=SYSTEM, session_id=session_id, reason="不办了")
    assert told() == {}
    session_id = planning.save_session(by=SYSTEM, plan=plan)
    assert seen(session_id, by=organiser(district["平潮镇"])).id == session_id
    with pytest.raises(NotFound):
        seen(session_id, by=organiser(district["五接镇"]))


def test_sessions_are_seen_by_those_who_take_part_and_by_nobody_else(district, season, lin, wu):
    session = publish(make_plan(season, district["平潮镇"]))
    phone = Actor.public()
    village = organiser(district["平潮镇支部"], Role.SECRETARY)
    assert visible(village).get() == session
    assert list(visible(organiser(district["五接镇"]))) == []
    assert list(visible(phone)) == []
    Session.objects.update(open_to_all=True)
    assert visible(phone).get() == session


def test_an_invited_organiser_sees_but_may_not_change(district, season):
    plan = make_plan(season, district["平潮镇"], invited=(Invited(district["五接镇"].id),))
    session = publish(plan)
    guest = organiser(district["五接镇"])
    with pytest.raises(NotAllowed):
        changes.cancel_session(by=guest, session_id=session.id, reason="不想去")
    with pytest.raises(NotAllowed):
        planning.save_session(by=guest, plan=plan, session_id=session.id)
    with pytest.raises(NotAllowed):
        planning.save_session(by=guest, plan=plan)


@pytest.mark.parametrize(
    ("typed", "where"),
    [
        ({"title": " "}, "title"),
        ({"type": "party"}, "type"),
        ({"format": "moon"}, "format"),
        ({"topics": ((new_id(), 60),)}, "topics.1"),
        ({"capacity": 0}, "capacity"),
        ({"audience": "cohort"}, "cohort_id"),
        ({"online_url": "javascript:alert(1)"}, "online_url"),
        ({"invited": (Invited(new_id()),)}, "invited"),
        ({"lecturers": (Asked(new_id()),)}, "lecturers"),
        ({"place_id": new_id()}, "place_id"),
        ({"steps": (Step(" "),)}, "steps.1"),
        ({"cohort_id": new_id()}, "cohort_id"),
        ({"campaign_id": new_id()}, "campaign_id"),
    ],
)
def test_what_does_not_fit_is_named(district, season, typed, where):
    with pytest.raises(Invalid) as refusal:
        planning.save_session(by=SYSTEM, plan=make_plan(season, district["平潮镇"], **typed))
    assert [place for place, _ in refusal.value.details] == [where]
    assert Session.objects.count() == 0


def test_times_outside_the_season_or_backwards_are_refused(district, season):
    plan = make_plan(season, district["平潮镇"])
    for typed, where in (
        (replace(plan, ends_at=plan.starts_at), "ends_at"),
        (replace(plan, ends_at=plan.starts_at + timedelta(days=3)), "ends_at"),
        (
            replace(
                plan,
                starts_at=plan.starts_at + timedelta(days=400),
                ends_at=plan.ends_at + timedelta(days=400),
            ),
            "starts_at",
        ),
    ):
        with pytest.raises(Invalid) as refusal:
            planning.save_session(by=SYSTEM, plan=typed)
        assert [place for place, _ in refusal.value.details] == [where]


def test_publishing_needs_a_topic_and_a_place(district, season):
    session_id = planning.save_session(
        by=SYSTEM, plan=make_plan(season, district["平潮镇"], topics=(), place_text="")
    )
    with pytest.raises(Invalid) as refusal:
        planning.publish_session(by=SYSTEM, session_id=session_id)
    assert [place for place, _ in refusal.value.details] == ["topics", "place_id"]


def test_after_the_first_check_in_credit_and_time_are_locked(district, season):
    session = publish(make_plan(season, district["平潮镇"]))
    Session.objects.filter(id=session.id).update(credit_locked_at=clock.now())
    lin = make_person("林小满", branch=district["平潮镇支部"])
    came = {"person": lin, "branch_id": lin.branch_id, "occurred_at": clock.now()}
    CheckIn.objects.create(session=session, method="roll", **came)
    plan = plan_of(session)
    with pytest.raises(Invalid) as refusal:
        planning.save_session(
            by=SYSTEM,
            plan=replace(plan, topics=((plan.topics[0][0], 90),)),
            session_id=session.id,
        )
    assert refusal.value.details[0][0] == "topics"
    planning.save_session(by=SYSTEM, plan=replace(plan, note="好"), session_id=session.id)
    with pytest.raises(Conflict):
        changes.cancel_session(by=SYSTEM, session_id=session.id, reason="错了")


def test_a_session_is_archived_when_it_is_over(district, season):
    session = publish(make_plan(season, district["平潮镇"]))
    with pytest.raises(Conflict):
        changes.archive_session(by=SYSTEM, session_id=session.id)
    with clock.frozen(session.ends_at + timedelta(hours=1)):
        changes.count_public(by=SYSTEM, session_id=session.id, public=10, minors=3)
        for _ in range(2):
            changes.archive_session(by=SYSTEM, session_id=session.id)
    session.refresh_from_db()
    assert (session.state, session.public_count, session.minors_count) == ("archived", 10, 3)


def test_a_closed_season_takes_no_more_sessions(district, season):
    session = publish(make_plan(season, district["平潮镇"]))
    season.state = SeasonState.CLOSED
    season.save()
    with pytest.raises(SeasonClosed):
        planning.save_session(by=SYSTEM, plan=make_plan(season, district["平潮镇"]))
    with pytest.raises(SeasonClosed):
        changes.cancel_session(by=SYSTEM, session_id=session.id, reason="算了")


def test_scheduling_by_plan_line_twice_changes_nothing(district, season):
    lines = [("w1", make_plan(season, district["平潮镇"]))]
    first = planning.schedule_sessions(by=SYSTEM, lines=lines)
    Event.objects.all().delete()
    assert planning.schedule_sessions(by=SYSTEM, lines=lines) == first
    moved = replace(lines[0][1], title="新题目")
    assert planning.schedule_sessions(by=SYSTEM, lines=[("w1", moved)]) == first
    assert Session.objects.get().title == "新题目"


def test_every_change_is_announced(district, season, lin):
    session = publish(make_plan(season, district["平潮镇"]))
    changes.cancel_session(by=SYSTEM, session_id=session.id, reason="讲师生病")
    said = [e.payload["change"] for e in Event.objects.filter(name="SessionChanged")]
    assert said == ["published", "cancelled"]
