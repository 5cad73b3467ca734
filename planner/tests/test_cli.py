"""The command line, kind by kind: whatever it is given it answers in words, with one line of JSON last."""

import dataclasses
import json
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from dongxun_planner import cli
from dongxun_planner.kinds import KINDS
from dongxun_planner.protocol import RefusedError
from dongxun_planner.replan.problems import Missed, ReplanProblem
from dongxun_planner.season.plan import plan_season
from dongxun_planner.visits.homes import Duty, Need, Visit, Visitor, VisitProblem
from dongxun_planner.wire import write
from dongxun_planner.zoning import towns
from planner.tests.make import (
    NONE,
    make_agency_problem,
    make_hub_problem,
    make_pairing_problem,
    make_season,
    make_town_problem,
    make_towns,
)
from planner.tests.test_roster import make_roster
from planner.tests.test_rounds import make_rounds

ENDS = {"optimal": 0, "feasible": 0, "none_found": 1, "infeasible": 1, "bad_problem": 2}


def some_problems():
    """Return a small problem of each kind."""
    homes = (Visit("v1", (3.0, 0.0), (Need(9.0),)), Visit("v2", (5.0, 0.0), (Need(9.0), Need(9.0))))
    visitors = tuple(Visitor(name, (0.0, 0.0), (Duty(0),)) for name in ("ann", "bo"))
    season = make_season()
    found = (
        make_town_problem(towns=make_towns(5), zones=2, tolerance=1.0),
        make_agency_problem(5, areas=2, least=1, most=5),
        make_hub_problem(size=(5, 3), open=2),
        make_pairing_problem(size=(4, 2)),
        make_rounds(3),
        VisitProblem("visits", homes, visitors, "plane"),
        season,
        ReplanProblem(
            "replan", season, plan_season(season, NONE).plan, missed=(Missed("u1", "law", 2),)
        ),
        make_roster(),
    )
    return {each.kind: each for each in found}


@pytest.fixture(scope="module")
def problems():
    return some_problems()


@pytest.fixture
def call(capsys, tmp_path):
    """Run a command on documents; return its status and what it said last."""

    def run(command, *documents, limit="0"):
        paths = []
        for number, document in enumerate(documents):
            paths.append(tmp_path / f"{number}.json")
            text = document if isinstance(document, str) else json.dumps(write(document))
            paths[-1].write_text(text, encoding="utf-8")
        out = tmp_path / "out.json"
        out.unlink(missing_ok=True)
        more = [] if command == "check" else ["--time-limit", limit, "--out", str(out)]
        status = cli.main([command, *map(str, paths), *more])
        said = json.loads(capsys.readouterr().out.splitlines()[-1])
        plan = json.loads(out.read_text(encoding="utf-8")) if out.exists() else None
        return status, said, plan

    return run


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_problem_is_refused_with_its_place(problems, call, kind):
    document = write(problems[kind])
    listed = next(key for key, value in document.items() if isinstance(value, list | tuple))
    cases = {
        "": "line 1",
        "{": "line 1",
        "[]": "$.kind",
        json.dumps({"kind": kind}): "is missing",
        json.dumps(document | {"version": 2}): "$.version: must be 1",
        json.dumps(document | {listed: 7}): f"$.{listed}: must be a list",
    }
    for text, words in cases.items():
        status, said, plan = call(KINDS[kind].command, text)
        assert (status, said["status"], plan) == (2, "bad_problem", None)
        assert any(words in cause for cause in said["causes"]), (text, said)


@pytest.mark.parametrize("kind", KINDS)
def test_without_time_there_is_a_plan_that_keeps_every_rule_or_it_says_there_is_none(
    problems, call, kind
):
    status, said, plan = call(KINDS[kind].command, problems[kind])
    assert status == ENDS[said["status"]]
    assert (plan is None) == bool(status)
    if plan is None:
        assert said["causes"]
        return
    assert said["bound"] is not None
    status, said, _none = call("check", problems[kind], json.dumps(plan))
    assert (status, said["status"], said["cost"]) == (0, "kept", plan["cost"])


