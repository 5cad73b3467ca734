# mypy: disable-error-code="operator, type-var, attr-defined"
import itertools
import json
import random
from dataclasses import replace

import pytest

from dongxun_planner import cli
from dongxun_planner.formats import hhcrsp
from dongxun_planner.kinds import read_problem
from dongxun_planner.protocol import Limits, Status
from dongxun_planner.visits.check_homes import check_visits
from dongxun_planner.visits.homes import (
    Call,
    Duty,
    Need,
    Round,
    Visit,
    Visitor,
    VisitPlan,
    VisitPrices,
    VisitProblem,
    way,
    ways,
)
from dongxun_planner.visits.plan import plan_visits
from dongxun_planner.wire import write

SOME = Limits(seconds=36_000.0, work=8)
DAY = Duty(0, 480.0, 1080.0)


def make_visits(visits, visitors, **overrides):
    given = {"points": "plane", "minutes_per_km": 1.0} | overrides
    return VisitProblem("visits", tuple(visits), tuple(visitors), **given)


def home(name, x, y=0.0, **overrides):
    return Visit(
        name, (x, y), **{"needs": (Need(30.0),), "opens": 480.0, "closes": 1080.0} | overrides
    )


def goes(name, x=0.0, **overrides):
    return Visitor(name, (x, 0.0), **{"duties": (DAY,)} | overrides)


def walk(problem, who, order):
    """Return the round that makes these calls in this order, each as early as can be."""
    now, here, calls = who.duties[0].begins, who, []
    for visit in order:
        now = max(now + way(problem, here, visit), visit.opens)
        calls.append(Call(visit.id, 0, now))
        now, here = now + visit.needs[0].minutes, visit
    return Round(who.id, who.duties[0].day, tuple(calls))


def every_plan(problem):
    first, second = problem.visitors
    for order in itertools.permutations(problem.visits):
        for cut in range(len(order) + 1):
            rounds = (walk(problem, first, order[:cut]), walk(problem, second, order[cut:]))
            yield VisitPlan("visits", tuple(each for each in rounds if each.calls))


def calls_of(outcome, name):
    return sorted(
        (call.need, call.begins, each.visitor, each.day)
        for each in outcome.plan.rounds
        for call in each.calls
        if call.visit == name
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_visits_are_those_of_trying_everything_and_the_bound_lies_below(seed):
    dice = random.Random(seed)
    visits = []
    for n in range(5):
        opens = 480.0 + dice.randrange(0, 300)
        visits.append(home(f"h{n}", dice.random() * 60, dice.random() * 60, opens=opens))
    visits = [replace(each, closes=each.opens + 60) for each in visits]
    problem = make_visits(visits, [goes("a"), goes("b", 60.0)], tolerance=120.0)
    verdicts = [check_visits(problem, plan) for plan in every_plan(problem)]
    outcome = plan_visits(problem, SOME)
    least = min(one.cost for one in verdicts if not one.broken)
    assert outcome.cost == pytest.approx(least, abs=1e-3)
    assert 0 < outcome.bound <= outcome.cost


def test_two_who_meet_come_at_once_and_whoever_is_early_waits():
    visits = [
        home("pair", 10.0, needs=(Need(20.0, ("zh",)), Need(20.0, ("nurse",)))),
        home("b", -50.0),
    ]
    visitors = [goes("li", skills=("zh",)), goes("wu", 100.0, skills=("nurse",))]
    outcome = plan_visits(make_visits(visits, visitors), SOME)
    [(_, first, who, _), (_, second, other, _)] = calls_of(outcome, "pair")
    assert (who, other) == ("li", "wu")
    assert first == second >= 480.0 + 90.0
    assert outcome.parts["unvisited"] == 0


def test_the_second_of_two_comes_so_long_after_the_first_as_wanted():
    after = home("dose", 5.0, needs=(Need(10.0), Need(10.0)), apart=(60.0, 90.0))
    outcome = plan_visits(make_visits([after, home("b", 9.0)], [goes("li"), goes("wu")]), SOME)
    [(_, first, who, _), (_, second, other, _)] = calls_of(outcome, "dose")
    assert 60 <= second - first <= 90
    assert who != other


def test_a_visit_waits_for_its_own_day_and_for_a_visitor_who_knows_it():
    two_days = (Duty(1, 480, 1080), Duty(2, 480, 1080))
    visits = [home("h", 20.0, days=(2,), known=("far",))]
    visitors = [goes("near", duties=two_days), goes("far", 90.0, duties=two_days)]
    prices = VisitPrices(stranger=500.0)
    outcome = plan_visits(make_visits(visits, visitors, prices=prices), SOME)
    assert [(who, day) for _, _, who, day in calls_of(outcome, "h")] == [("far", 2)]
    dear = replace(outcome.plan, rounds=(walk_on(visits[0], "near", 2),))
    assert check_visits(make_visits(visits, visitors, prices=prices), dear).parts["strangers"] == 1


def walk_on(visit, who, day):
    return Round(who, day, (Call(visit.id, 0, 500.0),))


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        ({"needs": (Need(30.0, ("dialect",)),)}, "no visitor has dialect"),
        ({"needs": (Need(30.0, load=9),)}, "carries 9"),
        ({"needs": (Need(30.0), Need(30.0))}, "no two visitors"),
        ({"days": (5,)}, "on duty on day 5"),
        ({"closes": 481.0}, "nobody can be there before 500"),
        ({"needs": (Need(590.0),)}, "not back in time"),
    ],
)
def test_a_home_that_nobody_can_visit_is_named_with_what_stands_in_its_way(overrides, said):
    outcome = plan_visits(make_visits([home("h", 20.0, **overrides)], [goes("li", holds=5)]), SOME)
    assert outcome.plan.rounds == ()
    assert outcome.parts["unvisited"] == 1
    [cause] = outcome.causes
    assert cause.startswith("h: ")
    assert said in cause
    assert outcome.bound <= outcome.cost


