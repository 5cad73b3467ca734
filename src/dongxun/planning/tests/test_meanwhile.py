"""What happens between the snapshot of a season, its acceptance and its writing."""

from datetime import timedelta

import pytest
from django.urls import reverse

from dongxun.activities import api as activities
from dongxun.activities.models import Booking, CheckIn, Session
from dongxun.kernel import clock, jobs
from dongxun.kernel.errors import Conflict
from dongxun.kernel.models import Job
from dongxun.notices.models import Notice
from dongxun.organisations.models import Organisation, Place
from dongxun.people.models import LecturerProfile
from dongxun.people.tests.make import make_person
from dongxun.planning import proposal as reading
from dongxun.planning import solving
from dongxun.planning.services import accepting, repairing
from dongxun.planning.services.grouping import formed
from dongxun.planning.snapshots.season import base_of
from dongxun.planning.snapshots.slots import Grid
from dongxun.planning.tests.make import accept, make_run, planned, publish_towns, ready
from dongxun.seasons.models import Season, Topic
from dongxun.seasons.tests.make import make_participation

pytestmark = pytest.mark.django_db
SOON = timedelta(hours=1)


@pytest.fixture
def district(cast):
    return ready(cast)


def as_drafts(district, row):
    """Accept a plan without making it known; return its sessions in time order."""
    accepting.accept_season(
        by=district.actor("office"), run_id=row.id, reason="先排着", publish=False
    )
    jobs.run_waiting()
    row.refresh_from_db()
    return list(Session.objects.filter(plan_line__startswith="plan:").order_by("starts_at", "id"))


def anew(district, **overrides):
    """Return a finished search of the days from tomorrow on."""
    first = clock.today() + timedelta(days=1)
    return planned(district, first=first, last=first + timedelta(days=20), **overrides)


def come(session, person):
    """Let somebody be present."""
    CheckIn.objects.create(
        session=session,
        person=person,
        branch_id=person.branch_id,
        method="roll",
        occurred_at=session.starts_at,
        confirmed=True,
    )
    Session.objects.filter(id=session.id).update(credit_locked_at=clock.now())


def test_a_draft_whose_day_went_by_is_planned_again_and_moved(district):
    drafts = as_drafts(district, planned(district))

    with clock.frozen(drafts[-1].ends_at + SOON):
        later = anew(district)
        after = accept(district, later)

        problem = reading.read_problem(later)
        assert not any(meeting.held for pin in problem.pinned for meeting in pin.meetings)
        assert not any(unit.done for unit in problem.units)
        assert {one.id for one in after} == {one.id for one in drafts}
        assert all(one.starts_at > clock.now() for one in after)


def test_a_plan_leaves_what_is_still_to_come_on_the_day_it_is_asked_for(district):
    first, *_others = accept(district, planned(district))

    with clock.frozen(first.starts_at - SOON):
        after = accept(district, anew(district))

    assert after.get(id=first.id).starts_at == first.starts_at


@pytest.mark.parametrize("is_attended", [False, True])
def test_what_began_since_a_plan_was_asked_for_is_named_and_nothing_moves(district, is_attended):
    first, *_others = accept(district, planned(district, skip=9))
    with clock.frozen(first.starts_at - timedelta(days=1)):
        later = anew(district, skip=9)
    before = list(Session.objects.order_by("id").values_list("id", "starts_at"))
    if is_attended:
        town = next(t for t in district.towns.values() if t.branch.id == first.host_id)
        come(first, town.people[0])

    moment = first.starts_at - SOON if is_attended else first.starts_at + SOON
    with clock.frozen(moment), pytest.raises(Conflict, match=first.title):
        accept(district, later)

    assert list(Session.objects.order_by("id").values_list("id", "starts_at")) == before


@pytest.mark.parametrize("while_writing", [False, True])
def test_what_begins_before_its_line_is_written_stays_and_the_rest_is_written(
    district, monkeypatch, while_writing
):
    first, *others = accept(district, planned(district, skip=9))
    by = district.actor("office")
    with clock.frozen(first.starts_at - timedelta(days=1)):
        later = anew(district, skip=9)
    with clock.frozen(first.starts_at - SOON):
        accepting.accept_season(by=by, run_id=later.id, reason="另排", publish=True)
    with clock.frozen(first.starts_at + timedelta(minutes=-1 if while_writing else 1)):
        if while_writing:
            town = next(t for t in district.towns.values() if t.branch.id == first.host_id)
            monkeypatch.setattr(
                accepting,
                "formed",
                lambda *given, **more: (come(first, town.people[0]), formed(*given, **more))[1],
            )
        jobs.run_waiting()
        page = district.client("office").get(reverse("planning:run", args=[later.id]))

    later.refresh_from_db()
    after = dict(Session.objects.values_list("id", "starts_at"))
    assert Job.objects.get(id=later.accept_job_id).state == "done"
    assert after[first.id] == first.starts_at
    assert any(after[one.id] != one.starts_at for one in others)
    assert f"保持原样：{first.title}" in page.content.decode()


