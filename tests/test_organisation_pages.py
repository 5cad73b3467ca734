from datetime import date

import pytest
from django.urls import reverse

from dongxun.access.tests.make import actor_of, come_in, make_account
from dongxun.kernel import clock
from dongxun.kernel.actors import Role
from dongxun.organisations import api
from dongxun.organisations.models import (
    Alliance,
    Organisation,
    OrganisationType,
    Pairing,
    Place,
    Stop,
    ZoneMember,
    ZoneSet,
)
from dongxun.organisations.tests.make import make_district, make_organisation
from dongxun.people.tests.make import make_person

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
        {
            "kind": "town_town",
            "other": "江阴顾山镇",
            "outside": "on",
            "location": "无锡江阴",
            "since": "2020-12-01",
        },
    )
    tie = Pairing.objects.get()
    page = text(office.get(reverse("organisations:organisation", args=[town])))
    assert "江阴顾山镇" in page
    assert "无锡江阴" in page
    office.post(reverse("organisations:end_pairing", args=[town, tie.id]))
    tie.refresh_from_db()
    assert tie.until == clock.today()
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
    assert "没有这样的场所" in text(office.get(reverse("organisations:places"), {"q": "没有"}))
    found = text(office.get(reverse("organisations:places"), {"q": "流动", "kind": place.type}))
    assert place.name in found
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


@pytest.mark.parametrize("kind", ["town_town", "agency_agency", "village_enterprise"])
def test_a_mistyped_partner_is_asked_about_and_not_taken_for_one_outside(office, district, kind):
    url = reverse("organisations:add_pairing", args=[district["平潮镇"].id])
    answer = office.post(url, {"kind": kind, "other": "五接乡", "since": "2026-12-01"})
    assert answer.status_code == 422
    assert "这里没有叫 五接乡 的单位" in text(answer)
    assert "五接镇" in text(answer)
    assert not Organisation.objects.filter(external=True).exists()
    assert not Pairing.objects.exists()


def test_one_of_several_namesakes_is_meant_by_the_unit_above_it(office, district):
    for town in ("平潮镇", "五接镇"):
        make_organisation("第一党支部", under=district[town])
    url = reverse("organisations:add_pairing", args=[district["平潮镇支部"].id])
    fields = {"kind": "branch_branch", "since": "2026-12-01"}
    unclear = office.post(url, fields | {"other": "第一党支部"})
    assert unclear.status_code == 422
    assert "五接镇 / 第一党支部" in text(unclear)
    office.post(url, fields | {"other": "五接镇/第一党支部"})
    assert Pairing.objects.count() == 1
    found = office.get(reverse("organisations:find"), {"q": "第一", "all": "1"}).json()["results"]
    assert {row["text"] for row in found} == {"平潮镇 / 第一党支部", "五接镇 / 第一党支部"}


LEAGUE = {
    "name": "沿江冬训联盟",
    "owner": "平潮镇",
    "members": "五接镇\n区农业农村局",
    "outside": "东港镇，无锡市\n江阴顾山镇（无锡江阴）",
    "since": "2020-12-01",
    "purpose": "课程互送",
}


def test_an_alliance_is_formed_with_units_outside_corrected_and_ended(office, district):
    office.post(reverse("organisations:new_alliance"), LEAGUE)
    league = Alliance.objects.get()
    outside = dict(league.members.filter(external=True).values_list("name", "location"))
    assert outside == {"东港镇": "无锡市", "江阴顾山镇": "无锡江阴"}
    assert league.members.count() == 5
    url = reverse("organisations:alliance", args=[league.id])
    page = text(office.get(url))
    assert "东港镇，无锡市" in page
    office.post(url, LEAGUE | {"outside": "", "name": "平潮联盟"})
    league.refresh_from_db()
    assert (league.name, league.members.count()) == ("平潮联盟", 3)
    office.post(reverse("organisations:end_alliance", args=[league.id]))
    assert "已结束" in text(office.get(reverse("organisations:alliances")))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"members": "三余镇"}, "三余镇"),
        ({"members": "", "outside": ""}, "至少"),
        ({"owner": "没有的镇"}, "没有的镇"),
        ({"until": "2020-11-01"}, "不能早于"),
        ({"since": "明天"}, "日期"),
    ],
)
def test_an_alliance_that_does_not_fit_is_said_and_keeps_what_was_typed(office, wrong, said):
    answer = office.post(reverse("organisations:new_alliance"), LEAGUE | wrong)
    assert answer.status_code == 422
    assert said in text(answer)
    assert "课程互送" in text(answer)
    assert not Alliance.objects.exists()


