# mypy: disable-error-code="operator,type-var"
import dataclasses

import pytest

from dongxun_planner.highs import Answer
from dongxun_planner.protocol import Limits
from dongxun_planner.replan.check import check_replan, published_sessions
from dongxun_planner.replan.plan import plan_replan
from dongxun_planner.replan.problems import (
    Bar,
    Belongs,
    Guests,
    Join,
    Kin,
    Missed,
    ReplanPlan,
    ReplanProblem,
    Session,
)
from dongxun_planner.season.plan import plan_season
from dongxun_planner.season.problems import Cohort, Lecturer, Lesson, Meeting, SeasonPlan
from dongxun_planner.wire import BadProblemError, read, write
from planner.tests.make import LIMITS, NONE, make_season


@pytest.fixture(scope="module")
def season():
    helper = Lecturer("l9", 32.02, 121.02, ("law", "farming"), tuple(range(34)), load=30)
    problem = make_season()
    problem = dataclasses.replace(problem, lecturers=(*problem.lecturers, helper))
    return problem, plan_season(problem, Limits(seconds=36_000.0, work=0)).plan


def make_replan(season, ill=(), lost=(), **overrides):
    problem, plan = season
    lecturers = tuple(
        dataclasses.replace(each, free=()) if each.id in ill else each for each in problem.lecturers
    )
    venues = tuple(
        dataclasses.replace(each, closed=tuple(range(34))) if each.id in lost else each
        for each in problem.venues
    )
    now = dataclasses.replace(problem, lecturers=lecturers, venues=venues)
    return ReplanProblem(**{"kind": "replan", "season": now, "published": plan} | overrides)


def test_nothing_lost_changes_nothing(season):
    problem = make_replan(season)
    outcome = plan_replan(problem, LIMITS)
    assert set(outcome.plan.sessions) == set(published_sessions(problem))
    assert (outcome.cost, outcome.status) == (0.0, "optimal")


def test_a_lecturer_ill_moves_only_their_sessions(season):
    problem = make_replan(season, ill=("l9",))
    theirs = {s for s in published_sessions(problem) if s.lecturer == "l9"}
    outcome = plan_replan(problem, LIMITS)
    assert theirs
    assert set(published_sessions(problem)) - set(outcome.plan.sessions) == theirs
    assert outcome.parts["changed"] == len(theirs)
    assert outcome.bound >= problem.change * len(theirs)


def test_a_hall_lost_moves_its_sessions_to_another_that_holds_them(season):
    venue = season[1].cohorts[0].venue
    problem = make_replan(season, lost=(venue,))
    outcome = plan_replan(problem, LIMITS)
    assert venue not in {session.venue for session in outcome.plan.sessions}
    assert check_replan(problem, outcome.plan).broken == ()


def test_a_lecturer_who_declined_a_session_does_not_get_it_back(season):
    first = published_sessions(make_replan(season))[0]
    problem = make_replan(season, barred=(Bar(first.cohort, first.topic, first.lecturer),))
    outcome = plan_replan(problem, LIMITS)
    [new] = set(outcome.plan.sessions) - set(published_sessions(problem))
    assert (new.cohort, new.topic) == (first.cohort, first.topic)
    assert new.lecturer != first.lecturer
    back = dataclasses.replace(problem, published=season[1])
    said = check_replan(back, ReplanPlan(tuple(published_sessions(back)))).broken
    assert any("declined it" in rule for rule in said)


def test_people_of_two_cohorts_and_people_elsewhere_are_never_at_two_places(season):
    problem, plan = season
    cohort, other = plan.cohorts[0], plan.cohorts[1]
    taken = {meeting.slot for meeting in other.meetings}
    free = set(range(34)) - taken - {meeting.slot for meeting in cohort.meetings}
    open_ = min(free)
    units = tuple(
        dataclasses.replace(unit, closed=tuple(free - {open_})) if unit.id in cohort.units else unit
        for unit in problem.units
    )
    near = (dataclasses.replace(problem, units=units, cohort_a_week=9), plan)
    replan = make_replan(near, ill=(cohort.meetings[0].lecturer,), kin=(Kin(0, 1),))
    outcome = plan_replan(replan, LIMITS)
    moved = set(outcome.plan.sessions) - set(published_sessions(replan))
    mine = {session.slot for session in moved if session.cohort == 0}
    assert not mine & (taken | free - {open_})
    torn = Session(0, cohort.meetings[0].topic, cohort.venue, "l9", min(taken))
    staying = [s for s in published_sessions(replan) if s.cohort == 1]
    assert any(
        "the same people" in rule
        for rule in check_replan(replan, ReplanPlan((torn, *staying))).broken
    )


