from datetime import timedelta
from itertools import permutations

import pytest
from django.db import transaction

from dongxun.kernel import clock, sync
from dongxun.kernel.actors import Actor, ActorKind
from dongxun.kernel.errors import Conflict, Invalid, NotFound
from dongxun.kernel.ids import new_id
from dongxun.kernel.models import AuditEntry
from dongxun.kernel.together import ask
from dongxun.organisations.models import Place
from dongxun.people import api
from dongxun.people.contracts import LostReason, Status
from dongxun.people.floating.contracts import HostIsHome, NotRecognised, StayDraft, StayOver
from dongxun.people.models import PersonTag, ReportIn, Stay
from dongxun.people.tests.make import make_person

PUBLIC = Actor.public()


def make_station(node, name="五接驿站", **overrides):
    values = {"type": "red_station", "organisation_id": node.id, "name": name} | overrides
    return Place.objects.create(**values)


@pytest.fixture
def station(cast):
    return make_station(cast.foreign.node)


@pytest.fixture
def guest(cast):
    return make_person("候鸟", branch=cast.own.branch, digits="4321")


def come(cast, station, name="候鸟", digits="4321"):
    return api.report_in_by_digits(
        by=PUBLIC,
        branch_id=cast.own.branch.id,
        name=name,
        digits=digits,
        place_id=station.id,
        phone="19900001234",
    )


def received(cast, station):
    report_id, _repeated = come(cast, station)
    api.answer_as_host(by=cast.actor("other_organiser"), report_id=report_id, accept=True)
    api.answer_as_home(by=cast.actor("secretary"), report_id=report_id, accept=True)
    return Stay.objects.get()


def test_two_words_make_a_guest_received_and_floating(cast, guest, station):
    report_id, _ = come(cast, station)
    home, host = cast.actor("secretary"), cast.actor("other_organiser")
    assert [line.name for line in api.waiting_for_host(by=host)] == ["候鸟"]
    assert [line.name for line in api.waiting_for_home(by=home)] == ["候鸟"]
    assert api.whereabouts([guest.id]) == {}

    api.answer_as_host(by=host, report_id=report_id, accept=True)
    assert Stay.objects.get().state == "waiting"
    api.answer_as_home(by=home, report_id=report_id, accept=True)

    line = api.stay_of(guest.id, by=home)
    assert (line.state, line.host, line.report.place) == ("received", "五接镇", "五接驿站")
    assert api.whereabouts([guest.id]) == {guest.id: True}
    assert PersonTag.objects.filter(person=guest, tag="流动").exists()
    assert api.received_at([guest.id], [cast.foreign.node.interval]) == {guest.id}
    steps = [event.step for event in api.stay_timeline(line.id, by=home)]
    assert steps == ["reported", "host_yes", "home_yes"]


def test_reporting_in_twice_is_one_report(cast, guest, station):
    first, repeated = come(cast, station)
    again, seen = come(cast, station)
    assert (again, repeated, seen) == (first, False, True)
    assert ReportIn.objects.count() == 1


def test_reporting_in_elsewhere_takes_the_place_of_the_first(cast, guest, station):
    first, _ = come(cast, station)
    other = make_station(cast.towns["刘桥镇"].node, "刘桥驿站")
    second, repeated = come(cast, other)
    assert not repeated
    assert ReportIn.objects.get(closed_at=None).id == second
    with pytest.raises(Conflict):
        api.answer_as_host(by=cast.actor("other_organiser"), report_id=first, accept=True)


def said_offline(guest, place, minutes_ago):
    at = clock.now() - timedelta(minutes=minutes_ago)
    body = {"person": str(guest.id), "place": str(place.id), "occurred_at": at.isoformat()}
    return sync.Item(new_id(), "report_in", body)


