# mypy: disable-error-code="operator"
import itertools
import json
import random

import pytest

from dongxun_planner import cli
from dongxun_planner.formats import cvrplib, solomon
from dongxun_planner.kinds import read_problem
from dongxun_planner.protocol import Limits, Status
from dongxun_planner.visits.check import check_rounds
from dongxun_planner.visits.problems import RoundPlan, RoundProblem, Stop
from dongxun_planner.visits.routing import plan_rounds
from dongxun_planner.wire import write

SOME = Limits(seconds=36_000.0, work=200)
TEXT = """NAME : tiny
TYPE : {type}
DIMENSION : 3
VEHICLES : 2
CAPACITY : 10
SERVICE_TIME : 1
EDGE_WEIGHT_TYPE : EUC_2D
NODE_COORD_SECTION
1 0 0
2 3 4
3 0 1.06
DEMAND_SECTION
1 0
2 6
3 6
{windows}DEPOT_SECTION
1
-1
EOF
"""
WINDOWS = "TIME_WINDOW_SECTION\n1 0 100\n2 0 90\n3 0 90\n"


def make_rounds(count=6, seed=1, **overrides):
    dice = random.Random(seed)
    stops = [Stop(50, 50, 0, 0, 10_000, 0)]
    for _ in range(count):
        opens = dice.randrange(0, 3000)
        stops.append(Stop(dice.random() * 100, dice.random() * 100, 3, opens, opens + 2000, 50))
    given = {"stops": tuple(stops), "vehicles": 3, "capacity": 10}
    return RoundProblem(**given | overrides)


def every_plan(stops, vehicles):
    for order in itertools.permutations(stops):
        for cuts in itertools.combinations_with_replacement(range(len(stops) + 1), vehicles - 1):
            ends = (0, *cuts, len(stops))
            routes = (order[a:b] for a, b in itertools.pairwise(ends))
            yield RoundPlan(tuple(route for route in routes if route))


@pytest.mark.parametrize("seed", [1, 2])
def test_rounds_are_those_of_trying_everything_and_the_bound_lies_below(seed):
    problem = make_rounds(seed=seed)
    outcome = plan_rounds(problem, SOME)
    verdicts = (check_rounds(problem, plan) for plan in every_plan(range(1, 7), 3))
    assert outcome.cost == min(verdict.cost for verdict in verdicts if not verdict.broken)
    assert 0 < outcome.bound <= outcome.cost


def test_rounds_leave_out_what_no_vehicle_can_reach_and_the_bound_lies_below():
    problem = make_rounds(vehicles=1, capacity=9, penalty=500.0)
    outcome = plan_rounds(problem, SOME)
    [route] = outcome.plan.routes
    assert len(route) == 3
    assert outcome.parts["left_out"] == 3
    assert 0 < outcome.bound <= outcome.cost
    assert outcome.cost == outcome.parts["length"] + 3 * 500
    far = (Stop(0, 0, 0, 0, 50, 0), Stop(9, 9, 1, 0, 20, 5))
    nobody = plan_rounds(make_rounds(stops=far, penalty=5.0), SOME)
    assert (nobody.plan.routes, nobody.cost) == ((), 5.0)


@pytest.mark.parametrize("threads", [1, 2])
def test_rounds_come_as_they_are_found_and_the_search_ends_when_asked(threads):
    limits = Limits(seconds=36_000.0, threads=threads)
    found = []

    def watch(step):
        if step.plan is not None:
            found.append(step.cost)
            limits.stop.set()

    outcome = plan_rounds(make_rounds(count=40, vehicles=20), limits, watch)

    assert outcome.status is Status.CANCELLED
    assert outcome.cost == min(found)
    assert outcome.seconds < 60


