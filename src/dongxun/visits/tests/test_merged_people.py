from datetime import timedelta

import pytest

from dongxun.kernel import clock
from dongxun.kernel.events import handlers_of
from dongxun.people.tests.make import make_person
from dongxun.visits import services
from dongxun.visits.handlers import on_person_merged
from dongxun.visits.models import Claim, Home, Pair, Stop, Visitor
from dongxun.visits.services.homes import HomeDraft
from dongxun.visits.tests.make import World, make_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


@pytest.fixture
def double(world):
    return make_person("郑十", branch=world.tree["平潮镇支部"])


def merge(world, double):
    for _twice in range(2):
        on_person_merged({"kept_id": str(world.zheng.id), "merged_id": str(double.id)})


def pair(world, elder, young):
    return services.save_pair(
        by=world.zhou, season_id=world.season.id, elder_id=elder.id, young_id=young.id
    )


def test_the_room_hears_of_a_merge():
    assert on_person_merged in handlers_of("PersonMerged")


def test_homes_on_rounds_the_note_and_the_visitor_follow_who_stays(world, double):
    day = clock.today() + timedelta(days=1)
    row = make_round(world.season, world.tree["平潮镇"], [double], by=world.zhou, day=day)
    services.save_home(
        by=world.zhou, person_id=double.id, draft=HomeDraft("说话慢一点", 32.0, 120.9)
    )
    later = make_round(
        world.season,
        world.tree["平潮镇"],
        [world.feng],
        by=world.zhou,
        day=day,
    )
    services.add_visitor(by=world.zhou, round_id=later.id, person_id=double.id)
    merge(world, double)
    assert row.stops.get().person_id == world.zheng.id
    assert Home.objects.get().person_id == world.zheng.id
    assert Home.objects.get().latitude == 32.0
    assert Visitor.objects.get(round=later).person_id == world.zheng.id


def test_two_doors_of_one_round_become_one_with_what_was_said_at_either(world, double):
    services.add_stops(by=world.zhou, round_id=world.round.id, person_ids=[double.id])
    world.take(world.visited(double))
    merge(world, double)
    states = Stop.objects.filter(person=world.zheng).order_by("order")
    assert list(states.values_list("state", flat=True)) == ["done", "dropped"]
    assert Claim.objects.get().stop.person_id == world.zheng.id
    assert world.facts(world.zheng) == [(720, "home")]
    assert world.facts(double) == []


def test_pairs_follow_and_none_is_there_twice_or_of_one_person_alone(world, double):
    first = pair(world, world.zheng, world.qian)
    second, third = pair(world, double, world.qian), pair(world, world.feng, double)
    alone = pair(world, double, world.zheng)
    merge(world, double)
    still = Pair.objects.filter(until=None).order_by("id")
    assert {row.id for row in still} == {first, third}
    assert Pair.objects.get(id=third).young_id == world.zheng.id
    assert {row.id for row in Pair.objects.exclude(until=None)} == {second, alone}
