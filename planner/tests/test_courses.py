# mypy: disable-error-code="operator"
import dataclasses
import json

import numpy as np
import pytest

from dongxun_planner import cli
from dongxun_planner.courses.anneal import anneal
from dongxun_planner.courses.check import check_courses
from dongxun_planner.courses.plan import _plan, _start, plan_courses
from dongxun_planner.courses.problems import Course, CoursePlan, CourseProblem, Room
from dongxun_planner.formats import itc2007
from dongxun_planner.protocol import Limits, Status

SOME = Limits(seconds=36_000.0, work=4)
TEXT = """Name: Tiny
Courses: 2
Rooms: 1
Days: 2
Periods_per_day: 2
Curricula: 1
Constraints: 1

COURSES:
c1 t1 2 2 20
c2 t2 1 1 20

ROOMS:
r1 15

CURRICULA:
q1 2 c1 c2

UNAVAILABILITY_CONSTRAINTS:
c2 0 1

END.
"""


def make_courses(**overrides):
    given = {
        "name": "small",
        "days": 3,
        "hours": 3,
        "courses": tuple(
            Course(f"c{i}", f"t{i % 4}", 1 + i % 3, 1 + i % 2, 10 + 5 * i, (i,)) for i in range(7)
        ),
        "rooms": (Room("r0", 20), Room("r1", 50)),
        "curricula": (("c0", "c1", "c2"), ("c2", "c3"), ("c5", "c6")),
    }
    return CourseProblem(**given | overrides)


def test_timetables_keep_every_rule_and_come_out_the_same_again():
    outcome = plan_courses(make_courses(), SOME)
    assert check_courses(make_courses(), outcome.plan).broken == ()
    assert outcome.plan == plan_courses(make_courses(), SOME).plan
    assert 0 <= outcome.bound <= outcome.cost


def test_the_kernel_adds_up_what_the_checker_adds_up():
    problem = make_courses()
    world, state, cost = _start(problem, 3)
    best = (state[0].copy(), state[1].copy())
    for k in range(5):
        anneal(world, state, best, cost, 3_000, 5.0, k)
    assert np.isfinite(cost[2])
    assert check_courses(problem, _plan(problem, world, best)).cost == cost[2]


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        ({"rooms": ()}, "no rooms"),
        ({"rooms": (Room("r0", 9),)}, "13 lectures for 9 places"),
        (
            {"courses": (Course("c", "t", 9, 1, 1, (0, 1)),), "curricula": ()},
            "course c: 9 lectures",
        ),
        ({"days": 1, "rooms": tuple(Room(f"r{i}", 9) for i in range(9))}, "teacher t2"),
        ({"curricula": (tuple(f"c{i}" for i in range(7)),)}, "curriculum of c0"),
    ],
)
def test_timetables_that_cannot_be_have_a_cause(overrides, said):
    outcome = plan_courses(make_courses(**overrides), SOME)
    assert outcome.status is Status.INFEASIBLE
    assert any(said in cause for cause in outcome.causes)


def test_timetables_with_every_fault_are_refused_by_the_checker():
    problem = dataclasses.replace(make_courses(), curricula=(("c0", "c1"),))
    lectures = (("c0", "r0", 0), ("c1", "r0", 2), ("c0", "r1", 2), ("c4", "r0", 2), ("c9", "r0", 1))
    said = "; ".join(check_courses(problem, CoursePlan(lectures)).broken)
    for fault in ("lectures of", "barred", "not here", "same room", "same teacher", "same curr"):
        assert fault in said


def test_itc2007_is_read_solved_and_written(tmp_path):
    path = tmp_path / "tiny.ctt"
    path.write_text(TEXT, encoding="ascii")
    problem = itc2007.read(path)
    outcome = itc2007.solve(problem, SOME)
    assert outcome.cost == 3 * 5 + 2  # nobody has enough seats; one of three lectures stands alone
    assert len(itc2007.write(problem, outcome.plan).splitlines()) == 3


@pytest.mark.parametrize("text", ["", "Days: 2\n", TEXT.replace("c2 0 1", "c2 9 1"), "é"])
def test_files_of_another_form_are_refused(tmp_path, capsys, text):
    path = tmp_path / "x.ctt"
    path.write_text(text, encoding="utf-8")
    assert cli.main(["bench", "itc2007", str(path)]) == 2
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["status"] == "bad_problem"
