# mypy: disable-error-code="operator"
import dataclasses
import itertools
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from dongxun_planner import cli
from dongxun_planner.formats import curtois
from dongxun_planner.protocol import Limits, Status
from dongxun_planner.roster.anneal import anneal, start
from dongxun_planner.roster.check import check_roster, lacking
from dongxun_planner.roster.columns import OPEN, Columns, Staff
from dongxun_planner.roster.dive import Dive
from dongxun_planner.roster.plan import plan_roster
from dongxun_planner.roster.problems import (
    Cover,
    Post,
    RosterPlan,
    RosterProblem,
    Row,
    Shift,
    Wish,
    Worker,
)
from dongxun_planner.roster.rows import Finder
from dongxun_planner.roster.shapes import shape
from dongxun_planner.roster.tables import roster, tables
from dongxun_planner.wire import BadProblemError, read, write

SOME = Limits(seconds=36_000.0, work=2)
TEXT = """SECTION_HORIZON
# days
3

SECTION_SHIFTS
D,480,
N,480,D

SECTION_STAFF
A,D=3|N=1,1440,480,3,1,1,1
B,D=3|N=3,1440,480,3,1,1,1

SECTION_DAYS_OFF
A,0

SECTION_SHIFT_ON_REQUESTS
B,2,N,3

SECTION_SHIFT_OFF_REQUESTS
A,1,D,2

SECTION_COVER
0,D,1,100,1
1,D,1,100,1
2,D,1,100,1
2,N,1,100,1
"""


def make_roster(**overrides):
    given = {
        "kind": "roster",
        "days": 4,
        "shifts": (
            Shift("day", 720, 480, "gate"),
            Shift("night", 750, 1170, "gate", heavy=True),
            Shift("desk", 480, 540, skills=("law",)),
        ),
        "workers": (
            Worker("ann", ("law",), longest=2, shortest=1),
            Worker("bo", ("law",), most={"night": 1}, off=(2,)),
            Worker("chu", longest=2, free_days=2, most_minutes=2300),
        ),
        "posts": (Post("gate", under=10, handover=15),),
        "covers": (Cover(1, "desk", 1, 70, 5), Cover(3, "desk", 1, 70, 5, skill="law")),
        "wishes": (Wish("ann", 0, wanted=False, weight=9), Wish("chu", 1, True, 4, "night")),
        "rest": 660,
        "fairness": 3,
    }
    return RosterProblem(**given | overrides)


def every_plan(problem):
    names = (None, *(shift.id for shift in problem.shifts))
    rows = {
        worker.id: [
            row
            for row in itertools.product(names, repeat=problem.days)
            if check_roster(
                dataclasses.replace(problem, workers=(worker,), wishes=()),
                RosterPlan((Row(worker.id, row),)),
            ).broken
            == ()
        ]
        for worker in problem.workers
    }
    for chosen in itertools.product(*rows.values()):
        yield RosterPlan(tuple(Row(*each) for each in zip(rows, chosen, strict=True)))


def test_rosters_are_those_of_trying_everything_and_the_bound_lies_below():
    workers = (Worker("ann", ("law",), longest=2), Worker("chu", free_days=2, most_minutes=2300))
    covers = (Cover(1, "desk", 1, 70, 5, "law"),)
    problem = make_roster(days=3, workers=workers, covers=covers)
    best = min(check_roster(problem, plan).cost for plan in every_plan(problem))
    outcome = plan_roster(problem, SOME)
    assert outcome.cost == best
    assert 0 < outcome.bound <= outcome.cost


