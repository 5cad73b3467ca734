from datetime import time, timedelta

import pytest

from dongxun.activities import api as activities
from dongxun.activities.models import Booking, Session
from dongxun.activities.tests.make import make_session
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, ActorKind
from dongxun.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from dongxun.kernel.together import ask
from dongxun.lecturers.contracts import OrderState
from dongxun.lecturers.models import Order, Rating
from dongxun.lecturers.queries import orders as reading
from dongxun.lecturers.queries import profiles
from dongxun.lecturers.services import appointing, times
from dongxun.lecturers.services import orders as services
from dongxun.lecturers.tests.make import SYSTEM, make_order, send, soon
from dongxun.people import api as people
from dongxun.people.contracts import LecturerKind
from dongxun.people.models import LecturerProfile

pytestmark = pytest.mark.django_db


def phone_of(lecturer):
    return Actor(ActorKind.LINK, links=(("lecturer", lecturer.id),))


def state(order):
    found = reading.orders(order.season_id, by=SYSTEM)
    waiting = ask(reading.waiting(order.season_id, by=SYSTEM))
    assert waiting == [reading.group_counts(found)["open"]]
    return reading.order(order.id, by=SYSTEM).state


def answer(order, lecturer, *, yes, reason=""):
    row = Booking.objects.get(session__plan_line__startswith=f"order:{order.id}", lecturer=lecturer)
    activities.answer_booking(
        by=phone_of(lecturer), booking_id=row.id, confirmed=yes, reason=reason
    )


@pytest.fixture
def order(cast):
    return make_order(cast.season, cast.own.branch, by=cast.actor("secretary"))


@pytest.fixture
def second(cast):
    return LecturerProfile.objects.create(
        name="周讲师", kind=LecturerKind.SCHOOL, organisation_id=cast.own.node.id
    )


def test_an_order_goes_from_the_branch_to_a_rating(cast, order):
    lecturer, desk = cast.own.lecturer, cast.actor("organiser")
    assert state(order) == OrderState.WAITING

    session_id = send(order, lecturer.id, by=desk)
    session = Session.objects.get(id=session_id)
    assert state(order) == OrderState.ASKED
    assert (session.host_id, session.state, session.title) == (
        cast.own.branch.id,
        "draft",
        order.wish,
    )

    answer(order, lecturer, yes=True)
    assert state(order) == OrderState.ACCEPTED
    activities.publish_session(by=cast.actor("secretary"), session_id=session_id)

    with pytest.raises(Conflict):
        services.rate(by=cast.actor("secretary"), order_id=order.id, stars=5)
    with clock.frozen(soon() + timedelta(hours=2)):
        assert state(order) == OrderState.HELD
        services.rate(by=cast.actor("secretary"), order_id=order.id, stars=5, words="听得懂")
        services.rate(by=cast.actor("secretary"), order_id=order.id, stars=4, words="听得懂")
        assert state(order) == OrderState.RATED
    assert (Rating.objects.get().stars, Rating.objects.get().lecturer_id) == (4, lecturer.id)


def test_who_declines_brings_the_order_back_and_stays_on_record(cast, order, second):
    first = cast.own.lecturer
    send(order, first.id)
    answer(order, first, yes=False, reason="那天带学生")
    assert state(order) == OrderState.BACK

    session_id = send(order, second.id, starts_at=soon(hour=9))
    line = reading.order(order.id, by=SYSTEM)
    assert (line.state, line.lecturer.lecturer) == (OrderState.ASKED, "周讲师")
    assert [one.reason for one in line.declined] == ["那天带学生"]
    assert Session.objects.get(id=session_id).starts_at == soon(hour=9)
    assert Session.objects.filter(plan_line__startswith="order:").count() == 1

    send(order, first.id, starts_at=soon(hour=9))
    assert reading.order(order.id, by=SYSTEM).declined == ()


