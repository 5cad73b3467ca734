"""A clash is shown before it is made, and stays only with a reason that is kept."""

from datetime import timedelta

import pytest
from django.urls import reverse

from dongxun.activities.models import Booking, Session
from dongxun.activities.sessions import planning, venues
from dongxun.activities.tests.plan import make_plan
from dongxun.kernel import clock
from dongxun.kernel.models import AuditEntry
from dongxun.organisations.tests.make import SYSTEM

pytestmark = pytest.mark.django_db
WHY = "领导只有这个时间，分两批进场"


@pytest.fixture
def first(cast):
    plan = make_plan(cast.season, cast.own.node, place_id=cast.own.place.id, place_text="")
    session_id = planning.save_session(by=SYSTEM, plan=plan)
    planning.publish_session(by=SYSTEM, session_id=session_id)
    return Session.objects.get(id=session_id)


@pytest.fixture
def second(cast, first):
    plan = make_plan(
        cast.season, cast.own.branch, title="另一堂课", place_id=cast.own.place.id, place_text=""
    )
    return Session.objects.get(id=planning.save_session(by=SYSTEM, plan=plan))


def page_of(client, session):
    return client.get(reverse("activities:session", args=[session.id])).content.decode()


def test_place_lecturer_and_people_are_shown_before_publishing(cast, first, second):
    for session in (first, second):
        Booking.objects.create(session=session, lecturer=cast.own.lecturer)
    page = page_of(cast.client("organiser"), second)
    assert "3 处冲突" in page
    assert cast.own.place.name in page
    assert cast.own.lecturer.name in page


def test_publishing_into_a_clash_wants_a_reason_and_keeps_it(cast, second):
    client = cast.client("organiser")
    url = reverse("activities:publish", args=[second.id])
    refused = client.post(url)
    assert refused.status_code == 422
    assert "请填写有冲突仍照办的原因" in refused.content.decode()
    second.refresh_from_db()
    assert second.state == "draft"
    assert client.post(url, {"clash_reason": WHY}).status_code == 302
    second.refresh_from_db()
    assert (second.state, second.clash_reason) == ("published", WHY)
    assert WHY in page_of(client, second)
    assert AuditEntry.objects.get(action="activities.keep_clash").detail["reason"] == WHY


def test_the_last_step_wants_the_reason_only_to_publish(cast, second):
    client = cast.client("organiser")
    response = client.post(reverse("activities:edit", args=[second.id]))
    check = response.url.replace("/what/", "/check/")
    assert client.post(check, {"then": "publish"}).status_code == 422
    again = client.post(check, {"then": "publish", "clash_reason": WHY})
    assert again.status_code == 302
    second.refresh_from_db()
    assert (second.state, second.clash_reason) == ("published", WHY)


def test_moving_into_a_clash_is_shown_and_asked_for_twice(cast, first, second):
    planning.publish_session(by=SYSTEM, session_id=second.id)
    later = second.starts_at + timedelta(days=1)
    Session.objects.filter(id=second.id).update(
        starts_at=later, ends_at=later + timedelta(hours=2), version=9
    )
    client = cast.client("organiser")
    local = first.starts_at.astimezone(clock.zone())
    typed = {
        "move-day": local.date().isoformat(),
        "move-start": f"{local:%H:%M}",
        "move-minutes": "60",
        "move-reason": WHY,
    }
    url = reverse("activities:move", args=[second.id])
    refused = client.post(url, typed)
    assert refused.status_code == 422
    assert first.title in refused.content.decode()
    assert WHY in refused.content.decode()
    assert client.post(url, typed | {"move-anyway": "on"}).status_code == 302
    second.refresh_from_db()
    assert second.starts_at == first.starts_at


def test_the_places_of_sub_venues_are_looked_at_on_publishing_and_moving(cast, first):
    session_id = planning.save_session(by=SYSTEM, plan=make_plan(cast.season, cast.foreign.node))
    at = {"host_id": cast.foreign.branch.id, "place_id": cast.own.place.id}
    venues.add_sub_venue(by=SYSTEM, session_id=session_id, **at)
    client = cast.client("other_organiser")
    url = reverse("activities:publish", args=[session_id])
    assert client.post(url).status_code == 422
    assert client.post(url, {"clash_reason": WHY}).status_code == 302
    local = (first.starts_at + timedelta(minutes=30)).astimezone(clock.zone())
    typed = {
        "move-day": local.date().isoformat(),
        "move-start": f"{local:%H:%M}",
        "move-minutes": "60",
        "move-reason": WHY,
    }
    moved = client.post(reverse("activities:move", args=[session_id]), typed)
    assert moved.status_code == 422
    assert cast.own.place.name in moved.content.decode()