@pytest.mark.parametrize("kind", KINDS)
def test_ctrl_c_ends_a_search_with_what_it_has(problems, call, kind, monkeypatch):
    shown = []

    def show_and_stop(step):
        if not shown:
            signal.raise_signal(signal.SIGINT)
        shown.append(step)

    monkeypatch.setattr(cli, "_show", show_and_stop)
    before = signal.getsignal(signal.SIGINT)
    try:
        status, said, plan = call(KINDS[kind].command, problems[kind], limit="600")
    finally:
        signal.signal(signal.SIGINT, before)
    assert said["status"] in {"cancelled", "optimal"}
    assert status == int(plan is None)


CONTRADICTIONS = {
    "towns": ({"together": [("t0", "t1")], "apart": [("t1", "t0")]}, "t0 and t1"),
    "agencies": ({"least": 4, "most": 5}, "2 areas of at least 4 need more than 5"),
    "hubs": ({"within_km": 0.001}, "v0"),
    "pairing": ({"pinned": [("v0", "e9")]}, "v0"),
    "rounds": ({"vehicles": 0}, "no vehicles"),
    "season": ({"within_km": 0.001}, "u0"),
    "visits": ({"visitors": [], "visits": [{"id": "v1", "at": [0, 0], "needs": []}]}, "visit v1"),
    "replan": ({"missed": [{"unit": "zz", "topic": "law", "members": 1}]}, "missed law by zz"),
    "roster": ({"workers": []}, "workers"),
}


@pytest.mark.parametrize("kind", CONTRADICTIONS)
def test_a_problem_that_contradicts_itself_has_a_cause_that_names_what_clashes(
    problems, call, kind
):
    change, words = CONTRADICTIONS[kind]
    document = json.dumps(write(problems[kind]) | change)
    status, said, plan = call(KINDS[kind].command, document, limit="60")
    assert said["status"] in {"infeasible", "bad_problem"}
    assert (status, plan) == (ENDS[said["status"]], None)
    assert any(words in cause for cause in said["causes"]), said


