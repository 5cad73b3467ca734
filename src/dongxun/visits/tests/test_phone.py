from datetime import timedelta

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from dongxun.kernel import clock, sync
from dongxun.kernel.ids import new_id
from dongxun.kernel.models import SyncItem
from dongxun.needs.models import Need
from dongxun.packs.contracts import LineKind
from dongxun.packs.models import IssueLine, Receipt
from dongxun.packs.tests.make import make_list, make_pack, make_place
from dongxun.visits import services
from dongxun.visits.contracts import REASONS, Guest
from dongxun.visits.models import Claim, Photo, Stop
from dongxun.visits.tests.make import World

pytestmark = pytest.mark.django_db
JPEG = b"\xff\xd8\xff\xe0" + b"x" * 1000 + b"\xff\xd9"


@pytest.fixture
def world():
    return World()


@pytest.fixture
def phone(world):
    client = Client()
    client.post(services.link_for(by=world.zhou, visitor_id=world.visitor_id).path)
    return client


def done(world, person, **more):
    said = world.visited(person)
    body = {
        "stop": str(said.stop_id),
        "outcome": "done",
        "occurred_at": said.occurred_at.isoformat(),
        "started_at": said.started_at.isoformat(),
        "minutes": 12,
        "topics": [{"topic": str(world.topic), "minutes": 12}],
    }
    return sync.Item(new_id(), "visit_done", body | more)


def words(found):
    return [(a.answer.value, a.reason) for a in found]


def test_the_link_leads_to_the_app_and_the_shell_names_nobody(world, phone):
    answer = phone.get(f"/v/{world.visitor_id}/")
    assert answer.headers["Location"] == "/v/"
    shell = phone.get("/v/")
    assert int(shell.headers["X-Keep-Offline"]) > 0
    assert "郑十" not in shell.content.decode()


def test_the_phone_is_given_todays_homes_and_only_these(world, phone):
    given = phone.get("/v/data/")
    [row] = given.json()["rounds"]
    assert [stop["name"] for stop in row["stops"]] == ["郑十", "冯二"]
    assert given.headers["Cache-Control"].startswith("max-age=0")
    with clock.frozen(clock.now() + timedelta(days=1)):
        assert phone.get("/v/data/").json()["rounds"] == []
    services.close_round(by=world.zhou, round_id=world.round.id)
    assert phone.get("/v/data/").json()["rounds"] == []


def test_an_open_page_learns_which_rounds_still_run_and_nobodys_name(world, phone):
    assert phone.get("/v/running/").json() == {"rounds": [str(world.round.id)]}
    services.close_round(by=world.zhou, round_id=world.round.id)
    assert phone.get("/v/running/").json() == {"rounds": []}
    assert Client().get("/v/running/").status_code == 404


def test_strangers_find_no_homes(world):
    assert Client().get("/v/data/").status_code == 404
    assert "还没有路线" in Client().get("/v/").content.decode()


def test_the_app_has_its_own_start_address_and_icon(world):
    found = Client().get("/v/manifest.webmanifest").json()
    assert (found["start_url"], found["scope"]) == ("/v/", "/v/")
    assert [icon["sizes"] for icon in found["icons"]] == ["any", "192x192", "512x512"]
    for icon in found["icons"]:
        assert finders.find(icon["src"].removeprefix("/static/")), icon


def test_a_phone_without_scripts_records_on_one_page(world, phone):
    assert "郑十" in phone.get("/v/list/").content.decode()
    page = f"/v/door/{world.stop(world.zheng).id}/"
    bad = phone.post(page, {"id": str(new_id()), "outcome": "done", "words": "想学种植"})
    assert bad.status_code == 422
    assert "想学种植" in bad.content.decode()
    typed = {"id": str(new_id()), "outcome": "done", "minutes": "12"}
    for _press in range(2):
        assert phone.post(page, typed).status_code == 302
    assert world.facts(world.zheng) == [(720, "home")]


def test_a_phone_without_scripts_is_told_why_a_record_is_not_taken(world, phone):
    page = f"/v/door/{world.stop(world.zheng).id}/"
    services.cancel_round(by=world.zhou, round_id=world.round.id, reason="大雪")
    with clock.frozen(clock.now() + timedelta(minutes=30)):
        answer = phone.post(page, {"id": str(new_id()), "outcome": "done", "minutes": "12"})
    assert answer.status_code == 422
    assert "那时这条路线已经取消" in answer.content.decode()


def test_a_phone_without_scripts_is_told_that_a_person_decides_about_its_record(world, phone):
    world.take(world.visited(world.zheng, minutes=40, after=5), by=world.zhou)
    page, typed = f"/v/door/{world.stop(world.zheng).id}/", {"id": str(new_id()), "minutes": "12"}
    with clock.frozen(world.round.opened_at + timedelta(minutes=30)):
        answer = phone.post(page, typed | {"outcome": "done"}, follow=True).content.decode()
    assert (str(REASONS["visits_differ"]) in answer, "记下了" in answer) == (True, False)


