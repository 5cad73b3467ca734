from copy import copy
from dataclasses import replace

import pytest

from dongxun.activities.attendance import claims, leave
from dongxun.activities.attendance.workbook import AttendanceImporter, clock_time
from dongxun.activities.contracts import Method, SessionState
from dongxun.activities.models import CheckIn, Leave, Session
from dongxun.activities.tests.make import make_session
from dongxun.activities.tests.test_claims import World
from dongxun.files.contracts import Action, BatchContext, CellProblem, RowIn
from dongxun.files.parsing import Entry
from dongxun.files.services.checking import Memory, judge
from dongxun.kernel.ids import new_id
from dongxun.organisations.tests.make import SYSTEM
from dongxun.people.tests.make import make_person
from dongxun.seasons.services.season import close_season
from dongxun.seasons.tests.make import make_participation

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    found = World()
    make_participation(found.season, found.lin)
    return found


def row(world, name="林小满", number=2, **values):
    at = {"code": world.session.code, "name": name}
    return RowIn(sheet="签到", number=number, values=at | values)


def importing(world, *rows, by=None):
    importer = AttendanceImporter()
    batch = BatchContext(new_id(), importer.kind, by or world.zhou, None, None)
    state = importer.prepare(batch)
    return importer, state, importer.check(state, rows)


def test_a_row_becomes_a_presence_and_again_changes_nothing(world):
    importer, state, [finding] = importing(world, row(world))
    assert finding.action is Action.NEW
    assert len(importer.apply(state, [row(world)])) == 1
    assert len(world.facts(world.lin)) == 1

    _, _, [again] = importing(world, row(world))
    assert again.action is Action.SAME


def test_taking_it_back_leaves_what_a_phone_saw(world):
    importer, state, _ = importing(world, row(world))
    changes = importer.apply(state, [row(world)])
    world.claim(world.seen(world.lin))
    [kept] = importer.undo(state, changes)
    assert kept.target_id == world.lin.id
    assert len(world.facts(world.lin)) == 1


def test_taking_it_back_strikes_the_fact(world):
    importer, state, _ = importing(world, row(world))
    changes = importer.apply(state, [row(world)])
    assert importer.undo(state, changes) == []
    assert world.facts(world.lin) == []


def standing(world):
    rows = CheckIn.objects.filter(voided_at=None)
    leaves = Leave.objects.filter(withdrawn_at=None)
    return (
        [(row.method, row.confirmed) for row in rows],
        [row.reason for row in leaves],
        [fact.kind for fact in world.facts(world.lin)],
    )


@pytest.mark.parametrize("values", [{}, {"state": "leave", "reason": "住院"}])
def test_taking_it_back_leaves_a_mere_declaration_as_it_was(world, values):
    world.claim(world.seen(world.lin, method=Method.DECLARED, confirmed=False))
    before = standing(world)
    for _ in range(2):
        importer, state, _ = importing(world, row(world, **values))
        changes = importer.apply(state, [row(world, **values)])
        assert standing(world) != before
        for _ in range(2):
            assert importer.undo(state, changes) == []
            assert standing(world) == before
    confirm = {"by": world.zhou, "session_id": world.session.id, "person_ids": [world.lin.id]}
    assert claims.confirm_declared(**confirm) == 1
    assert len(world.facts(world.lin)) == 1


def test_taking_it_back_leaves_somebody_on_leave_as_before(world):
    leave.grant_leave(
        by=world.zhou, session_id=world.session.id, person_id=world.lin.id, reason="住院"
    )
    before = standing(world)
    importer, state, _ = importing(world, row(world))
    changes = importer.apply(state, [row(world)])
    for _ in range(2):
        assert importer.undo(state, changes) == []
        assert standing(world) == before


def test_leave_needs_a_reason_and_is_written_with_one(world):
    _, _, [bad] = importing(world, row(world, state="leave"))
    assert [p.code for p in bad.problems] == ["reason_missing"]
    good = row(world, state="leave", reason="住院")
    importer, state, _ = importing(world, good)
    importer.apply(state, [good])
    assert [fact.kind for fact in world.facts(world.lin)] == ["on_leave"]


def test_unknown_codes_strangers_and_namesakes_are_told_by_row(world):
    make_participation(world.season, make_person("林小满", branch=world.tree["平潮镇支部"]))
    rows = [row(world), row(world, "吴思远"), row(world, code="ZZZZZZ")]
    _, _, findings = importing(world, *rows)
    assert [f.problems[0].code for f in findings] == [
        "name_ambiguous",
        "person_not_expected",
        "code_unknown",
    ]
    chosen = RowIn("签到", 2, rows[0].values, choice={"name": str(world.lin.id)})
    _, _, [finding] = importing(world, chosen)
    assert finding.plan["person"] == str(world.lin.id)


def test_another_towns_organiser_finds_no_session_under_the_code(world):
    _, _, [finding] = importing(world, row(world), by=world.organiser("五接镇"))
    assert finding.problems[0].code == "code_unknown"


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("8：41", "08:41"),
        ("08.41", "08:41"),
        (0.361806, "08:41"),
        (8.3, "08:30"),
        (9.05, "09:05"),
        ("", None),
        (None, None),
    ],
)
def test_times_are_read_as_people_write_them(cell, read):
    assert clock_time(cell) == read


@pytest.mark.parametrize("cell", ["上午", 14.5, "8.3", "25:00"])
def test_what_is_no_time_or_may_be_two_is_said_so(cell):
    with pytest.raises(CellProblem):
        clock_time(cell)


def test_a_session_that_was_called_off_is_said_before_and_while_writing(world):
    other = make_person("王二", branch=world.tree["平潮镇支部"])
    make_participation(world.season, other)
    called_off = make_session(world.season, world.tree["平潮镇"])
    rows = [row(world, "王二", code=called_off.code), row(world, number=3)]
    importer, state, _ = importing(world, *rows)
    Session.objects.filter(id=called_off.id).update(state=SessionState.CANCELLED)

    refused, change = importer.apply(state, rows)
    assert (refused.row.number, change.kind) == (2, "check_in")

    _, _, [finding, _] = importing(world, *rows)
    assert [p.code for p in finding.problems] == ["session_cancelled"]


def test_nothing_of_a_closed_season_goes_in(world):
    close_season(by=SYSTEM, season_id=world.season.id)
    _, _, [finding] = importing(world, row(world))
    assert [p.code for p in finding.problems] == ["season_is_closed"]


def test_somebody_in_two_sessions_of_one_file_is_there_twice(world):
    importer, state, _ = importing(world, row(world))
    second = copy(world.session)
    second.id, second.code = new_id(), "ZZZZZ9"
    state.rolls[second.code] = replace(state.rolls[world.session.code], session=second)
    entries = [
        Entry("签到", n, {}, {"code": code, "name": "林小满"}, [])
        for n, code in enumerate(state.rolls)
    ]
    judged = judge(importer, state, entries, Memory())
    assert [problems for _entry, _finding, problems in judged] == [[], []]
