"""A lecturer falls ill, a hall is lost: the fewest moves, accepted with a reason."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from dongxun.activities.models import Booking, Session
from dongxun.activities.tests.make import make_session
from dongxun.kernel import clock
from dongxun.kernel.errors import Conflict, Invalid
from dongxun.lecturers import api as lecturers
from dongxun.lecturers.contracts import DayPart
from dongxun.notices.models import Notice
from dongxun.organisations import api as organisations
from dongxun.organisations.models import Place
from dongxun.people.models import LecturerProfile
from dongxun.planning import solving
from dongxun.planning.models import Run
from dongxun.planning.services import repairing
from dongxun.planning.tests.make import publish_towns
from dongxun_planner.replan.problems import ReplanProblem
from dongxun_planner.wire import read
from tests.cast import SYSTEM

pytestmark = pytest.mark.django_db
LAST = date(2027, 12, 31)


@pytest.fixture(autouse=True)
def _patience(monkeypatch):
    """A search this small ends by itself, also on a machine that is lent elsewhere."""
    monkeypatch.setattr(repairing, "LIMITS", solving.Limits(300.0, grace=300.0))


@pytest.fixture
def district(cast):
    """Return the district with each town's session published in three days, one lecturer each."""
    return publish_towns(cast)


def ill(district):
    day = clock.today() + timedelta(days=3)
    who = district.own.lecturer.id
    lecturers.add_away(by=SYSTEM, lecturer_id=who, first=day, last=day, words="生病")


def sought(district):
    return repairing.ask_repair(
        by=district.actor("office"),
        season_id=district.season.id,
        organisation_id=district.district.id,
    )


def test_a_lecturer_who_is_ill_moves_their_own_session_alone(district):
    ill(district)

    row = sought(district)

    [move] = repairing.moves(row)
    assert (move.session_id, move.why) == (district.own.session.id, "away")
    assert move.now is not None
    assert row.outcome["bound"] <= row.outcome["cost"]


def test_a_repair_takes_somebody_who_would_rather_not_where_nobody_else_can_and_says_so(district):
    ill(district)
    week = [(day, part) for day in range(7) for part in DayPart.values]
    for one in LecturerProfile.objects.all():
        lecturers.set_free_parts(by=SYSTEM, lecturer_id=one.id, parts=[], rather_not=week)

    row = sought(district)

    [move] = repairing.moves(row)
    assert move.unwanted
    page = district.client("office").get(f"/console/planning/{row.id}/repair/").content.decode()
    assert "讲师希望这个时段尽量不排课。" in page


def test_accepting_a_repair_moves_it_once_and_tells_its_people_why(district):
    ill(district)
    row, by = sought(district), district.actor("office")
    others = Session.objects.exclude(id=district.own.session.id)
    before = dict(others.values_list("id", "version"))
    [move] = repairing.moves(row)

    repairing.accept_repair(by=by, run_id=row.id, reason="讲师生病")
    repairing.accept_repair(by=by, run_id=row.id, reason="讲师生病")

    moved = Session.objects.get(id=district.own.session.id)
    assert move.now is not None
    assert move.to is not None
    assert moved.starts_at == move.now[0]
    assert str(moved.bookings.get().lecturer_id) == move.to.lecturer
    assert dict(others.values_list("id", "version")) == before
    kind = "session_moved" if move.now[:2] != move.was[:2] else "session_teaching"
    assert Notice.objects.filter(kind=kind, body__contains="讲师生病").exists()


def test_a_repair_whose_new_lecturer_was_booked_meanwhile_is_refused_with_their_name(district):
    ill(district)
    row, by = sought(district), district.actor("office")
    [move] = repairing.moves(row)
    assert move.now is not None
    assert move.to is not None
    times = {"starts_at": move.now[0], "ends_at": move.now[0] + timedelta(hours=1)}
    new = make_session(district.season, district.foreign.node, audience="delegates", **times)
    new.bookings.create(lecturer_id=move.to.lecturer)
    before = Session.objects.get(id=move.session_id).version

    with pytest.raises(Conflict, match=move.now[2]):
        repairing.accept_repair(by=by, run_id=row.id, reason="讲师生病")

    assert Session.objects.get(id=move.session_id).version == before