def test_a_pack_in_a_couriers_bag_stands_at_no_door_but_that_of_a_round_they_go_on(world, phone):
    town = world.tree["平潮镇"]
    issued = make_list(make_pack(world.season, town), make_place(town), [world.zheng, world.feng])
    for person, courier in ((world.zheng, world.wu), (world.feng, world.qian)):
        line = IssueLine.objects.filter(list=issued, person=person)
        line.update(courier=courier, courier_name=courier.name)
    homes = phone.get("/v/data/").json()["rounds"][0]["stops"]
    assert [len(home["carry"]) for home in homes] == [0, 1]


def test_a_receipt_of_a_phone_whose_clock_is_days_behind_is_kept_and_flagged(world):
    town = world.tree["平潮镇"]
    issued = make_list(make_pack(world.season, town), make_place(town), [world.zheng])
    line = issued.lines.get()
    body = {"stop": str(world.stop(world.zheng).id), "line": str(line.id), "how": "confirmed"}
    at = {"occurred_at": (clock.now() - timedelta(days=9)).isoformat()}
    told = sync.Item(new_id(), "receipt", body | at, skew_s=-9 * 86400)
    assert words(sync.receive([told], by=world.visitor)) == [("stored", "")]
    receipt = line.receipts.get()
    assert (receipt.skewed, receipt.occurred_at) == (True, issued.issued_at)


def test_what_a_household_on_no_roster_is_to_get_appears_at_its_door_and_is_receipted(world, phone):
    town, far = world.tree["平潮镇"], world.tree["五接镇"]
    services.add_stops(by=world.zhou, round_id=world.round.id, guests=[Guest("困难户甲", "河东组")])
    stop = Stop.objects.get(guest="困难户甲")
    lines = []
    for node in (town, far):
        issued = make_list(make_pack(world.season, node), make_place(node), [])
        kind = {"kind": LineKind.HOUSEHOLD, "name": "困难户甲", "branch_id": node.id}
        lines.append(IssueLine.objects.create(list=issued, number=1, **kind))
    home = phone.get("/v/data/").json()["rounds"][0]["stops"][-1]
    assert [one["line"] for one in home["carry"]] == [str(lines[0].id)]
    at = {"stop": str(stop.id), "how": "confirmed", "occurred_at": clock.now().isoformat()}
    told = [sync.Item(new_id(), "receipt", at | {"line": str(line.id)}) for line in lines]
    found = words(sync.receive(told, by=world.visitor))
    assert found == [("stored", ""), ("rejected", "not_found")]
    assert IssueLine.objects.get(id=lines[0].id).received_at is not None
    assert Receipt.objects.count() == 1


def test_what_two_homes_of_one_name_could_be_meant_by_stands_at_neither_door(world, phone):
    town = world.tree["平潮镇"]
    below = [world.tree["平潮镇支部"].id, town.id]
    guests = [Guest("张家", "河东组", branch_id=one) for one in below]
    services.add_stops(by=world.zhou, round_id=world.round.id, guests=guests)
    issued = make_list(make_pack(world.season, town), make_place(town), [])
    kind = {"kind": LineKind.HOUSEHOLD, "name": "张家", "branch_id": town.id}
    IssueLine.objects.create(list=issued, number=1, **kind)
    homes = phone.get("/v/data/").json()["rounds"][0]["stops"][-2:]
    assert [one["carry"] for one in homes] == [[], []]


def test_one_bad_item_never_spoils_its_neighbours(world):
    items = [
        done(world, world.zheng),
        done(world, world.feng, minutes="twelve"),
        sync.Item(new_id(), "visit_step", {"stop": "x"}),
        sync.Item(new_id(), "receipt", {"stop": str(world.stop(world.zheng).id), "line": "x"}),
        done(world, world.feng, stop=str(new_id())),
        done(world, world.feng),
    ]
    found = words(sync.receive(items, by=world.visitor))
    assert found == [
        ("stored", ""),
        ("rejected", "malformed"),
        ("rejected", "malformed"),
        ("rejected", "malformed"),
        ("rejected", "not_found"),
        ("stored", ""),
    ]
    assert SyncItem.objects.count() == 6


