"""What a season plan leaves alone: what branches have had, what others attend, what was held and booked."""

from datetime import timedelta

import pytest
from django.urls import reverse

from dongxun.activities.models import Session
from dongxun.activities.tests.make import make_session
from dongxun.coverage.models import TopicStanding
from dongxun.kernel import clock, jobs
from dongxun.kernel.errors import Conflict, Invalid
from dongxun.organisations import api as organisations
from dongxun.organisations.models import Organisation, Place
from dongxun.people.models import LecturerProfile
from dongxun.planning import proposal as reading
from dongxun.planning.services import accepting
from dongxun.planning.snapshots.slots import Grid
from dongxun.planning.tests.make import accept, finish, make_run, planned, ready
from dongxun_planner.season.check import check_pins

pytestmark = pytest.mark.django_db


@pytest.fixture
def district(cast):
    return ready(cast)


def by_hand(district, town, **overrides):
    """Return a published session of the second topic for a town, planned by hand."""
    start = clock.moment(clock.today() + timedelta(days=2)) + timedelta(hours=9)
    times = {"starts_at": start, "ends_at": start + timedelta(hours=1)}
    row = make_session(district.season, town.branch, **times | overrides)
    row.topics.update(topic=district.topics[1])
    return row


def test_what_a_branch_has_or_will_have_by_hand_is_not_planned_again_nor_at_the_same_time(district):
    own, foreign = district.own, district.foreign
    ahead = by_hand(district, own)
    for person in foreign.people:
        TopicStanding.objects.create(
            season_id=district.season.id,
            topic_id=district.topics[1].id,
            person=person,
            branch_id=foreign.branch.id,
            met=True,
        )

    row = make_run(district)

    units = {unit.id: unit for unit in reading.read_problem(row).units}
    topic = str(district.topics[1].id)
    assert units[str(own.branch.id)].done == (topic,)
    assert units[str(foreign.branch.id)].done == (topic,)
    assert sum(not unit.done for unit in units.values()) == len(units) - 2
    grid = Grid.of(reading.read_problem(row).days)
    assert units[str(own.branch.id)].closed == (grid.slot_of(ahead.starts_at),)
    lines = reading.proposal(finish(row), by=district.actor("office")).lines
    assert {line.topic_id for line in lines if own.branch.id in line.units} == {
        district.topics[2].id
    }


def test_where_everything_is_planned_by_hand_nothing_is_planned_and_it_says_so(district):
    for town in district.towns.values():
        by_hand(district, town)

    with pytest.raises(Invalid) as refused:
        make_run(district, topic_ids=(district.topics[0].id, district.topics[1].id))

    assert "不必再排" in str(refused.value.details[0][1])


def test_a_branch_no_hall_holds_is_left_out_if_that_is_chosen_and_named(district):
    Place.objects.filter(id=district.own.place.id).update(capacity=2)

    row = make_run(district, within_km=1, leave_out=True)

    assert row.about["large"] == [district.own.branch.short_name]
    assert str(district.own.branch.id) not in {u.id for u in reading.read_problem(row).units}
    page = district.client("office").get(reverse("planning:run", args=[finish(row).id]))
    assert "比附近的场地都大" in page.content.decode()


def test_a_branch_that_lies_nowhere_is_left_out_by_name(district):
    branch = district.own.branch
    path = organisations.paths([branch.id])[branch.id]
    Organisation.objects.filter(id__in=path).update(latitude=None, longitude=None)
    Place.objects.filter(organisation_id__in=path).update(latitude=None, longitude=None)

    row = make_run(district)

    assert row.about["named"]["units"] == [branch.short_name]
    page = district.client("office").get(reverse("planning:run", args=[finish(row).id]))
    assert "没有坐标的支部" in page.content.decode()
    assert branch.short_name in page.content.decode().partition("没有坐标的支部")[2]


def test_halls_and_lecturers_left_out_are_named_the_first_ten_at_once(district):
    for number in range(12):
        Place.objects.create(
            organisation_id=district.own.node.id, type="hall", name=f"无座礼堂{number:02}"
        )
    LecturerProfile.objects.filter(id=district.own.lecturer.id).update(subjects=["书法"])

    row = make_run(district)
    page = district.client("office").get(reverse("planning:run", args=[finish(row).id]))

    said = page.content.decode().partition("没有座位数或坐标的场地")[2]
    shown, _more, rest = said.partition("另有 2 个")
    assert "无座礼堂09" in shown
    assert "无座礼堂11" in rest
    assert district.own.lecturer.name in said
    Place.objects.exclude(name__startswith="无座").update(capacity=None)
    with pytest.raises(Invalid) as refused:
        make_run(district)
    assert "无座礼堂00" in str(refused.value.details[0][1])


def test_a_towns_plan_leaves_what_other_towns_attend_as_it_is(district):
    by, own = district.actor("organiser"), district.own
    sessions = accept(district, planned(district))
    mine = [one for one in sessions if one.host_id == own.branch.id]
    shared, *others = mine
    shared.parts.create(organisation_id=district.foreign.branch.id, part="co_host")
    before = Session.objects.get(id=shared.id).version

    row = planned(district, by=by, organisation_id=own.node.id, skip=9)
    found = reading.proposal(row, by=by)
    accepting.accept_season(by=by, run_id=row.id, reason="本镇另排", publish=True)
    jobs.run_waiting()

    assert [(one.id, names) for one, names in found.shared] == [
        (shared.id, (district.foreign.branch.short_name,))
    ]
    assert Session.objects.get(id=shared.id).version == before
    assert {line.change for line in found.lines} == {"moved"}
    assert len(found.lines) == len(others)
    assert found.dropped == []