@pytest.mark.parametrize("turned", [False, True])
def test_reports_kept_on_a_phone_end_alike_whichever_comes_first(cast, guest, station, turned):
    other = make_station(cast.towns["刘桥镇"].node, "刘桥驿站")
    items = [said_offline(guest, station, 50), said_offline(guest, other, 20)]
    items = [*items, said_offline(guest, other, 10)]
    phone = Actor(ActorKind.DEVICE, persons=(guest.id,))
    answers = sync.receive(items[::-1] if turned else items, by=phone)
    assert {one.answer for one in answers} == {"stored", "merged"}
    [open_one] = ReportIn.objects.filter(closed_at=None)
    found = (open_one.place_id, open_one.reported_at.isoformat(), ReportIn.objects.count())
    assert found == (other.id, items[1].body["occurred_at"], 2)


def test_of_two_hosts_the_later_word_stands_in_whatever_order_three_words_arrive(
    cast, guest, station
):
    other = make_station(cast.towns["刘桥镇"].node, "刘桥驿站")
    items = [said_offline(guest, station, 50), said_offline(guest, other, 20)]
    items.append(said_offline(guest, station, 10))
    phone = Actor(ActorKind.DEVICE, persons=(guest.id,))
    ends = set()
    for order in permutations(items):
        with transaction.atomic():
            for item in order:
                sync.receive([item], by=phone)
            ends.add(ReportIn.objects.get(closed_at=None).place_id)
            transaction.set_rollback(True)
    assert ends == {station.id}


def test_a_phone_reports_its_own_people_only_and_nobody_who_came_back(cast, guest, station):
    item = said_offline(guest, station, 3 * 24 * 60)
    stranger = Actor(ActorKind.DEVICE, persons=(cast.lin.id,))
    assert sync.receive([item], by=stranger)[0].reason == "not_found"
    Stay.objects.create(
        person=guest,
        left_on=clock.today() - timedelta(days=9),
        back_on=clock.today(),
        created_at=clock.now(),
        updated_at=clock.now(),
    )
    phone = Actor(ActorKind.DEVICE, persons=(guest.id,))
    assert sync.receive([item], by=phone)[0].reason == "report_over"
    assert not ReportIn.objects.exists()


def test_nobody_reports_in_at_home(cast, guest):
    at_home = make_station(cast.own.node, "平潮驿站")
    with pytest.raises(HostIsHome):
        come(cast, at_home)
    assert not Stay.objects.exists()


@pytest.mark.parametrize(("name", "digits"), [("候鸟", "0000"), ("别人", "4321"), ("", "")])
def test_wrong_name_or_digits_read_alike(cast, guest, station, name, digits):
    with pytest.raises(NotRecognised):
        come(cast, station, name, digits)


def test_two_of_one_name_and_digits_are_not_recognised(cast, guest, station):
    make_person("候鸟", branch=cast.own.branch, digits="4321")
    with pytest.raises(NotRecognised):
        come(cast, station)


def test_who_left_the_party_is_not_recognised(cast, guest, station):
    guest.status = Status.SUSPENDED
    guest.save()
    with pytest.raises(NotRecognised):
        come(cast, station)


@pytest.mark.parametrize("how", ["closed_on", "public", "type"])
def test_a_station_that_is_none_takes_nobody(cast, guest, station, how):
    values = {"closed_on": clock.today(), "public": False, "type": "hall"}
    Place.objects.filter(id=station.id).update(**{how: values[how]})
    with pytest.raises(NotFound):
        come(cast, station)


def test_only_host_and_home_answer(cast, guest, station):
    report_id, _ = come(cast, station)
    for answer, stranger in (
        (api.answer_as_host, "secretary"),
        (api.answer_as_home, "other_organiser"),
        (api.answer_as_host, "zone_lead"),
    ):
        with pytest.raises(NotFound):
            answer(by=cast.actor(stranger), report_id=report_id, accept=True)


def test_the_secretary_of_a_village_receives_for_its_station(cast, guest):
    village = make_station_of_village(cast)
    come(cast, village)
    assert [line.name for line in api.waiting_for_host(by=cast.actor("other_secretary"))] == [
        "候鸟"
    ]


def make_station_of_village(cast):
    from dongxun.organisations import api as organisations

    node = organisations.ancestors(cast.foreign.branch.id)[-2]
    return make_station(node, "五接村文明实践站", type="station")