@pytest.mark.parametrize("what", ["retired", "subjects", "hall", "branch"])
def test_a_lecturer_who_teaches_it_no_more_and_a_hall_too_small_by_now_are_named(district, what):
    row = planned(district)
    line = reading.proposal(row, by=district.actor("office")).lines[-1]
    lecturers = LecturerProfile.objects.filter(id=line.at.lecturer_id)
    if what == "retired":
        lecturers.update(active=False)
    if what == "subjects":
        lecturers.update(subjects=["别的"])
    if what == "hall":
        Place.objects.filter(id=line.at.venue_id).update(capacity=1)
    if what == "branch":
        Place.objects.filter(id=line.at.venue_id).update(capacity=line.members)
        town = next(t for t in district.towns.values() if t.branch.id == line.units[0])
        make_participation(district.season, make_person(branch=town.branch))

    with pytest.raises(Conflict) as refused:
        accept(district, row)

    named = {"retired": line.lecturer, "subjects": line.topic}
    assert named.get(what, line.venue) in str(refused.value)
    assert not Session.objects.filter(plan_line__startswith="plan:").exists()


@pytest.mark.parametrize("is_off", [False, True])
@pytest.mark.parametrize("while_writing", [False, True])
def test_what_somebody_changed_or_called_off_meanwhile_is_named_and_stays_so(
    district, is_off, while_writing
):
    first, *_others = accept(district, planned(district))
    by, later = district.actor("office"), planned(district, skip=9 if while_writing else 0)
    if while_writing:
        accepting.accept_season(by=by, run_id=later.id, reason="另排", publish=True)
    start = first.starts_at + timedelta(days=1, hours=5, minutes=30)
    if is_off:
        activities.cancel_session(by=by, session_id=first.id, reason="不办了")
    else:
        times = {"starts_at": start, "ends_at": start + (first.ends_at - first.starts_at)}
        activities.move_session(by=by, session_id=first.id, reason="停电", **times)

    if while_writing:
        jobs.run_waiting()
        page = district.client("office").get(reverse("planning:run", args=[later.id]))
        assert f"保持不变：{first.title}" in page.content.decode()
    else:
        with pytest.raises(Conflict, match=first.title):
            accept(district, later)

    first.refresh_from_db()
    assert first.state == "cancelled" if is_off else first.starts_at == start
    assert Session.objects.filter(plan_line__startswith=base_of(first.plan_line)).count() == 1


@pytest.mark.parametrize("what", ["days", "minutes", "topic", "branch"])
def test_what_the_season_says_otherwise_by_now_is_named_before_anything_is_written(district, what):
    row = planned(district)
    lines = reading.proposal(row, by=district.actor("office")).lines
    last = lines[-1]
    seasons, topics = Season.objects.filter(id=district.season.id), Topic.objects
    if what == "days":
        seasons.update(ends_on=clock.day_of(last.starts_at) - timedelta(days=1))
    if what == "minutes":
        topics.filter(id=last.topic_id).update(minutes=7)
    if what == "topic":
        topics.filter(id=last.topic_id).delete()
    if what == "branch":
        Organisation.objects.filter(id=last.units[0]).update(closed_on=clock.today())
    Season.objects.filter(id=district.season.id).update(definition_version=99)

    with pytest.raises(Conflict) as refused:
        accept(district, row)

    named = {"minutes": "7 分钟", "topic": last.topic, "branch": last.unit_names[0]}
    assert named.get(what, "不在本季") in str(refused.value)
    assert not Session.objects.filter(plan_line__startswith="plan:").exists()


def test_whoever_declined_is_not_asked_for_the_same_time_and_stays_on_record(district):
    first, *_others = accept(district, planned(district))
    booking, start = first.bookings.get(), first.starts_at
    Booking.objects.filter(id=booking.id).update(state="declined", reason="出差")

    problem = reading.read_problem(make_run(district))
    LecturerProfile.objects.filter(id=booking.lecturer_id).update(subjects=[])
    accept(district, planned(district), "讲师出差")

    [who] = [one for one in problem.lecturers if one.id == str(booking.lecturer_id)]
    first.refresh_from_db()
    states = dict(first.bookings.values_list("lecturer_id", "state"))
    assert Grid.of(problem.days).slot_of(start) not in who.free
    assert states.pop(booking.lecturer_id) == "declined"
    assert list(states.values()) == ["asked"]


