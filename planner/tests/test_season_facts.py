# mypy: disable-error-code="operator,type-var,union-attr"
"""What a checker must not believe a season plan, and facts that no plan may trip over."""

import dataclasses
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from dongxun_planner.generate.district import district
from dongxun_planner.protocol import Limits, Status
from dongxun_planner.season.check import check_season
from dongxun_planner.season.lecturers import halls_at
from dongxun_planner.season.live import Live
from dongxun_planner.season.plan import plan_season
from dongxun_planner.season.problems import (
    Cohort,
    Lecturer,
    Lesson,
    Meeting,
    SeasonPlan,
    Unit,
    Venue,
)
from dongxun_planner.season.shortage import fewest_unheld
from dongxun_planner.season.tables import tables_of
from dongxun_planner.season.unheld import reasons
from planner.tests.make import NONE, make_season, make_season_plan

ROUND = Limits(seconds=36_000.0, work=1)


def test_a_plan_cannot_make_a_fact_of_a_meeting_by_saying_that_it_was_held():
    fact = Meeting("law", "l0", 0, held=True)
    problem = make_season(pinned=(Cohort("h3", 1, ("u0",), (fact,)),))
    plan = plan_season(problem, NONE).plan
    assert check_season(problem, plan).broken == ()
    for made in (fact, Meeting("law", "l0", 2, held=True)):
        other = next(c for c in plan.cohorts[1:] if c.meetings)
        cohorts = [
            dataclasses.replace(c, meetings=(*c.meetings, made)) if c is other else c
            for c in plan.cohorts
        ]
        assert any(
            "never was held" in rule
            for rule in check_season(problem, SeasonPlan(tuple(cohorts), plan.unheld)).broken
        )


def test_what_is_not_held_is_said_and_nothing_else():
    problem = make_season()
    plan = plan_season(problem, ROUND).plan
    first, *others = plan.cohorts
    less = dataclasses.replace(plan, cohorts=(dataclasses.replace(first, meetings=()), *others))
    [rule, _other] = check_season(problem, less).broken
    assert "is not held, and the plan does not say so" in rule
    held = plan_season(make_season(topics=("law", "farming", "opera")), ROUND).plan
    assert any(
        "is not missing" in r
        for r in check_season(problem, dataclasses.replace(plan, unheld=held.unheld)).broken
    )


def test_no_cohort_learns_on_a_weekday_without_teaching_unless_it_is_pinned_so():
    units = tuple(Unit(f"u{i}", 32.0, 121.0, 100, 5) for i in range(2))
    venues = tuple(Venue(name, 32.0, 121.0, 100, 10.0) for name in "hg")
    lecturer = Lecturer("l", 32.0, 121.0, ("law", "farming"), tuple(range(34)), 20)
    problem = make_season(units=units, venues=venues, lecturers=(lecturer,))
    plan = plan_season(problem, ROUND).plan
    cohorts = tuple(dataclasses.replace(cohort, weekday=5) for cohort in plan.cohorts)
    saturday = SeasonPlan(cohorts, plan.unheld)
    assert any("weekday 5" in rule for rule in check_season(problem, saturday).broken)
    pinned = dataclasses.replace(problem, pinned=cohorts)
    assert check_season(pinned, saturday).broken == ()


def test_a_lecturer_who_teaches_twice_in_a_slot_is_far_from_both_places():
    here, there = (32.54, 121.0), (32.0, 121.0)
    problem = make_season(
        topics=("law",),
        units=(Unit("u1", *here, members=50, study_day=1),),
        venues=(Venue("h1", *here, seats=60, cost=1.0),),
        lecturers=(
            Lecturer(
                "l0", 32.27, 121.0, ("law",), (1,), 20, "", (Lesson(0, *there), Lesson(0, *here))
            ),
        ),
        days=("2026-12-01",),
        kmh=25.0,
    )
    outcome = plan_season(problem, ROUND)
    assert outcome.status is not Status.INFEASIBLE
    assert [each.topic for each in outcome.plan.unheld] == ["law"]