BROKEN = {
    "towns": ("zones", [["t0"]], "t1"),
    "agencies": ("areas", [{"lead": "zz", "agencies": ["zz"]}], "zz"),
    "hubs": ("hub_of", {"v0": "zz"}, "hub zz"),
    "pairing": ("partner_of", {"v0": "zz"}, "zz"),
    "rounds": ("routes", [[1, 1]], "stop 1: is visited 2 times"),
    "visits": ("rounds", [{"visitor": "zz", "day": 0, "calls": []}], "visitor zz"),
    "season": ("cohorts", [], "unit u0: learns nowhere"),
    "replan": (
        "joins",
        [{"unit": "zz", "topic": "law", "members": 1, "venue": "h0", "slot": 0}],
        "zz joins law",
    ),
    "roster": ("rows", [], "ann"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_check_names_item_and_rule_of_a_broken_plan(problems, call, kind):
    name, value, words = BROKEN[kind]
    fields = {field.name for field in dataclasses.fields(KINDS[kind].plan)}
    document = {key: [] for key in fields & {"sessions"}} | {"kind": kind, name: value}
    status, said, _none = call("check", problems[kind], json.dumps(document))
    assert (status, said["status"]) == (1, "broken")
    assert any(words in rule for rule in said["broken"]), said["broken"]


def test_a_place_where_no_plan_can_be_written_is_refused_before_the_search(
    problems, tmp_path, capsys
):
    problem, missing = tmp_path / "p.json", tmp_path / "no" / "plan.json"
    problem.write_text(json.dumps(write(problems["towns"])), encoding="utf-8")
    for place in (missing, tmp_path):
        assert cli.main(["zoning", str(problem), "--out", str(place)]) == 2
        [line] = capsys.readouterr().out.splitlines()
        assert str(place) in json.loads(line)["causes"][0]


def test_a_full_disk_is_said_with_its_place(problems, tmp_path, capsys, monkeypatch):
    full = Path("/dev/full")
    assert cli.main(["generate", "district", "--size", "0.02", "--out", str(full)]) == 2
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (said["status"], said["causes"]) == (
        "bad_problem",
        ["/dev/full: No space left on device"],
    )
    problem, out = tmp_path / "p.json", tmp_path / "plan.json"
    problem.write_text(json.dumps(write(problems["towns"])), encoding="utf-8")
    with full.open("w") as screen:
        monkeypatch.setattr(sys, "stdout", screen)
        assert cli.main(["zoning", str(problem), "--out", str(out)]) == 0
    assert out.exists()


def test_a_plan_that_its_place_no_longer_takes_is_kept_elsewhere(
    problems, tmp_path, capsys, monkeypatch
):
    problem, folder = tmp_path / "p.json", tmp_path / "folder"
    folder.mkdir()
    problem.write_text(json.dumps(write(problems["towns"])), encoding="utf-8")
    monkeypatch.setattr(cli, "_show", lambda _step: folder.is_dir() and folder.rmdir())
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert cli.main(["zoning", str(problem), "--out", str(folder / "plan.json")]) == 2
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    [kept] = tmp_path.glob("dongxun-plan-*")
    assert str(kept) in said["causes"][-1]
    assert json.loads(kept.read_text(encoding="utf-8"))["cost"] == said["cost"]


def test_whatever_fails_is_told_in_a_line_with_its_place(problems, call, monkeypatch):
    def fail(*_given):
        raise RefusedError("a plan that breaks a rule")

    monkeypatch.setattr(towns, "plan_towns", fail)
    status, said, plan = call("zoning", problems["towns"])
    assert (status, said["status"], plan) == (2, "failed", None)
    assert "a plan that breaks a rule (test_cli.py:" in said["causes"][0]


@pytest.mark.parametrize("value", ["1" + "0" * 400, "1" + "0" * 5000, "1e300", "NaN"])
def test_a_number_beyond_all_measure_is_refused_with_its_place(problems, call, value):
    document = write(problems["towns"])
    for name in ("zones", "balance_km"):
        text = json.dumps(document | {name: "here"}).replace('"here"', value)
        status, said, _plan = call("zoning", text)
        assert (status, said["status"]) == (2, "bad_problem")
        assert any(name in cause or "digits" in cause for cause in said["causes"]), said


def test_a_reader_that_goes_away_costs_nobody_the_plan(problems, tmp_path):
    problem, out = tmp_path / "problem.json", tmp_path / "plan.json"
    problem.write_text(json.dumps(write(problems["season"])), encoding="utf-8")
    command = [sys.executable, "-m", "dongxun_planner.cli", "season", str(problem)]
    with subprocess.Popen(  # noqa: S603 - our own command
        [*command, "--time-limit", "1", "--out", str(out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        running.stdout.close()
        said = running.stderr.read()
    assert running.returncode == 0
    assert b"Traceback" not in said
    assert json.loads(out.read_text(encoding="utf-8"))["plan"]["kind"] == "season"


def test_half_a_character_is_refused_and_a_date_has_one_spelling(problems, call):
    document = write(problems["season"])
    wrong = {**document, "topics": ["\ud800", *document["topics"][1:]]}
    status, said, _ = call("season", json.dumps(wrong))
    assert (status, said["causes"]) == (
        2,
        ["$.topics[0]: half a character, which no file can hold"],
    )
    compact = {**document, "days": [day.replace("-", "") for day in document["days"]]}
    status, said, _ = call("season", compact)
    assert status == 2
    assert all("is no date (YYYY-MM-DD)" in cause for cause in said["causes"])


def test_a_schema_says_what_its_fields_mean(capsys):
    assert cli.main(["schema", "season"]) == 0
    described = json.loads(capsys.readouterr().out)["properties"]
    unit = described["units"]["items"]
    assert "0 is Monday" in unit["properties"]["study_day"]["description"]
    assert "yuan" in described["prices"]["description"]
    assert described["kmh"]["maximum"] == 1000


def test_a_schema_takes_no_more_than_the_program_does(capsys, problems, call):
    assert cli.main(["schema", "towns"]) == 0
    pair = json.loads(capsys.readouterr().out)["properties"]["together"]["items"]
    assert (pair["minItems"], pair["items"]) == (2, False)
    status, said, _plan = call("zoning", json.dumps(write(problems["towns"]) | {"version": True}))
    assert (status, said["causes"]) == (2, ["$.version: must be 1"])