def test_whoever_declines_after_the_search_is_named_or_for_another_time_asked_anew(district):
    first, *_others = accept(district, planned(district))
    same, moved = planned(district), planned(district, skip=9)
    booking = first.bookings.get()
    Booking.objects.filter(session=first).update(state="declined", reason="出差")

    with pytest.raises(Conflict, match=booking.lecturer.name):
        accept(district, same)
    accept(district, moved)

    assert dict(first.bookings.values_list("lecturer_id", "state")) == {
        booking.lecturer_id: "asked"
    }


def test_drafts_that_stay_as_they_are_are_published_by_a_later_acceptance(district):
    drafts = as_drafts(district, planned(district))

    sessions = accept(district, planned(district))

    assert [one.id for one in sessions] == [one.id for one in drafts]
    assert {one.state for one in sessions} == {"published"}


def test_all_drafts_of_a_plan_are_published_from_its_page_at_once(district):
    row = planned(district)
    drafts = as_drafts(district, row)
    office, url = district.client("office"), reverse("planning:run", args=[row.id])
    bare = drafts[0]
    Session.objects.filter(id=bare.id).update(place=None)

    offered = office.get(url).content.decode()
    asked = [office.post(url, {"what": "publish"}) for _twice in range(2)]
    jobs.run_waiting()
    left = office.get(url).content.decode()
    Session.objects.filter(id=bare.id).update(place=district.own.place.id)
    office.post(url, {"what": "publish"})
    jobs.run_waiting()
    done = office.get(url).content.decode()

    assert f"发布这 {len(drafts)} 场" in offered
    assert [one.status_code for one in asked] == [302, 302]
    assert Job.objects.filter(kind="planning.publish_drafts").count() == 2
    assert bare.title in left.split('class="job')[1]
    assert "发布这 1 场" in left
    assert "场草稿" not in done
    assert office.post(url, {"what": "publish"}).status_code == 409
    assert {one.state for one in Session.objects.filter(id__in=[x.id for x in drafts])} == {
        "published"
    }
    told = Notice.objects.filter(kind="session_published", object_id=drafts[1].id)
    assert told.count() == 1


def test_a_repair_is_not_accepted_while_a_timetable_is_still_being_written(district, monkeypatch):
    monkeypatch.setattr(repairing, "LIMITS", solving.Limits(300.0, grace=300.0))
    publish_towns(district)
    Place.objects.filter(id=district.own.place.id).update(closed_on=clock.today())
    season, by = district.season.id, district.actor("office")
    row = repairing.ask_repair(by=by, season_id=season, organisation_id=district.district.id)
    accepting.accept_season(by=by, run_id=planned(district).id, reason="今冬课表", publish=True)

    with pytest.raises(Conflict, match="写入"):
        repairing.accept_repair(by=by, run_id=row.id, reason="换场地")


def test_what_an_earlier_plan_was_still_writing_when_a_later_was_asked_for_is_not_moved_unseen(
    district,
):
    by = district.actor("office")
    earlier = planned(district)
    accepting.accept_season(by=by, run_id=earlier.id, reason="先排", publish=True)
    later = planned(district, skip=9)
    with pytest.raises(Conflict, match="写入"):
        accept(district, later)
    jobs.run_waiting()
    made = Session.objects.filter(plan_line__startswith="plan:")
    before = dict(made.values_list("id", "starts_at"))

    with pytest.raises(Conflict, match="新排"):
        accept(district, later)

    assert dict(made.values_list("id", "starts_at")) == before


def test_a_draft_that_somebody_moves_before_it_is_written_stays_unknown_and_uncounted(district):
    by = district.actor("office")
    first, *others = as_drafts(district, planned(district))
    later = planned(district, skip=9)
    accepting.accept_season(by=by, run_id=later.id, reason="发布", publish=True)
    at = first.starts_at + timedelta(days=1, hours=5, minutes=30)
    times = {"starts_at": at, "ends_at": at + (first.ends_at - first.starts_at)}
    activities.move_session(by=by, session_id=first.id, reason="停电", **times)
    jobs.run_waiting()

    first.refresh_from_db()
    assert (first.starts_at, first.state) == (at, "draft")
    assert {one.state for one in made_again(others)} == {"published"}
    season = Season.objects.get(id=district.season.id)
    assert season.timetables[str(district.district.id)]["sessions"] == len(others)


def made_again(sessions):
    """Return sessions as they stand by now."""
    return Session.objects.filter(id__in=[one.id for one in sessions])
