# mypy: disable-error-code="operator,union-attr"
"""Limits are kept by large problems too, and everything that works is counted."""

import random
from dataclasses import replace

import numpy as np
import pytest

from dongxun_planner.generate.district import district
from dongxun_planner.protocol import Limits, Search, Status, Verdict
from dongxun_planner.season.shortage import impossible
from dongxun_planner.season.tables import tables_of
from dongxun_planner.visits import seeds
from dongxun_planner.visits.home_tables import tables
from dongxun_planner.visits.plan import least_cost, least_ways
from dongxun_planner.visits.problems import RoundProblem, Stop, length
from dongxun_planner.visits.routing import _lengths, plan_rounds
from dongxun_planner.zoning.pairing import plan_pairing
from planner.tests.make import NONE, make_pairing_problem
from planner.tests.test_rounds import make_rounds
from planner.tests.test_visits import goes, home, make_visits


def test_what_processes_work_is_counted_and_limited(monkeypatch):
    monkeypatch.setattr(seeds, "cores", lambda: 2)
    problem = make_rounds(20, vehicles=8)
    outcome = plan_rounds(problem, Limits(seconds=60.0, cpu_seconds=2.0, threads=256))
    assert outcome.plan is not None
    assert outcome.cpu_seconds >= 2.0
    assert outcome.seconds < 50.0


def test_whatever_cools_over_its_time_heeds_the_limit_that_is_nearer():
    work, clock = (Limits(seconds=36_000.0, cpu_seconds=0.1), Limits(seconds=0.1))
    for limits in (work, clock):
        search: Search[str] = Search(limits, lambda plan: Verdict(1.0))
        assert search.spent < 1.0
        while not search.over:
            sum(range(1000))
        assert search.spent >= 1.0


@pytest.mark.parametrize("is_cut", [True, False])
def test_lengths_are_the_checkers_to_the_last_unit(is_cut):
    dice = random.Random(2)
    stops = [Stop(dice.randrange(40), dice.randrange(40) / 10, 0, 0, 9, 0) for _ in range(40)]
    problem = RoundProblem(tuple(stops), 10**9, 1, is_cut=is_cut)
    every = range(len(stops))
    assert _lengths(problem).tolist() == [[length(problem, a, b) for b in every] for a in every]


def test_more_vehicles_than_stops_are_as_many_as_stops():
    problem = make_rounds(3, vehicles=10**9)
    assert plan_rounds(problem, Limits(seconds=36_000.0, work=20)).plan is not None


def test_pairing_hears_its_limits_and_has_a_quick_plan():
    problem = make_pairing_problem(size=(40, 12))
    quick, best = plan_pairing(problem, NONE), plan_pairing(problem, Limits(seconds=36_000.0))
    assert quick.status in {Status.FEASIBLE, Status.OPTIMAL}
    assert quick.bound <= best.cost <= quick.cost
    assert best.status is Status.OPTIMAL


def test_the_simple_bound_of_visits_lies_below_the_better_one():
    dice = random.Random(5)
    homes = [home(f"h{n}", dice.random() * 90, dice.random() * 90) for n in range(9)]
    homes.append(replace(home("p", 40.0), needs=homes[0].needs * 2))
    problem = make_visits(homes, [goes("a"), goes("b", 60.0)])
    t = tables(problem)
    assert 0 < least_ways(problem, t) <= least_cost(problem, t)


def test_small_districts_have_a_seat_for_everybody_and_whole_ones_stay_as_they_were():
    for size, some in ((0.01, range(0, 200, 7)), (0.05, (7, 42))):
        for seed in some:
            problem = district(seed, size=size)
            assert not impossible(problem, tables_of(problem)), (seed, size)
    whole = district(3)
    assert len(whole.venues) == 314
    assert int(np.sum([venue.seats for venue in whole.venues])) == 52_610
