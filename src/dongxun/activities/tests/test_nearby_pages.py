"""What is open to all: nearby by town and distance, and readable by anybody."""

import pytest
from django.urls import reverse

from dongxun.activities.models import Session
from dongxun.activities.sessions import near
from dongxun.organisations.models import Organisation, Place

pytestmark = pytest.mark.django_db


def words(response) -> str:
    return str(response.content.decode())


def get(cast, role: str, name: str, **query: str):
    return cast.client(role).get(reverse(f"activities:{name}"), query)


def test_the_public_page_shows_open_sessions_only(cast):
    assert cast.own.session.title not in words(get(cast, "public", "nearby"))
    Session.objects.filter(id=cast.own.session.id).update(open_to_all=True)
    assert cast.own.session.title in words(get(cast, "public", "nearby"))


def test_open_sessions_are_sorted_by_distance_and_cut_after_that(cast, monkeypatch):
    monkeypatch.setattr(near, "PER_PAGE", 1)
    points = {"own": (32.05, 120.9), "foreign": (32.05, 121.1)}
    for town, (lat, lon) in points.items():
        found = getattr(cast, town)
        Place.objects.filter(id=found.place.id).update(latitude=lat, longitude=lon)
        Session.objects.filter(id=found.session.id).update(
            open_to_all=True, place=found.place, sign_up=town == "own"
        )
        Organisation.objects.filter(id=found.node.id).update(latitude=lat, longitude=lon)

    def page(**query):
        return get(cast, "public", "nearby", **{key: str(value) for key, value in query.items()})

    def titles(**query):
        return [one.card.title for one, _said in page(**query).context["cards"]]

    own, foreign = cast.own.session.title, cast.foreign.session.title
    away = {"near": cast.foreign.node.id}
    assert (titles(**away), titles(**away, page=2)) == ([foreign], [own])
    assert "约 18.8 公里" in words(page(**away, page=2))
    assert titles(near=cast.own.node.id) == [own]
    assert page(**away, km=10).context["found"].paginator.count == 1
    assert titles(town=cast.own.node.id) == [own]
    assert "报名" in words(page(town=cast.own.node.id))
    assert page(near="x", km="-3", town="x").status_code == 200


def test_what_is_open_to_all_is_read_by_anybody_and_nothing_else(cast):
    path = reverse("activities:my_session", args=[cast.own.session.id])
    client = cast.client("public")
    assert client.get(path).status_code == 302
    Session.objects.filter(id=cast.own.session.id).update(open_to_all=True)
    page = words(client.get(path))
    assert cast.own.session.title in page
    assert "不用报名" in page
    assert cast.lin.name not in page
