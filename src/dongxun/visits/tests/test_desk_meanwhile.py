from datetime import timedelta

import pytest

from dongxun.access.contracts import LinkDead
from dongxun.access.models import Device
from dongxun.access.services.phones import find_link, open_link
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid
from dongxun.kernel.together import ask
from dongxun.ledger.models import Fact
from dongxun.people.tests.make import make_person
from dongxun.seasons.models import Season
from dongxun.visits import queries, services
from dongxun.visits.contracts import Outcome, SheetLine, Step, StopState
from dongxun.visits.models import Claim, Round, Stop
from dongxun.visits.tests.make import World, make_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


def later(world, minutes=60):
    """Return a context in which the desk acts an hour after the round was opened."""
    return clock.frozen(world.round.opened_at + timedelta(minutes=minutes))


def split(world, person):
    stops = [world.stop(person).id]
    return services.split_round(by=world.zhou, round_id=world.round.id, stop_ids=stops)


def second_round(world, person):
    """Return another round of today with a visitor, made known an hour later."""
    other = make_round(world.season, world.tree["平潮镇"], [person], by=world.zhou)
    who = make_person("何七", branch=world.tree["平潮镇支部"])
    visitor_id = services.add_visitor(by=world.zhou, round_id=other.id, person_id=who.id)
    return other, world.linked(visitor_id)


def disputed(world):
    node = world.tree["平潮镇"]
    return [stop.id for stop, _claims in queries.disputed(by=world.zhou, interval=node.interval)]


def test_a_record_made_before_its_round_was_split_still_counts(world):
    said = world.visited(world.feng)
    with later(world):
        split(world, world.feng)
        assert world.take(said) == [("stored", "")]
    assert world.facts(world.feng) == [(720, "home")]
    assert Claim.objects.get().recorded_by == "钱一诺"


def test_a_record_made_before_its_round_was_joined_with_a_later_one_still_counts(world):
    said = world.visited(world.zheng)
    third = make_person("陈三", branch=world.tree["平潮镇支部"])
    with later(world):
        other, visitor = second_round(world, third)
        services.merge_rounds(by=world.zhou, round_id=world.round.id, into_id=other.id)
        assert world.take(said) == [("stored", "")]
        assert world.take(said, by=visitor) == [("duplicate", "")]
    assert Stop.objects.get(person=world.zheng).round_id == other.id
    assert world.facts(world.zheng) == [(720, "home")]


def test_joining_rounds_leaves_the_links_of_their_visitors_alone(world):
    link = services.link_for(by=world.zhou, visitor_id=world.visitor_id)
    third = make_person("陈三", branch=world.tree["平潮镇支部"])
    other, _visitor = second_round(world, third)
    services.merge_rounds(by=world.zhou, round_id=world.round.id, into_id=other.id)
    assert Round.objects.get(id=world.round.id).state == "cancelled"
    assert find_link(link.code, None).object_id == world.visitor_id


def test_a_home_that_moved_twice_is_still_open_to_its_first_visitor(world):
    said = world.visited(world.feng)
    with later(world):
        new = split(world, world.feng)
        services.merge_rounds(by=world.zhou, round_id=new, into_id=world.round.id)
        again = split(world, world.feng)
        assert world.take(said) == [("stored", "")]
    assert Stop.objects.get(person=world.feng).round_id == again


def test_a_record_of_a_home_taken_off_meanwhile_is_kept_and_a_person_lets_it_count(world):
    said = world.visited(world.feng, words="想要老花镜")
    with later(world):
        services.drop_stop(by=world.zhou, stop_id=said.stop_id)
        assert world.take(said) == [("conflict", "stop_dropped")]
        assert world.take(said) == [("duplicate", "")]
    assert (disputed(world), world.facts(world.feng)) == ([said.stop_id], [])
    assert ask(queries.disputes_of(by=world.zhou)) == [1]

    services.settle(by=world.zhou, stop_id=said.stop_id, claim_id=said.id)
    assert world.facts(world.feng) == [(720, "home")]
    stop = Stop.objects.get(id=said.stop_id)
    assert (stop.state, stop.words, stop.disputed) == ("done", "想要老花镜", False)
    assert disputed(world) == []


def test_a_home_taken_off_stays_off_when_a_person_says_so(world):
    said = world.visited(world.feng)
    services.drop_stop(by=world.zhou, stop_id=said.stop_id)
    world.take(said)
    services.settle(by=world.zhou, stop_id=said.stop_id, claim_id=None)
    assert Stop.objects.get(id=said.stop_id).state == StopState.DROPPED
    assert (disputed(world), world.facts(world.feng)) == ([], [])
    greeting = world.visited(
        world.feng, stop_id=said.stop_id, step=Step.GREETING, outcome="", topics=()
    )
    assert world.take(greeting) == [("conflict", "stop_dropped")]
    assert disputed(world) == [said.stop_id]


def test_a_record_of_a_home_that_was_put_back_on_the_round_counts_there(world):
    said = world.visited(world.feng)
    services.drop_stop(by=world.zhou, stop_id=said.stop_id)
    services.add_stops(by=world.zhou, round_id=world.round.id, person_ids=[world.feng.id])
    world.take(said)
    services.settle(by=world.zhou, stop_id=said.stop_id, claim_id=said.id)
    states = Stop.objects.filter(person=world.feng).order_by("created_at")
    assert list(states.values_list("state", flat=True)) == ["dropped", "done"]
    assert (world.facts(world.feng), disputed(world)) == ([(720, "home")], [])


