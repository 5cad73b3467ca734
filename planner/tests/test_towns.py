import dataclasses
import itertools
import math
import random

import pytest

from dongxun_planner.places import gabriel_neighbours
from dongxun_planner.protocol import Limits, Status
from dongxun_planner.zoning import listing
from dongxun_planner.zoning.check import check_towns
from dongxun_planner.zoning.problems import Town, TownPlan
from dongxun_planner.zoning.towns import plan_towns
from planner.tests.make import LIMITS, NONE, make_town_problem, make_towns


def every_division(names, count):
    if not names:
        if count == 0:
            yield ()
        return
    first, rest = names[0], names[1:]
    for size in range(len(rest) + 1):
        for others in itertools.combinations(rest, size):
            left = [name for name in rest if name not in others]
            if count:
                for division in every_division(left, count - 1):
                    yield ((first, *others), *division)


WISHES = (
    {},
    {"together": (("t0", "t1"),)},
    {"apart": (("t0", "t1"), ("t2", "t3"))},
    {"together": (("t2", "t5"),), "apart": (("t0", "t1"),), "tolerance": 1.0},
)


@pytest.mark.parametrize("wishes", WISHES)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_towns_the_best_and_the_ten_next_best_are_those_of_trying_everything(seed, wishes):
    given = {"towns": make_towns(8, seed), "zones": 3, "tolerance": 0.5}
    problem = make_town_problem(**given | wishes)

    outcome = plan_towns(problem, LIMITS)

    divisions = every_division([town.id for town in problem.towns], 3)
    verdicts = (check_towns(problem, TownPlan(zones)) for zones in divisions)
    costs = sorted(verdict.cost for verdict in verdicts if not verdict.broken)
    if costs:
        maps = [outcome.cost, *(other.cost for other in outcome.plan.next_best)]
        assert (maps, outcome.bound) == (costs[:11], outcome.cost)
    assert outcome.status is (Status.OPTIMAL if costs else Status.INFEASIBLE)