def test_an_alliance_led_elsewhere_is_seen_by_its_members_and_changed_by_its_owner(
    client, office, district
):
    office.post(reverse("organisations:new_alliance"), LEAGUE)
    url = reverse("organisations:alliance", args=[Alliance.objects.get().id])
    member = come_in(client, make_account(Role.ORGANISER, district["五接镇"]))
    assert "沿江冬训联盟" in text(member.get(reverse("organisations:alliances")))
    assert member.post(url, LEAGUE | {"name": "改名"}).status_code == 403
    assert member.post(f"{url}end/").status_code == 404
    assert Alliance.objects.get().name == "沿江冬训联盟"


def test_brand_and_tier_are_edited_and_a_tier_says_what_it_asks_for(office, district):
    url = reverse("organisations:organisation", args=[district["平潮镇"].id])
    fields = {"name": "平潮镇", "short_name": "平潮镇", "tier": "model", "brand": "渔湾夜话"}
    office.post(url, fields)
    tiers = reverse("organisations:by_tier")
    office.post(tiers, {"model": "带一个培育型支部", "improving": ""})
    assert "平潮镇" in text(office.get(tiers))
    page = text(office.get(url))
    assert "渔湾夜话" in page
    assert "带一个培育型支部" in page
    office.post(tiers, {"model": ""})
    assert "带一个培育型支部" not in text(office.get(url))


def test_a_unit_is_moved_below_another_with_what_is_below_it(client, office, district):
    village = Organisation.objects.get(name="平潮村")
    url = reverse("organisations:move", args=[village.id])
    for parent, words in (("没有的镇", "没有"), ("平潮村党支部", "自己下面")):
        refused = office.post(url, {"parent": parent})
        assert refused.status_code in {409, 422}
        assert words in text(refused)
        assert f'value="{parent}"' in text(refused)
    branch = reverse("organisations:move", args=[district["农业支部"].id])
    assert "有自己的党员" in text(office.post(branch, {"parent": "平潮村党支部"}))
    office.post(url, {"parent": "五接镇"})
    village.refresh_from_db()
    assert village.parent_id == district["五接镇"].id
    five = api.node(district["五接镇"].id).interval
    assert api.node(district["平潮镇支部"].id).interval.lft in five
    come_in(client, make_account(Role.ORGANISER, district["五接镇"]))
    assert client.post(url, {"parent": "平潮镇"}).status_code == 422
    village.refresh_from_db()
    assert village.parent_id == district["五接镇"].id


def test_the_kind_of_a_unit_is_corrected_unless_its_members_would_stand_nowhere(office, district):
    branch = district["平潮镇支部"]
    url = reverse("organisations:organisation", args=[branch.id])
    fields = {"name": branch.name, "short_name": branch.short_name}
    office.post(url, fields | {"type": "joint_branch"})
    assert Organisation.objects.get(id=branch.id).type_id == "joint_branch"
    make_person("林小满", branch=branch)
    refused = office.post(url, fields | {"type": "village", "contact_name": "王"})
    assert refused.status_code == 409
    assert "先把党员转" in text(refused)
    assert 'value="王"' in text(refused)
    assert Organisation.objects.get(id=branch.id).type_id == "joint_branch"


def test_the_office_adds_and_renames_kinds_that_forms_then_offer(client, office, district):
    url = reverse("organisations:kinds")
    fields = {"name_zh": "开发区", "name_en": "development zone", "rank": "40"}
    assert office.post(url, fields | {"name_zh": "镇"}).status_code == 422
    office.post(url, fields)
    made = OrganisationType.objects.get(name_zh="开发区")
    again = {"code": made.code, "name_zh": "经济开发区", "name_en": "", "rank": "41"}
    office.post(url, again)
    unit = reverse("organisations:organisation", args=[district["district"].id])
    assert f'<option value="{made.code}">经济开发区</option>' in text(office.get(unit))
    used = {"code": "branch", "name_zh": "党支部", "name_en": "branch", "rank": "70"}
    refused = office.post(url, used)
    assert refused.status_code == 422
    assert "已有单位" in text(refused)
    office.cookies["dxlang"] = "en"
    page = text(office.get(unit))
    assert "joint branch</option>" in page
    assert "联合支部" not in page
    come_in(client, make_account(Role.ORGANISER, district["平潮镇"]))
    assert client.post(url, fields | {"name_zh": "新区"}).status_code == 403


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.ORGANISER])
def test_only_the_office_divides_into_zones(client, district, role):
    make = {"root_id": district["district"].id, "kind": "geo", "name": "原有"}
    old = ZoneSet.objects.create(valid_from=date(2026, 12, 1), **make)
    place = district["平潮镇" if role == Role.ORGANISER else "平潮镇支部"]
    come_in(client, make_account(role, place))
    fields = {"name": "片区", "kind": "geo", "valid_from": "2026-12-01", "lines": "西片：平潮镇"}
    for url in (
        reverse("organisations:new_zone_set"),
        reverse("organisations:zone_set", args=[old.id]),
    ):
        assert client.post(url, fields).status_code in {403, 404}
    assert [row.name for row in ZoneSet.objects.all()] == ["原有"]
    assert "重新划分" not in text(client.get(reverse("organisations:zone_sets")))
