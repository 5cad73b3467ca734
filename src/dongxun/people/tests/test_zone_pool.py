"""What a zone shares: lecturers and places; and who has been in the party how long."""

from datetime import timedelta

import pytest
from django.urls import reverse

from dongxun.kernel import clock
from dongxun.organisations import api as organisations
from dongxun.organisations.models import Place, Zone, ZoneMember, ZoneSet
from dongxun.people import api
from dongxun.people.models import LecturerProfile, Person
from dongxun.people.queries import years_ago

pytestmark = pytest.mark.django_db


def words(response) -> str:
    return str(response.content.decode())


@pytest.fixture
def together(cast):
    """平潮镇 and 五接镇 in one zone, whatever the cast's zones are."""
    ZoneMember.objects.all().delete()
    zone_set = ZoneSet.objects.create(
        root_id=cast.district.id, kind="geo", name="片区", valid_from=clock.today()
    )
    zone = Zone.objects.create(zone_set=zone_set, name="西片")
    for town in (cast.own, cast.foreign):
        ZoneMember.objects.create(zone_set=zone_set, zone=zone, organisation_id=town.node.id)
    return zone


def test_lecturers_of_the_zone_can_be_booked_and_are_not_shown_unasked(cast, together):
    theirs = cast.foreign.lecturer
    organiser = cast.actor("organiser")
    assert theirs.id not in {one.id for one in api.lecturers(by=organiser)}
    assert theirs.id in {one.id for one in api.lecturers(by=organiser, shared=True)}

    client, url = cast.client("organiser"), reverse("people:lecturers")
    assert theirs.name not in words(client.get(url))
    assert theirs.name in words(client.get(url, {"shared": "1"}))
    assert client.get(reverse("people:lecturer", args=[theirs.id])).status_code == 404

    together.members.all().delete()
    assert theirs.id not in {one.id for one in api.lecturers(by=organiser, shared=True)}


def test_a_lecturer_is_corrected_and_booked_no_more(cast):
    own = cast.own.lecturer
    client, url = cast.client("organiser"), reverse("people:lecturer", args=[own.id])
    assert own.name in words(client.get(url))
    typed = {
        "name": own.name,
        "kind": own.kind,
        "organisation": str(own.organisation_id),
        "title": "镇党校教师",
        "subjects": "农村工作、党史",
        "phone": "",
    }
    assert client.post(url, typed | {"name": " "}).status_code == 422
    assert client.post(url, typed).status_code == 302

    row = LecturerProfile.objects.get(id=own.id)
    assert (row.title, row.subjects, row.active) == ("镇党校教师", ["农村工作", "党史"], False)
    assert (row.phone, row.person_id) == (own.phone, own.person_id)
    assert row.id not in {one.id for one in api.lecturers(by=cast.actor("organiser"))}


def test_places_of_the_zone_are_listed_and_offered_before_those_of_elsewhere(cast, together):
    far = Place.objects.create(
        organisation_id=cast.towns["十总镇"].node.id, name="远处礼堂", type="hall"
    )
    near = Place.objects.create(
        organisation_id=cast.foreign.node.id, name="邻镇车间", type="workshop"
    )
    kept = Place.objects.create(
        organisation_id=cast.foreign.node.id, name="不公开的会议室", type="hall", public=False
    )
    client = cast.client("organiser")
    page = words(client.get(reverse("organisations:places"), {"shared": "1"}))
    assert near.name in page
    assert far.name not in page
    assert kept.name not in page

    sites = organisations.sites_for(cast.actor("organiser"))
    names = [site.name for site in sites]
    assert names.index(near.name) < names.index(far.name)
    assert {site.name for site in sites if site.is_shared} >= {near.name}
    assert kept.name not in names


def test_a_station_belongs_to_its_institute_and_never_to_itself(cast):
    client = cast.client("organiser")
    institute = Place.objects.create(
        organisation_id=cast.own.node.id, name="实践所", type="institute"
    )
    typed = {"name": "平潮村实践站", "type": "station", "organisation": str(cast.own.node.id)}
    new = reverse("organisations:new_place")
    assert client.post(new, typed | {"parent": str(institute.id)}).status_code == 302
    station = Place.objects.get(name="平潮村实践站")
    assert station.parent_id == institute.id
    assert "属于实践所" in words(client.get(reverse("organisations:places"), {"kind": "station"}))

    Place.objects.filter(id=station.id).update(type="institute")
    loop = typed | {"name": "实践所", "type": "institute", "parent": str(station.id)}
    refused = client.post(reverse("organisations:place", args=[institute.id]), loop)
    assert refused.status_code == 422
    assert "不能隶属于自己" in words(refused)


def test_the_roster_is_narrowed_to_those_fifty_years_in_the_party(cast):
    limit = years_ago(clock.today(), 50)
    Person.objects.filter(id=cast.lin.id).update(joined_on=limit)
    Person.objects.filter(id=cast.zhou.id).update(joined_on=limit + timedelta(days=1))

    page = cast.client("organiser").get(reverse("people:roster"), {"years": "50"})

    assert [person.id for person in page.context["page"]] == [cast.lin.id]
    assert "党龄满 50 年" in words(page)