@pytest.mark.parametrize("yes", [True, None])
def test_days_away_bring_a_promised_lesson_back_to_the_desk(cast, order, second, yes):
    lecturer, day = cast.own.lecturer, clock.day_of(soon())
    key = send(order, lecturer.id)
    if yes:
        answer(order, lecturer, yes=True)
    activities.book_lecturer(by=SYSTEM, session_id=key, lecturer_id=second.id)
    activities.answer_booking(
        by=SYSTEM,
        booking_id=Booking.objects.get(lecturer=second).id,
        confirmed=False,
        reason="没空",
    )
    before = state(order)
    times.add_away(
        by=phone_of(lecturer), lecturer_id=lecturer.id, first=day, last=day, words="住院"
    )
    assert state(order) == OrderState.BACK
    page = cast.client("secretary").get(f"/console/lecturers/orders/{order.id}/").content.decode()
    assert "后来说那天不能来" in page
    assert "住院" not in page
    times.remove_away(
        by=SYSTEM, lecturer_id=lecturer.id, away_id=profiles.away([lecturer.id])[lecturer.id][0].id
    )
    assert state(order) == before
    times.add_away(by=phone_of(lecturer), lecturer_id=lecturer.id, first=day, last=day)
    send(order, second.id)
    assert state(order) == OrderState.ASKED
    assert reading.order(order.id, by=SYSTEM).lecturer.lecturer_id == second.id


def test_a_lesson_promised_and_never_published_is_sought_anew_once_its_day_is_over(cast, order):
    send(order, cast.own.lecturer.id)
    answer(order, cast.own.lecturer, yes=True)
    with clock.frozen(soon() + timedelta(days=1)):
        assert state(order) == OrderState.BACK
        page = cast.client("organiser").get(f"/console/lecturers/orders/{order.id}/")
        assert "没有告诉任何人" in page.content.decode()
        send(order, cast.own.lecturer.id, starts_at=soon(days=6))
        assert state(order) == OrderState.ASKED
    with clock.frozen(soon(days=7)):
        services.withdraw_order(by=cast.actor("secretary"), order_id=order.id, words="没讲成")
        assert state(order) == OrderState.WITHDRAWN


def test_an_order_and_its_dispatch_sent_twice_are_one(cast, order):
    again = make_order(cast.season, cast.own.branch, by=cast.actor("secretary"))
    assert again.id == order.id
    assert send(order, cast.own.lecturer.id) == send(order, cast.own.lecturer.id)
    assert Booking.objects.filter(session__plan_line__startswith="order:").count() == 1


def test_nobody_is_sent_who_teaches_elsewhere_is_away_or_whose_term_is_over(cast, order, second):
    busy = make_session(
        cast.season,
        cast.foreign.branch,
        starts_at=soon() - timedelta(minutes=30),
        ends_at=soon() + timedelta(minutes=30),
    )
    Booking.objects.create(session=busy, lecturer=second)
    with pytest.raises(Invalid) as refusal:
        send(order, second.id)
    assert "周讲师" in str(refusal.value.details[0][1])
    assert send(order, second.id, starts_at=soon() + timedelta(minutes=30))

    first = cast.own.lecturer
    day = clock.day_of(soon())
    times.add_away(by=phone_of(first), lecturer_id=first.id, first=day, last=day)
    with pytest.raises(Invalid):
        send(order, first.id)

    other = make_order(cast.season, cast.own.branch, wish="再来一次")
    today = clock.today()
    appointing.renew(by=SYSTEM, lecturer_id=second.id, since=today, until=today)
    with pytest.raises(Invalid):
        send(other, second.id, starts_at=soon(days=5))


def test_a_lecturer_sees_what_was_ordered_before_it_is_published(cast, order):
    lecturer = cast.own.lecturer
    session_id = send(order, lecturer.id)
    page = cast.client("lecturer").get("/lessons/")
    assert order.wish in page.content.decode()
    Session.objects.filter(id=session_id).update(plan_line=None)
    assert order.wish not in cast.client("lecturer").get("/lessons/").content.decode()


def test_a_session_called_off_lets_the_order_be_dispatched_anew(cast, order):
    first = send(order, cast.own.lecturer.id)
    activities.cancel_session(by=SYSTEM, session_id=first, reason="大雪")
    assert state(order) == OrderState.WAITING
    second = send(order, cast.own.lecturer.id, starts_at=soon(days=6))
    assert second != first
    assert state(order) == OrderState.ASKED


