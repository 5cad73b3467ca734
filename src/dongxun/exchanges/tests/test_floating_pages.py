from datetime import timedelta

import pytest
from django.urls import reverse

from dongxun.access.tests.make import carry_phone
from dongxun.activities.attendance import claims, identify
from dongxun.activities.attendance.contracts import Presence
from dongxun.activities.contracts import Method
from dongxun.activities.tests.make import make_session
from dongxun.kernel import clock, outbox
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.ids import new_id
from dongxun.kernel.models import SyncItem
from dongxun.kernel.sync import open_refused
from dongxun.ledger import api as ledger
from dongxun.organisations.models import Place
from dongxun.people import api as people
from dongxun.people.api import StayDraft
from dongxun.people.models import ReportIn, Stay
from dongxun.people.tests.make import make_person
from dongxun.people.tests.test_floating import come, make_station, received
from dongxun.seasons import api as seasons
from dongxun.seasons.tests.make import make_participation

pytestmark = pytest.mark.django_db


@pytest.fixture
def station(cast):
    return make_station(cast.foreign.node)


@pytest.fixture
def guest(cast):
    person = make_person("候鸟", branch=cast.own.branch, digits="4321")
    make_participation(cast.season, person)
    return person


def typed(cast, **overrides):
    values = {"branch": cast.own.branch.name, "name": "候鸟", "digits": "4321", "phone": ""}
    return values | overrides


def mode_of(cast, person):
    outbox.deliver_all()
    return seasons.participation_of(person.id, cast.season.id, clock.today()).mode


def seen(person):
    return Presence(new_id(), person.id, method=Method.ROLL, occurred_at=clock.now())


def test_the_way_of_learning_follows_leaving_and_coming_back(cast, guest, station):
    stay = received(cast, station)
    assert mode_of(cast, guest) == "floating"

    people.come_back(by=cast.actor("secretary"), stay_id=stay.id, on=clock.today())
    assert mode_of(cast, guest) == "group"


def test_a_guest_checks_in_at_the_host_and_is_credited_at_home(cast, guest, station):
    session = make_session(cast.season, cast.foreign.branch)
    with pytest.raises(identify.NotRecognised):
        identify.recognise(session, name="候鸟", digits="4321")
    received(cast, station)

    assert identify.recognise(session, name="候鸟", digits="4321") == guest.id
    [answer] = claims.claim_presence(
        by=cast.actor("other_organiser"), session_id=session.id, items=[seen(guest)]
    )
    [fact] = ledger.live_facts(cast.season.id, [guest.id])
    assert answer.answer == SyncAnswer.STORED
    assert (fact.branch_id, fact.seconds) == (cast.own.branch.id, 3600)


def test_reporting_in_on_a_phone_needs_no_account(cast, guest, station, client):
    page = client.get(reverse("exchanges:stations"), {"q": "五接"})
    assert "五接驿站" in page.content.decode()
    address = reverse("exchanges:report", args=[station.id])
    assert "老家所在支部" in client.get(address).content.decode()

    answer = client.post(address, typed(cast))
    assert answer.status_code == 200
    assert "报到已记下" in answer.content.decode()
    assert "已经报过到" in client.post(address, typed(cast)).content.decode()
    assert ReportIn.objects.count() == 1


def test_who_was_received_is_led_to_the_sessions_there(cast, guest, station, client):
    received(cast, station)
    carry_phone(client, guest, level=2)
    page = client.get(reverse("exchanges:report", args=[station.id])).content.decode()
    assert f"{cast.foreign.node.name}已接收" in page
    assert f"?near={station.id}" in page


def test_stations_are_narrowed_by_what_is_there(station, client):
    Place.objects.filter(id=station.id).update(facilities=["充电", "急救"])
    name = station.name
    page = client.get("/report-in/", {"q": name, "facility": "充电"}).content.decode()
    assert "充电、急救" in page
    none = client.get("/report-in/", {"q": name, "facility": "阅读"}).content.decode()
    assert f"<b>{name}</b>" not in none


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"digits": "12"}, "四位数字"),
        ({"name": ""}, "姓名"),
        ({"branch": "没有的支部"}, "没有的支部"),
        ({"branch": "平潮镇"}, "支部"),
        ({"digits": "0000"}, "对不上"),
        ({"phone": "一二三"}, "驿站可以打的号码"),
    ],
)
@pytest.mark.usefixtures("guest")
def test_what_does_not_fit_is_said_and_kept(cast, station, client, wrong, words):
    answer = client.post(reverse("exchanges:report", args=[station.id]), typed(cast, **wrong))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert f'value="{typed(cast, **wrong)["name"]}"' in page or not typed(cast, **wrong)["name"]
    assert not ReportIn.objects.exists()


