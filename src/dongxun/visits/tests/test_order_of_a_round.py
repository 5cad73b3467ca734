from datetime import timedelta

import pytest

from dongxun.kernel import clock
from dongxun.organisations.models import Organisation, Place
from dongxun.people.tests.make import make_person
from dongxun.visits import paths, services
from dongxun.visits.models import Stop
from dongxun.visits.services.homes import HomeDraft
from dongxun.visits.tests.make import World, make_round

pytestmark = pytest.mark.django_db
SOUTH, MIDDLE, NORTH = (31.90, 120.80), (31.92, 120.80), (31.95, 120.80)


@pytest.fixture
def world():
    return World()


def at_home(world, name, point):
    person = make_person(name, branch=world.tree["平潮镇支部"])
    if point:
        services.save_home(by=world.zhou, person_id=person.id, draft=HomeDraft("", *point))
    return person


def way(world, people, **more):
    tomorrow = clock.today() + timedelta(days=1)
    made = make_round(
        world.season, world.tree["平潮镇"], people, by=world.zhou, day=tomorrow, **more
    )
    found = Stop.objects.filter(round=made).order_by("order")
    return [(stop.order, stop.person.name) for stop in found]


def put(node, point):
    Organisation.objects.filter(id=node.id).update(latitude=point[0], longitude=point[1])


def test_the_way_goes_from_the_start_to_the_nearest_and_from_there_on():
    assert paths.nearest_first([NORTH, SOUTH, MIDDLE], SOUTH) == [1, 2, 0]
    assert paths.nearest_first([NORTH, SOUTH, MIDDLE], NORTH) == [0, 2, 1]


def test_without_a_start_the_first_known_home_begins():
    assert paths.nearest_first([None, NORTH, SOUTH, MIDDLE], None) == [1, 3, 2, 0]


def test_homes_without_a_point_come_last_and_equal_ones_keep_their_order():
    assert paths.nearest_first([None, SOUTH, None, SOUTH], SOUTH) == [1, 3, 0, 2]
    assert paths.nearest_first([], SOUTH) == []


def test_a_round_opened_without_an_order_goes_from_home_to_the_nearest_next(world):
    put(world.tree["平潮镇"], SOUTH)
    points = {"北家": NORTH, "无处": None, "南家": SOUTH, "中家": MIDDLE}
    people = [at_home(world, name, point) for name, point in points.items()]
    assert way(world, people) == [(1, "南家"), (2, "中家"), (3, "北家"), (4, "无处")]


def test_a_home_without_a_point_is_looked_for_at_its_branch_or_the_branchs_place(world):
    put(world.tree["平潮镇"], SOUTH)
    branch = world.tree["平潮镇支部"]
    Place.objects.create(
        organisation_id=branch.id,
        name="党群服务站",
        type="station",
        latitude=31.92,
        longitude=120.8,
    )
    people = [at_home(world, "北家", NORTH), at_home(world, "无处", None)]
    assert [name for _n, name in way(world, people)] == ["无处", "北家"]
    Stop.objects.filter(person__in=people).update(state="dropped")
    put(branch, (31.99, 120.80))
    assert [name for _n, name in way(world, people)] == ["北家", "无处"]


def test_an_order_that_somebody_gives_stays(world):
    people = [at_home(world, "北家", NORTH), at_home(world, "南家", SOUTH)]
    put(world.tree["平潮镇"], SOUTH)
    assert way(world, people, as_given=True) == [(1, "北家"), (2, "南家")]


def test_homes_added_later_stand_at_the_end_as_chosen(world):
    put(world.tree["平潮镇"], SOUTH)
    late = at_home(world, "早到", SOUTH)
    services.add_stops(by=world.zhou, round_id=world.round.id, person_ids=[late.id])
    found = Stop.objects.filter(round=world.round).order_by("order")
    assert [stop.person.name for stop in found] == ["郑十", "冯二", "早到"]
