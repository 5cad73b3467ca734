"""Two people at two desks decide about one door at the same moment."""

import pytest
from django.db import transaction

from dongxun.kernel.ids import new_id
from dongxun.visits import services
from dongxun.visits.models import Claim, Stop
from dongxun.visits.tests.make import World
from tests.at_once import PATIENCE_S, beside, holds_up, two_writers


@pytest.fixture
def world():
    return World()


def disputed(world):
    """Let two phones differ about one door; return the door and both statements."""
    first, second = world.visited(world.zheng), world.visited(world.zheng, minutes=30, after=60)
    world.take(first)
    world.take(second)
    return world.stop(world.zheng), first.id, second.id


@two_writers
def test_of_two_decisions_at_once_the_later_one_has_a_generation_of_its_own(world):
    stop, first, second = disputed(world)
    with transaction.atomic():
        services.settle(by=world.zhou, stop_id=stop.id, claim_id=first)
        thread, raised = beside(
            lambda: services.settle(by=world.zhou, stop_id=stop.id, claim_id=second)
        )
        assert holds_up(thread)
    thread.join(PATIENCE_S)
    assert raised == []
    decided = Claim.objects.filter(stop=stop, generation__gt=0).order_by("generation")
    assert list(decided.values_list("generation", flat=True)) == [1, 2]
    stop.refresh_from_db()
    assert (stop.generation, stop.minutes, stop.disputed) == (2, 30, False)


@two_writers
def test_a_record_that_arrives_during_a_decision_is_merged_after_it(world):
    stop, first, _second = disputed(world)
    late = world.visited(world.zheng, id=new_id(), minutes=40, after=90)
    with transaction.atomic():
        services.settle(by=world.zhou, stop_id=stop.id, claim_id=first)
        thread, raised = beside(lambda: world.take(late))
        assert holds_up(thread)
    thread.join(PATIENCE_S)
    assert raised == []
    now = Stop.objects.get(id=stop.id)
    assert (now.minutes, now.disputed) == (12, True)