def test_guessing_digits_comes_to_an_end(cast, guest, station, client):
    address = reverse("exchanges:report", args=[station.id])
    codes = {client.post(address, typed(cast, digits=f"{n:04d}")).status_code for n in range(12)}
    assert codes == {422, 429}


def send(client, place, *typed_ones):
    """Let a phone send what it kept; return the answers by reason, "" for none."""
    at = (clock.now() - timedelta(hours=3)).isoformat()
    items = [
        {
            "id": str(new_id()),
            "kind": "report_by_name",
            "payload": one | {"place": str(place.id), "occurred_at": at},
        }
        for one in typed_ones
    ]
    answer = client.post("/sync", {"items": items}, content_type="application/json")
    told = {one["id"]: one for one in answer.json().get("results", [])}
    return [(item["id"], told.get(item["id"], {})) for item in items]


def test_a_report_by_name_kept_on_a_phone_is_checked_when_it_is_sent(cast, guest, station, client):
    [(key, wrong)] = send(client, station, typed(cast, digits="0000"))
    assert (wrong["reason"], "对不上" in wrong["message"]) == ("not_recognised", True)
    [(key, first)] = send(client, station, typed(cast))
    [(again, second)] = send(client, station, typed(cast))
    assert (first["answer"], second["answer"]) == ("stored", "merged")
    row = ReportIn.objects.get()
    assert (str(row.id), clock.now() - row.reported_at > timedelta(hours=2)) == (key, True)
    assert "报到已记下" in client.get(f"/report-in/{station.id}/{key}/").content.decode()
    assert "已经报过到" in client.get(f"/report-in/{station.id}/{again}/").content.decode()
    assert client.get(f"/report-in/{station.id}/{new_id()}/").status_code == 404
    kept = str(list(SyncItem.objects.values_list("body", flat=True)))
    assert "4321" not in kept
    assert "候鸟" not in kept
    assert not open_refused({"report_by_name"})


def test_a_phone_guesses_no_faster_than_the_page(cast, guest, station, client):
    many = [typed(cast, digits=f"{n:04d}") for n in range(20)]
    assert [bool(told) for _key, told in send(client, station, *many)].count(True) == 1
    for one in many[:9]:
        send(client, station, one)
    assert send(client, station, typed(cast))[0][1] == {}
    assert not ReportIn.objects.exists()


def test_an_unknown_station_is_not_found(cast, client):
    assert client.get(reverse("exchanges:report", args=[new_id()])).status_code == 404
    assert (
        client.get(reverse("exchanges:stations"), {"town": "x", "q": "无此站"}).status_code == 200
    )


def test_the_console_asks_both_sides(cast, guest, station):
    come(cast, station)
    host, home = cast.client("other_organiser"), cast.client("organiser")
    console = reverse("exchanges:floating")
    assert "1 人等着接收" in host.get(console).content.decode()
    assert "1 名自己的党员在外报到" in home.get(console).content.decode()
    assert "候鸟" not in cast.client("office").get(console + "?tab=register&q=无").content.decode()

    report = ReportIn.objects.get()
    address = reverse("exchanges:answer_report", args=[report.id])
    assert host.post(address, {"side": "host", "answer": "yes"}).status_code == 302
    assert home.post(address, {"side": "home", "answer": "yes"}).status_code == 302
    assert (
        "五接镇已接收候鸟"
        in home.get(reverse("exchanges:stay", args=[report.stay_id])).content.decode()
    )
    assert host.post(address, {"side": "host", "answer": "no"}).status_code == 409
    assert host.post(address, {"side": "both"}).status_code == 404


