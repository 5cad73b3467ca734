from datetime import timedelta

import pytest
from django.urls import reverse

from dongxun.activities.models import Booking, Session
from dongxun.kernel import clock
from dongxun.kernel.errors import Conflict, NotFound
from dongxun.lecturers import api
from dongxun.lecturers.models import Order, Rating
from dongxun.lecturers.queries import profiles
from dongxun.lecturers.tests.make import SYSTEM, make_order
from dongxun.people.contracts import LecturerKind
from dongxun.people.models import LecturerProfile
from dongxun.seasons.contracts import SeasonClosed
from dongxun.seasons.models import Season

pytestmark = pytest.mark.django_db


@pytest.fixture
def lesson(cast):
    """A session that nobody ordered, over for an hour, with the lecturer of its village."""
    now = clock.now()
    hours = {"starts_at": now - timedelta(hours=3), "ends_at": now - timedelta(hours=1)}
    Session.objects.filter(id=cast.own.session.id).update(**hours)
    cast.own.session.refresh_from_db()
    return cast.own.session


def score(cast):
    found = profiles.scores([cast.own.lecturer.id]).get(cast.own.lecturer.id)
    return (found.n, found.mean) if found else None


def rate(session, lecturer, stars, by=SYSTEM):
    api.rate_lesson(by=by, session_id=session.id, lecturer_id=lecturer.id, stars=stars)


def test_whoever_held_a_session_says_how_its_lecturer_was(cast, lesson):
    desk, key = cast.client("secretary"), str(cast.own.lecturer.id)
    page = reverse("lecturers:lesson", args=[lesson.id])
    session_page = reverse("activities:session", args=[lesson.id])
    assert page in desk.get(session_page).content.decode()
    assert cast.own.lecturer.name in desk.get(page).content.decode()
    sent = {"lecturer": key, f"{key}-words": "例子就是村里的事"}
    missing = desk.post(page, sent)
    assert (missing.status_code, "例子就是村里的事" in missing.content.decode()) == (422, True)
    for stars in ("5", "4"):
        assert desk.post(page, sent | {f"{key}-stars": stars}).status_code == 302
    assert score(cast) == (1, 4)
    about = reverse("lecturers:lecturer", args=[key])
    told = cast.client("office").get(about).content.decode()
    assert "例子就是村里的事" in told
    assert lesson.title in told
    assert desk.post(page, {"lecturer": str(lesson.id)}).status_code == 404


def test_each_lecturer_of_a_session_is_rated_for_themselves_and_only_who_is_down_for_it(
    cast, lesson
):
    second = LecturerProfile.objects.create(
        name="周讲师", kind=LecturerKind.SCHOOL, organisation_id=cast.own.node.id
    )
    with pytest.raises(NotFound):
        rate(lesson, second, 3)
    Booking.objects.create(session=lesson, lecturer=second)
    rate(lesson, second, 3)
    rate(lesson, cast.own.lecturer, 5)
    assert score(cast) == (1, 5)
    assert profiles.scores([second.id])[second.id].mean == 3
    Booking.objects.filter(session=lesson, lecturer=cast.own.lecturer).update(state="declined")
    assert score(cast) is None


def test_only_what_was_held_is_rated_and_an_ordered_lesson_with_its_order(cast, lesson):
    order = make_order(cast.season, cast.own.branch)
    Order.objects.filter(id=order.id).update(session=lesson)
    with pytest.raises(Conflict):
        rate(lesson, cast.own.lecturer, 5)
    desk = cast.client("secretary")
    there = desk.get(reverse("lecturers:lesson", args=[lesson.id]))
    assert there.url == reverse("lecturers:order", args=[order.id])
    api.rate(by=SYSTEM, order_id=order.id, stars=5)
    assert score(cast) == (1, 5)
    Order.objects.filter(id=order.id).update(session=None)
    Session.objects.filter(id=lesson.id).update(ends_at=clock.now() + timedelta(hours=1))
    with pytest.raises(Conflict):
        rate(lesson, cast.own.lecturer, 5)
    Session.objects.filter(id=lesson.id).update(state="cancelled")
    assert desk.get(reverse("lecturers:lesson", args=[lesson.id])).status_code == 404
    assert score(cast) is None


def test_in_a_closed_season_stars_are_read_only(cast, lesson):
    rate(lesson, cast.own.lecturer, 5)
    Season.objects.filter(id=cast.season.id).update(state="closed", closed_at=clock.now())
    with pytest.raises(SeasonClosed):
        rate(lesson, cast.own.lecturer, 1)
    page = cast.client("secretary").get(reverse("lecturers:lesson", args=[lesson.id]))
    assert "<textarea" not in page.content.decode()
    assert Rating.objects.get().stars == 5
