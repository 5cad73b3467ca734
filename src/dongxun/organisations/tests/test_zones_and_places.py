from datetime import date, time

import pytest

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, ActorKind, Grant, Role
from dongxun.kernel.errors import Invalid, NotAllowed, NotFound
from dongxun.organisations import api
from dongxun.organisations.contracts import (
    PairingKind,
    PlaceDraft,
    PlaceType,
    StopDraft,
    ZoneDraft,
    ZoneKind,
)
from dongxun.organisations.models import Pairing
from dongxun.organisations.tests.make import SYSTEM, make_district, make_organisation

pytestmark = pytest.mark.django_db
DAY = date(2026, 12, 9)


def organiser(node, role=Role.ORGANISER):
    return Actor(ActorKind.ACCOUNT, grants=(Grant(role, node.id, node.interval),))


def divide(found, *zones, **overrides):
    return api.save_zone_set(
        **{
            "by": SYSTEM,
            "root_id": found["district"].id,
            "kind": ZoneKind.GEO,
            "name": "五个片区",
            "valid_from": DAY,
            "zones": zones,
        }
        | overrides
    )


def zone_at(node, key):
    zone = api.zone_of(node.id, key)
    assert zone is not None
    return zone


def test_an_organisation_inherits_its_nearest_ancestors_zone():
    found = make_district()
    key = divide(
        found,
        ZoneDraft("西片", (found["平潮镇"].id,)),
        ZoneDraft("东片", (found["五接镇"].id, found["平潮镇支部"].id)),
    )
    west = zone_at(found["平潮镇"], key)
    assert west.name == "西片"
    assert zone_at(found["平潮镇支部"], key).name == "东片"
    assert zone_at(found["五接镇支部"], key).name == "东片"
    assert api.zone_of(found["农业支部"].id, key) is None
    branch = found["平潮镇支部"].interval
    assert not any(branch.lft in part for part in west.intervals)
    assert any(found["平潮镇"].interval.lft in part for part in west.intervals)


def test_a_member_inside_its_own_zone_adds_no_second_interval():
    found = make_district()
    key = divide(found, ZoneDraft("西片", (found["平潮镇"].id, found["平潮镇支部"].id)))
    [zone] = api.zones_of_set(key)
    assert zone.intervals == (found["平潮镇"].interval,)


def test_an_organisation_is_in_one_zone_of_a_set_and_zones_keep_their_identity():
    found = make_district()
    both = (found["平潮镇"].id,)
    with pytest.raises(Invalid):
        divide(found, ZoneDraft("西片", both), ZoneDraft("东片", both))
    key = divide(found, ZoneDraft("西片", both), ZoneDraft("东片", ()))
    before = zone_at(found["平潮镇"], key)
    divide(found, ZoneDraft("西片", (*both, found["五接镇"].id)), zone_set_id=key)
    after = zone_at(found["五接镇"], key)
    assert after.id == before.id


def test_a_zone_takes_members_of_its_root_only():
    found = make_district()
    stranger = make_organisation("海门区", type_code="district")
    with pytest.raises(NotFound):
        divide(found, ZoneDraft("西片", (stranger.id,)))
    with pytest.raises(NotFound):
        divide(found, by=organiser(found["五接镇"]))


def test_two_organisations_are_one_pairing_whichever_comes_first():
    found = make_district()
    outside = api.add_external(by=organiser(found["平潮镇"]), name="江阴顾山镇")
    one, other = found["平潮镇"].id, outside.id
    for a, b in ((one, other), (other, one)):
        api.save_pairing(
            by=organiser(found["平潮镇"]),
            kind=PairingKind.TOWN_TOWN,
            one_id=a,
            other_id=b,
            since=DAY,
        )
    assert Pairing.objects.count() == 1
    assert [tie.other.name for tie in api.pairings_of(one)] == ["江阴顾山镇"]
    with pytest.raises(NotAllowed):
        api.save_pairing(
            by=organiser(found["五接镇"]),
            kind=PairingKind.TOWN_TOWN,
            one_id=one,
            other_id=other,
            since=DAY,
        )


def test_an_alliance_reaches_beyond_the_district():
    found = make_district()
    outside = api.add_external(by=organiser(found["district"]), name="常熟尚湖镇")
    api.save_alliance(
        by=SYSTEM,
        owner_id=found["平潮镇"].id,
        name="冬训联盟",
        member_ids=[found["平潮镇"].id, outside.id],
        since=DAY,
    )
    [league] = api.alliances_of(outside.id)
    assert {node.name for node in league.members} == {"平潮镇", "常熟尚湖镇"}


def test_a_vehicle_is_near_only_on_the_day_it_stops_there():
    found = make_district()
    stop = StopDraft(
        "平潮广场",
        clock.moment(DAY, time(9)),
        clock.moment(DAY, time(11)),
        (32.09, 120.86),
    )
    van = PlaceDraft(found["district"].id, "流动车", PlaceType.VEHICLE, stops=(stop,))
    hall = PlaceDraft(found["平潮镇"].id, "平潮镇礼堂", PlaceType.HALL, point=(32.10, 120.86))
    secret = PlaceDraft(
        found["平潮镇"].id, "会议室", PlaceType.HALL, point=(32.09, 120.86), public=False
    )
    for draft in (van, hall, secret):
        api.save_place(by=SYSTEM, draft=draft)
    near = api.places_near((32.09, 120.86), km=5, on=DAY)
    assert [(place.name, place.stop) for place in near] == [
        ("流动车", "平潮广场"),
        ("平潮镇礼堂", ""),
    ]
    assert near[1].km == pytest.approx(1.11, abs=0.01)
    later = api.places_near((32.09, 120.86), km=5, on=date(2026, 12, 10))
    assert [place.name for place in later] == ["平潮镇礼堂"]


def test_a_place_needs_a_name_and_belongs_to_ones_own_organisations():
    found = make_district()
    with pytest.raises(Invalid):
        api.save_place(by=SYSTEM, draft=PlaceDraft(found["平潮镇"].id, " ", PlaceType.HALL))
    draft = PlaceDraft(found["平潮镇"].id, "礼堂", PlaceType.HALL)
    with pytest.raises(NotFound):
        api.save_place(by=organiser(found["五接镇"]), draft=draft)
    key = api.save_place(by=organiser(found["平潮镇"]), draft=draft)
    with pytest.raises(NotFound):
        api.close_place(by=organiser(found["五接镇"]), place_id=key)
    api.close_place(by=organiser(found["平潮镇"]), place_id=key, on=DAY)