def test_a_refusal_wants_a_reason_and_is_told(cast, guest, station):
    report_id, _ = come(cast, station)
    host = cast.actor("other_organiser")
    with pytest.raises(Invalid):
        api.answer_as_host(by=host, report_id=report_id, accept=False, reason=" ")
    api.answer_as_host(by=host, report_id=report_id, accept=False, reason="不住在这里")
    api.answer_as_host(by=host, report_id=report_id, accept=False, reason="不住在这里")
    assert Stay.objects.get().state == "away"
    with pytest.raises(Conflict):
        api.answer_as_home(by=cast.actor("secretary"), report_id=report_id, accept=True)


def test_a_stranger_refused_at_home_leaves_no_open_line(cast, guest, station):
    report_id, _ = come(cast, station)
    home = cast.actor("secretary")
    api.answer_as_home(by=home, report_id=report_id, accept=False, reason="同名，不是我们的人")
    assert api.whereabouts([guest.id]) == {}
    assert Stay.objects.get().state == "back"


def test_answering_twice_is_one_answer_and_the_contrary_a_conflict(cast, guest, station):
    report_id, _ = come(cast, station)
    home = cast.actor("secretary")
    for _again in range(2):
        api.answer_as_home(by=home, report_id=report_id, accept=True)
    assert AuditEntry.objects.filter(action="people.answer_as_home").count() == 1
    with pytest.raises(Conflict):
        api.answer_as_home(by=home, report_id=report_id, accept=False, reason="不")


def test_coming_back_closes_the_line_and_the_report(cast, guest, station):
    stay = received(cast, station)
    home = cast.actor("secretary")
    with pytest.raises(Invalid):
        api.come_back(by=home, stay_id=stay.id, on=clock.today() + timedelta(days=1))
    for _again in range(2):
        api.come_back(by=home, stay_id=stay.id, on=clock.today())
    assert api.whereabouts([guest.id]) == {guest.id: False}
    assert not PersonTag.objects.filter(person=guest, tag="流动").exists()
    assert api.received_at([guest.id], [cast.foreign.node.interval]) == set()
    with pytest.raises(StayOver):
        api.note_contact(by=home, stay_id=stay.id, on=clock.today(), way="phone")


def test_lost_and_found_again(cast, guest, station):
    stay = received(cast, station)
    home = cast.actor("secretary")
    api.lose_contact(by=home, stay_id=stay.id, on=clock.today(), reason=LostReason.WORK)
    guest.refresh_from_db()
    assert (guest.status, api.stay_of(guest.id, by=home).state) == ("lost", "lost")

    api.note_contact(by=home, stay_id=stay.id, on=clock.today(), way="phone", words="通了")
    guest.refresh_from_db()
    assert (guest.status, api.stay_of(guest.id, by=home).state) == ("active", "received")


def test_a_report_from_before_somebody_was_lost_does_not_find_them(cast, guest, station):
    home = cast.actor("secretary")
    stay_id = api.register_stay(by=home, person_id=guest.id, draft=StayDraft())
    api.lose_contact(by=home, stay_id=stay_id, on=clock.today(), reason=LostReason.WORK)
    phone = Actor(ActorKind.DEVICE, persons=(guest.id,))
    late = said_offline(guest, station, 3 * 24 * 60)
    assert sync.receive([late], by=phone)[0].answer == "stored"
    guest.refresh_from_db()
    assert (guest.status, api.stay_of(guest.id, by=home).state) == ("lost", "lost")


def test_contact_is_due_after_the_days_of_the_season(cast, guest):
    home = cast.actor("secretary")
    stay_id = api.register_stay(
        by=home, person_id=guest.id, draft=StayDraft(direction="苏州", reason="work")
    )
    Stay.objects.update(created_at=clock.now() - timedelta(days=91))
    assert ask(api.waiting(by=home, due_days=90))[0].contact_due == 1
    assert [line.id for line in api.stays(by=home, due_days=90)] == [stay_id]

    api.note_contact(by=home, stay_id=stay_id, on=clock.today(), way="chat")
    assert ask(api.waiting(by=home, due_days=90))[0].contact_due == 0