@pytest.mark.parametrize(
    "rules",
    [
        {"longest": 2, "most": {"night": 1}, "weekends": 1, "least_minutes": 2000},
        {"shortest": 2, "free_days": 2, "most_minutes": 3000, "fixed": ((2, "night"),)},
        {"longest": 3, "free_days": 2, "most": {"day": 2}, "off": (1,)},
    ],
)
def test_a_row_found_is_the_cheapest_of_all_rows_that_keep_the_rules(rules):
    worker = Worker("ann", ("law",), **rules)
    problem = make_roster(days=6, first_weekday=4, workers=(worker,), covers=(), wishes=())
    t, dice = tables(problem), np.random.default_rng(3)
    keeping = {row.rows[0].shifts for row in every_plan(problem)}
    at = {None: 0} | {shift.id: j for j, shift in enumerate(problem.shifts, start=1)}
    for _ in range(4):
        price = dice.normal(0, 10, t.may.shape[1:])
        finder = Finder(t, shape(t, 0))
        cost, row = finder.find(price, finder.empty())
        prices = {
            shifts: sum(price[i, at[name]] for i, name in enumerate(shifts)) for shifts in keeping
        }
        assert cost == pytest.approx(min(prices.values()))
        assert prices[roster(problem, row[None]).rows[0].shifts] == pytest.approx(cost)


def test_a_row_found_keeps_the_days_that_are_fixed_whatever_the_table_held_before():
    worker = Worker("ann", ("law",), longest=3, free_days=2, most={"day": 2})
    problem = make_roster(days=6, first_weekday=4, workers=(worker,), covers=(), wishes=())
    t, dice = tables(problem), np.random.default_rng(5)
    at = {None: 0} | {shift.id: j for j, shift in enumerate(problem.shifts, start=1)}
    keeping = np.array([[at[name] for name in plan.rows[0].shifts] for plan in every_plan(problem)])
    finder, every = Finder(t, shape(t, 0)), np.arange(6)
    table = finder.empty()
    for _ in range(8):
        price, some = dice.normal(0, 10, t.may.shape[1:]), dice.choice(6, 3, replace=False)
        fixed = dice.choice(keeping)[some]
        prices = price[every, keeping].sum(axis=1)[(keeping[:, some] == fixed).all(axis=1)]
        kept = price[some, fixed]
        price[some] = np.inf
        price[some, fixed] = kept
        cost, row = finder.find(price, table)
        assert cost == pytest.approx(prices.min())
        assert row[some].tolist() == fixed.tolist()


@pytest.fixture
def program():
    problem = make_roster(days=7, covers=(), fairness=0)
    t = tables(problem)
    with ThreadPoolExecutor(1) as pool:
        staff = Staff(t, pool, lambda: False, threading.Event())
        columns = Columns(staff, range(3), t.wanted)
        columns.converge(50, 1e-4, lambda _: None)
        yield columns


def test_a_dive_makes_a_roster_no_cheaper_than_the_bound_and_leaves_the_program_as_it_was(program):
    value, _ = program.step(0.0)
    rows = Dive(program, np.inf, 1e-4, 5, 5).run()
    assert [each.who for each in rows] == [0, 1, 2]
    assert program.staff.cost(program.wanted, rows) >= program.bound - 1e-6
    assert program.step(0.0)[0] <= value + 1e-6
    assert Dive(program, program.bound, 1e-4, 5, 5).run() is None


def test_prices_found_without_the_program_give_a_bound_too(program):
    staff = program.staff
    warmed = Columns(staff, range(3), staff.t.wanted)
    rows = warmed.warm(20)
    assert [each.who for each in rows] == [0, 1, 2]
    assert 0 < warmed.bound <= program.bound + 1e-3
    assert program.bound <= staff.cost(staff.t.wanted, rows) + 1e-6


def test_a_program_that_is_told_to_end_takes_in_nothing_and_keeps_its_bound(program):
    known, bound = len(program.columns), program.bound
    program.staff.over = lambda: True
    program.price(np.zeros(program.wants))
    assert (len(program.columns), program.bound) == (known, bound)