def test_a_lesson_held_without_a_tap_on_accept_is_held_and_can_be_rated(cast, order):
    lecturer = cast.own.lecturer
    session_id = send(order, lecturer.id)
    activities.publish_session(by=SYSTEM, session_id=session_id)
    with clock.frozen(soon() + timedelta(hours=2)):
        assert state(order) == OrderState.HELD
        with pytest.raises(Conflict):
            send(order, lecturer.id, starts_at=soon(days=9))
        services.rate(by=SYSTEM, order_id=order.id, stars=5)
        assert state(order) == OrderState.RATED
    assert Rating.objects.get().lecturer_id == lecturer.id


def test_a_published_lesson_that_nobody_came_to_teach_gets_another_session(cast, order, second):
    first = send(order, cast.own.lecturer.id)
    activities.publish_session(by=SYSTEM, session_id=first)
    answer(order, cast.own.lecturer, yes=False, reason="病了")
    at = soon(days=6)
    with clock.frozen(soon() + timedelta(hours=3)):
        assert state(order) == OrderState.BACK
        key = send(order, second.id, starts_at=at)
        assert send(order, second.id, starts_at=at) == key
        assert state(order) == OrderState.ASKED
    assert key != first
    old = Session.objects.get(id=first)
    assert (old.starts_at, old.state) == (soon(), "published")
    assert [one.lecturer_id for one in Booking.objects.filter(session_id=key)] == [second.id]


def test_a_rating_speaks_of_its_session_and_not_of_the_next_one(cast, order, second):
    first = cast.own.lecturer
    key = send(order, first.id)
    activities.publish_session(by=SYSTEM, session_id=key)
    with clock.frozen(soon() + timedelta(hours=2)):
        services.rate(by=SYSTEM, order_id=order.id, stars=1)
        assert profiles.scores([first.id])[first.id].n == 1
    Session.objects.filter(id=key).update(state="cancelled")
    assert state(order) == OrderState.WAITING
    assert profiles.scores([first.id]) == {}

    again = send(order, second.id, starts_at=soon(days=6))
    assert state(order) == OrderState.ASKED
    assert reading.rating_of(reading.order(order.id, by=SYSTEM).order) is None
    activities.publish_session(by=SYSTEM, session_id=again)
    with clock.frozen(soon(days=6) + timedelta(hours=2)):
        services.rate(by=SYSTEM, order_id=order.id, stars=5)
    assert profiles.scores([first.id, second.id])[second.id].mean == 5


def test_a_rated_lesson_whose_lecturer_was_taken_off_refuses_in_words(cast, order):
    key = send(order, cast.own.lecturer.id)
    activities.publish_session(by=SYSTEM, session_id=key)
    with clock.frozen(soon() + timedelta(hours=2)):
        services.rate(by=SYSTEM, order_id=order.id, stars=1)
        Booking.objects.filter(session_id=key).delete()
        with pytest.raises(Conflict):
            services.rate(by=SYSTEM, order_id=order.id, stars=2)


def test_an_order_that_was_refused_is_not_withdrawn(cast, order):
    services.refuse_order(by=cast.actor("organiser"), order_id=order.id, words="没有合适的讲师")
    with pytest.raises(Conflict):
        services.withdraw_order(by=SYSTEM, order_id=order.id, words="不要了")
    assert state(order) == OrderState.REFUSED


def test_withdrawing_calls_the_draft_off_and_an_order_held_stays(cast, order):
    session_id = send(order, cast.own.lecturer.id)
    services.withdraw_order(by=cast.actor("secretary"), order_id=order.id, words="改到年后")
    services.withdraw_order(by=cast.actor("secretary"), order_id=order.id, words="改到年后")
    assert state(order) == OrderState.WITHDRAWN
    assert Session.objects.get(id=session_id).state == "cancelled"

    held = make_order(cast.season, cast.own.branch, wish="讲过的一课")
    key = send(held, cast.own.lecturer.id)
    answer(held, cast.own.lecturer, yes=True)
    activities.publish_session(by=SYSTEM, session_id=key)
    with clock.frozen(soon() + timedelta(hours=3)), pytest.raises(Conflict):
        services.withdraw_order(by=SYSTEM, order_id=held.id, words="不要了")