def test_a_large_upload_is_taken_in_portions_and_answered_in_its_order(world):
    stop = str(world.stop(world.zheng).id)
    at = clock.now().isoformat()
    body = {"stop": stop, "step": "greeting", "occurred_at": at}
    bad = [3, sync.PORTION + 3]
    items = [
        sync.Item(new_id(), "visit_step", {} if number in bad else body)
        for number in range(2 * sync.PORTION + 20)
    ]
    found = sync.receive(items, by=world.visitor)
    assert [answer.id for answer in found] == [item.id for item in items]
    assert [n for n, answer in enumerate(found) if answer.answer != "stored"] == bad
    assert Claim.objects.count() == len(items) - 2


def test_a_need_heard_at_a_door_becomes_a_need_once(world):
    body = {
        "stop": str(world.stop(world.zheng).id),
        "text": "屋顶漏雨",
        "occurred_at": clock.now().isoformat(),
    }
    item = sync.Item(new_id(), "need", body)
    assert words(sync.receive([item], by=world.visitor)) == [("stored", "")]
    assert words(sync.receive([item], by=world.visitor)) == [("duplicate", "")]
    need = Need.objects.get()
    assert (need.about_kind, need.about_id) == ("visit", world.stop(world.zheng).id)
    empty = sync.Item(new_id(), "need", body | {"text": ""})
    [(answer, _reason)] = words(sync.receive([empty], by=world.visitor))
    assert answer == "rejected"


def test_a_need_of_a_phone_whose_clock_runs_ahead_has_one_moment_whenever_it_comes(world):
    now, ahead = clock.now(), timedelta(seconds=4000)
    said = {"stop": str(world.stop(world.zheng).id), "text": "路灯坏了"}
    for later in (timedelta(), timedelta(days=1)):
        body = said | {"occurred_at": (now + ahead).isoformat()}
        item = sync.Item(new_id(), "need", body, skew_s=4000)
        with clock.frozen(now + later):
            sync.receive([item], by=world.visitor)
    assert set(Need.objects.values_list("occurred_at", flat=True)) == {now}


def post(phone, world, body, *, offset=0, photo_id, **more):
    asked = {
        "stop": str(world.stop(world.zheng).id),
        "size": len(JPEG),
        "offset": offset,
        "taken_at": clock.now().isoformat(),
        "consent": "1",
    }
    query = "&".join(f"{k}={v}".replace("+", "%2B") for k, v in (asked | more).items())
    return phone.post(
        f"/v/photos/{photo_id}/?{query}", body, content_type="application/octet-stream"
    )


def test_a_photo_comes_in_pieces_in_any_order_and_once(world, phone):
    key = new_id()
    assert post(phone, world, JPEG[500:], offset=500, photo_id=key).json()["received"] == 0
    assert phone.get(f"/v/photos/{key}/").json() == {"received": 0, "whole": False}
    for _time in range(2):
        answer = post(phone, world, JPEG[:500], photo_id=key)
        assert answer.json() == {"received": len(JPEG), "whole": True}
    assert (Photo.objects.count(), Photo.objects.get().consent) == (1, True)


@pytest.mark.parametrize(
    "more", [{"consent": "0"}, {"size": 9_999_999}, {"size": "x"}, {"offset": 99_999}]
)
def test_a_photo_that_cannot_be_is_refused_and_the_visit_counts_all_the_same(world, phone, more):
    world.take(world.visited(world.zheng))
    assert post(phone, world, JPEG, photo_id=new_id(), **more).status_code == 422
    assert world.facts(world.zheng) == [(720, "home")]


def test_what_is_no_photo_is_refused(world, phone):
    assert post(phone, world, b"x" * len(JPEG), photo_id=new_id()).status_code == 422
    assert not Photo.objects.filter(whole_at__isnull=False).exists()


def test_a_removed_visitor_is_answered_in_words_and_nothing_is_written(world, phone):
    services.remove_visitor(by=world.zhou, visitor_id=world.visitor_id)
    item = done(world, world.zheng)
    body = {"items": [{"id": str(item.id), "kind": item.kind, "payload": dict(item.body)}]}
    [answer] = phone.post("/sync", body, content_type="application/json").json()["results"]
    assert (answer["answer"], answer["message"]) == ("rejected", "这条不归这台手机记，或已换了人。")
    assert not Claim.objects.exists()


def test_what_a_replaced_link_could_not_send_is_taken_under_the_next_link(world, phone):
    item = done(world, world.zheng)
    body = {"items": [{"id": str(item.id), "kind": item.kind, "payload": dict(item.body)}]}
    path = services.link_for(by=world.zhou, visitor_id=world.visitor_id, again=True).path
    refused = phone.post("/sync", body, content_type="application/json")
    assert not Claim.objects.exists()
    assert refused.status_code in {200, 401}
    phone.post(path)
    [answer] = phone.post("/sync", body, content_type="application/json").json()["results"]
    assert answer["answer"] == "stored"
    assert world.facts(world.zheng) == [(720, "home")]
