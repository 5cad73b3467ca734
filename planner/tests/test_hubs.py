import dataclasses
import itertools

import numpy as np
import pytest

from dongxun_planner.protocol import Status
from dongxun_planner.zoning.agencies import plan_agencies
from dongxun_planner.zoning.check import check_hubs
from dongxun_planner.zoning.hubs import metres_of, plan_hubs
from dongxun_planner.zoning.pairing import plan_pairing
from dongxun_planner.zoning.problems import Hub, HubPlan, Village
from planner.tests.make import (
    LIMITS,
    NONE,
    make_agency_problem,
    make_hub_problem,
    make_pairing_problem,
)


def best_cost(problem):
    weights = np.array([village.members for village in problem.villages])
    costs = metres_of(problem) * weights[:, None]
    choices = itertools.combinations(range(len(problem.hubs)), problem.open)
    return min(costs[:, list(choice)].min(axis=1).sum() for choice in choices)


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_hubs_the_best_is_that_of_trying_everything(seed):
    problem = make_hub_problem(seed=seed)
    outcome = plan_hubs(problem, LIMITS)
    assert (outcome.status, outcome.cost) == (Status.OPTIMAL, best_cost(problem))


def test_hubs_without_time_still_give_a_plan_but_no_proof():
    problem = make_hub_problem(size=(60, 25), open=6)
    outcome = plan_hubs(problem, NONE)
    assert outcome.plan is not None
    assert outcome.status is Status.FEASIBLE


def test_hubs_with_limits_of_their_own_have_a_quick_plan_too():
    problem = make_hub_problem(size=(60, 20), open=8, within_km=40.0, pinned=(("v0", "h9"),))
    quick, best = plan_hubs(problem, NONE), plan_hubs(problem, LIMITS)
    assert quick.status is Status.FEASIBLE
    assert quick.bound is not None
    assert best.cost is not None
    assert quick.cost is not None
    assert 0 < quick.bound <= best.cost <= quick.cost


def test_hubs_hold_no_more_than_they_can_and_keep_pins():
    problem = make_hub_problem(seed=5)
    size = sum(village.members for village in problem.villages)
    hubs = tuple(
        Hub(hub.id, hub.latitude, hub.longitude, capacity=size // 3 + 20) for hub in problem.hubs
    )
    problem = make_hub_problem(seed=5, hubs=hubs, open=4, pinned=(("v0", "h9"),))

    outcome = plan_hubs(problem, LIMITS)

    assert outcome.status is Status.OPTIMAL
    assert outcome.plan.hub_of["v0"] == "h9"
    assert check_hubs(problem, outcome.plan).broken == ()


def test_hubs_a_village_without_a_hub_in_reach_is_named():
    far = Village("far", 33.5, 121.0, 10, name="天边村")
    problem = make_hub_problem()
    problem = make_hub_problem(villages=(*problem.villages, far), within_km=40.0)
    outcome = plan_hubs(problem, LIMITS)
    assert outcome.status is Status.INFEASIBLE
    assert "天边村" in outcome.causes[0]


def test_hubs_of_no_capacity_are_a_shortage_with_numbers():
    hubs = tuple(Hub(f"h{j}", 32.1, 121.1, capacity=0) for j in range(3))
    outcome = plan_hubs(make_hub_problem(hubs=hubs), LIMITS)
    assert outcome.status is Status.INFEASIBLE
    assert any("largest hubs hold 0" in cause for cause in outcome.causes)


def test_hubs_a_plan_with_every_fault_is_refused_by_the_checker():
    hubs = tuple(Hub(f"h{j}", 32.1, 121.1, capacity=1) for j in range(3))
    problem = make_hub_problem(hubs=hubs, open=1, within_km=0.001, pinned=(("v1", "h1"),))
    plan = HubPlan({"v0": "h0", "v1": "h2", "x": "y"})
    said = "; ".join(check_hubs(problem, plan).broken)
    for fault in (
        "not planned",
        "not in the problem",
        "too far",
        "holds 1",
        "was pinned",
        "3 hubs",
    ):
        assert fault in said


def test_areas_keep_their_size_and_share_out_the_skills():
    problem = make_agency_problem(apart=(("a0", "a1"),))
    outcome = plan_agencies(problem, LIMITS)
    assert outcome.status is Status.OPTIMAL
    skills = {agency.id: agency.skills[0] for agency in problem.agencies}
    for area in outcome.plan.areas:
        assert {skills[name] for name in area.agencies} == {"law", "farming", "health"}


def test_areas_are_none_around_who_may_not_lead():
    pairs = (("a0", "a1"), ("a2", "a3"))
    problem = make_agency_problem(4, areas=3, least=0, most=3, together=pairs)
    one, two, *others = problem.agencies
    agencies = (one, dataclasses.replace(two, may_lead=False), *others)
    outcome = plan_agencies(dataclasses.replace(problem, agencies=agencies), LIMITS)
    assert outcome.status is Status.INFEASIBLE


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        ({"count": 0}, "no agencies"),
        ({"areas": 20}, "as many leads"),
        ({"least": 6}, "at least 6"),
        ({"most": 3}, "at most 3"),
        ({"together": (("a0", "a1"),), "apart": (("a1", "a0"),)}, "together and apart"),
        (
            {"areas": 2, "most": 7, "apart": (("a0", "a1"), ("a1", "a2"), ("a0", "a2"))},
            "no 2",
        ),
    ],
)
def test_areas_that_cannot_be_have_a_cause(overrides, said):
    outcome = plan_agencies(make_agency_problem(**overrides), LIMITS)
    assert outcome.status is Status.INFEASIBLE
    assert any(said in cause for cause in outcome.causes)


