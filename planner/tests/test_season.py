# mypy: disable-error-code="operator"
import dataclasses
from datetime import date

import numpy as np
import pytest

from dongxun_planner.calendar import holiday, teaching_days
from dongxun_planner.generate.district import district
from dongxun_planner.protocol import Limits, Status
from dongxun_planner.season.bound import best_cohort
from dongxun_planner.season.check import check_season
from dongxun_planner.season.plan import plan_season
from dongxun_planner.season.problems import Cohort, Lecturer, Meeting, SeasonPlan, Unit
from dongxun_planner.season.tables import tables_of
from planner.tests.make import NONE, make_season

ROUND = Limits(seconds=36_000.0, work=1)


@pytest.fixture(scope="module")
def planned():
    problem = make_season()
    return problem, plan_season(problem, ROUND)


def test_a_season_holds_everything_keeps_every_rule_and_is_near_its_bound(planned):
    problem, outcome = planned
    assert check_season(problem, outcome.plan).broken == ()
    assert (outcome.plan.unheld, outcome.parts["unheld_minimum"]) == ((), 0.0)
    assert 0 < outcome.bound <= outcome.cost
    assert outcome.gap < 0.1


def test_a_season_comes_out_the_same_for_the_same_seed_and_work(planned):
    problem, outcome = planned
    again = plan_season(problem, ROUND)
    assert (again.plan, again.bound) == (outcome.plan, outcome.bound)


def test_no_plan_undercuts_the_bound(planned):
    problem, outcome = planned
    others = (plan_season(problem, Limits(seconds=36_000.0, work=0, seed=k)) for k in range(2, 6))
    assert all(outcome.bound <= other.cost + 1e-6 for other in others)


def test_without_time_a_season_still_has_a_plan():
    outcome = plan_season(make_season(), NONE)
    assert outcome.status is Status.FEASIBLE
    assert outcome.plan is not None


def test_a_season_with_too_few_lecturers_names_what_is_scarce_and_how_many_must_fall():
    problem = make_season()
    lecturers = tuple(dataclasses.replace(each, load=1) for each in problem.lecturers)
    problem = dataclasses.replace(problem, lecturers=lecturers)
    outcome = plan_season(problem, ROUND)
    unheld, least = outcome.parts["unheld"], outcome.parts["unheld_minimum"]
    assert unheld == len(outcome.plan.unheld) >= least > 0
    assert any("lecturers of law, farming can hold 3 sessions" in cause for cause in outcome.causes)


def test_a_topic_that_nobody_teaches_is_named():
    outcome = plan_season(make_season(topics=("law", "farming", "opera")), ROUND)
    assert {each.why for each in outcome.plan.unheld} == {"nobody teaches opera"}


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        ({"units": ()}, "no units"),
        ({"venues": ()}, "no venues"),
        ({"topics": (), "lecturers": ()}, "no topics"),
        ({"days": (), "lecturers": ()}, "no teaching days"),
        ({"within_km": 0.001}, "unit u0: no venue within 0.001 km"),
        ({"units": (Unit("u", 32.0, 121.02, 900, 1, name="大村"),)}, "大村: 900 members"),
    ],
)
def test_a_season_that_cannot_be_has_a_cause_with_names(overrides, said):
    outcome = plan_season(make_season(**overrides), ROUND)
    assert (outcome.status, outcome.plan) == (Status.INFEASIBLE, None)
    assert any(said in cause for cause in outcome.causes)


def test_pinned_cohorts_and_meetings_stay(planned):
    problem, outcome = planned
    pin = outcome.plan.cohorts[0]
    pinned = dataclasses.replace(problem, pinned=(pin,), prices=problem.prices)
    again = plan_season(pinned, ROUND)
    assert pin in {
        dataclasses.replace(each, meetings=pin.meetings)
        for each in again.plan.cohorts
        if set(pin.meetings) <= set(each.meetings)
    }
    assert again.bound <= again.cost


def test_pins_that_overlap_are_named():
    meeting = Meeting("law", "l0", 2)
    pins = (Cohort("h3", 1, ("u0",), (meeting,)), Cohort("h3", 1, ("u1",), (meeting,)))
    outcome = plan_season(make_season(pinned=pins), ROUND)
    assert outcome.status is Status.INFEASIBLE
    assert any("h3" in cause for cause in outcome.causes)
    assert any("l0" in cause for cause in outcome.causes)


def test_a_plan_with_every_fault_is_refused_by_the_checker():
    problem = make_season()
    every = tuple(unit.id for unit in problem.units)
    meetings = (Meeting("law", "l1", 0), Meeting("law", "l0", 1), Meeting("farming", "l0", 1))
    said = "; ".join(check_season(problem, SeasonPlan((Cohort("h0", 0, every, meetings),))).broken)
    for fault in ("seats for", "does not teach", "not free", "cohort day", "cohort topic", "venue"):
        assert fault in said
    lost = check_season(problem, SeasonPlan((Cohort("h0", 0, ("u0", "x")),))).broken
    assert any("learns nowhere" in rule for rule in lost)
    assert any("x: is not here" in rule for rule in lost)


def test_a_lecturer_can_hold_no_more_than_their_weeks_allow():
    lecturer = Lecturer("l", 32.0, 121.0, ("law",), tuple(range(34)), load=99)
    tables = tables_of(make_season(lecturers=(lecturer,), lecturer_a_week=2))
    assert tables.load.tolist() == [8]


def test_the_best_cohort_is_that_of_trying_everything():
    dice = np.random.default_rng(1)
    for _ in range(20):
        gains, off = dice.uniform(-5, 20, 8), dice.uniform(0, 10, 8)
        days, members = dice.integers(0, 3, 8), dice.integers(1, 9, 8)
        worth, day, chosen = best_cohort(gains, off, days, members, 20, np.arange(3))
        sets = (np.array([mask >> i & 1 for i in range(8)], dtype=bool) for mask in range(256))
        tried = [
            (gains - np.where(days == d, 0, off))[some].sum()
            for some in sets
            if members[some].sum() <= 20
            for d in range(3)
        ]
        assert worth == pytest.approx(max(tried))
        assert members[chosen].sum() <= 20
        assert day in range(3)


def test_teaching_days_leave_out_weekends_and_holidays():
    days = teaching_days(date(2026, 12, 28), date(2027, 2, 14))
    assert "2026-12-28" in days
    assert "2027-01-01" not in days
    assert not {"2027-02-05", "2027-02-08"} & set(days)
    assert holiday(date(2027, 2, 6)) == "春节"


def test_a_district_is_the_same_for_the_same_seed():
    assert district(7, size=0.1) == district(7, size=0.1)
    assert district(7, size=0.1) != district(8, size=0.1)
    assert not [*district(7, size=0.1).complaints()]