def test_no_more_is_carried_than_a_visitor_holds():
    visits = [home(f"h{n}", float(n + 1), needs=(Need(5.0, load=2),)) for n in range(3)]
    outcome = plan_visits(make_visits(visits, [goes("li", holds=4)]), SOME)
    assert outcome.parts["unvisited"] == 1


def test_without_any_time_there_is_a_quick_plan():
    outcome = plan_visits(make_visits([home("h", 3.0)], [goes("li")]), Limits(seconds=0.0))
    assert outcome.parts["unvisited"] == 0
    nothing = plan_visits(make_visits([], []), SOME)
    assert (nothing.status, nothing.cost) == (Status.OPTIMAL, 0)


def test_a_plan_with_every_fault_is_refused_by_the_checker():
    pair = home("pair", 10.0, needs=(Need(20.0), Need(20.0, ("nurse",))), days=(0,))
    problem = make_visits([home("h", 20.0), pair], [goes("li", holds=0), goes("wu")])
    rounds = (
        Round("li", 0, (Call("h", 0, 480.0), Call("h", 1, 600.0), Call("pair", 1, 1100.0))),
        Round("li", 0, (Call("pair", 0, 600.0),)),
        Round("wu", 3, (Call("h", 0, 700.0),)),
        Round("xx", 0, ()),
    )
    said = "; ".join(check_visits(problem, VisitPlan("visits", rounds)).broken)
    for fault in (
        "too early",
        "no such call",
        "closes at",
        "wants nurse",
        "two rounds",
        "not on duty",
        "xx: is not here",
        "home at",
        "comes for both",
        "apart",
    ):
        assert fault in said
    once = VisitPlan("visits", (Round("wu", 0, (Call("pair", 0, 600.0),)),))
    assert "1 calls where 2" in check_visits(problem, once).broken[0]


def test_a_problem_that_clashes_says_where(tmp_path, capsys):
    bad = make_visits(
        [home("h", 500.0, known=("nobody",), opens=9.0, closes=5.0), home("h", 1.0, needs=())],
        [goes("li", duties=(DAY, DAY))],
        points="globe",
        minutes=((0.0, 1.0), (1.0, 0.0)),
    )
    path = tmp_path / "bad.json"
    path.write_text(json.dumps(write(bad)), encoding="utf-8")
    assert cli.main(["visits", str(path)]) == 2
    said = capsys.readouterr().err
    for fault in (
        "visit h: comes twice",
        "nobody is no visitor",
        "closes before",
        "needs 0",
        "globe",
        "3 rows of 3",
        "li: day 0: comes twice",
    ):
        assert fault in said