def test_what_finds_no_place_is_named(season):
    everybody = tuple(each.id for each in season[0].lecturers)
    outcome = plan_replan(make_replan(season, ill=everybody), LIMITS)
    assert outcome.plan.sessions == ()
    assert len(outcome.causes) == len(published_sessions(make_replan(season)))


def test_the_past_stays_as_it_was(season):
    problem = make_replan(season, ill=("l9",), first_slot=34)
    outcome = plan_replan(problem, LIMITS)
    assert (outcome.plan.sessions, outcome.cost) == ((), 0.0)


def test_people_who_missed_a_topic_sit_in_with_others_or_in_a_new_session(season):
    unit = season[1].cohorts[0].units[0]
    problem = make_replan(season, missed=(Missed(unit, "law", 9), Missed(unit, "farming", 2)))
    outcome = plan_replan(problem, LIMITS)
    seated = [join.members for join in outcome.plan.joins]
    assert sum(seated) == 11
    assert outcome.plan.uncovered == ()
    assert outcome.parts["changed"] == 0


def test_people_without_a_seat_are_named(season):
    unit = season[1].cohorts[0].units[0]
    problem = make_replan(season, missed=(Missed(unit, "law", 5000),), makeups=0)
    outcome = plan_replan(problem, LIMITS)
    assert outcome.parts["uncovered"] > 0
    assert any(unit in cause for cause in outcome.causes)


def test_without_time_what_still_stands_is_the_plan(season):
    outcome = plan_replan(make_replan(season, ill=("l9",), missed=(Missed("u0", "law", 3),)), NONE)
    assert check_replan(make_replan(season, ill=("l9",)), outcome.plan).broken != ()
    assert outcome.plan.uncovered == (Missed("u0", "law", 3),)


def test_a_repair_with_every_fault_is_refused_by_the_checker(season):
    unit = season[1].cohorts[0].units[0]
    problem = make_replan(season, lost=("h3",), missed=(Missed(unit, "law", 3),), first_slot=1)
    sessions = (
        Session(0, "law", "h3", "l1", 0),
        Session(0, "law", "h0", "l0", 2),
        Session(0, "law", "h0", "l0", 2),
        Session(99, "law", "h0", "l0", 3),
        Session(None, "opera", "h0", "l0", 3),
    )
    said = "; ".join(check_replan(problem, ReplanPlan(sessions)).broken)
    for fault in (
        "does not teach",
        "closed",
        "never published",
        "not here",
        "cohort topic",
        "hall",
    ):
        assert fault in said
    joins = (Join(unit, "law", 2, "h0", 2), Join("u1", "law", 2000, "h1", 4))
    held = (Session(None, "law", "h1", "l0", 4),)
    said = "; ".join(check_replan(problem, ReplanPlan(held, joins)).broken)
    for fault in ("nothing of the kind", "seats", "missed it"):
        assert fault in said


def test_a_published_plan_that_says_nothing_is_refused(season):
    value = write(make_replan(season, missed=(Missed("u0", "law", 3),)))
    value["missed"][0]["topic"] = "opera"
    value["published"]["cohorts"][0]["venue"] = "h99"
    with pytest.raises(BadProblemError) as refused:
        read(ReplanProblem, value)
    said = "; ".join(refused.value.complaints)
    assert "missed opera by u0" in said
    assert "h99" in said


def test_a_past_session_that_was_never_in_the_season_is_refused(season):
    first, *others = season[1].cohorts
    far = dataclasses.replace(first.meetings[0], slot=900_000)
    changed = dataclasses.replace(first, meetings=(far, *first.meetings[1:]))
    published = dataclasses.replace(season[1], cohorts=(changed, *others))
    past = make_replan(season, published=published, first_slot=1_000_000)
    assert any("slot 900000 is beyond the season" in said for said in past.complaints())
    ahead = make_replan(season, published=published)
    assert not [*ahead.complaints()]
    itself = dataclasses.replace(ahead, kin=(Kin(1, 1),))
    assert [*itself.complaints()] == ["kin: cohort 1 stands with itself"]
    assert plan_replan(ahead, LIMITS).plan is not None


