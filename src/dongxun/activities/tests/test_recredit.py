"""Re-crediting: what a session was worth is corrected; what is unlocked is moved."""

from datetime import timedelta

import pytest
from django.urls import reverse

from dongxun.activities.attendance import claims, leave
from dongxun.activities.attendance.contracts import Presence
from dongxun.activities.attendance.recredit import recredit_session
from dongxun.activities.contracts import Method, SessionState
from dongxun.activities.models import Booking, Session
from dongxun.activities.sessions import bookings, changes
from dongxun.activities.tests.make import make_session
from dongxun.activities.tests.test_claims import World
from dongxun.coverage.models import PersonStanding
from dongxun.kernel import clock
from dongxun.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from dongxun.kernel.ids import new_id
from dongxun.kernel.models import AuditEntry
from dongxun.kernel.outbox import deliver_all
from dongxun.ledger import api as ledger
from dongxun.people.models import LecturerProfile
from dongxun.people.tests.make import make_person
from dongxun.seasons.tests.make import make_participation

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


def recredit(world, *topics, session=None, by=None, reason="少记了一个专题"):
    return recredit_session(
        by=by or world.zhou,
        session_id=(session or world.session).id,
        topics=[(topic.id, minutes) for topic, minutes in topics],
        reason=reason,
    )


def worth(world):
    numbers = dict(world.season.topics.values_list("id", "number"))
    facts = ledger.facts_about(world.session.id)
    return {(f.person_id, numbers[f.topic_id], f.seconds // 60, f.kind) for f in facts}


def hours(person):
    deliver_all()
    return PersonStanding.objects.get(person=person).hours


def test_a_session_is_worth_what_was_taught_after_all_and_the_figures_follow(world):
    first, second = world.season.topics.order_by("number")[:2]
    make_participation(world.season, world.lin)
    away = make_person("请假", branch=world.tree["平潮镇支部"])
    world.claim(world.seen(world.lin))
    leave.grant_leave(by=world.zhou, session_id=world.session.id, person_id=away.id, reason="住院")
    before = hours(world.lin)

    for _ in range(2):
        assert recredit(world, (first, 30), (second, 90)) == 1

    assert worth(world) == {
        (world.lin.id, 1, 30, "attended"),
        (world.lin.id, 2, 90, "attended"),
        (away.id, 1, 0, "on_leave"),
        (away.id, 2, 0, "on_leave"),
    }
    assert hours(world.lin) == 2 * before
    assert AuditEntry.objects.filter(action="activities.recredit_session").count() == 1

    late = make_person("后来补录", branch=world.tree["平潮镇支部"])
    world.claim(world.seen(late))
    recredit(world, (first, 60), reason="还是原来的")
    assert {line[1:] for line in worth(world)} == {(1, 60, "attended"), (1, 0, "on_leave")}
    assert hours(world.lin) == before


def test_what_made_something_up_still_does(world):
    [first] = world.season.topics.order_by("number")[:1]
    world.claim(world.seen(world.lin))
    facts = ledger.facts_about(world.session.id)
    facts.update(mode="makeup")

    recredit(world, (first, 45))

    [fact] = world.facts(world.lin)
    assert (fact.mode, fact.seconds) == ("makeup", 45 * 60)


def test_who_may_not_what_does_not_fit_and_what_is_over_is_refused(world):
    [first] = world.season.topics.order_by("number")[:1]
    other = world.organiser("五接镇")
    for by, topics, reason, refusal in (
        (other, [(first, 30)], "改", (NotFound, NotAllowed)),
        (world.zhou, [], "改", Invalid),
        (world.zhou, [(first, 0)], "改", Invalid),
        (world.zhou, [(first, 30)], " ", Invalid),
    ):
        with pytest.raises(refusal):
            recredit(world, *topics, by=by, reason=reason)
    Session.objects.update(state=SessionState.ARCHIVED)
    with pytest.raises(Conflict):
        recredit(world, (first, 30))


def test_without_a_live_check_in_a_session_moves_and_is_cancelled_again(world):
    world.claim(world.seen(world.lin))
    row = world.session
    later = {"starts_at": row.starts_at + timedelta(days=1), "ends_at": row.ends_at + timedelta(1)}
    with pytest.raises(Conflict):
        changes.move_session(by=world.zhou, session_id=row.id, reason="雪", **later)

    claims.void_person(by=world.zhou, session_id=row.id, person_id=world.lin.id, reason="点错")

    changes.move_session(by=world.zhou, session_id=row.id, reason="雪", **later)
    changes.cancel_session(by=world.zhou, session_id=row.id, reason="雪")


def test_a_lecturer_who_had_confirmed_is_asked_anew_when_the_time_changes(world):
    branch = world.tree["平潮镇支部"]
    teacher = LecturerProfile.objects.create(name="顾老师", organisation_id=branch.id)
    soon = clock.now() + timedelta(days=3)
    row = make_session(
        world.season, world.tree["平潮镇"], starts_at=soon, ends_at=soon + timedelta(hours=2)
    )
    asked = bookings.book_lecturer(by=world.zhou, session_id=row.id, lecturer_id=teacher.id)
    bookings.answer_booking(by=world.zhou, booking_id=asked, confirmed=True)

    times = {"starts_at": soon, "ends_at": soon + timedelta(hours=2)}
    move = {"by": world.zhou, "session_id": row.id, "reason": "雪"}
    changes.move_session(**move, **times, place_text="二楼")
    assert Booking.objects.get().state == "confirmed"

    changes.move_session(**move, **{key: at + timedelta(days=1) for key, at in times.items()})
    booking = Booking.objects.get()
    assert (booking.state, booking.answered_at is not None) == ("asked", True)


def test_the_page_asks_what_it_is_worth_and_says_that_it_changed(cast):
    first, second = cast.season.topics.order_by("number")[:2]
    client = cast.client("organiser")
    came = Presence(new_id(), cast.lin.id, Method.ROLL, clock.now())
    by = cast.actor("organiser")
    claims.claim_presence(by=by, session_id=cast.own.session.id, items=[came])
    url = reverse("activities:recredit", args=[cast.own.session.id])
    typed = {f"recredit-topic_{second.id}": "40", "recredit-format": "hall"}

    refused = client.post(url, typed)
    assert refused.status_code == 422
    assert 'value="40"' in refused.content.decode()

    done = client.post(url, typed | {"recredit-reason": "专题记错"}, follow=True)
    assert "事后有更正" in done.content.decode()
    assert [fact.topic_id for fact in ledger.facts_about(cast.own.session.id)] == [second.id]
    assert first.id != second.id