def test_the_register_is_kept_on_the_console(cast, guest):
    home = cast.client("secretary")
    new = reverse("exchanges:new_stay", args=[guest.id])
    assert home.post(new, {"left_on": "2999-01-01"}).status_code == 422
    answer = home.post(new, {"direction": "五接镇开沙村", "reason": "work"})
    stay = Stay.objects.get()
    page = reverse("exchanges:stay", args=[stay.id])
    assert answer.headers["Location"] == page
    assert home.get(new).headers["Location"] == page
    make_station(cast.foreign.node)
    assert "五接驿站" in home.get(page).content.decode()

    for what, fields, code in (
        ("contact", {"contact-on": "2999-01-01", "contact-way": "phone"}, 422),
        ("contact", {"contact-on": str(clock.today()), "contact-way": "phone"}, 302),
        ("lost", {"lost-on": str(clock.today()), "lost-reason": ""}, 422),
        ("lost", {"lost-on": str(clock.today()), "lost-reason": "work"}, 302),
        ("back", {"back-on": str(clock.today())}, 302),
        ("contact", {"contact-on": str(clock.today()), "contact-way": "phone"}, 422),
        ("else", {}, 404),
    ):
        address = reverse("exchanges:note_stay", args=[stay.id, what])
        assert home.post(address, fields).status_code == code, what
    for tab in ("todo", "register", "here", "new"):
        assert home.get(reverse("exchanges:floating"), {"tab": tab}).status_code == 200


def test_a_station_is_chosen_for_a_member(cast, guest, station):
    home = cast.client("secretary")
    stay_id = people.register_stay(
        by=cast.actor("secretary"), person_id=guest.id, draft=StayDraft(direction="五接镇")
    )
    own = make_station(cast.own.node, "平潮驿站")
    address = reverse("exchanges:choose_station", args=[stay_id])
    refused = home.post(address, {"place": str(own.id)})
    assert refused.status_code == 422
    assert "不用报到" in refused.content.decode()
    assert home.post(address, {"place": "x"}).status_code == 404
    assert home.post(address, {"place": str(station.id)}).status_code == 302


def test_the_secretary_sees_and_notes_it_on_the_phone(cast, guest, station):
    received(cast, station)
    Stay.objects.update(created_at=clock.now() - timedelta(days=100))
    phone = cast.client("secretary")
    page = reverse("exchanges:branch_floating")
    assert "1 人该联系了" in phone.get(page).content.decode()
    assert "1 件事要办" in phone.get(reverse("web:branch")).content.decode()

    stay = Stay.objects.get()
    called = phone.post(reverse("exchanges:call", args=[stay.id]))
    assert "19900004321" in called.content.decode()
    spoke = reverse("exchanges:spoke", args=[stay.id])
    assert phone.post(spoke, {"way": "pigeon"}).status_code == 422
    assert phone.post(spoke, {"way": "phone", "on": "昨天"}).status_code == 422
    assert phone.post(spoke, {"way": "phone"}).status_code == 302
    assert "在外的都联系过了" in phone.get(page).content.decode()


def test_things_to_do_name_what_waits(cast, guest, station):
    come(cast, station)
    assert (
        "1 名流动党员等确认" in cast.client("organiser").get(reverse("web:home")).content.decode()
    )


def test_the_rate_of_floating_members_opens_its_names(cast, guest, station):
    received(cast, station)
    outbox.deliver_all()
    office = cast.client("office")
    page = office.get(reverse("exchanges:floating")).content.decode()
    assert "0/1" in page
    names = office.get(
        reverse("coverage:names"),
        {"in": str(cast.district.id), "mode": "floating", "what": "not-reached"},
    ).content.decode()
    assert "候鸟" in names
    assert "林小满" not in names


def test_a_members_home_begins_with_the_station(cast, station):
    phone = cast.client("member")
    people.register_stay(
        by=cast.actor("secretary"), person_id=cast.lin.id, draft=StayDraft(direction="五接镇")
    )
    home = reverse("web:me")
    assert "就近驿站" in phone.get(home).content.decode()

    address = reverse("exchanges:report", args=[station.id])
    assert phone.post(address, {"person": str(cast.wu.id)}).status_code == 404
    assert phone.post(address, {"person": str(cast.lin.id)}).status_code == 302
    assert "已在五接镇报到" in phone.get(home).content.decode()
