# mypy: disable-error-code="operator"
import dataclasses
from datetime import date

import numpy as np
import pytest

from dongxun_planner.calendar import holiday, teaching_days
from dongxun_planner.generate.district import district
from dongxun_planner.protocol import Cause, Limits, Status
from dongxun_planner.season.bound import best_cohort
from dongxun_planner.season.check import check_season
from dongxun_planner.season.lecturers import halls_at
from dongxun_planner.season.plan import plan_season
from dongxun_planner.season.problems import (
    Cohort,
    Lecturer,
    Lesson,
    Meeting,
    SeasonPlan,
    Unheld,
    Unit,
    Venue,
)
from dongxun_planner.season.remedies import remedies
from dongxun_planner.season.tables import tables_of
from dongxun_planner.season.unheld import reasons, would_fit
from planner.tests.make import NONE, make_season, make_season_plan

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


@pytest.fixture(scope="module")
def mixed():
    """Return a season in which some have had law, some farming, and one unit is often elsewhere."""
    problem = make_season()
    done = {0: ("law",), 1: ("law",), 2: ("law",), 3: ("farming",), 4: ("farming",)}
    units = tuple(
        dataclasses.replace(
            unit, done=done.get(k, ()), closed=tuple(range(20)) if k in {0, 7} else ()
        )
        for k, unit in enumerate(problem.units)
    )
    return dataclasses.replace(problem, units=units)


def test_what_units_have_had_is_not_held_again_and_nobody_is_at_two_places(mixed, planned):
    outcome = plan_season(mixed, ROUND)
    assert check_season(mixed, outcome.plan).broken == ()
    assert outcome.plan.unheld == ()
    units = {unit.id: unit for unit in mixed.units}
    for cohort in outcome.plan.cohorts:
        mine = [units[name] for name in cohort.units]
        assert {m.topic for m in cohort.meetings} == set(mixed.lacking(mine))
        away = {slot for unit in mine for slot in unit.closed}
        assert not away & {meeting.slot for meeting in cohort.meetings}
    assert outcome.bound <= outcome.cost < planned[1].cost
    assert outcome.gap < 0.2


def test_no_plan_undercuts_the_bound_where_units_lack_different_topics(mixed):
    outcome = plan_season(mixed, ROUND)
    others = (plan_season(mixed, Limits(seconds=36_000.0, work=0, seed=k)) for k in range(2, 6))
    assert all(outcome.bound <= other.cost + 1e-6 for other in others)
    many = dataclasses.replace(tables_of(mixed), whole=False)
    prices = np.zeros(len(many.load))
    coarse = halls_at(many, prices, 2000.0)
    exact = halls_at(tables_of(mixed), prices, 2000.0)
    assert (coarse.by_level <= exact.by_level).all()