def test_visits_are_planned_and_checked_by_command(tmp_path, capsys):
    problem, plan = tmp_path / "p.json", tmp_path / "plan.json"
    made = make_visits([home("h", 3.0), home("i", 4.0)], [goes("li")])
    problem.write_text(json.dumps(write(made)), encoding="utf-8")
    assert read_problem(json.loads(problem.read_text()), "visits")[1] == made
    given = ["visits", str(problem), "--time-limit", "0.1", "--out", str(plan)]
    assert cli.main(given) == 0
    assert cli.main(["check", str(problem), str(plan)]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["parts"]["unvisited"] == 0


@pytest.fixture
def told():
    """Return an instance in the published form: a table of ways, a usual duration, few locations."""
    first = {"service": "s1", "duration": 10.0}
    later = {"type": "sequential", "distance": [15, 30]}
    both = {"required_caregivers": [first, {"service": "s2"}], "synchronization": later}
    return {
        "patients": [
            {"id": "p1", "time_window": [0.0, 60.0], **both},
            {"id": "p2", "time_window": [0.0, 60.0], "required_caregivers": [first]},
        ],
        "services": [{"id": "s1", "default_duration": 99}, {"id": "s2", "default_duration": 12}],
        "caregivers": [{"id": f"c{n}", "abilities": [f"s{n}"]} for n in (1, 2, 3)],
        "central_offices": [{"id": "d", "location": [0.0, 0.0]}],
        "distances": [[0, 5, 7], [4, 0, 1], [7, 2, 0]],
    }


def test_the_published_form_is_read_solved_and_written(tmp_path, capsys, told):
    path, out = tmp_path / "x.json", tmp_path / "x.sol"
    path.write_text(json.dumps(told), encoding="utf-8")
    given = ["bench", "hhcrsp", str(path), "--time-limit", "0.1", "--out", str(out)]
    assert cli.main(given) == 0
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert said["cost"] == pytest.approx((7 + 2 + 4 + 5 + 4) / 3)
    solution = json.loads(out.read_text(encoding="utf-8"))
    assert solution["global_ordering"] == ["p2", "p1"]
    routes = {each["caregiver_id"]: each["locations"] for each in solution["routes"]}
    assert [place["patient_id"] for place in routes["c1"]] == ["p2", "p1"]
    [second] = routes["c2"]
    assert (second["patient_id"], second["service_id"]) == ("p1", "s2")
    assert 15 <= second["arrival_time"] - routes["c1"][1]["arrival_time"] <= 30
    assert second["departure_time"] == second["arrival_time"] + 12
    assert routes["c3"] == []


def test_an_instance_that_nobody_can_serve_has_no_solution_but_a_reason(tmp_path, told):
    path = tmp_path / "x.json"
    path.write_text(json.dumps(told | {"caregivers": told["caregivers"][:1]}), encoding="utf-8")
    none = hhcrsp.solve(hhcrsp.read(path), SOME)
    assert (none.plan, none.status) == (None, Status.NONE_FOUND)
    assert "no visitor has s2" in none.causes[0]


@pytest.mark.parametrize("change", [{"points": "plane"}, {"points": "globe"}])
def test_search_and_checker_round_every_way_alike(change):
    problem = make_visits(
        [home(f"h{n}", 1 + n / 1000) for n in range(60)],
        [goes("a")],
        minutes_per_km=1.5,
        **change,
    )
    each = (*problem.visits, *problem.visitors)
    assert [[way(problem, a, b) for b in each] for a in each] == ways(problem).tolist()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"patients": 3}', '{"central_offices": [1, 2]}'])
def test_files_of_another_form_are_refused(tmp_path, capsys, text):
    path = tmp_path / "x"
    path.write_text(text, encoding="utf-8")
    assert cli.main(["bench", "hhcrsp", str(path)]) == 2
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["status"] == "bad_problem"
