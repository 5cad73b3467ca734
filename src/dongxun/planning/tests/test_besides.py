"""A partial plan in mid-season keeps the limits together with what is there."""

from collections import Counter
from datetime import timedelta

import pytest

from dongxun.activities.models import Session
from dongxun.activities.tests.make import make_session
from dongxun.kernel import clock
from dongxun.kernel.errors import Conflict
from dongxun.organisations.models import Place
from dongxun.planning import proposal as reading
from dongxun.planning.services import asking
from dongxun.planning.tests.make import accept, finish, make_run, planned, ready

pytestmark = pytest.mark.django_db
FEW = {"cohort_a_week": 1, "lecturer_a_week": 1, "load": 3}


@pytest.fixture
def district(cast):
    return ready(cast)


def next_monday():
    return clock.today() + timedelta(days=7 - clock.today().weekday())


def week_of(at):
    return clock.day_of(at).isocalendar()[:2]


def given(district):
    """Return how many sessions each lecturer gives and each branch has, by week."""
    rows = Session.objects.exclude(state="cancelled").prefetch_related("bookings")
    taught = Counter((b.lecturer_id, week_of(s.starts_at)) for s in rows for b in s.bookings.all())
    met = Counter((s.host_id, week_of(s.starts_at)) for s in rows)
    branches = {town.branch.id for town in district.towns.values()}
    return taught, {key: n for key, n in met.items() if key[0] in branches}


def test_limits_hold_together_with_what_was_planned_earlier_and_by_hand(district):
    Session.objects.all().delete()
    first, own = next_monday(), district.own
    days = {"first": first, "last": first + timedelta(days=11)}
    accept(district, planned(district, topic_ids=(district.topics[1].id,), **days, **FEW))
    at = clock.moment(first + timedelta(days=9)) + timedelta(hours=19)
    by_hand = make_session(
        district.season, own.branch, starts_at=at, ends_at=at + timedelta(hours=1)
    )
    by_hand.bookings.create(lecturer_id=own.lecturer.id)
    before = Session.objects.filter(state="published").count()

    row = make_run(district, topic_ids=(district.topics[2].id,), **days, **FEW)
    problem = reading.read_problem(row)
    [unit] = [unit for unit in problem.units if unit.id == str(own.branch.id)]
    [teacher] = [one for one in problem.lecturers if one.id == str(own.lecturer.id)]
    accept(district, finish(row))

    assert at.date().isoformat() in unit.besides
    assert len(unit.besides) == 2
    assert at.date().isoformat() in teacher.besides
    assert teacher.load == FEW["load"] - len(teacher.besides)
    assert Session.objects.filter(state="published").count() > before
    taught, met = given(district)
    assert max(taught.values()) == 1
    assert max(met.values()) == 1


def test_study_groups_are_not_planned_into_their_own_sessions_of_another_topic(district):
    Session.objects.all().delete()
    Place.objects.filter(id=district.own.place.id).update(capacity=3)
    own = str(district.own.branch.id)
    accept(district, planned(district, topic_ids=(district.topics[1].id,), within_km=1))

    row = make_run(district, topic_ids=(district.topics[2].id,), within_km=1)

    groups = [unit for unit in reading.read_problem(row).units if unit.id.startswith(own)]
    sessions = Session.objects.filter(plan_line__startswith="plan:", host=district.own.branch.id)
    days = sorted(clock.day_of(one.starts_at).isoformat() for one in sessions)
    assert sorted(day for unit in groups for day in unit.besides) == days
    assert [len(unit.closed) for unit in groups] == [1, 1]


def test_what_somebody_keeps_is_no_load_too_many_when_another_session_came_since(district):
    Session.objects.all().delete()
    by, earlier = district.actor("office"), planned(district, load=1)
    line = reading.proposal(earlier, by=by).lines[0]
    asking.pin(by=by, run_id=earlier.id, keys=[line.key])
    earlier.refresh_from_db()
    row = finish(make_run(district, base=earlier, load=1))
    at = clock.moment(district.season.ends_on) + timedelta(hours=9)
    by_hand = make_session(
        district.season, district.foreign.branch, starts_at=at, ends_at=at + timedelta(hours=1)
    )
    by_hand.bookings.create(lecturer_id=line.at.lecturer_id)

    sessions = accept(district, row)

    assert line.at.lecturer_id in {one.bookings.get().lecturer_id for one in sessions}


def test_limits_are_kept_at_acceptance_with_what_came_since_and_it_says_whose(district):
    Session.objects.all().delete()
    first, own = next_monday(), district.own
    row = planned(district, first=first, last=first + timedelta(days=11), **FEW)
    [line, *_rest] = [
        one
        for one in reading.proposal(row, by=district.actor("office")).lines
        if own.branch.id in one.units
    ]
    evening = clock.moment(clock.day_of(line.starts_at)) + timedelta(hours=21)
    make_session(
        district.season, own.branch, starts_at=evening, ends_at=evening + timedelta(minutes=30)
    )

    with pytest.raises(Conflict) as refused:
        accept(district, row)

    assert f"{own.branch.short_name}同一天会有 2 场" in str(refused.value)
    assert not Session.objects.filter(plan_line__startswith="plan:").exists()