def test_who_was_asked_along_stays_when_a_plan_moves_the_session(district):
    own = district.own
    first = next(one for one in accept(district, planned(district)) if one.host_id == own.branch.id)
    first.parts.create(organisation_id=own.node.id, part="co_host")
    first.parts.create(organisation_id=district.foreign.node.id, part="invited", quota=3)

    accept(district, planned(district, skip=6), "讲师出差")

    parts = set(first.parts.values_list("organisation_id", "part", "quota"))
    assert parts == {
        (own.branch.id, "host", None),
        (own.node.id, "co_host", None),
        (district.foreign.node.id, "invited", 3),
    }


def test_what_was_held_never_makes_a_plan_impossible(district):
    """Its hall is gone, its lecturer is no more, and limits are lower by now."""
    own = district.own
    sessions = accept(district, planned(district))
    mine = [one for one in sessions if one.host_id == own.branch.id]
    gone = mine[0].bookings.get().lecturer_id
    with clock.frozen(mine[0].ends_at + timedelta(hours=1)):
        Place.objects.filter(id=str(mine[0].place_id)).update(closed_on=clock.today())
        LecturerProfile.objects.filter(id=gone).update(subjects=[], active=False)
        row = make_run(district, cohort_a_week=1, lecturer_a_week=1, load=1)

    problem = reading.read_problem(row)
    assert [*check_pins(problem)] == []
    [unit] = [unit for unit in problem.units if unit.id == str(own.branch.id)]
    assert unit.done == (str(mine[0].topics.get().topic_id),)
    assert not [pin for pin in problem.pinned if unit.id in pin.units]


@pytest.mark.parametrize("what", ["lecturer", "far away", "hall", "people", "topic"])
def test_what_is_booked_since_the_search_is_named_and_nothing_is_written(district, what):
    row, by = planned(district), district.actor("office")
    line = reading.proposal(row, by=by).lines[0]
    times = {"starts_at": line.starts_at, "ends_at": line.at.ends_at}
    branch = next(
        town.branch for town in district.towns.values() if town.branch.id == line.units[0]
    )
    host = branch if what in {"people", "topic"} else district.foreign.node
    if what == "topic":
        times = {key: at + timedelta(days=30) for key, at in times.items()}
    if what == "far away":
        Place.objects.filter(id=district.foreign.place.id).update(latitude=33.5)
        times = {key: at - timedelta(hours=2) for key, at in times.items()}
    new = make_session(
        district.season,
        host,
        audience="delegates" if host != branch else "all",
        place_id=district.foreign.place.id if what == "far away" else None,
        **times,
    )
    if what in {"lecturer", "far away"}:
        new.bookings.create(lecturer_id=line.at.lecturer_id)
    if what == "hall":
        Session.objects.filter(id=new.id).update(place=line.at.venue_id)
    if what == "topic":
        new.topics.update(topic=line.topic_id)

    with pytest.raises(Conflict) as refused:
        accept(district, row)

    names = {"lecturer": line.lecturer, "far away": "路太远", "hall": line.venue}
    assert names.get(what, branch.short_name) in str(refused.value)
    assert not Session.objects.filter(plan_line__startswith="plan:").exists()


def test_other_lessons_of_a_lecturer_are_known_with_their_place(district):
    Place.objects.filter(id=district.own.place.id).update(latitude=33.5)
    row = by_hand(district, district.own, place_id=district.own.place.id)
    row.bookings.create(lecturer_id=district.own.lecturer.id)

    problem = reading.read_problem(make_run(district))

    [teacher] = [one for one in problem.lecturers if one.id == str(district.own.lecturer.id)]
    assert [(one.slot, one.latitude) for one in teacher.lessons] == [(3, 33.5)]
    assert (problem.kmh, problem.pauses[0]) == (30.0, 270 - problem_minutes(district))


def problem_minutes(district):
    """Return the minutes of the longest topic."""
    return max(topic.minutes for topic in district.topics[1:])


def accept_unwritten(district, row):
    """Accept a plan; its job waits."""
    given = {"by": district.actor("office"), "reason": "今冬课表", "publish": True}
    return accepting.accept_season(run_id=row.id, **given)


def test_plans_of_two_towns_never_take_one_lecturer_at_once(district):
    one = planned(district, organisation_id=district.own.node.id)
    other = planned(district, organisation_id=district.foreign.node.id)
    [line, *_rest] = reading.proposal(one, by=district.actor("office")).lines

    accept_unwritten(district, one)
    with pytest.raises(Conflict) as early:
        accept_unwritten(district, other)
    jobs.run_waiting()
    with pytest.raises(Conflict) as late:
        accept_unwritten(district, other)

    assert "还在写入" in str(early.value)
    assert f"{line.lecturer}" in str(late.value)
    assert not Session.objects.filter(
        plan_line__startswith="plan:", host_id=district.foreign.branch.id
    ).exists()


def test_a_plan_beside_that_of_a_unit_above_is_refused_and_names_it(district):
    whole = planned(district)
    town = planned(district, organisation_id=district.own.node.id)
    accept(district, whole)

    with pytest.raises(Conflict) as refused:
        accept_unwritten(district, town)

    assert district.district.short_name in str(refused.value)
