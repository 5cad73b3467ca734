"""Pairings by zone, and places narrowed by what they have."""

import pytest
from django.urls import reverse

from dongxun.kernel import clock
from dongxun.organisations import api
from dongxun.organisations.contracts import PairingKind
from dongxun.organisations.models import Place, Zone, ZoneMember, ZoneSet
from tests.cast import SYSTEM

pytestmark = pytest.mark.django_db


def text(answer):
    return answer.content.decode()


def tie(kind, one, other):
    api.save_pairing(by=SYSTEM, kind=kind, one_id=one.id, other_id=other.id, since=clock.today())


def test_pairings_stand_by_zone_the_village_before_its_enterprise(cast):
    firm = api.add_external(by=SYSTEM, name="星辰纺织")
    tie(PairingKind.VILLAGE_ENTERPRISE, cast.own.branch, firm)
    tie(PairingKind.TOWN_TOWN, cast.own.node, cast.foreign.node)
    tie(PairingKind.TOWN_TOWN, cast.towns["刘桥镇"].node, cast.towns["十总镇"].node)
    url = reverse("organisations:pairings")
    page = text(cast.client("organiser").get(url))
    assert "1 个片区，2 对结对" in page
    assert "西片" in page
    assert page.index(cast.own.branch.short_name) < page.index("星辰纺织")
    assert "十总镇" not in page
    firms = text(cast.client("organiser").get(url, {"kind": "village_enterprise"}))
    assert ("星辰纺织" in firms, cast.foreign.node.short_name in firms) == (True, False)
    far, since = cast.towns["刘桥镇"].node, cast.zone_set.valid_from
    theirs = ZoneSet.objects.create(root_id=far.id, kind="geo", name="片区", valid_from=since)
    namesake = Zone.objects.create(zone_set=theirs, name=cast.zone.name)
    ZoneMember.objects.create(zone_set=theirs, zone=namesake, organisation_id=far.id)
    page = text(cast.client("office").get(url))
    assert (page.count("西片</h2>"), cast.own.branch.short_name in page) == (2, True)
    assert ("刘桥镇" in page, "3 对结对" in page) == (True, True)
    assert cast.client("organiser").get(url, {"kind": "?"}).status_code == 404


def test_places_are_narrowed_by_facility_and_seats(cast):
    of = {"organisation_id": cast.own.node.id, "type": "hall"}
    Place.objects.create(**of, name="大礼堂", capacity=300, facilities=["投影", "音响"])
    Place.objects.create(**of, name="小会议室", capacity=30, facilities=["投影"])
    client, url = cast.client("organiser"), reverse("organisations:places")
    with_sound = text(client.get(url, {"facility": "音响"}))
    large = text(client.get(url, {"seats": "100", "facility": "投影"}))
    for page in (with_sound, large):
        assert ("大礼堂" in page, "小会议室" in page) == (True, False)
    assert "小会议室" in text(client.get(url, {"seats": "很多"}))