def test_a_repair_leaves_a_lecturer_time_for_the_way(season):
    """Whoever steps in teaches far away in every other half of a day, so that their days are lost."""
    problem, plan = season
    ill = plan.cohorts[0].meetings[0].lecturer
    far = tuple(Lesson(slot, 33.5, 121.0) for slot in range(1, 30, 2))
    others = tuple(
        dataclasses.replace(
            each, lessons=() if each.id == ill else far, free=tuple(range(0, 34, 2))
        )
        for each in problem.lecturers
    )
    published = dataclasses.replace(problem, lecturers=others)
    replan = make_replan((published, plan), ill=(ill,))
    outcome = plan_replan(replan, LIMITS)
    moved = set(outcome.plan.sessions) - set(published_sessions(replan))
    assert moved
    assert all(session.slot >= 30 for session in moved)
    early = dataclasses.replace(min(moved, key=lambda s: s.slot), slot=0)
    said = check_replan(replan, ReplanPlan((early,))).broken
    assert any("too far between slots" in rule for rule in said)


def test_what_can_stay_stays_and_no_more_is_new_than_may_be(season):
    problem = make_replan(season, makeups=0)
    sessions = published_sessions(problem)
    for one in sessions:
        left = tuple(s for s in sessions if s != one)
        assert any("could stay" in rule for rule in check_replan(problem, ReplanPlan(left)).broken)
    new = Session(None, "law", "h3", "l9", 33)
    said = check_replan(problem, ReplanPlan((*sessions, new))).broken
    assert any("1 new sessions, at most 0" in rule for rule in said)


@pytest.fixture
def two_at_once():
    """Return a published plan with law and farming in one slot, each in a hall or both in one."""

    def make(halls, missed):
        problem = make_season()
        lecturers = [dataclasses.replace(each, free=tuple(range(34))) for each in problem.lecturers]
        problem = dataclasses.replace(problem, lecturers=tuple(lecturers))
        taught = zip(halls, ("u0", "u1"), ("law", "farming"), ("l0", "l1"), strict=True)
        cohorts = [Cohort(hall, 1, (unit,), (Meeting(t, who, 2),)) for hall, unit, t, who in taught]
        rest = [Cohort("h3", 1, (unit.id,)) for unit in problem.units[2:]]
        published = SeasonPlan((*cohorts, *rest))
        return ReplanProblem("replan", problem, published, missed=missed, makeups=0)

    return make


def test_two_published_sessions_in_one_hall_share_its_seats(two_at_once):
    problem = two_at_once(
        ("h3", "h3"),
        (
            Missed("u5", "law", 50),
            Missed("u6", "farming", 50),
            Missed("u7", "law", 50),
            Missed("u8", "farming", 50),
        ),
    )
    outcome = plan_replan(problem, LIMITS)
    sizes = {unit.id: unit.members for unit in problem.season.units}
    joined = [join.members for join in outcome.plan.joins]
    assert sum(joined) == min(200, 210 - sizes["u0"] - sizes["u1"])


def test_people_who_missed_two_topics_are_not_seated_in_both_at_once(two_at_once):
    missed = (Missed("u5", "law", 3), Missed("u5", "farming", 2))
    problem = two_at_once(("h3", "h2"), missed)
    outcome = plan_replan(problem, LIMITS)
    assert [(join.topic, join.members) for join in outcome.plan.joins] == [("law", 3)]
    assert outcome.plan.uncovered == missed[1:]
    both = tuple(
        Join(m.unit, m.topic, m.members, v, 2) for m, v in zip(missed, ("h3", "h2"), strict=True)
    )
    plan = dataclasses.replace(outcome.plan, joins=both, uncovered=())
    assert any("the same people" in rule for rule in check_replan(problem, plan).broken)


def test_people_of_no_cohort_join_where_none_of_theirs_is_and_guests_keep_their_seats(season):
    problem, plan = season
    sessions = [s for s in published_sessions(make_replan(season)) if s.topic == "law"]
    units = {unit.id: unit for unit in problem.units}
    at = units[plan.cohorts[0].units[0]]
    alone = dataclasses.replace(at, id="alone", members=2)
    problem = dataclasses.replace(problem, units=(*problem.units, alone))
    full = tuple(Guests(s.cohort, "law", joins=0) for s in sessions[1:])
    asked = {"missed": (Missed("alone", "law", 2),), "makeups": 0}
    guest = make_replan((problem, plan), guests=full, **asked)
    theirs = (Belongs("alone", sessions[0].cohort),)
    torn = make_replan((problem, plan), guests=full, belongs=theirs, **asked)

    [join] = plan_replan(guest, LIMITS).plan.joins
    assert (join.venue, join.slot) == (sessions[0].venue, sessions[0].slot)
    assert plan_replan(torn, LIMITS).plan.joins == ()
    held = tuple(published_sessions(torn))
    said = check_replan(torn, ReplanPlan(held, (join,))).broken
    assert any("their own session" in rule for rule in said)
    full_now = dataclasses.replace(guest, guests=(*full, Guests(sessions[0].cohort, "law", 0, 1)))
    said = check_replan(full_now, ReplanPlan(held, (join,))).broken
    assert any("at most 1 may" in rule for rule in said)