def test_pairs_leave_nobody_alone_where_there_is_room():
    outcome = plan_pairing(make_pairing_problem(), LIMITS)
    assert (outcome.status, outcome.plan.alone) == (Status.OPTIMAL, ())


def test_pairs_too_many_pinned_to_one_are_named():
    pinned = (("v0", "e0"), ("v1", "e0"), ("v2", "e0"))
    outcome = plan_pairing(make_pairing_problem(pinned=pinned), LIMITS)
    assert outcome.status is Status.INFEASIBLE
    assert "v0, v1, v2" in outcome.causes[0]


def test_pairs_where_room_is_short_leave_as_few_alone_as_can_be():
    outcome = plan_pairing(make_pairing_problem(size=(11, 4)), LIMITS)
    assert (outcome.status, len(outcome.plan.alone)) == (Status.OPTIMAL, 3)


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        ({"open": 2, "pinned": (("v0", "h0"), ("v1", "h1"), ("v2", "h2"))}, "h0, h1, h2: villages"),
        ({"within_km": 12.0, "pinned": (("v0", "h0"),)}, "village v0: pinned to h0"),
        (
            {"hubs": (Hub("h", 32.1, 121.1, 5), Hub("g", 32.1, 121.1)), "pinned": (("v0", "h"),)},
            "hub h: holds 5, v0",
        ),
    ],
)
def test_hubs_pins_that_cannot_be_kept_are_named(overrides, said):
    outcome = plan_hubs(make_hub_problem(**overrides), LIMITS)
    assert outcome.status is Status.INFEASIBLE
    assert any(said in cause for cause in outcome.causes), outcome.causes


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        (
            {"together": (("a0", "a1"), ("a1", "a2")), "apart": (("a0", "a2"),)},
            "a0 and a2: asked to be together and apart, together through a1",
        ),
        (
            {"together": (("a0", "a1"), ("a2", "a1")), "most": 2, "least": 1, "areas": 8},
            "a0, a1, a2: asked",
        ),
    ],
)
def test_areas_asked_together_through_others_are_named(overrides, said):
    outcome = plan_agencies(make_agency_problem(**overrides), LIMITS)
    assert outcome.status is Status.INFEASIBLE
    assert any(said in cause for cause in outcome.causes), outcome.causes


def test_areas_nobody_stands_with_themselves():
    problem = make_agency_problem(together=(("a0", "a0"),))
    assert [*problem.complaints()] == ["a0: stands with itself"]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_areas_have_a_quick_plan_and_a_bound_without_time(seed):
    problem = make_agency_problem(seed=seed, count=20, areas=4)
    quick, best = plan_agencies(problem, NONE), plan_agencies(problem, LIMITS)
    assert (quick.status, best.status) == (Status.FEASIBLE, Status.OPTIMAL)
    assert quick.bound is not None
    assert best.cost is not None
    assert quick.cost is not None
    assert 0 < quick.bound <= best.cost <= quick.cost