def test_a_hall_for_everybody_on_earth_takes_no_memory_for_them():
    problem = make_season()
    huge = dataclasses.replace(problem.venues[0], seats=1_000_000_000)
    problem = dataclasses.replace(problem, venues=(huge, *problem.venues[1:]))
    assert tables_of(problem).seats.max() == sum(unit.members for unit in problem.units)
    assert check_season(problem, plan_season(problem, ROUND).plan).broken == ()
    crowd = dataclasses.replace(problem.units[0], members=1_000_000_000)
    crowded = dataclasses.replace(problem, units=(crowd, *problem.units[1:]))
    assert any("members in all" in complaint for complaint in crowded.complaints())


def test_a_topic_pinned_twice_for_one_cohort_is_refused():
    twice = (Meeting("law", "l0", 0, held=True), Meeting("law", "l0", 2, held=True))
    problem = make_season(pinned=(Cohort("h3", 1, ("u0",), twice),))
    assert [*problem.complaints()] == ["pinned at h3: topic law: comes twice"]


def test_the_fewest_sessions_not_held_are_proven_and_less_is_proven_in_no_time():
    problem = district(5, size=0.1, tightness=2.0)
    outcome = plan_season(problem, Limits(seconds=36_000.0, work=0))
    least = outcome.parts["unheld_minimum"]
    assert 0 < least <= outcome.parts["unheld"]
    live = Live.of(problem, tables_of(problem))
    assert 0 <= fewest_unheld(live, lambda: True) <= least


def test_where_sessions_are_scarce_units_gather_in_fewer_cohorts():
    outcome = plan_season(district(5, size=0.1, tightness=1.5), ROUND)
    assert outcome.parts["unheld"] < 20  # at no price for what is scarce there are 55
    assert outcome.bound <= outcome.cost


def test_the_parts_are_cents_and_the_cost_is_exact_so_that_an_optimum_is_proven():
    problem = make_season()
    outcome = plan_season(problem, Limits(seconds=36_000.0, work=3))
    assert outcome.status is Status.OPTIMAL
    yuan = [value for name, value in outcome.parts.items() if name.endswith("yuan")]
    assert yuan == [round(each, 2) for each in yuan]
    assert sum(yuan) == pytest.approx(outcome.cost, abs=0.05)
    settled = replace(problem, pinned=outcome.plan.cohorts)
    assert plan_season(settled, Limits(seconds=36_000.0)).status is Status.OPTIMAL


