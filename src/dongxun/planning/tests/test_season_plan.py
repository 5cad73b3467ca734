"""A season timetable from the question to the schedule."""

import dataclasses
from datetime import timedelta

import pytest
from django.urls import reverse

from dongxun.activities.models import Session
from dongxun.kernel import clock, jobs
from dongxun.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from dongxun.lecturers import api as lecturers
from dongxun.notices.models import Notice
from dongxun.organisations.models import Place
from dongxun.planning import proposal as reading
from dongxun.planning import searching, solving
from dongxun.planning.contracts import RunState
from dongxun.planning.models import Run
from dongxun.planning.services import asking
from dongxun.planning.tests.make import accept, finish, make_run, planned, ready
from dongxun.seasons import api as seasons
from dongxun.seasons.models import Topic
from dongxun_planner.wire import write
from tests.cast import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def district(cast):
    return ready(cast)


def test_a_snapshot_holds_branches_halls_lecturers_and_is_never_the_same_twice_for_nothing(
    district,
):
    row, again = make_run(district), make_run(district)

    problem = reading.read_problem(row)
    assert {unit.name for unit in problem.units} == {
        town.branch.short_name for town in district.towns.values()
    }
    assert len(problem.venues) == len(problem.lecturers) == len(district.towns)
    assert row.digest == again.digest
    assert row.about["rows"]


def test_a_lecturer_who_is_away_and_a_hall_that_is_taken_are_not_planned(district):
    town = district.own
    tomorrow = clock.today() + timedelta(days=1)
    lecturers.add_away(by=SYSTEM, lecturer_id=town.lecturer.id, first=tomorrow, last=tomorrow)
    Session.objects.filter(id=town.session.id).update(
        starts_at=clock.moment(tomorrow) + timedelta(hours=9),
        ends_at=clock.moment(tomorrow) + timedelta(hours=10),
    )

    problem = reading.read_problem(make_run(district))

    [lecturer] = [one for one in problem.lecturers if one.id == str(town.lecturer.id)]
    [venue] = [one for one in problem.venues if one.id == str(town.place.id)]
    assert not {0, 1, 2} & set(lecturer.free)
    assert 0 in venue.closed


def test_a_topic_that_no_part_of_a_day_holds_is_named_before_anything_is_searched(district):
    Topic.objects.filter(id=district.topics[1].id).update(minutes=480)

    with pytest.raises(Invalid) as refused:
        make_run(district)

    [(field, words)] = refused.value.details
    assert field == "topics"
    assert district.topics[1].name in str(words)
    assert "480" in str(words)
    assert not Run.objects.exists()


def test_a_hall_that_others_hold_is_not_planned_by_the_town_it_stands_in(district):
    town, tomorrow = district.own, clock.today() + timedelta(days=1)
    Session.objects.filter(id=district.foreign.session.id).update(
        place=town.place.id,
        starts_at=clock.moment(tomorrow) + timedelta(hours=9),
        ends_at=clock.moment(tomorrow) + timedelta(hours=10),
    )
    by = district.actor("organiser")

    row = make_run(district, by=by, organisation_id=town.node.id)

    [venue] = reading.read_problem(row).venues
    assert (venue.id, venue.closed) == (str(town.place.id), (0,))


def test_what_no_plan_can_help_is_said_before_a_search_with_names(district):
    Place.objects.filter(id=district.own.place.id).update(capacity=None)
    with pytest.raises(Invalid) as small:
        make_run(district, within_km=1)
    with pytest.raises(Invalid) as bare:
        make_run(district, topic_ids=())
    with pytest.raises(Invalid) as late:
        make_run(district, last=clock.today())

    [(where, words)] = small.value.details
    assert where == "within_km"
    assert "平潮村党支部" in str(words)
    assert [error.value.details[0][0] for error in (bare, late)] == ["topics", "last"]


def test_only_the_desk_of_a_unit_has_it_planned(district):
    with pytest.raises(NotFound):
        make_run(district, by=district.actor("organiser"))
    with pytest.raises(NotAllowed):
        make_run(district, by=district.actor("secretary"), organisation_id=district.own.branch.id)


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_a_search_runs_in_a_process_of_its_own_and_leaves_a_checked_plan(district):
    row = make_run(district)
    Run.objects.filter(id=row.id).update(settings=row.settings | {"work": 1, "seconds": 600})

    jobs.run_waiting()

    row.refresh_from_db()
    assert (row.state, row.error) == (RunState.DONE, "")
    assert row.outcome["bound"] <= row.outcome["cost"]
    assert searching.keeps_rules(row, row.plan)
    assert row.steps


