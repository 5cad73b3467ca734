"""Joint zones, halls for villages and enterprises for villages: asked for, shown, accepted."""

import pytest
from django.urls import reverse

from dongxun.kernel import clock, jobs
from dongxun.kernel.errors import Conflict, Invalid
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import PairingKind
from dongxun.organisations.models import Organisation, Pairing, Place
from dongxun.organisations.tests.make import make_organisation
from dongxun.planning.contracts import HubSettings, PairSettings
from dongxun.planning.gathering import Gathered
from dongxun.planning.models import Run
from dongxun.planning.services import gathering
from dongxun.planning.tests import gather
from dongxun.seasons.models import Season

pytestmark = pytest.mark.django_db


def text(answer):
    return answer.content.decode()


def refusal(ask, cast, **given):
    with pytest.raises(Invalid) as refused:
        ask(cast, **given)
    return refused.value.details


def test_agencies_are_gathered_around_leads_and_the_season_stands_in_the_accepted_zones(cast):
    row = gather.ask_areas(cast)
    jobs.run(row.job_id)
    desk, url = cast.client("office"), reverse("planning:areas", args=[row.id])
    page = text(desk.get(url))
    row.refresh_from_db()
    [west, east] = Gathered(row).groups
    typed = {
        "name": "两个联创区",
        "valid_from": f"{clock.today():%Y-%m-%d}",
        "name_1": "经济联创区",
        "lead_1": west.id,
        "name_2": "民生联创区",
        "lead_2": east.id,
    }

    nameless = desk.post(url, typed)
    done = desk.post(url, typed | {"reason": "相邻的在一起"})

    assert {len(west.members), len(east.members)} == {2}
    assert max(west.farthest, east.farthest) < 3
    assert "2 个联创区" in page
    assert "联创区 2 的牵头单位" in page
    assert ">片区 2 的名称" not in page
    assert (nameless.status_code, done.status_code) == (422, 302)
    season = Season.objects.select_related("joint_zones").get(id=cast.season.id)
    chosen = season.joint_zones
    assert chosen is not None
    assert (chosen.kind, season.geo_zones_id) == ("joint", cast.zone_set.id)
    assert sorted(zone.name for zone in chosen.zones.all()) == ["民生联创区", "经济联创区"]
    assert "两个联创区" in text(desk.get(reverse("organisations:zone_sets")))
    later = gather.areas(cast)
    Run.objects.filter(id=later.id).update(about=later.about | {"today_set": ""})
    assert (
        desk.post(reverse("planning:areas", args=[later.id]), typed | {"reason": "再"}).status_code
        == 409
    )


def test_agencies_that_stand_in_no_joint_zone_or_joined_since_are_named(cast):
    every = gather.agencies(cast)
    row = gather.ask_areas(cast, unit_ids=tuple(one.id for one in every[:3]), areas=1)
    keys = [one["id"] for one in row.problem["agencies"]]
    gather.finish(row, areas=[{"lead": keys[0], "agencies": keys}])
    desk, url = cast.client("office"), reverse("planning:areas", args=[row.id])
    typed = {"name": "联创区", "valid_from": f"{clock.today():%Y-%m-%d}", "reason": "相邻的在一起"}
    typed |= {"name_1": "第一联创区", "lead_1": keys[0]}

    page = text(desk.get(url))
    make_organisation(
        "水利局", under=Organisation.objects.get(type="agency_group"), type_code="agency"
    )
    refused = desk.post(url, typed)

    assert every[3].short_name in page.partition("不在这些联创区里")[2]
    assert refused.status_code == 409
    assert "水利局" in text(refused)
    assert Run.objects.get(id=row.id).accepted_at is None


def test_why_halls_cannot_take_all_villages_is_said_with_names(cast):
    gather.ask_hubs(cast)
    Place.objects.filter(type="hall").update(capacity=1)
    row = gathering.ask_hubs(
        by=cast.actor("office"),
        season_id=cast.season.id,
        organisation_id=cast.district.id,
        asked=HubSettings(hubs=2, types=("hall",), seats=True),
    )
    jobs.run(row.job_id)

    page = text(cast.client("office").get(reverse("planning:hubs", args=[row.id])))

    large = [one["name"] for one in row.problem["villages"] if one["members"] > 1]
    assert large[0] in page.partition("坐得下：")[2]
    assert "最大的 2 个场地共 2 座" in page