def test_of_a_home_on_both_rounds_that_are_joined_no_record_is_lost(world):
    said = world.visited(world.zheng)
    world.round.day -= timedelta(days=1)
    Round.objects.filter(id=world.round.id).update(day=world.round.day)
    other, visitor = second_round(world, world.zheng)
    Round.objects.filter(id=world.round.id).update(day=other.day)
    theirs = world.visited(
        world.zheng, stop_id=other.stops.get().id, after=90, minutes=20, topics=()
    )
    with later(world):
        services.merge_rounds(by=world.zhou, round_id=world.round.id, into_id=other.id)
    with later(world, 120):
        assert world.take(said) == [("conflict", "stop_dropped")]
        assert world.take(theirs, by=visitor) == [("stored", "")]
    services.settle(by=world.zhou, stop_id=said.stop_id, claim_id=said.id)
    assert world.facts(world.zheng) == [(720, "home")]


def test_one_visit_told_by_the_phones_of_two_joined_rounds_is_credited_once(world):
    Round.objects.filter(id=world.round.id).update(day=clock.today() - timedelta(days=1))
    other, visitor = second_round(world, world.zheng)
    Round.objects.filter(id=world.round.id).update(day=other.day)
    said = world.visited(world.zheng)
    theirs = world.visited(world.zheng, stop_id=other.stops.get().id, after=22)
    with later(world):
        services.merge_rounds(by=world.zhou, round_id=world.round.id, into_id=other.id)
    with later(world, 120):
        world.take(said)
        world.take(theirs, by=visitor)
        services.settle(by=world.zhou, stop_id=said.stop_id, claim_id=said.id)
    assert world.facts(world.zheng) == [(720, "home")]
    assert Stop.objects.get(id=said.stop_id).state == StopState.DROPPED


def test_a_home_somebody_has_just_recorded_is_not_taken_off(world):
    stop = world.stop(world.feng)
    world.take(world.visited(world.feng))
    with pytest.raises(Invalid):
        services.drop_stop(by=world.zhou, stop_id=stop.id)
    assert Fact.objects.filter(voided_by=None).count() == 1


def test_what_was_recorded_before_a_round_was_called_off_counts(world):
    before, after = world.visited(world.zheng), world.visited(world.feng, after=90)
    with later(world):
        services.cancel_round(by=world.zhou, round_id=world.round.id, reason="大雪")
    with later(world, 120):
        assert world.take(before, after) == [("stored", ""), ("rejected", "round_cancelled")]
    assert world.facts(world.zheng) == [(720, "home")]


def test_a_phone_that_opened_its_link_keeps_it_when_the_round_is_called_off(world):
    link = services.link_for(by=world.zhou, visitor_id=world.visitor_id)
    open_link(by=Actor.public(), code=link.code, device=None)
    services.cancel_round(by=world.zhou, round_id=world.round.id, reason="大雪")
    with pytest.raises(LinkDead):
        find_link(link.code, None)
    assert find_link(link.code, Device.objects.get()).object_id == world.visitor_id


def test_a_visit_before_the_round_was_called_off_is_entered_from_paper(world):
    with later(world):
        services.cancel_round(by=world.zhou, round_id=world.round.id, reason="大雪")
    with later(world, 200):
        lines = [SheetLine(world.stop(world.zheng).id, Outcome.DONE, minutes=15)]
        services.enter_sheet(by=world.zhou, round_id=world.round.id, lines=lines)
        assert world.facts(world.zheng) == [(900, "home")]
        at = clock.local(world.round.opened_at + timedelta(minutes=90)).time()
        late = [SheetLine(world.stop(world.feng).id, Outcome.DONE, at=at, minutes=15)]
        with pytest.raises(Invalid) as refusal:
            services.enter_sheet(by=world.zhou, round_id=world.round.id, lines=late)
    assert refusal.value.where == f"at_{late[0].stop_id}"


def close_season(world):
    Season.objects.filter(id=world.season.id).update(state="closed", closed_at=clock.now())


def test_what_was_recorded_before_the_season_was_closed_counts(world):
    before, after = world.visited(world.zheng), world.visited(world.feng, after=90)
    with later(world):
        close_season(world)
    with later(world, 120):
        assert world.take(before, after) == [("stored", ""), ("rejected", "season_is_closed")]


def test_no_sheet_is_entered_into_a_closed_season(world):
    with later(world):
        close_season(world)
        lines = [SheetLine(world.stop(world.zheng).id, Outcome.DONE, minutes=15)]
        with pytest.raises(Invalid) as refusal:
            services.enter_sheet(by=world.zhou, round_id=world.round.id, lines=lines)
    assert refusal.value.code == "season_is_closed"


def test_a_wrong_clock_that_says_after_the_end_waits_for_a_person(world):
    said = world.visited(world.zheng, after=90, skewed=True)
    with later(world):
        services.cancel_round(by=world.zhou, round_id=world.round.id, reason="大雪")
        assert world.take(said) == [("conflict", "clock_impossible")]
    assert (disputed(world), world.facts(world.zheng)) == ([said.stop_id], [])