def test_towns_zones_that_cost_half_a_person_km_are_rounded_as_the_checker_rounds():
    members, kinds = (42, 15, 35, 35), ("", "gafbd", "bfd", "def")
    towns = tuple(
        Town(f"t{i}", 32.0 + i // 2 / 10, 121.0 + i % 2 / 10, n, tuple(kinds[i]))
        for i, n in enumerate(members)
    )
    ways = {"neighbours": (("t1", "t0"), ("t2", "t1"), ("t3", "t0"), ("t3", "t2"))}
    prices = {"balance_km": 0.3, "lack_km": 0.9}
    problem = make_town_problem(towns=towns, zones=3, tolerance=1.0, **ways, **prices)

    outcome = plan_towns(problem, LIMITS)

    divisions = (TownPlan(zones) for zones in every_division(["t0", "t1", "t2", "t3"], 3))
    verdicts = [check_towns(problem, plan) for plan in divisions]
    costs = [outcome.cost, *(other.cost for other in outcome.plan.next_best)]
    assert costs == sorted(verdict.cost for verdict in verdicts if not verdict.broken)


def test_towns_without_any_members_are_divided_for_nothing():
    towns = tuple(dataclasses.replace(town, members=0) for town in make_towns(6))
    outcome = plan_towns(make_town_problem(towns=towns), LIMITS)
    assert (outcome.status, outcome.cost) == (Status.OPTIMAL, 0)


def test_towns_that_could_cost_more_than_a_plan_can_say_are_refused():
    assert [*make_town_problem(balance_km=1e6).complaints()] == []
    [complaint] = make_town_problem(balance_km=1e9).complaints()
    assert "over 1e+12" in complaint


def test_towns_a_town_too_large_for_any_zone_is_named():
    towns = (*make_towns(6), Town("big", 32.2, 121.2, 5000, name="金沙街道"))
    outcome = plan_towns(make_town_problem(towns=towns, zones=3), LIMITS)

    assert outcome.status is Status.INFEASIBLE
    assert "金沙街道" in outcome.causes[0]
    assert outcome.plan is None


def test_towns_no_balanced_division_says_what_would_make_one_possible():
    towns = tuple(Town(f"t{i}", 32.0, 121 + i / 10, size) for i, size in enumerate([90, 30, 90]))
    outcome = plan_towns(make_town_problem(towns=towns, zones=2, tolerance=0.1), LIMITS)

    assert outcome.status is Status.INFEASIBLE
    assert "15 %" in outcome.causes[0]
    assert outcome.parts == {"tolerance_percent": 15.0}


def test_towns_the_widest_tolerance_is_tried_too():
    sizes = [33, 33, 33, 0]
    towns = tuple(Town(f"t{i}", 32.0, 121 + i / 10, size) for i, size in enumerate(sizes))
    problem = make_town_problem(towns=towns, zones=2, tolerance=0.34, apart=(("t2", "t3"),))
    assert plan_towns(problem, LIMITS).parts == {"tolerance_percent": 100.0}
    none = dataclasses.replace(problem, together=(("t2", "t3"),))
    assert plan_towns(none, LIMITS).parts == {"none_at_percent": 100.0}


def test_towns_an_island_too_small_for_a_zone_is_named():
    towns = tuple(Town(f"t{i}", 32.0, 121 + i / 10, 100 - 80 * (i == 3)) for i in range(4))
    problem = make_town_problem(towns=towns, zones=2, neighbours=(("t0", "t1"), ("t1", "t2")))

    outcome = plan_towns(problem, LIMITS)

    assert outcome.status is Status.INFEASIBLE
    assert any(cause.startswith("t3: borders nothing else") for cause in outcome.causes)


@pytest.mark.parametrize(
    "overrides", [{"towns": ()}, {"zones": 99}, {"towns": (Town("t", 32.0, 121.0, 0),)}]
)
def test_towns_nothing_to_divide_has_a_cause(overrides):
    outcome = plan_towns(make_town_problem(**overrides), LIMITS)
    assert (outcome.status, outcome.plan) == (Status.INFEASIBLE, None)
    assert outcome.causes


def solved(problem, limits):
    return plan_towns(problem, limits)


def test_towns_without_time_get_a_quick_map_that_claims_nothing():
    problem = make_town_problem(towns=make_towns(20), zones=5)
    quick, best = solved(problem, NONE), solved(problem, LIMITS)
    assert (quick.status, quick.plan.next_best) == (Status.FEASIBLE, ())
    assert 0 < quick.bound < best.cost <= quick.cost
    assert "time limit" in quick.causes[0]


@pytest.mark.parametrize("wishes", WISHES)
def test_towns_that_cannot_be_listed_get_a_map_and_a_bound_that_holds(monkeypatch, wishes):
    problem = make_town_problem(**{"towns": make_towns(10, 2), "zones": 3} | wishes)
    best = solved(problem, LIMITS)
    monkeypatch.setattr(listing, "MOST_ZONES", 3)

    outcome = solved(problem, LIMITS)

    if best.plan is None:
        assert (outcome.status, outcome.plan) == (Status.INFEASIBLE, None)
    else:
        assert outcome.bound <= best.cost <= outcome.cost
        assert outcome.bound > best.cost - problem.zones - 1
        assert outcome.plan.next_best == ()


def test_towns_on_islands_have_as_many_zones_as_their_members_need(monkeypatch):
    monkeypatch.setattr(listing, "MOST_ZONES", 3)
    ids = [f"t{n}" for n in range(12)]
    pairs = [(a, b) for a, b in itertools.pairwise(ids) if a not in {"t3", "t7"}]
    problem = make_town_problem(neighbours=tuple(pairs), zones=3, tolerance=0.5)
    outcome = solved(problem, LIMITS)
    assert sorted(map(len, outcome.plan.zones)) == [4, 4, 4]


def test_towns_a_search_that_ends_early_keeps_its_best_map():
    problem = make_town_problem(towns=make_towns(60), zones=6, tolerance=0.5)
    outcome = solved(problem, Limits(seconds=36_000.0, cpu_seconds=0.3))
    assert (outcome.status, outcome.plan.next_best) == (Status.FEASIBLE, ())
    assert outcome.bound > 0


def test_towns_sixty_are_divided_with_proof_and_the_next_best():
    outcome = plan_towns(make_town_problem(towns=make_towns(60), zones=15), LIMITS)
    assert outcome.status is Status.OPTIMAL
    assert len(outcome.plan.next_best) == 10


def test_towns_a_stopped_search_says_so():
    limits = Limits(seconds=36_000.0)
    limits.stop.set()
    outcome = plan_towns(make_town_problem(towns=make_towns(20), tolerance=0.9), limits)
    assert outcome.status is Status.CANCELLED


def test_towns_a_plan_with_every_fault_is_refused_by_the_checker():
    problem = make_town_problem(apart=(("t0", "t1"),))
    plan = TownPlan((("t0", "t1", "t1", "nowhere"),))

    broken = check_towns(problem, plan).broken

    said = "; ".join(broken)
    for fault in ("planned 2 times", "not in the problem", "not planned", "1 zones", "apart"):
        assert fault in said


def everyone_borders(**overrides):
    towns = make_towns(22)
    ids = [town.id for town in towns]
    return make_town_problem(
        towns=towns, neighbours=tuple(itertools.combinations(ids, 2)), **overrides
    )


def test_towns_too_many_to_list_say_so_and_not_that_time_was_short():
    outcome = plan_towns(everyone_borders(tolerance=0.9), Limits(seconds=36_000.0, work=1))
    assert outcome.plan is not None
    assert "more than can be listed" in outcome.causes[0]


def test_towns_a_listing_that_finds_nothing_ends_with_its_limit():
    problem = everyone_borders(zones=2, tolerance=0.0)
    towns = [dataclasses.replace(town, members=4 * k + 100) for k, town in enumerate(problem.towns)]
    # half of them all is no multiple of 4
    outcome = plan_towns(dataclasses.replace(problem, towns=tuple(towns)), Limits(seconds=0.2))
    assert outcome.status in {Status.NONE_FOUND, Status.INFEASIBLE}
    assert outcome.seconds < 60


def test_towns_what_would_help_is_found_though_its_zones_are_too_many_to_list(monkeypatch):
    towns = tuple(
        dataclasses.replace(town, members=100 + (n == 0)) for n, town in enumerate(make_towns(22))
    )
    problem = dataclasses.replace(everyone_borders(zones=2, tolerance=0.0), towns=towns)
    monkeypatch.setattr(listing, "MOST_ZONES", 3)
    outcome = plan_towns(problem, LIMITS)
    assert outcome.status is Status.INFEASIBLE
    assert outcome.parts == {"tolerance_percent": 5.0}
    assert outcome.bound is None


def test_towns_an_empty_zone_is_none():
    problem = make_town_problem(towns=make_towns(4), zones=2, tolerance=1.0)
    plan = TownPlan((tuple(town.id for town in problem.towns), ()))

    assert check_towns(problem, plan).broken == ("a zone is empty",)


@pytest.mark.parametrize("steps", [5, 1000])
def test_neighbours_have_nobody_in_the_circle_between_them(steps):
    dice = random.Random(steps)
    points = [(dice.randrange(steps) / steps, dice.randrange(steps) / steps) for _ in range(25)]
    wide = math.cos(math.radians(sum(x for x, _ in points) / len(points)))

    def apart(a, b):
        return (a[0] - b[0]) ** 2 + (wide * (a[1] - b[1])) ** 2

    assert gabriel_neighbours(points) == [
        (i, j)
        for (i, a), (j, b) in itertools.combinations(enumerate(points), 2)
        if all(apart(a, c) + apart(b, c) >= apart(a, b) * (1 - 1e-9) for c in points)
    ]
