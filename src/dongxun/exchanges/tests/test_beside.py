"""名师分站 are seen where places, lecturers and open sessions are."""

from datetime import timedelta

import pytest
from django.urls import reverse

from dongxun.activities.tests.make import make_session
from dongxun.exchanges.services import stations
from dongxun.kernel import clock
from dongxun.people.contracts import LecturerKind
from dongxun.people.models import LecturerProfile
from dongxun.people.tests.test_floating import make_station

pytestmark = pytest.mark.django_db
WORDS = "郑老师名师分站"


def page(client, name, *args, **query):
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def station(cast):
    """A lecturer's station at a public place of the own town."""
    place = make_station(cast.own.node, "平潮驿站")
    lecturer = LecturerProfile.objects.create(
        name="郑老师", kind=LecturerKind.FOLK, organisation_id=cast.own.node.id
    )
    key = stations.open_station(
        by=cast.actor("organiser"),
        lecturer_id=lecturer.id,
        host_id=cast.own.node.id,
        place_id=place.id,
    )
    return key, lecturer, place


def test_a_station_is_named_beside_its_place_and_its_lecturer(cast, station):
    _key, lecturer, place = station
    desk = cast.client("organiser")
    for one in (
        page(desk, "organisations:places"),
        page(desk, "organisations:place", place.id),
    ):
        assert WORDS in one
    for one in (page(desk, "people:lecturers"), page(desk, "people:lecturer", lecturer.id)):
        assert "名师分站：平潮驿站" in one


def test_a_station_is_named_on_phones_without_a_link_to_the_console(cast, station, client):
    _key, _lecturer, place = station
    start = clock.now() + timedelta(days=1)
    make_session(
        cast.season,
        cast.own.branch,
        place=place,
        open_to_all=True,
        starts_at=start,
        ends_at=start + timedelta(hours=1),
    )
    for one in (
        page(client, "activities:nearby"),
        page(client, "exchanges:stations", q="平潮驿站"),
    ):
        assert WORDS in one
        assert "console/exchanges/lecturers" not in one


def test_a_station_that_ended_is_named_no_more(cast, station):
    stations.end_station(by=cast.actor("organiser"), station_id=station[0])
    assert WORDS not in page(cast.client("organiser"), "organisations:places")
