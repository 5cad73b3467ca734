import pytest
from django.urls import reverse

from dongxun.access.tests.make import actor_of, come_in, make_account
from dongxun.kernel.actors import Role
from dongxun.organisations import api
from dongxun.organisations.models import Organisation, Pairing, Place, Stop, ZoneMember
from dongxun.organisations.tests.make import make_district

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def office(client, district):
    return come_in(client, make_account(Role.OFFICE, district["district"]))


def text(response):
    return response.content.decode()


def test_the_finder_answers_with_ones_own_units(client, district):
    come_in(client, make_account(Role.ORGANISER, district["五接镇"]))
    found = client.get(reverse("organisations:find"), {"q": "wj"}).json()["results"]
    assert {row["label"] for row in found} == {"五接镇", "五接村", "五接村党支部"}
    assert client.get(reverse("organisations:find"), {"q": "pc"}).json()["results"] == []


def test_a_unit_is_corrected_and_what_does_not_fit_is_said(office, district):
    url = reverse("organisations:organisation", args=[district["平潮镇"].id])
    assert office.get(url).status_code == 200
    fields = {"name": "平潮街道", "short_name": "平潮街道", "tier": "model", "contact_name": "王"}
    assert office.post(url, fields | {"latitude": "99"}).status_code == 422
    clash = office.post(url, fields | {"name": "五接镇"})
    assert clash.status_code == 409
    assert "这里已有同名的单位" in text(clash)
    office.post(url, fields)
    row = Organisation.objects.get(id=district["平潮镇"].id)
    assert (row.name, row.tier) == ("平潮街道", "model")


def test_units_are_added_below_tied_and_closed(office, district):
    town = district["平潮镇"].id
    office.post(
        reverse("organisations:add_below", args=[town]), {"name": "机关支部", "type": "branch"}
    )
    made = Organisation.objects.get(name="机关支部")
    office.post(
        reverse("organisations:add_pairing", args=[town]),
        {"kind": "town_town", "other": "江阴顾山镇", "since": "2026-12-01"},
    )
    assert Pairing.objects.count() == 1
    assert "江阴顾山镇" in text(office.get(reverse("organisations:organisation", args=[town])))
    office.post(reverse("organisations:close", args=[made.id]))
    made.refresh_from_db()
    assert made.closed_on
    assert office.post(reverse("organisations:close", args=[town])).status_code == 409


def test_a_vehicle_is_entered_with_its_stops(office, district):
    fields = {
        "name": "流动车",
        "type": "vehicle",
        "organisation": str(district["district"].id),
        "stops": "2026-12-09 9:00-11:00 平潮广场 32.09,120.86\n明天 平潮",
        "public": "on",
    }
    bad = office.post(reverse("organisations:new_place"), fields)
    assert bad.status_code == 422
    assert "第 2 行" in text(bad)
    good = fields | {"stops": fields["stops"].splitlines()[0]}
    office.post(reverse("organisations:new_place"), good)
    assert Stop.objects.get().name == "平潮广场"
    place = Place.objects.get()
    page = text(office.get(reverse("organisations:place", args=[place.id])))
    assert "2026-12-09 09:00-11:00 平潮广场 32.09,120.86" in page
    half = good | {"latitude": "32"}
    assert office.post(reverse("organisations:place", args=[place.id]), half).status_code == 422
    assert "流动车" in text(office.get(reverse("organisations:places")))
    office.post(reverse("organisations:close_place", args=[place.id]))
    assert Place.objects.get().closed_on


def test_zones_are_written_a_line_each(office, district):
    fields = {
        "name": "片区",
        "kind": "geo",
        "valid_from": "2026-12-01",
        "lines": "西片：平潮镇、五接镇\n东片：三余镇",
    }
    bad = office.post(reverse("organisations:new_zone_set"), fields)
    assert bad.status_code == 422
    assert "三余镇" in text(bad)
    office.post(reverse("organisations:new_zone_set"), fields | {"lines": "西片：平潮镇、五接镇"})
    assert ZoneMember.objects.count() == 2
    assert "西片" in text(office.get(reverse("organisations:zone_sets")))
    [view] = api.zone_sets(by=make_office_actor(district))
    page = text(office.get(reverse("organisations:zone_set", args=[view.id])))
    assert "西片：平潮镇、五接镇" in page


def make_office_actor(district):
    return actor_of(make_account(Role.OFFICE, district["district"]))
