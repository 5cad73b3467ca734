# mypy: disable-error-code="operator,type-var"
import dataclasses
import random
from itertools import product

import pytest

from dongxun_planner.generate.district import district
from dongxun_planner.protocol import Limits
from dongxun_planner.replan.plan import plan_replan
from dongxun_planner.replan.problems import ReplanProblem
from dongxun_planner.season.check import check_season
from dongxun_planner.season.plan import plan_season
from dongxun_planner.season.problems import (
    Cohort,
    Lecturer,
    Meeting,
    Prices,
    SeasonPlan,
    Unheld,
    Unit,
    Venue,
)
from dongxun_planner.season.remedies import remedies
from planner.tests.make import LIMITS, make_season

ROUNDS = Limits(seconds=36_000.0, work=2)
HERE = (32.0, 121.0)
DAYS = ("2026-12-01", "2026-12-02", "2026-12-03")
SLOTS = tuple(range(6))


def wishing(problem, *wishes):
    """Return the problem with what each lecturer would rather not."""
    pairs = zip(problem.lecturers, wishes, strict=True)
    some = tuple(dataclasses.replace(one, rather_not=slots) for one, slots in pairs)
    return dataclasses.replace(problem, lecturers=some)


def make_alone(dice=None, **overrides):
    """Return one unit, one hall, two topics, three days; lecturers of both, by dice."""
    dice = dice or random.Random(1)
    given = {
        "days": DAYS,
        "units": (Unit("u", *HERE, 30, 1),),
        "venues": (Venue("h", *HERE, 40),),
        "lecturers": tuple(
            Lecturer(f"l{k}", 32.0 + dice.random() / 10, 121.0, ("law", "farming"), free, load=2)
            for k, free in enumerate([tuple(dice.sample(SLOTS, 4)) for _ in range(2)])
        ),
        "prices": Prices(off_day=100.0),
    }
    return make_season(**given | overrides)


def cheapest(problem):
    """Return what the best plan of one unit on its study day costs, by trying them all."""
    places = [*product((one.id for one in problem.lecturers), SLOTS)]
    tried = (
        SeasonPlan((Cohort("h", 1, ("u",), (Meeting("law", *a), Meeting("farming", *b))),))
        for a, b in product(places, places)
    )
    verdicts = (check_season(problem, plan) for plan in tried)
    return min(found.cost for found in verdicts if not found.broken)


@pytest.mark.parametrize("seed", range(4))
def test_the_cost_found_is_that_of_trying_everything_and_no_plan_undercuts_the_bound(seed):
    dice = random.Random(seed)
    problem = make_alone(dice)
    problem = wishing(problem, *(one.free[: 2 * k + 2] for k, one in enumerate(problem.lecturers)))
    outcome = plan_season(problem, ROUNDS)
    assert outcome.cost == pytest.approx(cheapest(problem))
    assert outcome.bound <= outcome.cost + 1e-6


def test_a_wish_is_kept_where_that_is_cheaper_and_broken_where_it_is_not():
    lecturer = Lecturer("l", *HERE, ("law",), (0, 1, 2), load=9)
    problem = make_alone(lecturers=(lecturer,), topics=("law",))

    def slot(wish, *unwanted):
        prices = dataclasses.replace(problem.prices, wish=wish)
        outcome = plan_season(
            wishing(dataclasses.replace(problem, prices=prices), unwanted), ROUNDS
        )
        [meeting] = outcome.plan.cohorts[0].meetings
        return meeting.slot, outcome.parts["wishes_yuan"], outcome.parts["moved_yuan"]

    assert slot(30.0, 0) == (1, 0.0, 0.0)
    assert slot(30.0, 0, 1) == (2, 0.0, 20.0)
    assert slot(5.0, 0, 1)[1:] == (5.0, 0.0)


def test_the_bound_knows_of_wishes_that_nobody_can_keep():
    plain = make_season()
    all_ = plan_season(wishing(plain, *(one.free for one in plain.lecturers)), ROUNDS)
    some = plan_season(wishing(plain, *(one.free[::2] for one in plain.lecturers)), ROUNDS)
    assert all_.parts["wishes_yuan"] == 30.0 * len(
        [m for c in all_.plan.cohorts for m in c.meetings]
    )
    assert some.parts["wishes_yuan"] == 0.0
    for outcome in (all_, some):
        assert outcome.bound <= outcome.cost + 1e-6
        assert outcome.gap < 0.02


def test_a_lecturer_with_few_wanted_slots_teaches_the_rest_against_their_wish():
    lecturer = Lecturer("l", *HERE, ("law", "farming"), (0, 2), load=9, rather_not=(2,))
    problem = make_alone(lecturers=(lecturer,))
    outcome = plan_season(problem, ROUNDS)
    assert outcome.parts["wishes_yuan"] == 30.0
    assert outcome.bound >= 25.0


def test_what_would_let_a_session_be_held_keeps_wishes_where_it_can():
    problem = make_alone()
    topics = ("law", "farming")
    some = (
        Lecturer("l0", *HERE, topics, (2, 3), load=9, rather_not=(2, 3)),
        Lecturer("l1", *HERE, topics, (4, 5), load=9, rather_not=(4,)),
    )
    problem = dataclasses.replace(problem, lecturers=some)
    law = Cohort("h", 1, ("u",), (Meeting("law", "l0", 2),))
    [remedy] = remedies(problem, SeasonPlan((law,), (Unheld(("u",), "farming", ""),)))
    assert (remedy.code, remedy.lecturer, remedy.slot) == ("open", "l1", 5)


def test_a_repair_moves_nobody_to_where_they_would_rather_not_teach_unless_there_is_nothing_else():
    lecturer = Lecturer("l", *HERE, ("law",), (3, 4), load=9, rather_not=(3,))
    season = make_alone(lecturers=(lecturer,), topics=("law",))
    published = SeasonPlan((Cohort("h", 1, ("u",), (Meeting("law", "l", 0),)),))

    def repaired(**changes):
        lecturers = (dataclasses.replace(lecturer, **changes),)
        now = dataclasses.replace(season, lecturers=lecturers)
        return plan_replan(ReplanProblem("replan", now, published), LIMITS).plan.sessions

    assert [one.slot for one in repaired()] == [4]
    assert [one.slot for one in repaired(free=(3,))] == [3]


def test_a_district_has_wishes_where_they_are_asked_for_and_is_the_same_without_them():
    plain, wished = district(7, size=0.1), district(7, size=0.1, wishes=0.2)
    assert not any(one.rather_not for one in plain.lecturers)
    share = sum(len(one.rather_not) for one in wished.lecturers) / sum(
        len(one.free) for one in wished.lecturers
    )
    assert 0.1 < share < 0.3
    assert wishing(wished, *[()] * len(wished.lecturers)) == plain


def test_a_wish_for_a_slot_that_is_not_there_is_named():
    problem = wishing(make_alone(), (6,), ())
    assert [*problem.complaints()] == ["lecturer l0: a wish for a slot after the last"]