def test_what_was_held_is_a_fact_that_no_new_limit_makes_impossible():
    meetings = tuple(Meeting(t, "l2", s, held=True) for t, s in (("law", 0), ("farming", 1)))
    pins = (
        Cohort("h3", 1, ("u0",), meetings),
        Cohort("h3", 1, ("u1",), (Meeting("law", "l2", 1, held=True),)),
    )
    limits = {"lecturer_a_week": 1, "cohort_a_week": 1}
    problem = make_season(pinned=pins, **limits)
    outcome = plan_season(problem, ROUND)
    assert check_season(problem, outcome.plan).broken == ()
    assert outcome.plan.cohorts[0] == pins[0]
    assert outcome.bound <= outcome.cost
    week = {d for d, day in enumerate(problem.days) if day <= "2026-12-04"}
    new = [m for c in outcome.plan.cohorts for m in c.meetings if not m.held]
    assert not [m for m in new if m.lecturer == "l2" and m.slot // 2 in week]


@pytest.mark.parametrize(
    ("overrides", "code"),
    [
        ({"lecturer_a_week": 1}, "lecturer_week"),
        ({"cohort_a_week": 1, "days": ("2026-12-01", "2026-12-02")}, "cohort_week"),
        ({"days": ("2026-12-01",)}, "day"),
        ({"closed": range(1, 34)}, "hall"),
        ({"away": range(1, 34)}, "elsewhere"),
    ],
)
def test_what_binds_is_named_and_what_would_help_is_tried_out(overrides, code):
    venue = Venue("h", 32.0, 121.0, 90, closed=tuple(overrides.pop("closed", ())))
    unit = Unit("u", 32.0, 121.0, 30, 1, closed=tuple(overrides.pop("away", ())))
    days = overrides.pop("days", ("2026-12-01", "2026-12-02", "2026-12-03"))
    slots = tuple(range(2 * len(days)))
    lecturer = Lecturer("l", 32.0, 121.0, ("law", "farming"), slots, load=9)
    given = {"units": (unit,), "venues": (venue,), "lecturers": (lecturer,), "days": days}
    problem = make_season(**given | overrides)
    plan = SeasonPlan(
        (Cohort("h", 1, ("u",), (Meeting("law", "l", 0),)),), (Unheld(("u",), "farming", ""),)
    )
    [reason] = reasons(problem, plan)
    if code == "lecturer_week":
        assert (reason.code, reason.can, reason.wanted) == ("scarce", 1, 2)
        return
    assert reason.code == code
    assert would_fit(problem, plan, "cohort_week", "farming") == int(code == "cohort_week")


def test_pins_that_overlap_are_named():
    meeting = Meeting("law", "l0", 2)
    pins = (Cohort("h3", 1, ("u0",), (meeting,)), Cohort("h3", 1, ("u1",), (meeting,)))
    outcome = plan_season(make_season(pinned=pins), ROUND)
    assert outcome.status is Status.INFEASIBLE
    assert any("h3" in cause for cause in outcome.causes)
    said = {cause.code: cause.about for cause in outcome.causes if isinstance(cause, Cause)}
    assert said["venue"] == {"venue": "h3", "slot": 2, "count": 2, "limit": 1}
    assert said["lecturer"]["lecturer"] == "l0"
    assert any("l0" in cause for cause in outcome.causes)


def test_a_plan_with_every_fault_is_refused_by_the_checker():
    problem = make_season()
    every = tuple(unit.id for unit in problem.units)
    meetings = (Meeting("law", "l1", 0), Meeting("law", "l0", 1), Meeting("farming", "l0", 1))
    said = "; ".join(check_season(problem, SeasonPlan((Cohort("h0", 0, every, meetings),))).broken)
    for fault in (
        "seats for",
        "does not teach",
        "not free",
        "a group on",
        "a group for law",
        "venue",
    ):
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


@pytest.fixture(scope="module")
def far_apart():
    """Return a season of two places 60 km apart whose lecturers come on five days only."""
    places = ((32.0, 121.0), (32.54, 121.0))
    units = tuple(Unit(f"u{k}", *places[k % 2], members=50, study_day=k) for k in range(4))
    venues = tuple(Venue(f"h{j}", *place, seats=60, cost=100.0) for j, place in enumerate(places))
    free = tuple(range(20))
    elsewhere = (Lesson(0, *places[0]),)
    lecturers = (
        Lecturer("l0", 32.27, 121.0, ("law", "farming"), free[1:], load=20, lessons=elsewhere),
    )
    days = teaching_days(date(2026, 12, 1), date(2026, 12, 14))
    return make_season(
        units=units, venues=venues, lecturers=lecturers, days=days, lecturer_a_week=10, kmh=25.0
    )


def test_a_lecturer_has_time_for_the_way_between_two_lessons_of_a_day(far_apart):
    outcome = plan_season(far_apart, ROUND)
    assert check_season(far_apart, outcome.plan).broken == ()
    taught = {(m.slot, c.venue) for c in outcome.plan.cohorts for m in c.meetings}
    assert (1, "h1") not in taught
    assert outcome.plan.unheld == ()
    assert outcome.bound <= outcome.cost

    quick = dataclasses.replace(far_apart, kmh=40.0)
    cohort = Cohort("h1", 0, ("u1",), (Meeting("law", "l0", 1),))
    rest = tuple(c for c in outcome.plan.cohorts if "u1" not in c.units)
    others = tuple(dataclasses.replace(c, meetings=()) for c in rest)
    plan = make_season_plan(far_apart, *others, cohort)
    [broken] = check_season(far_apart, plan).broken
    assert broken == "lecturer l0: 60.0 km between slots 0 and 1"
    assert check_season(quick, plan).broken == ()


def test_a_session_for_which_lecturers_teach_too_far_away_says_so(far_apart):
    lecturer = dataclasses.replace(far_apart.lecturers[0], free=(1,))
    problem = dataclasses.replace(far_apart, lecturers=(lecturer,), units=far_apart.units[1:2])
    plan = SeasonPlan((Cohort("h1", 0, ("u1",)),), (Unheld(("u1",), "law", ""),))
    [reason] = reasons(dataclasses.replace(problem, topics=("law",)), plan)
    assert reason.code == "way"


def make_lost(**overrides):
    """Return a problem and a plan in which farming is not held for one of two cohorts."""
    units = (Unit("u", 32.0, 121.0, 30, 1), Unit("w", 32.0, 121.0, 30, 2))
    halls = (Venue("h", 32.0, 121.0, seats=40), Venue("g", 32.0, 121.0, seats=40, cost=9.0))
    lecturer = Lecturer("l", 32.0, 121.0, ("law", "farming"), (0, 2), load=9)
    days = teaching_days(date(2026, 12, 1), date(2026, 12, 3))
    given = {"units": units, "venues": halls, "lecturers": (lecturer,), "days": days}
    problem = make_season(**given | overrides)
    plan = SeasonPlan(
        (Cohort("h", 1, ("u",), (Meeting("law", "l", 0),)), Cohort("h", 2, ("w",))),
        (Unheld(("u",), "farming", ""),),
    )
    return problem, plan


def freed(lecturer, **changes):
    return {"lecturers": (dataclasses.replace(lecturer, **changes),)}


@pytest.mark.parametrize(
    ("code", "overrides"),
    [
        ("open", {}),
        ("hall", {"venues": "h closed"}),
        ("cohort_week", {"cohort_a_week": 1}),
        ("lecturer_week", {"lecturer_a_week": 1}),
        ("load", {"load": 1}),
        ("day", {"free": (0, 1)}),
        ("free", {"free": (0,)}),
        ("new", {"free": (0,), "load": 1}),
    ],
)
def test_what_would_let_a_session_be_held_is_tried_out(code, overrides):
    problem, plan = make_lost()
    lecturer = problem.lecturers[0]
    if overrides.get("venues"):
        hall = dataclasses.replace(problem.venues[0], closed=(2,))
        overrides = {"venues": (hall, problem.venues[1])}
    mine = {key: value for key, value in overrides.items() if key in {"load", "free"}}
    others = {key: value for key, value in overrides.items() if key not in mine}
    problem = dataclasses.replace(problem, **others, **freed(lecturer, **mine))

    [remedy] = remedies(problem, plan)

    assert remedy.code == code
    assert remedy.venue == ("g" if code == "hall" else "h")
    held = Meeting("farming", remedy.lecturer or "more", remedy.slot)
    cohorts = (
        Cohort(remedy.venue, 1, ("u",), (plan.cohorts[0].meetings[0], held)),
        plan.cohorts[1],
    )
    teacher = problem.lecturers[0]
    loosened = {
        "cohort_week": {"cohort_a_week": 2},
        "lecturer_week": {"lecturer_a_week": 2},
        "load": freed(teacher, load=2),
        "free": freed(teacher, free=(0, remedy.slot)),
        "new": {"lecturers": (teacher, dataclasses.replace(lecturer, id="more", free=(1, 2, 3)))},
    }
    again = dataclasses.replace(problem, **loosened.get(code, {}))
    broken = check_season(again, make_season_plan(again, *cohorts)).broken
    assert [rule.split(":")[0] for rule in broken] == (
        ["a group on 2026-12-01 (law of u; farming of u)"] if code == "day" else []
    )


def test_a_lecturer_more_is_asked_for_no_more_than_they_can_hold_and_nothing_helps_who_is_away():
    problem, plan = make_lost(lecturers=())
    away = dataclasses.replace(problem.units[1], closed=tuple(range(6)))
    problem = dataclasses.replace(problem, units=(problem.units[0], away), lecturer_a_week=1)
    lost = (*plan.unheld, Unheld(("u",), "law", ""), Unheld(("w",), "law", ""))
    plan = SeasonPlan((Cohort("h", 1, ("u",)), plan.cohorts[1]), (lost[0], *lost))
    found = remedies(problem, plan)
    assert [(each.code, each.number) for each in found] == [
        ("new", 1),
        ("new", 2),
        ("", 0),
        ("", 0),
    ]