def test_a_repair_of_a_session_whose_hall_was_changed_meanwhile_is_sought_again(district):
    ill(district)
    row = sought(district)
    Session.objects.filter(id=district.own.session.id).update(place=district.foreign.place.id)

    with pytest.raises(Conflict):
        repairing.accept_repair(by=district.actor("office"), run_id=row.id, reason="讲师生病")


def test_a_repair_of_a_session_that_has_begun_meanwhile_is_refused(district):
    ill(district)
    row, before = sought(district), district.own.session
    before.refresh_from_db()

    with clock.frozen(before.starts_at + timedelta(minutes=1)), pytest.raises(Conflict):
        repairing.accept_repair(by=district.actor("office"), run_id=row.id, reason="讲师生病")

    assert Session.objects.get(id=before.id).version == before.version


def test_a_repair_that_leaves_the_lecturer_is_refused_once_they_declined(district):
    Place.objects.filter(id=district.own.place.id).update(closed_on=clock.today())
    row = sought(district)
    Booking.objects.filter(session=district.own.session).update(state="declined")

    with pytest.raises(Conflict):
        repairing.accept_repair(by=district.actor("office"), run_id=row.id, reason="换场地")


def test_a_second_repair_still_knows_who_declined_before_the_first(district):
    own, by = district.own, district.actor("office")
    bookings = Booking.objects.filter(session=own.session)
    bookings.update(state="declined", reason="出差")
    repairing.accept_repair(by=by, run_id=sought(district).id, reason="讲师不来")
    [first] = bookings.filter(state="asked")
    bookings.filter(id=first.id).update(state="declined", reason="生病")

    [move] = repairing.moves(sought(district))

    assert move.declined == {str(own.lecturer.id), str(first.lecturer_id)}
    assert move.to is not None
    assert move.to.lecturer not in move.declined


def test_what_no_repair_is_sought_for_is_listed(district):
    ill(district)
    two = district.foreign.session
    Booking.objects.create(session=two, lecturer=district.own.lecturer)

    row = sought(district)
    page = district.client("office").get(reverse("planning:repair", args=[row.id]))

    assert [one["title"] for one in repairing.by_hand(row)] == [two.title]
    assert "要人工安排" in page.content.decode()


def test_a_hall_that_was_closed_is_replaced(district):
    Place.objects.filter(id=district.own.place.id).update(closed_on=clock.today())

    [move] = repairing.moves(sought(district))

    assert move.why == "hall"
    assert move.now is not None
    assert move.now[1] != move.was[1]


def test_a_hall_too_small_by_now_is_refused_also_where_another_session_came_in_its_way(district):
    """A twin of the session, earlier than it, would leave it out of a problem made anew."""
    Place.objects.filter(id=district.own.place.id).update(closed_on=clock.today())
    row = sought(district)
    [move] = repairing.moves(row)
    assert move.to is not None
    start = Session.objects.get(id=move.session_id).starts_at
    make_session(
        district.season,
        district.own.branch,
        place_id=district.own.place.id,
        starts_at=start - timedelta(hours=24),
        ends_at=start - timedelta(hours=23),
    ).bookings.create(lecturer=district.own.lecturer)
    Place.objects.filter(id=move.to.venue).update(capacity=1)

    with pytest.raises(Conflict, match="1 个座位"):
        repairing.accept_repair(by=district.actor("office"), run_id=row.id, reason="场地停用")


def test_a_lesson_that_was_declined_goes_to_somebody_else_never_back(district):
    Booking.objects.filter(session=district.own.session).update(state="declined")

    [move] = repairing.moves(sought(district))

    assert move.why == "declined"
    assert move.to is not None
    assert move.to.lecturer != str(district.own.lecturer.id)