def test_days_that_a_program_does_not_ask_about_stay(program):
    staff, t = program.staff, program.staff.t
    now = Dive(program, np.inf, 1e-4, 5, 5).run()
    fixed = np.array([each.row for each in now])
    fixed[:, 2:5] = OPEN
    some = Columns(staff, range(3), t.wanted, fixed)
    for each in now:
        some.add(each)
    some.converge(50, 1e-4, lambda _: None)
    rows = Dive(some, np.inf, 1e-4, 5, 5).run()
    assert all(
        (each.row[[0, 1, 5, 6]] == was.row[[0, 1, 5, 6]]).all()
        for each, was in zip(rows, now, strict=True)
    )
    assert program.bound - 1e-6 <= some.bound <= staff.cost(t.wanted, now) + 1e-6


def test_the_same_seed_and_work_give_the_same_roster():
    problem = make_roster(days=9, first_weekday=3)
    assert plan_roster(problem, SOME).plan == plan_roster(problem, SOME).plan


def test_the_kernel_adds_up_what_the_checker_adds_up():
    problem = make_roster(
        days=10, workers=tuple(Worker(f"w{i}", ("law",)) for i in range(4)), wishes=()
    )
    t = tables(problem)
    days = np.zeros((4, 10), dtype=np.int64)
    counts = (np.zeros(len(t.wanted), dtype=np.int64), np.zeros(4, dtype=np.int64), np.zeros(4))
    state = (days.copy(), *counts, np.zeros(4, dtype=np.int64))
    best, cost = days.copy(), np.array([start(t, state, days), np.inf])
    anneal(t, state, best, cost, 5_000, 5.0, 50.0, 1)
    assert check_roster(problem, roster(problem, best)).cost == pytest.approx(cost[1])


def make_plan(*rows):
    return RosterPlan(tuple(Row(name, shifts) for name, shifts in zip("abc", rows, strict=False)))


def test_posts_are_counted_by_the_hour_and_hand_overs_by_the_minute():
    shifts = (Shift("day", 735, 480, "gate"), Shift("night", 720, 1200, "gate"))
    workers = (Worker("a"), Worker("b"))
    problem = make_roster(
        days=2, shifts=shifts, workers=workers, covers=(), wishes=(), fairness=0, rest=0
    )
    plan = make_plan(("day", "day"), ("night", "night"))
    # the night ends when the day begins: nobody hands over on the morning of day 1
    assert check_roster(problem, plan).parts["handovers"] == 50
    alone = check_roster(problem, make_plan(("day", "day"), ("night", None)))
    assert alone.parts["posts"] == pytest.approx(10 * (24 * 60 - 1215) / 60)
    assert lacking(problem, make_plan(("day", "day"), ("night", "night"))) == [
        "hand-over at gate on day 1 at 08:00: 0 of 1"
    ]


def test_rosters_with_every_fault_are_refused_by_the_checker():
    problem = make_roster(
        workers=(
            Worker("a", longest=2, most={"day": 1}, weekends=0, least_minutes=9000),
            Worker("b", off=(0,), shortest=2, free_days=2, fixed=((3, "day"),)),
            Worker("c", most_minutes=100),
        ),
        wishes=(),
        first_weekday=3,
    )
    plan = make_plan(
        ("day", "day", "night", "day"), ("desk", None, "day", None), ("night", "day", None, None)
    )
    said = "; ".join(check_roster(problem, plan).broken)
    for fault in (
        "too soon after night",
        "3 of day, 1 at most",
        "9000 at least",
        "100 at most",
        "4 days on end",
        "weekends, 0 at most",
        "when away",
        "without its skills",
        "1 days free",
        "1 days on duty",
        "which was fixed",
    ):
        assert fault in said
    said = "; ".join(check_roster(problem, make_plan(("day",), ("x", None, None, None))).broken)
    for fault in ("1 days of 4", "x is no shift here", "c: 0 rows"):
        assert fault in said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"shifts": []}, "shifts: there are none"),
        ({"workers": []}, "workers: there are none"),
        ({"workers": [{"id": "a"}, {"id": "a"}]}, "worker a: comes twice"),
        ({"workers": [{"id": "a", "fixed": [[9, "day"]]}]}, "fixed day on day 9"),
        ({"workers": [{"id": "a", "fixed": [[1, "day"]], "off": [1]}]}, "and away"),
        ({"workers": [{"id": "a", "shortest": 3, "longest": 2}]}, "the shortest run"),
        ({"workers": [{"id": "a", "fixed": [[1, "desk"]]}]}, "without its skills"),
        ({"posts": [{"id": "gate", "opens": 600, "closes": 600}]}, "closes before it opens"),
        ({"posts": []}, "gate is no post here"),
        ({"covers": [{"day": 9, "shift": "day", "wanted": 1}]}, "cover day on day 9"),
        ({"rest": 1440, "shifts": [{"id": "x", "minutes": 60}], "posts": []}, "has no start"),
    ],
)
def test_rosters_that_clash_are_refused_with_names(change, said):
    value = write(make_roster(wishes=(), covers=())) | change
    with pytest.raises(BadProblemError) as refused:
        read(RosterProblem, value)
    assert any(said in complaint for complaint in refused.value.complaints)


