import json
import subprocess
import sys

import pytest

from dongxun_planner import cli
from dongxun_planner.kinds import KINDS
from dongxun_planner.protocol import (
    CUT,
    Limits,
    RefusedError,
    Search,
    Status,
    Verdict,
    gap,
    kept,
)
from dongxun_planner.wire import BadProblemError, read, schema, write
from dongxun_planner.zoning.problems import TownProblem
from planner.tests.make import make_hub_problem, make_town_problem

SOLVERS = ("ortools", "highspy", "pyvrp", "numba")
BOTH_SOLVE = """
import sys
from {first}
from {second}
import highspy
from ortools.sat.python import cp_model
h = highspy.Highs(); h.setOptionValue("output_flag", False)
x = h.addVariable(0, 4, -1); h.run()
assert h.getInfo().objective_function_value == -4
m = cp_model.CpModel(); y = m.new_int_var(0, 4, "y"); m.maximize(y)
s = cp_model.CpSolver(); assert s.solve(m) == cp_model.OPTIMAL and s.value(y) == 4
"""


def in_a_child(code):
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("turn", [1, -1])
def test_the_two_solver_libraries_load_in_either_order(turn):
    first, second = ("highspy import Highs", "ortools.sat.python import cp_model")[::turn]
    in_a_child(BOTH_SOLVE.format(first=first, second=second))


def test_checkers_load_no_solver():
    in_a_child(
        "import sys, dongxun_planner.kinds\n"
        f"assert not [m for m in sys.modules if m.split('.')[0] in {SOLVERS!r}]"
    )


@pytest.mark.parametrize("problem", [make_town_problem(), make_hub_problem()])
def test_problems_come_back_from_json_as_they_went(problem):
    there = json.loads(json.dumps(write(problem)))
    assert read(type(problem), there) == problem


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_every_kind_has_a_schema_with_a_version(kind):
    for described in (schema(kind.problem), schema(kind.plan)):
        assert described["properties"]["version"] == {"enum": [1]}
        assert described["additionalProperties"] is False


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"zones": "3"}, "$.zones: must be a whole number"),
        ({"zones": 0}, "$.zones: must be at least 1"),
        ({"zones": True}, "$.zones: must be a whole number"),
        ({"tolerance": 1.5}, "at most 1"),
        ({"towns": {}}, "$.towns: must be a list"),
        ({"towns": [1]}, "$.towns[0]: must be an object"),
        ({"towns": [{}]}, "$.towns[0].id: is missing"),
        ({"colour": 1}, "$.colour: not known here"),
        ({"together": [["a"]]}, "must have 2 items"),
        ({"together": [["t0", "x"]]}, "together: x is no town here"),
        ({"together": [["t0", "t1"]], "apart": [["t1", "t0"]]}, "t0 and t1: asked to be"),
        ({"version": 2}, "$.version: must be 1"),
    ],
)
def test_a_bad_problem_is_refused_with_place_or_name(change, said):
    value = write(make_town_problem()) | change
    with pytest.raises(BadProblemError) as refused:
        read(TownProblem, value)
    assert any(said in complaint for complaint in refused.value.complaints)


def test_a_plan_that_breaks_a_rule_never_leaves():
    search = Search(Limits(), lambda plan: Verdict(1.0, ("hall h1: held twice",)))
    with pytest.raises(RefusedError, match="h1"):
        search.offer("plan")
    assert search.outcome().status is Status.NONE_FOUND


def test_a_refused_plan_does_not_take_the_good_one_before_it_along():
    rules = {"good": (), "bad": ("hall h1: held twice",)}
    search = Search(Limits(), lambda plan: Verdict(1.0, rules[plan]))

    def solve():
        search.at_least(0.5)
        search.offer("good")
        search.offer("bad")

    outcome = kept(solve)
    assert (outcome.plan, outcome.bound, outcome.status) == ("good", 0.5, Status.FEASIBLE)
    assert "h1" in outcome.causes[0]
    assert getattr(outcome.causes[0], "code", "") == CUT


def test_a_bound_on_whole_costs_is_rounded_up():
    search = Search(Limits(), lambda plan: Verdict(12.0), step=1.0)
    search.offer("plan")
    search.at_least(11.2)
    assert search.outcome().status is Status.OPTIMAL


def test_gaps_are_parts_of_the_cost():
    assert (gap(100, 97), gap(0, 0), gap(None, 3)) == (0.03, 0.0, None)


def run(capsys, *arguments):
    patient = ("--time-limit", 36_000) if arguments[0] in {"zoning", "bench"} else ()
    status = cli.main([str(each) for each in (*arguments, *patient)])
    return status, json.loads(capsys.readouterr().out.splitlines()[-1])


def test_the_command_plans_checks_and_speaks_json_last(capsys, tmp_path):
    problem, plan = tmp_path / "p.json", tmp_path / "plan.json"
    problem.write_text(json.dumps(write(make_town_problem())), encoding="utf-8")

    status, said = run(capsys, "zoning", problem, "--out", plan)
    assert (status, said["status"], said["gap"]) == (0, "optimal", 0.0)
    assert {"cost", "bound", "seconds", "cpu_seconds"} <= said.keys()

    status, checked = run(capsys, "check", problem, plan)
    assert (status, checked["status"], checked["cost"]) == (0, "kept", said["cost"])

    document = json.loads(plan.read_text(encoding="utf-8"))
    document["plan"]["zones"].pop()
    plan.write_text(json.dumps(document), encoding="utf-8")
    status, checked = run(capsys, "check", problem, plan)
    assert (status, checked["status"]) == (1, "broken")


@pytest.mark.parametrize("text", ["", "[]", "{", '{"kind": "roads"}', '{"kind": "towns"}', "\xff"])
def test_the_command_answers_bad_files_in_words(capsys, tmp_path, text):
    problem = tmp_path / "p.json"
    problem.write_bytes(text.encode("latin-1"))
    status, said = run(capsys, "zoning", problem)
    assert (status, said["status"]) == (2, "bad_problem")
    assert said["causes"]


def test_the_command_answers_a_missing_file_in_words(capsys, tmp_path):
    status, said = run(capsys, "zoning", tmp_path / "none.json")
    assert (status, said["status"]) == (2, "bad_problem")


def test_pmed_from_text_is_solved_and_written(capsys, tmp_path):
    graph = tmp_path / "pmed.txt"
    graph.write_text("4 3 2\n1 2 1\n2 3 9\n3 4 2\n", encoding="ascii")
    out = tmp_path / "pmed.sol"
    status, said = run(capsys, "bench", "pmed", graph, "--out", out)
    assert (status, said["cost"], said["status"]) == (0, 3.0, "optimal")
    assert len(out.read_text(encoding="utf-8").splitlines()) == 2


@pytest.mark.parametrize("text", ["", "a b c", "4 9 2\n1 2 1", "3 1 2\n1 2 1", "2 1 7\n1 2 1"])
def test_pmed_that_is_none_is_refused(capsys, tmp_path, text):
    graph = tmp_path / "pmed.txt"
    graph.write_text(text, encoding="ascii")
    status, said = run(capsys, "bench", "pmed", graph)
    assert (status, said["status"]) == (2, "bad_problem")
