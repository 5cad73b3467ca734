from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, ActorKind, Grant, Interval, Role
from dongxun.kernel.lately import lately, places


class Counting:
    """Remembers what was counted."""

    def __init__(self):
        self.asked = []

    def __call__(self, answer):
        def now():
            self.asked.append(answer)
            return answer

        return now


@pytest.fixture
def counting():
    cache.clear()
    return Counting()


def holding(*intervals, role=Role.ORGANISER):
    grants = tuple(Grant(role, uuid4(), Interval(*one)) for one in intervals)
    return Actor(ActorKind.ACCOUNT, id=uuid4(), grants=grants)


@pytest.mark.parametrize("answer", [3, 0, None, ()])
def test_a_count_is_made_once_a_minute_whatever_it_is(counting, answer):
    assert [lately("x", 1, count=counting(answer)) for _time in range(3)] == [answer] * 3
    assert counting.asked == [answer]


def test_another_thing_or_another_day_is_counted_anew(counting):
    lately("x", 1, count=counting("a"))
    assert lately("x", 2, count=counting("b")) == "b"
    assert lately("y", 1, count=counting("c")) == "c"
    with clock.frozen(clock.now() + timedelta(days=1)):
        assert lately("x", 1, count=counting("d")) == "d"


def test_units_are_shared_by_whoever_holds_them_and_by_nobody_else():
    one, same, other = holding((1, 9)), holding((1, 9)), holding((1, 8))
    assert places(one) == places(same)
    assert len({places(one), places(other), places(Actor.system("x")), places(Actor.public())}) == 4
    lead = holding((1, 9), role=Role.ZONE_LEAD)
    assert places(lead) == places(holding())