def test_villages_are_sent_to_halls_and_taken_along_as_a_workbook(cast):
    row = gather.ask_hubs(cast)
    jobs.run(row.job_id)
    desk, url = cast.client("office"), reverse("planning:hubs", args=[row.id])
    row.refresh_from_db()
    found = Gathered(row)

    assert row.outcome["status"] == "optimal"
    assert len(found.groups) == 2
    assert found.members == len(gather.villages(cast))
    assert found.groups[0].members[0].name in text(desk.get(url))
    assert desk.get(f"{url}?form=xlsx").content[:2] == b"PK"


def test_villages_are_paired_with_enterprises_once_and_who_stays_alone_is_named(cast):
    row = gather.pairs(cast)
    desk, url = cast.client("office"), reverse("planning:pairs", args=[row.id])
    first, second = (one.id for one in Gathered(row).groups[0].members)
    page = text(desk.get(url))
    twin = gather.pairs(cast)
    typed = {"since": f"{clock.today():%Y-%m-%d}", "agreement": "岗位信息送到村"}

    nobody = desk.post(url, typed)
    done = desk.post(url, typed | {"villages": [first]})

    assert Gathered(row).alone[0] in page
    assert (nobody.status_code, done.status_code) == (422, 302)
    [tie] = organisations.pairs(by=cast.actor("office"), kind=PairingKind.VILLAGE_ENTERPRISE)
    assert str(tie.one.id) == first
    with pytest.raises(Conflict, match=tie.one.short_name):
        gathering.accept_pairs(
            by=cast.actor("office"), run_id=twin.id, villages=[first, second], since=clock.today()
        )
    assert Pairing.objects.count() == 1
    assert first not in str(gather.ask_pairs(cast).problem)


def test_no_enterprise_is_paired_with_more_villages_than_it_takes_by_two_lists(cast):
    first, second = gather.pairs(cast), gather.pairs(cast)
    [group] = Gathered(first).groups
    mine, by = [one.id for one in group.members], cast.actor("office")
    other = second.plan["alone"][0]
    second.plan["partner_of"] = {other: group.id, mine[0]: group.id}
    second.save()
    gathering.accept_pairs(by=by, run_id=first.id, villages=mine, since=clock.today())

    with pytest.raises(Conflict, match=group.name):
        gathering.accept_pairs(by=by, run_id=second.id, villages=[other], since=clock.today())

    assert Pairing.objects.count() == 2


def test_an_enterprise_paired_out_of_sight_is_full_all_the_same(cast):
    there = organisations.node(cast.foreign.node.id).interval
    far = next(one for one in gather.villages(cast) if one.lft in there)
    firm = make_organisation("刘桥纺织厂", under=cast.foreign.node, type_code="enterprise")
    gather.ask_pairs(cast)
    organisations.save_pairing(
        by=cast.actor("office"),
        kind=PairingKind.VILLAGE_ENTERPRISE,
        one_id=far.id,
        other_id=firm.id,
        since=clock.today(),
    )
    row = gathering.ask_pairs(
        by=cast.actor("organiser"),
        season_id=cast.season.id,
        organisation_id=cast.own.node.id,
        asked=PairSettings(takes=2),
    )

    assert [one["takes"] for one in row.problem["enterprises"]] == [1]


def test_what_cannot_be_gathered_is_said_at_its_field_with_names(cast):
    few = refusal(gather.ask_areas, cast, areas=3, least=2)
    small = refusal(gather.ask_areas, cast, areas=2, most=1)
    halls = refusal(gather.ask_hubs, cast, hubs=40)
    far = refusal(gather.ask_hubs, cast, within_km=0.1)
    full = refusal(gather.ask_pairs, cast, takes=0)

    fields = [said[0][0] for said in (few, small, halls, far, full)]
    assert fields == ["least", "most", "types", "within_km", "takes"]
    assert "村" in far[0][1]


def test_the_desk_asks_with_what_it_typed_before(cast):
    gather.agencies(cast)
    gather.ask_pairs(cast)
    desk = cast.client("organiser")
    url = reverse("planning:new_pairs")

    bad = desk.post(url, {"unit": str(cast.own.node.id), "takes": "0"})
    asked = desk.post(url, {"unit": str(cast.own.node.id), "takes": "3", "within_km": "9"})
    row = Run.objects.filter(kind="pairs").latest("created_at")

    assert bad.status_code == 422
    assert asked.url == reverse("planning:pairs", args=[row.id])
    assert "排队中" in text(desk.get(asked.url))
    assert 'value="3"' in text(desk.get(f"{url}?base={row.id}"))
    assert desk.get(reverse("planning:new_areas")).status_code == 404