def test_a_search_that_was_ended_before_it_began_has_no_plan(district):
    row = make_run(district)

    asking.stop_run(by=district.actor("office"), run_id=row.id)
    jobs.run_waiting()

    row.refresh_from_db()
    assert (row.state, row.plan) == (RunState.CANCELLED, None)


def test_a_search_that_still_runs_keeps_no_sessions_and_leaves_what_was_kept(district):
    row, by = planned(district), district.actor("office")
    search = searching.Search(Run.objects.get(id=row.id))
    with pytest.raises(Conflict):
        asking.pin(by=by, run_id=row.id, keys=[])
    Run.objects.filter(id=row.id).update(pins=["plan:kept"])

    search.end(solving.Found())

    row.refresh_from_db()
    assert row.pins == ["plan:kept"]


def test_a_plan_that_breaks_a_rule_is_never_shown(district):
    row = make_run(district)
    plan = finish(make_run(district)).plan
    plan["cohorts"] = plan["cohorts"][1:]

    searching.Search(row).end(solving.Found({"cost": 1.0, "bound": 1.0}, plan))

    row.refresh_from_db()
    assert (row.state, row.plan) == (RunState.FAILED, None)
    assert row.error


def test_a_search_that_a_fault_of_its_own_ended_early_says_so_beside_its_plan(district, caplog):
    row = make_run(district)
    good = finish(make_run(district))
    clash = {"clashes": [{"code": "cut", "about": {}}], "causes": ["a hall is held twice"]}

    searching.Search(row).end(solving.Found(good.outcome | clash, good.plan))

    row.refresh_from_db()
    assert (row.state, row.plan) == (RunState.DONE, good.plan)
    assert "a hall is held twice" in caplog.text
    page = district.client("office").get(reverse("planning:run", args=[row.id]))
    assert "它守住了所有规则" in page.content.decode()


def test_a_problem_that_is_none_is_refused_in_words():
    found = solving.solve({"kind": "season"}, solving.Limits(1.0))

    assert found.failed == "refused"
    assert "$.topics" in found.words


def test_accepting_makes_sessions_tells_people_and_keeps_a_version(district):
    row = planned(district)
    lines = reading.proposal(row, by=district.actor("office")).lines

    sessions = accept(district, row)

    assert sessions.count() == len(lines) > 0
    first = sessions[0]
    assert first.state == "published"
    assert [one.lecturer_id for one in first.bookings.all()] == [lines[0].at.lecturer_id]
    assert Notice.objects.filter(kind="session_published").exists()
    assert seasons.versions(district.season.id, by=SYSTEM)[0].reason == "今冬课表"


def test_accepting_twice_changes_nothing(district):
    row = planned(district)
    before = list(accept(district, row).values_list("id", "version"))

    assert list(accept(district, row).values_list("id", "version")) == before


def test_a_later_plan_moves_the_same_sessions_with_a_reason(district):
    before = dict(accept(district, planned(district)).values_list("id", "starts_at"))
    later = planned(district, skip=6)

    found = reading.proposal(later, by=district.actor("office"))
    after = dict(accept(district, later, "讲师出差").values_list("id", "starts_at"))

    assert (found.moved, found.new) == (len(before), 0)
    assert before.keys() == after.keys()
    assert before != after
    version = seasons.versions(district.season.id, by=SYSTEM)[0]
    assert (version.reason, len(version.changes)) == ("讲师出差", 1)
    assert "课表" in str(version.changes[0].what)
    assert Notice.objects.filter(kind="session_moved", body__contains="讲师出差").exists()


def test_what_a_later_plan_has_no_use_for_is_called_off(district):
    accept(district, planned(district))
    later = planned(district)
    plan = reading.read_plan(later)
    assert plan is not None
    first = dataclasses.replace(plan.cohorts[0], meetings=())
    later.plan = write(dataclasses.replace(plan, cohorts=(first, *plan.cohorts[1:])))
    later.save()

    sessions = accept(district, later, "这组不办")

    gone = [one for one in sessions if one.state == "cancelled"]
    assert len(gone) == len(plan.cohorts[0].meetings)
    assert {one.state_reason for one in gone} == {"这组不办"}