def test_a_repair_asks_nobody_to_be_at_two_places(district):
    """The days are full of the town's own meetings but for one, which is the district's."""
    ill(district)
    own, days = district.own, [clock.today() + timedelta(days=n) for n in range(1, 400)]
    town = organisations.node(own.node.id)
    kept = {}
    for day in days:
        kept[day] = make_session(
            district.season,
            town,
            starts_at=clock.moment(day) + timedelta(hours=8),
            ends_at=clock.moment(day) + timedelta(hours=22),
        )
    free = clock.day_of(own.session.starts_at + timedelta(days=7))
    Session.objects.filter(id=kept[free].id).update(
        ends_at=clock.moment(free) + timedelta(hours=11)
    )

    [move] = repairing.moves(sought(district))

    assert move.now is not None
    assert (clock.day_of(move.now[0]), clock.local(move.now[0]).hour) == (free, 14)


def test_delegates_need_no_seat_for_everybody(district):
    ill(district)
    own = district.own.session
    own.parts.update(organisation=district.district.id, quota=2)

    problem = read(ReplanProblem, sought(district).problem)

    assert 2 in {unit.members for unit in problem.season.units}
    everybody = sum(len(town.people) for town in district.towns.values())
    assert everybody not in {unit.members for unit in problem.season.units}


def test_where_nothing_fell_through_there_is_nothing_to_repair(district):
    with pytest.raises(Invalid):
        sought(district)


def test_the_desk_sees_what_fell_through_and_accepts_with_a_reason(district):
    office = district.client("office")
    quiet = office.get(reverse("planning:new_repair")).content.decode()
    ill(district)
    page = office.get(reverse("planning:new_repair")).content.decode()
    found = office.post(reverse("planning:new_repair"), {"unit": str(district.district.id)})
    shown = office.get(found.url).content.decode()

    assert "没有落空的场次" in quiet
    assert "1 场已发布的活动落空了" in page
    assert "讲师来不了" in page
    assert "调整 1 场" in shown
    assert office.post(found.url, {"reason": ""}).status_code == 422
    assert office.post(found.url, {"reason": "讲师生病"}).status_code == 302
    assert "讲师生病" in office.get(found.url).content.decode()
    Run.objects.update(plan=None)
    bare = office.get(found.url).content.decode()
    assert "没找到方案" in bare
    assert "复核" not in bare
    assert reverse("activities:edit", args=[district.own.session.id]) in bare
    assert "再找一次" in bare


def test_a_lecturers_page_leads_to_the_repair(district):
    ill(district)

    page = district.client("office").get(reverse("people:lecturers")).content.decode()

    assert "1 场落空，重新安排" in page
    assert f"{reverse('planning:new_repair')}?unit={district.district.id}" in page
    theirs = district.client("other_organiser").get(reverse("people:lecturers"))
    assert "场落空" not in theirs.content.decode()


def test_the_page_of_a_place_that_was_lost_and_of_a_lecturer_lead_to_the_repair(district):
    ill(district)
    place, office = district.own.place, district.client("office")
    way = f"{reverse('planning:new_repair')}?unit={district.district.id}"

    closed = office.post(reverse("organisations:close_place", args=[place.id]))
    lecturer = office.get(reverse("lecturers:lecturer", args=[district.own.lecturer.id]))
    pages = [lecturer, office.get(closed.url), office.get(reverse("organisations:places"))]

    assert closed.url == reverse("organisations:place", args=[place.id])
    assert all("1 场落空，重新安排" in page.content.decode() for page in pages)
    assert all(way in page.content.decode() for page in pages)


def test_a_session_that_finds_no_place_says_what_it_lacks_and_what_can_be_done(district):
    first, last = clock.today(), clock.today() + timedelta(days=400)
    for one in LecturerProfile.objects.all():
        lecturers.add_away(by=SYSTEM, lecturer_id=one.id, first=first, last=last)

    row = sought(district)
    page = district.client("office").get(reverse("planning:repair", args=[row.id]))

    move = repairing.moves(row)[0]
    assert move.now is None
    assert move.lack.endswith("名讲师到冬训结束前都没有空。")
    assert move.lack in page.content.decode()
    assert reverse("activities:edit", args=[move.session_id]) in page.content.decode()