def test_rounds_are_a_kind_of_problem_with_files_of_their_own():
    document = write(make_rounds(penalty=9.0))
    kind, problem = read_problem(document, "visits")
    assert problem == make_rounds(penalty=9.0)
    assert kind.plan is RoundPlan


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        ({"vehicles": 0}, "no vehicles"),
        ({"capacity": 0}, "stop 1: wants 3"),
        ({"capacity": 4}, "together want 18"),
        ({"stops": (Stop(0, 0, 0, 0, 50, 0), Stop(9, 9, 1, 0, 20, 5))}, "stop 1: closes at 20"),
        ({"stops": (Stop(0, 0, 0, 0, 90, 0), Stop(3, 4, 1, 0, 80, 5))}, "stop 1: from there"),
    ],
)
def test_rounds_that_cannot_be_have_a_cause(overrides, said):
    outcome = plan_rounds(make_rounds(**overrides), SOME)
    assert outcome.status is Status.INFEASIBLE
    assert any(said in cause for cause in outcome.causes)


def test_rounds_with_every_fault_are_refused_by_the_checker():
    problem = make_rounds(capacity=5, vehicles=1)
    said = "; ".join(check_rounds(problem, RoundPlan(((1, 1, 99), (2,)))).broken)
    for fault in ("not visited", "2 times", "not here", "2 routes for 1"):
        assert fault in said
    late = check_rounds(make_rounds(capacity=5), RoundPlan(((6, 5, 4, 3, 2, 1),)))
    assert any("on a vehicle that holds 5" in rule for rule in late.broken)
    assert any("closes at" in rule for rule in late.broken)


def test_lengths_are_cut_to_a_tenth_with_windows_and_rounded_without(tmp_path):
    path = tmp_path / "tiny.vrp"
    path.write_text(TEXT.format(type="VRPTW", windows=WINDOWS), encoding="ascii")
    cut = cvrplib.read(path)
    assert check_rounds(cut, RoundPlan(((1,), (2,)))).cost == pytest.approx(10 + 2 * 1.0)
    path.write_text(TEXT.format(type="CVRP", windows=""), encoding="ascii")
    rounded = cvrplib.read(path)
    plan = plan_rounds(rounded, SOME).plan
    assert cvrplib.write(rounded, plan).endswith("Cost 12\n")


def test_solomon_is_read_solved_and_written(tmp_path):
    path = tmp_path / "r.txt"
    rows = ["0 35 35 0 0 230 0", "1 41 49 10 16 171 10", "2 35 17 7 50 60 10"]
    head = "R\n\nVEHICLE\nNUMBER CAPACITY\n 25 200\n\nCUSTOMER\nCUST NO. XCOORD.\n\n"
    path.write_text(head + "\n".join(rows), encoding="ascii")
    problem = solomon.read(path)
    outcome = solomon.solve(problem, SOME)
    written = solomon.write(problem, outcome.plan)
    assert len(problem.stops) == 3
    assert written.endswith(f"Cost {outcome.cost}\n")


@pytest.mark.parametrize("form", ["solomon", "cvrplib"])
@pytest.mark.parametrize("text", ["", "R\n1 2\n", "1 2 3\n4 5 6 7 8 9 x", "DEMAND_SECTION\nx"])
def test_files_of_another_form_are_refused(tmp_path, capsys, form, text):
    path = tmp_path / "x"
    path.write_text(text, encoding="ascii")
    assert cli.main(["bench", form, str(path)]) == 2
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["status"] == "bad_problem"


def test_rounds_of_a_depot_alone_are_none_and_nothing_is_done_there():
    depot = Stop(0, 0, 0, 0, 1000, 400)
    alone = plan_rounds(RoundProblem((depot,), 1, 10), SOME)
    assert (alone.status, alone.plan.routes, alone.cost) == (Status.OPTIMAL, (), 0.0)
    stops = (depot, Stop(3, 4, 1, 0, 300, 5), Stop(3, 5, 1, 0, 300, 5))
    outcome = plan_rounds(RoundProblem(stops, 2, 10), SOME)
    assert outcome.status is not Status.INFEASIBLE
    assert outcome.bound > 5
    back = RoundProblem((depot, Stop(3, 4, 1, 80, 20, 5)), 2, 10, penalty=5.0)
    assert [*back.complaints()] == ["stop 1: closes before it opens"]
