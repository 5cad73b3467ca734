# mypy: disable-error-code="operator,union-attr"
"""Rosters at the edge: who can hardly work, and numbers beyond all measure."""

import dataclasses
import random

import numpy as np

from dongxun_planner.protocol import Limits, Status
from dongxun_planner.roster.cover import _shared, with_fairness
from dongxun_planner.roster.plan import plan_roster
from dongxun_planner.roster.problems import Cover, RosterProblem, Shift, Worker
from dongxun_planner.roster.teams import Kind, Teams

SOME = Limits(seconds=36_000.0, work=2)


def test_who_may_not_work_as_long_as_a_shift_has_none():
    covers = tuple(Cover(day, "D", 2) for day in range(7))
    for most in (0, 400):
        workers = (Worker("ann"), Worker("bo", most_minutes=most))
        problem = RosterProblem("roster", 7, (Shift("D", 480),), workers, covers=covers)
        outcome = plan_roster(problem, SOME)
        assert (outcome.status, outcome.cost) == (Status.OPTIMAL, 700)
        assert set(outcome.plan.rows[1].shifts) == {None}
        least = dataclasses.replace(workers[1], least_minutes=1)
        none = plan_roster(dataclasses.replace(problem, workers=(workers[0], least)), SOME)
        assert none.status is Status.INFEASIBLE


def test_days_fixed_to_a_shift_that_somebody_may_not_have_are_named():
    fixed = Worker("ann", most={"D": 0}, fixed=((0, "D"), (1, "D")), least_minutes=1)
    problem = RosterProblem("roster", 2, (Shift("D", 480),), (fixed,))
    outcome = plan_roster(problem, SOME)
    assert outcome.status is Status.INFEASIBLE
    assert "ann" in outcome.causes[0]


def test_places_beyond_all_number_take_no_time():
    covers = (Cover(0, "D", 10**8), Cover(1, "D", 10**9))
    shifts = (Shift("D", 480, heavy=True),)
    problem = RosterProblem("roster", 2, shifts, (Worker("ann"),), covers=covers, fairness=1)
    outcome = plan_roster(problem, Limits(seconds=9.0, work=2))
    assert outcome.bound <= outcome.cost == 100 * (10**8 + 10**9 - 2) + 1
    assert outcome.cpu_seconds < 5


def test_the_bound_with_fairness_is_the_least_of_all_numbers_of_empty_places():
    for seed in range(40):
        dice = random.Random(seed)
        shifts = (Shift("D", 480, heavy=True),)
        covers = tuple(
            Cover(d, "D", dice.randint(0, 5), dice.choice((0, 3, 7.5))) for d in range(4)
        )
        workers = tuple(Worker(f"w{k}") for k in range(dice.randint(1, 4)))
        problem = RosterProblem(
            "roster", 4, shifts, workers, covers=covers, fairness=dice.choice((0, 1, 5))
        )
        wanted = sum(each.wanted for each in covers)
        least = min((each.under for each in covers if each.wanted), default=0.0)
        for bound in (0.0, 11.0, 60.0):
            every = [
                max(bound, least * empty) + problem.fairness * _shared(wanted - empty, problem)
                for empty in range(wanted + 1)
            ]
            assert with_fairness(problem)(bound) == min(every)


def test_teams_of_which_nothing_came_lately_are_drawn_evenly():
    teams = Teams.__new__(Teams)
    teams.dice, teams.kinds = np.random.default_rng(1), [Kind(of_days=False), Kind(of_days=True)]
    for kind, gained in zip(teams.kinds, (-2.8e-14, 3e-14), strict=True):
        kind.note(gained, 100)
    assert {teams._kind().of_days for _time in range(50)} == {False, True}