def test_a_worker_whose_own_rules_clash_is_named():
    outcome = plan_roster(
        make_roster(workers=(Worker("dee", least_minutes=99_999),), wishes=()), SOME
    )
    assert outcome.status is Status.INFEASIBLE
    assert "worker dee: no row" in outcome.causes[0]


def test_what_nobody_can_man_is_named():
    outcome = plan_roster(make_roster(workers=(Worker("ann", off=(0, 1, 2, 3)),), wishes=()), SOME)
    assert outcome.plan is not None
    assert "not manned: desk on day 1: 0 of 1" in outcome.causes


def test_a_limit_of_no_time_says_that_none_was_found():
    assert plan_roster(make_roster(), Limits(seconds=0.0)).status is Status.NONE_FOUND


def test_curtois_is_read_solved_and_written(tmp_path):
    path = tmp_path / "tiny.txt"
    path.write_text(TEXT, encoding="utf-8")
    problem = curtois.read(path)
    outcome = plan_roster(problem, SOME)
    assert outcome.cost == min(check_roster(problem, plan).cost for plan in every_plan(problem))
    written = curtois.write(problem, outcome.plan)
    assert [line.count("\t") for line in written.splitlines()] == [2, 2]


@pytest.mark.parametrize(
    "text", ["", "SECTION_HORIZON\n3\n", TEXT.replace("B,2,N,3", "Z,2,N,3"), "\xff"]
)
def test_files_of_another_form_are_refused(tmp_path, capsys, text):
    path = tmp_path / "x.txt"
    path.write_bytes(text.encode("latin-1"))
    assert cli.main(["bench", "curtois", str(path)]) == 2
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["status"] == "bad_problem"


def test_the_command_plans_a_roster_and_checks_it(capsys, tmp_path):
    problem, plan = tmp_path / "p.json", tmp_path / "plan.json"
    small = make_roster(days=1, workers=(Worker("ann", ("law",)),), covers=(), wishes=())
    problem.write_text(json.dumps(write(small)), encoding="utf-8")
    assert cli.main(["roster", str(problem), "--time-limit", "36000", "--out", str(plan)]) == 0
    assert cli.main(["check", str(problem), str(plan)]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["status"] == "kept"


def test_the_bound_knows_that_heavy_shifts_are_shared_or_left_empty():
    workers = tuple(Worker(f"w{i}") for i in range(3))
    covers = tuple(Cover(day, "night", 1, 10) for day in range(7))
    problem = make_roster(
        days=7, shifts=(Shift("night", 480, 0, heavy=True),), workers=workers, covers=covers
    )
    problem = dataclasses.replace(problem, posts=(), wishes=(), fairness=1, rest=0)
    outcome = plan_roster(problem, SOME)
    assert (outcome.cost, outcome.status) == (3 + 1 + 1, Status.OPTIMAL)
    dear = plan_roster(dataclasses.replace(problem, fairness=20), SOME)
    assert (dear.cost, dear.status) == (4 * 10, Status.OPTIMAL)