def test_a_refusal_needs_a_word_and_frees_the_wish(cast, order):
    desk = cast.actor("organiser")
    with pytest.raises(Invalid):
        services.refuse_order(by=desk, order_id=order.id, words=" ")
    services.refuse_order(by=desk, order_id=order.id, words="没有合适的讲师")
    assert state(order) == OrderState.REFUSED
    assert make_order(cast.season, cast.own.branch).id != order.id


def test_others_see_no_order_and_a_secretary_does_not_dispatch(cast, order):
    with pytest.raises(NotFound):
        reading.order(order.id, by=cast.actor("other_organiser"))
    with pytest.raises(NotAllowed):
        send(order, cast.own.lecturer.id, by=cast.actor("secretary"))
    with pytest.raises(NotFound):
        send(order, cast.towns["十总镇"].lecturer.id, by=cast.actor("organiser"))
    with pytest.raises(NotFound):
        services.rate(by=cast.actor("other_secretary"), order_id=order.id, stars=5)


@pytest.mark.parametrize(
    ("overrides", "where"),
    [
        ({"wish": " "}, "wish"),
        ({"wanted_until": -1}, "wanted_until"),
        ({"wanted_from": 200, "wanted_until": 201}, "wanted_from"),
        ({"people": 0}, "people"),
        ({"part": "noon"}, "part"),
    ],
)
def test_what_cannot_be_ordered_is_said_at_its_field(cast, overrides, where):
    today = clock.today()
    days = {
        name: today + timedelta(days=value)
        for name, value in overrides.items()
        if name.startswith("wanted")
    }
    with pytest.raises(Invalid) as refusal:
        make_order(cast.season, cast.own.branch, **(overrides | days))
    assert where in dict(refusal.value.details)
    assert not Order.objects.exists()


def test_free_parts_make_other_times_unusual_and_sort_behind(cast, order, second):
    first = cast.own.lecturer
    at = soon()
    times.set_free_parts(
        by=phone_of(first), lecturer_id=first.id, parts=[((at.weekday() + 1) % 7, "morning")]
    )
    page = cast.client("organiser").get(
        f"/console/lecturers/orders/{order.id}/dispatch/",
        {"day": f"{clock.day_of(at)}", "at": "14:00", "minutes": "60"},
    )
    rows = [(one.lecturer.name, one.state) for one, _kind, _strip in page.context["rows"]]
    assert rows.index(("周讲师", "free")) < rows.index((first.name, "unusual"))
    assert "不是常讲的时间" in page.content.decode()


def test_who_would_rather_not_then_may_be_asked_behind_who_is_free(cast, order, second):
    first, at = cast.own.lecturer, soon()
    wish = [(at.weekday(), "afternoon")]
    times.set_free_parts(by=phone_of(first), lecturer_id=first.id, parts=[], rather_not=wish)
    page = cast.client("organiser").get(
        f"/console/lecturers/orders/{order.id}/dispatch/",
        {"day": f"{clock.day_of(at)}", "at": "14:00", "minutes": "60"},
    )
    [mine] = [one for one, _kind, _strip in page.context["rows"] if one.lecturer.id == first.id]
    rows = [one.lecturer.name for one, _kind, _strip in page.context["rows"]]
    assert (mine.state, mine.can_come) == ("unwanted", True)
    assert rows.index("周讲师") < rows.index(first.name)
    assert "那时尽量不排" in page.content.decode()


def test_lecturers_of_the_zone_are_offered_too(cast, order):
    mates = {one.id for one in people.lecturers(by=cast.actor("organiser"), shared=True)}
    page = cast.client("organiser").get(f"/console/lecturers/orders/{order.id}/dispatch/")
    assert {one.lecturer.id for one, _k, _s in page.context["rows"]} == mates
    assert page.context["moment"].starts_at == clock.moment(order.wanted_from, time(9))