def test_a_season_of_pinned_groups_does_not_run_in_circles():
    plan = plan_season(make_season(), Limits(seconds=0.0)).plan
    pinned = tuple(replace(each, weekday=0, meetings=()) for each in plan.cohorts)
    season = make_season()
    mondays = {n for n, day in enumerate(season.days) if not date.fromisoformat(day).weekday()}
    lecturers = tuple(
        replace(each, free=tuple(slot for slot in each.free if slot // 2 not in mondays))
        for each in season.lecturers
    )
    problem = make_season(pinned=pinned, lecturers=lecturers)
    outcome = plan_season(problem, Limits(seconds=1.0))
    assert outcome.status is Status.FEASIBLE
    assert len(outcome.steps) < 60


def test_pins_that_overlap_are_named_with_their_sessions_and_their_day():
    one, other = Meeting("law", "l0", 2), Meeting("law", "l0", 2)
    pinned = (Cohort("h3", 1, ("u0",), (one,)), Cohort("h2", 1, ("u1", "u2"), (other,)))
    lecturers = tuple(
        replace(each, name="Wu") if each.id == "l0" else each for each in make_season().lecturers
    )
    outcome = plan_season(make_season(pinned=pinned, lecturers=lecturers), NONE)
    assert outcome.status is Status.INFEASIBLE
    said = "pinned: lecturer Wu on 2026-12-02, part 1 of the day (law of u0; law of u1, u2): 2 sessions"
    assert any(cause.startswith(said) for cause in outcome.causes), outcome.causes


def test_a_bound_believes_a_session_that_somebody_near_held_without_teaching_it():
    season = make_season()
    hall = season.venues[3]
    near = Lecturer("near", hall.latitude, hall.longitude, (), (), load=0)
    held = tuple(Meeting(topic, "near", 10 * n, held=True) for n, topic in enumerate(season.topics))
    pinned = (Cohort("h3", 1, tuple(unit.id for unit in season.units[:3]), held),)
    problem = replace(
        season, units=season.units[:3], lecturers=(*season.lecturers, near), pinned=pinned
    )
    tables = tables_of(problem)
    halls = halls_at(tables, np.zeros(len(tables.load)), problem.prices.unheld)
    verdict = check_season(problem, SeasonPlan(pinned))
    assert verdict.broken == ()
    assert Live.of(problem, tables).constant(halls) <= verdict.cost + 1e-6


def test_limits_hold_together_with_what_units_and_lecturers_have_besides():
    season = make_season(cohort_a_week=1, lecturer_a_week=3)
    first = season.days[:4]  # Tuesday to Friday of one week
    units = (replace(season.units[0], besides=(first[1],)), *season.units[1:])
    monday = "2026-11-30"  # of the same week, and no day of the plan
    lecturers = tuple(replace(one, besides=(monday,) * 2) for one in season.lecturers)
    problem = replace(season, units=units, lecturers=lecturers)
    assert [*problem.complaints()] == []

    plan = plan_season(problem, ROUND).plan

    assert check_season(problem, plan).broken == ()
    met = [m for c in plan.cohorts if "u0" in c.units for m in c.meetings]
    assert met
    assert all(m.slot // 2 >= len(first) for m in met)
    early = [m for c in plan.cohorts for m in c.meetings if m.slot // 2 < len(first)]
    for one in lecturers:
        assert sum(m.lecturer == one.id for m in early) <= 1
    without = plan_season(season, ROUND).plan
    assert any("in week" in rule for rule in check_season(problem, without).broken)


def test_a_day_with_a_session_besides_takes_no_other_and_a_limit_beyond_takes_none():
    season = make_season(topics=("law",), days=("2026-12-01", "2026-12-02"), cohort_a_week=2)
    alone = replace(season, units=season.units[:1], lecturers=season.lecturers[:1])
    for besides, slots in (
        ((), {0, 2}),
        (("2026-12-01",), {2}),
        (("2026-12-03", "2026-12-04"), set()),
    ):
        unit = replace(alone.units[0], besides=besides)
        lecturer = replace(alone.lecturers[0], free=(0, 2))
        problem = replace(alone, units=(unit,), lecturers=(lecturer,))
        found = set()
        for slot in (0, 2):
            cohort = Cohort("h0", 1, ("u0",), (Meeting("law", "l0", slot),))
            found |= {slot} if not check_season(problem, SeasonPlan((cohort,))).broken else set()
            pinned = replace(problem, pinned=(cohort,))
            assert check_season(pinned, SeasonPlan((cohort,))).broken == ()
        assert found == slots
        outcome = plan_season(problem, ROUND)
        assert {m.slot for c in outcome.plan.cohorts for m in c.meetings} <= slots
        assert bool(outcome.plan.unheld) == (not slots)
        assert outcome.bound <= outcome.cost
        if not slots:
            [reason] = reasons(problem, outcome.plan)
            assert reason.code == "cohort_week"


def test_a_day_besides_that_is_no_date_is_refused():
    season = make_season()
    units = (replace(season.units[0], besides=("2026-12-1",)), *season.units[1:])
    [words] = replace(season, units=units).complaints()
    assert words == "unit u0: 2026-12-1 is no date (YYYY-MM-DD)"


def test_what_was_held_by_somebody_else_is_no_session_that_lecturers_must_hold():
    season = make_season(topics=("law", "farming", "opera"))
    other = Lecturer("other", 32.0, 121.0, (), (), load=0)
    sole = Lecturer("sole", 32.0, 121.0, season.topics, (9,), load=5)
    held = tuple(Meeting(topic, "other", n, held=True) for n, topic in ((0, "law"), (2, "opera")))
    pin = Cohort("h3", 1, ("u0",), held)
    problem = replace(season, units=season.units[:1], lecturers=(sole, other), pinned=(pin,))
    best = make_season_plan(problem, replace(pin, meetings=(*held, Meeting("farming", "sole", 9))))
    assert check_season(problem, best).parts["unheld"] == 0
    assert fewest_unheld(Live.of(problem, tables_of(problem)), lambda: True) == 0


def test_a_session_held_when_its_lecturer_was_not_free_takes_none_of_their_slots():
    days = ("2026-12-01", "2026-12-02", "2026-12-03")
    lecturer = Lecturer("l", 32.0, 121.0, ("law", "farming", "opera"), (0, 1), load=9)
    held = (Meeting("law", "l", 4, held=True), Meeting("farming", "l", 0))
    pin = Cohort("h3", 1, ("u0",), held)
    limits = {"cohort_a_week": 3, "lecturer_a_week": 3}
    season = make_season(topics=lecturer.topics, days=days, lecturers=(lecturer,), **limits)
    problem = replace(season, units=season.units[:1], pinned=(pin,))
    [reason] = reasons(problem, make_season_plan(problem, pin))
    assert reason.code == "day"
    assert fewest_unheld(Live.of(problem, tables_of(problem)), lambda: True) == 0


@pytest.mark.parametrize("limits", [NONE, ROUND])
@pytest.mark.parametrize("open_", [(), (3,), (0, 2)])
def test_cohorts_go_where_halls_are_open_for_all_that_they_lack(open_, limits):
    """The cheapest hall is never open, once, or for one of them."""
    cheap = Venue("cheap", 32.0, 121.0, 200, 1.0, tuple({*range(34)} - {*open_}))
    halls = (cheap, Venue("dear", 32.0, 121.0, 200, 50.0))
    units = tuple(Unit(f"u{i}", 32.0, 121.0, 150, i) for i in range(4))
    lecturers = tuple(
        Lecturer(f"l{k}", 32.0, 121.0, ("law", "farming"), tuple(range(34)), 9) for k in range(2)
    )
    problem = make_season(units=units, venues=halls, lecturers=lecturers)
    outcome = plan_season(problem, limits)
    assert outcome.plan.unheld == ()
    there = [cohort.venue for cohort in outcome.plan.cohorts].count("cheap")
    assert there == int(len(open_) == 2)


def test_a_bound_knows_what_a_hall_has_no_days_for_and_holds_all_the_same():
    hall = Venue("h", 32.0, 121.0, 60, 10.0, tuple(range(2, 34)))
    unit = Unit("u", 32.0, 121.0, 50, 1)
    lecturer = Lecturer("l", 32.0, 121.0, ("law", "farming"), tuple(range(34)), 9)
    problem = make_season(units=(unit,), venues=(hall,), lecturers=(lecturer,))
    outcome = plan_season(problem, ROUND)
    best = make_season_plan(problem, Cohort("h", 1, ("u",), (Meeting("law", "l", 0),)))
    cost = check_season(problem, best).cost
    assert (outcome.status, outcome.cost, outcome.bound) == (Status.OPTIMAL, cost, cost)


@pytest.mark.parametrize("limits", [NONE, ROUND])
@pytest.mark.parametrize("kind", ["closed", "besides"])
def test_people_who_are_never_there_together_are_no_cohort(kind, limits):
    days = make_season().days
    away = [{"besides": days[k::2]} for k in range(2)]
    if kind == "closed":
        away = [{"closed": tuple(s for s in range(34) if s // 2 % 2 == k)} for k in range(2)]
    units = tuple(Unit(f"u{i}", 32.0, 121.0, 30, 1, **away[i % 2]) for i in range(6))
    hall = Venue("h", 32.0, 121.0, 200, 50.0)
    lecturer = Lecturer("l", 32.0, 121.0, ("law", "farming"), tuple(range(34)), 9)
    problem = make_season(units=units, venues=(hall,), lecturers=(lecturer,), cohort_a_week=4)
    outcome = plan_season(problem, limits)
    assert outcome.plan.unheld == ()
    assert len(outcome.plan.cohorts) == 2