def test_a_repair_that_has_no_time_to_choose_still_takes_what_fits(season, monkeypatch):
    monkeypatch.setattr("dongxun_planner.replan.repair.solve", lambda *_a, **_k: Answer(None, 0, 0))
    outcome = plan_replan(make_replan(season, ill=("l9",)), LIMITS)
    assert outcome.parts["dropped"] == 0


@pytest.mark.parametrize("has_time", [True, False])
def test_what_finds_no_place_keeps_its_hall_its_people_and_a_lecturer_who_comes(
    season, has_time, monkeypatch
):
    """Law fell through in h3 with nobody to hold it; farming, ill, has one slot left: that of law."""
    if not has_time:
        monkeypatch.setattr(
            "dongxun_planner.replan.repair.solve", lambda *_a, **_k: Answer(None, 0, 0)
        )
    problem, slot = season[0], 2
    teachers = tuple(
        dataclasses.replace(each, topics=("farming",), free=(slot,) if each.id == "l1" else ())
        for each in problem.lecturers
    )
    halls = tuple(
        dataclasses.replace(each, closed=() if each.id == "h3" else tuple(range(34)))
        for each in problem.venues
    )
    problem = dataclasses.replace(problem, lecturers=teachers, venues=halls, within_km=99)
    law = Cohort("h3", 1, ("u0",), (Meeting("law", "l0", slot),))
    farming = Cohort("h2", 1, ("u1",), (Meeting("farming", "l1", slot + 3),))
    rest = [Cohort("h3", 1, (unit.id,)) for unit in problem.units[2:]]
    published = SeasonPlan((law, farming, *rest))
    replan = ReplanProblem("replan", problem, published, missed=(Missed("u5", "farming", 9),))

    assert plan_replan(replan, LIMITS).plan.sessions == ()
    for number in (1, None):
        there = ReplanPlan((Session(number, "farming", "h3", "l1", slot),))
        said = check_replan(replan, there).broken
        assert any("law still stands there" in rule for rule in said)


def test_what_finds_no_place_keeps_its_people_from_others_and_its_lecturer(two_at_once):
    problem = two_at_once(("h3", "h2"), (Missed("u0", "farming", 3),))
    lost = {"h3": tuple(range(34))}
    halls = tuple(
        dataclasses.replace(each, closed=lost.get(each.id, ())) for each in problem.season.venues
    )
    units = tuple(
        dataclasses.replace(each, closed=tuple(range(34))) if each.id == "u0" else each
        for each in problem.season.units
    )
    now = dataclasses.replace(problem.season, venues=halls, units=units)
    problem = dataclasses.replace(problem, season=now, kin=(Kin(0, 1),))

    outcome = plan_replan(problem, LIMITS)

    assert [s.topic for s in outcome.plan.sessions] == ["farming"]
    assert outcome.plan.joins == ()
    moved = Session(1, "farming", "h1", "l0", 2)
    said = "; ".join(check_replan(problem, ReplanPlan((moved,))).broken)
    assert "its people still have law then" in said
    assert "l0 still has law that day" in said


@pytest.mark.parametrize("busy", ["lecturers", "units"])
def test_a_repair_counts_what_lecturers_and_people_have_besides(season, busy):
    problem, plan = season
    ill = plan.cohorts[0].meetings[0].lecturer
    without = make_replan(season, ill=(ill,))
    before = plan_replan(without, LIMITS).plan
    [new, *_] = set(before.sessions) - set(published_sessions(without))
    names = {new.lecturer, *plan.cohorts[new.cohort].units}
    full = (problem.days[new.slot // problem.halves],) * problem.lecturer_a_week
    with_besides = tuple(
        dataclasses.replace(one, besides=full) if one.id in names else one
        for one in getattr(problem, busy)
    )
    replan = make_replan((dataclasses.replace(problem, **{busy: with_besides}), plan), ill=(ill,))
    assert any("besides, at most" in rule for rule in check_replan(replan, before).broken)
    outcome = plan_replan(replan, LIMITS)
    assert new not in outcome.plan.sessions
    assert check_replan(replan, outcome.plan).broken == ()