def test_a_word_written_down_late_counts_on_its_day(cast, guest, station):
    home, today = cast.actor("secretary"), clock.today()
    stay = received(cast, station)
    Stay.objects.update(created_at=clock.now() - timedelta(days=91))
    api.lose_contact(by=home, stay_id=stay.id, on=today - timedelta(days=5), reason="work")
    api.note_contact(by=home, stay_id=stay.id, on=today - timedelta(days=9), way="phone")
    assert api.stay_of(guest.id, by=home).state == "lost"
    api.note_contact(by=home, stay_id=stay.id, on=today - timedelta(days=2), way="phone")
    assert api.stay_of(guest.id, by=home).state == "received"
    with pytest.raises(Invalid):
        api.lose_contact(by=home, stay_id=stay.id, on=today - timedelta(days=5), reason="work")

    api.come_back(by=home, stay_id=stay.id, on=today)
    held = today - timedelta(days=1)
    api.note_contact(by=home, stay_id=stay.id, on=held, way="chat")
    line = api.stay(stay.id, by=home)
    assert (line.contacted_on, line.contacted_by, line.state) == (held, "chat", "back")


@pytest.mark.parametrize(
    ("day", "way"), [(1, "phone"), (0, "pigeon")], ids=["still to come", "no way of contact"]
)
def test_a_contact_that_does_not_fit_is_refused(cast, guest, day, way):
    home = cast.actor("secretary")
    stay_id = api.register_stay(by=home, person_id=guest.id, draft=StayDraft())
    on = clock.today() + timedelta(days=day)
    with pytest.raises(Invalid):
        api.note_contact(by=home, stay_id=stay_id, on=on, way=way)


def test_a_member_is_registered_once_and_corrected_where_nobody_else_wrote(cast, guest):
    home = cast.actor("secretary")
    stay_id = api.register_stay(by=home, person_id=guest.id, draft=StayDraft(direction="苏州"))
    with pytest.raises(Conflict):
        api.register_stay(by=home, person_id=guest.id, draft=StayDraft())
    api.change_stay(by=home, stay_id=stay_id, draft=StayDraft(direction="上海"), version=1)
    with pytest.raises(Conflict):
        api.change_stay(by=home, stay_id=stay_id, draft=StayDraft(direction="无锡"), version=1)
    with pytest.raises(Invalid):
        api.change_stay(by=home, stay_id=stay_id, draft=StayDraft(direction="远" * 121))


def test_others_see_no_line_and_the_host_no_more_than_the_line(cast, guest, station):
    stay = received(cast, station)
    assert api.stay(stay.id, by=cast.actor("other_organiser")).name == "候鸟"
    report = ReportIn.objects.get()
    assert (
        api.open_left_phone(report_id=report.id, by=cast.actor("other_organiser")) == "19900001234"
    )
    assert "1990000" not in report.phone
    stranger = cast.accounts["zone_lead"]
    assert stranger
    for role in ("zone_lead", "audit"):
        with pytest.raises(NotFound):
            api.stay(stay.id, by=cast.actor(role))
    with pytest.raises(NotFound):
        api.card(guest.id, by=cast.actor("other_organiser"))
    with pytest.raises(NotFound):
        api.come_back(by=cast.actor("other_organiser"), stay_id=stay.id, on=clock.today())


def test_a_merge_keeps_one_open_line(cast, guest, station):
    received(cast, station)
    twin = make_person("候鸟", branch=cast.own.branch)
    home = cast.actor("secretary")
    twins = api.register_stay(by=home, person_id=twin.id, draft=StayDraft(direction="苏州"))
    Stay.objects.exclude(id=twins).update(direction="上海")
    api.merge_people(by=home, survivor_id=twin.id, duplicate_id=guest.id)
    assert Stay.objects.get().direction == "苏州"
    assert any("上海" in event.words for event in api.stay_timeline(twins, by=home))
    assert api.received_at([twin.id], [cast.foreign.node.interval]) == {twin.id}


def test_a_number_left_when_reporting_in_again_is_kept(cast, guest, station):
    given = {"branch_id": cast.own.branch.id, "name": "候鸟", "digits": "4321"}
    report_id, _ = api.report_in_by_digits(by=PUBLIC, place_id=station.id, **given)
    come(cast, station)
    by = cast.actor("other_organiser")
    assert api.open_left_phone(by=by, report_id=report_id) == "19900001234"