def test_what_changes_names_who_comes_and_who_comes_no_more(district):
    accept(district, planned(district))
    later = planned(district)
    plan = reading.read_plan(later)
    assert plan is not None
    one, other, *rest = plan.cohorts
    both = dataclasses.replace(one, units=(*one.units, *other.units))
    later.plan = write(dataclasses.replace(plan, cohorts=(both, *rest)))

    found = reading.proposal(later, by=district.actor("office"))

    names = {unit.id: unit.name for unit in found.problem.units}
    changed = [line for line in found.lines if line.change == "moved"]
    assert {line.joined for line in changed} == {tuple(names[key] for key in other.units)}
    assert {line.left for line in changed} == {()}


def test_pinned_sessions_stay_when_it_is_solved_again(district):
    row = planned(district, skip=6)
    by = district.actor("office")
    line = reading.proposal(row, by=by).lines[0]
    asking.pin(by=by, run_id=row.id, keys=[line.key])
    row.refresh_from_db()

    again = finish(make_run(district, base=row))

    kept = {one.key: one for one in reading.proposal(again, by=by).lines}[line.key]
    assert (kept.at, kept.pinned) == (line.at, True)
    assert len(reading.read_problem(again).pinned) == 1


def test_what_is_kept_outlives_a_search_that_ended_before_its_first_plan(district):
    row, by = planned(district), district.actor("office")
    keys = [line.key for line in reading.proposal(row, by=by).lines[:2]]
    asking.pin(by=by, run_id=row.id, keys=keys)
    row.refresh_from_db()
    ended = asking.stop_run(by=by, run_id=make_run(district, base=row).id)

    again = make_run(district, base=ended)

    kept = [len(pin.meetings) for pin in reading.read_problem(again).pinned]
    assert (sum(kept), again.pins) == (2, sorted(keys))


def test_what_is_kept_and_no_longer_fits_is_said_not_let_go(district):
    row = planned(district)
    by = district.actor("office")
    line = reading.proposal(row, by=by).lines[0]
    asking.pin(by=by, run_id=row.id, keys=[line.key])
    row.refresh_from_db()
    day = clock.day_of(line.starts_at)
    lecturers.add_away(by=SYSTEM, lecturer_id=line.at.lecturer_id, first=day, last=day)

    with pytest.raises(Invalid) as refused:
        make_run(district, base=row)

    assert "讲师来不了" in str(refused.value.details[0][1])


def test_what_is_kept_of_a_topic_no_longer_asked_for_is_said(district):
    row, by = planned(district), district.actor("office")
    line = reading.proposal(row, by=by).lines[0]
    asking.pin(by=by, run_id=row.id, keys=[line.key])
    row.refresh_from_db()
    others = tuple(t.id for t in district.topics[1:] if t.id != line.topic_id)

    with pytest.raises(Invalid) as refused:
        make_run(district, base=row, topic_ids=others)

    assert "不在所选专题里" in str(refused.value.details[0][1])


def test_what_is_kept_and_contradicts_what_is_asked_for_now_is_said_at_once_with_names(district):
    monday = clock.today() + timedelta(days=7 - clock.today().weekday())
    row, by = planned(district, first=monday), district.actor("office")
    lines = reading.proposal(row, by=by).lines
    mine = [line for line in lines if line.units == lines[0].units]
    asking.pin(by=by, run_id=row.id, keys=[line.key for line in mine])
    row.refresh_from_db()

    with pytest.raises(Invalid) as refused:
        make_run(district, base=row, first=monday, cohort_a_week=1)

    [(where, words)] = refused.value.details
    assert where == "pins"
    assert f"{mine[0].unit_names[0]} 一周有 2 场" in str(words)


def test_a_plan_asked_for_before_another_was_accepted_is_solved_again(district):
    old, new = planned(district), planned(district)
    accept(district, new)

    with pytest.raises(Conflict):
        accept(district, old)


def test_what_was_held_stays_in_the_next_plan(district):
    sessions = accept(district, planned(district))
    moment = sessions[0].ends_at + timedelta(days=1)
    with clock.frozen(moment):
        later = make_run(district)

    pins = reading.read_problem(later).pinned
    held = [one for one in sessions if one.starts_at <= moment]
    assert sum(len(pin.meetings) for pin in pins) == len(held) > 0