def test_a_lecturer_of_a_unit_without_a_point_steps_in(district):
    """The only other who teaches it is of a unit that nobody has put on the map."""
    ill(district)
    LecturerProfile.objects.exclude(id=district.own.lecturer.id).update(subjects=["别的"])
    subjects = [topic.name for topic in district.topics]
    helper = LecturerProfile.objects.filter(id=district.foreign.lecturer.id)
    helper.update(subjects=subjects, organisation=district.foreign.node.id)
    Place.objects.filter(id=district.foreign.place.id).update(latitude=None, longitude=None)
    Booking.objects.filter(lecturer_id=district.foreign.lecturer.id).delete()

    [move] = repairing.moves(sought(district))

    assert move.now is not None
    assert move.now[2] == district.foreign.lecturer.name


def test_what_a_lecturer_teaches_outside_the_repair_counts_in_their_week(district):
    ill(district)
    [move] = repairing.moves(sought(district))
    assert move.now is not None
    assert move.to is not None
    monday = clock.day_of(move.now[0]) - timedelta(days=clock.day_of(move.now[0]).weekday())
    for n in range(7):
        at = clock.moment(monday + timedelta(days=n)) + timedelta(hours=19)
        times = {"starts_at": at, "ends_at": at + timedelta(hours=1), "audience": "delegates"}
        evening = make_session(district.season, district.foreign.node, **times)
        evening.bookings.create(lecturer_id=move.to.lecturer)

    [later] = repairing.moves(sought(district))

    is_theirs = later.to is not None and later.to.lecturer == move.to.lecturer
    assert not (is_theirs and later.now and clock.day_of(later.now[0]) < monday + timedelta(days=7))


def test_nothing_is_moved_to_where_a_session_stands_that_finds_no_place(district):
    """Nobody else teaches law; the hall of farming is lost, and its lecturer has that slot alone."""
    law, farming = district.topics[:2]
    own, other, day = district.own, district.foreign, clock.today() + timedelta(days=3)
    for town in district.towns.values():
        mine = law if town is own else farming
        LecturerProfile.objects.filter(id=town.lecturer.id).update(subjects=[mine.name])
        town.session.topics.update(topic=mine)
        if town is not own:
            days = [(clock.today(), day - timedelta(days=1)), (day + timedelta(days=1), LAST)]
            for first, last in days:
                lecturers.add_away(by=SYSTEM, lecturer_id=town.lecturer.id, first=first, last=last)
    lecturers.add_away(by=SYSTEM, lecturer_id=own.lecturer.id, first=clock.today(), last=LAST)
    Place.objects.exclude(id=own.place.id).update(capacity=1)
    Place.objects.filter(id=other.place.id).update(closed_on=clock.today())
    start = clock.moment(day) + timedelta(hours=14)
    times = {"starts_at": start, "ends_at": start + timedelta(hours=8)}
    make_session(district.season, own.node, audience="delegates", place=own.place, **times)
    row = repairing.ask_repair(
        by=district.actor("office"),
        season_id=district.season.id,
        organisation_id=district.district.id,
        makeups=0,
    )

    found = {move.session_id: move for move in repairing.moves(row)}

    assert found[own.session.id].now is None
    assert found[other.session.id].now is None
    assert f"《{own.session.title}》也没找到去处" in found[other.session.id].lack
    assert "也没找到去处" not in found[own.session.id].lack


def test_whoever_gives_the_topic_in_a_published_session_may_step_in_whatever_their_subjects(
    district,
):
    last = clock.today() + timedelta(days=300)
    who = district.own.lecturer.id
    lecturers.add_away(by=SYSTEM, lecturer_id=who, first=clock.today(), last=last, words="生病")
    LecturerProfile.objects.update(subjects=["别的"])
    row, by = sought(district), district.actor("office")
    [move] = repairing.moves(row)
    assert move.to is not None

    repairing.accept_repair(by=by, run_id=row.id, reason="讲师生病")

    moved = Session.objects.get(id=district.own.session.id)
    assert str(moved.bookings.get().lecturer_id) == move.to.lecturer
