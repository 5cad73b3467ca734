"""Reports of one member that meet: two rows that are one person, a loss, a number left anew."""

from datetime import timedelta
from itertools import permutations

import pytest
from django.db import transaction

from dongxun.kernel import clock
from dongxun.people import api
from dongxun.people.contracts import LostReason, Status
from dongxun.people.floating.contracts import StayDraft
from dongxun.people.models import Person, ReportIn, Stay
from dongxun.people.tests.make import make_person
from dongxun.people.tests.test_floating import PUBLIC, come, make_station, received


@pytest.fixture
def station(cast):
    return make_station(cast.foreign.node)


@pytest.fixture
def guest(cast):
    return make_person("候鸟", branch=cast.own.branch, digits="4321")


def test_in_a_merge_of_two_reports_the_later_word_stands_and_nobody_is_lost(cast, guest, station):
    home, other = cast.actor("secretary"), make_station(cast.towns["刘桥镇"].node, "刘桥驿站")
    twin = make_person("候鸟", branch=cast.own.branch, digits="9876")
    with clock.frozen(clock.now() - timedelta(days=30)):
        come(cast, other, digits="9876")
        stay = Stay.objects.get(person=twin)
        api.lose_contact(by=home, stay_id=stay.id, on=clock.today(), reason=LostReason.values[0])
    come(cast, station)
    ends = set()
    for kept, gone in ((twin, guest), (guest, twin)):
        with transaction.atomic():
            api.merge_people(by=home, survivor_id=kept.id, duplicate_id=gone.id)
            line = api.stay_of(kept.id, by=home)
            status = Person.objects.get(id=kept.id).status
            ends.add((line.report.place, line.state, status, ReportIn.objects.count()))
            transaction.set_rollback(True)
    assert ends == {("五接驿站", "waiting", Status.ACTIVE, 2)}


def test_two_reports_at_one_host_are_one_after_a_merge(cast, guest, station):
    received(cast, station)
    twin = make_person("候鸟", branch=cast.own.branch, digits="9876")
    come(cast, station, digits="9876")
    api.merge_people(by=cast.actor("secretary"), survivor_id=twin.id, duplicate_id=guest.id)
    assert Stay.objects.get(back_on=None).state == "received"
    assert ReportIn.objects.get(closed_at=None).stay.person_id == twin.id


def test_who_was_lost_and_reports_in_again_at_the_same_host_is_found(cast, guest, station):
    stay = received(cast, station)
    lost = {"on": clock.today(), "reason": LostReason.values[0]}
    api.lose_contact(by=cast.actor("secretary"), stay_id=stay.id, **lost)
    come(cast, station)
    assert Stay.objects.get().state == "received"
    assert Person.objects.get(id=guest.id).status == Status.ACTIVE


def test_of_the_numbers_left_at_a_host_the_latest_stands_in_whatever_order(cast, guest, station):
    by, given = cast.actor("other_organiser"), (("", 1), ("19900001234", 5), ("13300000000", 9))
    numbers = set()
    for order in permutations(given):
        with transaction.atomic():
            for phone, days in order:
                report_id, _ = api.report_in_by_digits(
                    by=PUBLIC,
                    branch_id=cast.own.branch.id,
                    name="候鸟",
                    digits="4321",
                    place_id=station.id,
                    phone=phone,
                    at=clock.now() - timedelta(days=days),
                )
            numbers.add(api.open_left_phone(by=by, report_id=report_id))
            transaction.set_rollback(True)
    assert numbers == {"19900001234"}


def merged_either_way(home, pair, seen):
    """Return what is seen of whoever of two stays, merged one way and the other."""
    found = []
    for kept, gone in (pair, pair[::-1]):
        with transaction.atomic():
            api.merge_people(by=home, survivor_id=kept.id, duplicate_id=gone.id)
            found.append(seen(kept))
            transaction.set_rollback(True)
    return found


def test_what_home_entered_stands_after_a_merge_with_who_only_reported_in(cast, guest, station):
    home, twin = cast.actor("secretary"), make_person("候鸟", branch=cast.own.branch, digits="9876")
    left = clock.today() - timedelta(days=40)
    draft = StayDraft(left_on=left, direction="苏州", card_number="7")
    api.register_stay(by=home, person_id=twin.id, draft=draft)
    come(cast, station)

    def seen(kept):
        line = Stay.objects.get()  # nobody came back
        steps = [event.step for event in api.stay_timeline(line.id, by=home)]
        said = (line.is_confirmed, line.state, line.left_on, line.direction, line.card_number)
        return *said, sorted(steps), api.whereabouts([kept.id])[kept.id]

    ends = merged_either_way(home, (guest, twin), seen)
    said = (True, "waiting", left, "苏州", "7", ["registered", "reported"], True)
    assert ends == [said, said]


@pytest.mark.parametrize("has_line", [True, False])
def test_a_loss_later_than_the_last_word_stands_whoever_survives(cast, guest, station, has_line):
    home, twin = cast.actor("secretary"), make_person("候鸟", branch=cast.own.branch, digits="9876")
    with clock.frozen(clock.now() - timedelta(days=60)):
        if has_line:
            come(cast, station)
        key = api.register_stay(by=home, person_id=twin.id, draft=StayDraft())
    api.lose_contact(by=home, stay_id=key, on=clock.today(), reason=LostReason.WORK)

    def seen(kept):
        line = api.stay_of(kept.id, by=home)
        return line.state, line.lost_reason, Person.objects.get(id=kept.id).status

    ends = merged_either_way(home, (guest, twin), seen)
    assert ends == [("lost", LostReason.WORK, Status.LOST)] * 2


def test_a_word_of_home_after_the_loss_finds_who_was_merged(cast, guest):
    home, twin = cast.actor("secretary"), make_person("候鸟", branch=cast.own.branch, digits="9876")
    keys = [api.register_stay(by=home, person_id=p.id, draft=StayDraft()) for p in (guest, twin)]
    lost = clock.today() - timedelta(days=9)
    api.lose_contact(by=home, stay_id=keys[0], on=lost, reason=LostReason.WORK)
    api.note_contact(by=home, stay_id=keys[1], on=clock.today(), way="phone")

    def seen(kept):
        line = api.stay_of(kept.id, by=home)
        return line.state, line.contacted_on, Person.objects.get(id=kept.id).status

    ends = merged_either_way(home, (guest, twin), seen)
    assert ends == [("away", clock.today(), Status.ACTIVE)] * 2
