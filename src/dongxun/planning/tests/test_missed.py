"""Who missed a topic finds a seat beside others, in a new session, or is told why not."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.urls import reverse

from dongxun.activities import api as activities
from dongxun.activities.models import MakeupItem, Session, SignUp
from dongxun.activities.tests.make import make_session
from dongxun.kernel import clock
from dongxun.kernel.errors import Conflict, Invalid
from dongxun.notices.models import Delivery
from dongxun.organisations import api as organisations
from dongxun.organisations.models import Organisation, Place
from dongxun.people.models import LecturerProfile
from dongxun.planning import seats, solving
from dongxun.planning.models import Run
from dongxun.planning.services import repairing
from dongxun.planning.snapshots import seating
from dongxun.planning.snapshots.missed import missed
from dongxun.planning.tests.make import publish_towns
from dongxun.seasons.models import Season, Topic

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _patience(monkeypatch):
    monkeypatch.setattr(repairing, "LIMITS", solving.Limits(300.0, grace=300.0))


@pytest.fixture
def district(cast):
    """Return the district; the own town's session was two days ago, and nobody of theirs came."""
    publish_towns(cast)
    start = clock.now() - timedelta(days=2)
    own = Session.objects.filter(id=cast.own.session.id)
    own.update(starts_at=start, ends_at=start + timedelta(hours=1))
    return cast


def sought(district, **more):
    return repairing.ask_repair(
        by=district.actor("office"),
        season_id=district.season.id,
        organisation_id=district.district.id,
        **more,
    )


def accepted(district, row):
    return repairing.accept_repair(by=district.actor("office"), run_id=row.id, reason="补上")


def full(district):
    """Leave no seats beside others."""
    Place.objects.exclude(id=district.own.place.id).update(capacity=1)


def test_who_missed_a_topic_joins_others_and_is_sent_there_once_by_make_up(district):
    theirs = {person.id for person in district.own.people}
    row = sought(district)
    found, office = seats.seating(row), district.client("office")
    page = reverse("planning:repair", args=[row.id])

    assert {person for offer in found.offers for person in offer.people} == theirs
    assert district.lin.name not in office.get(page).content.decode()
    assert district.lin.name in office.get(page, {"who": found.offers[0].key}).content.decode()
    assert office.post(page, {"reason": ""}).status_code == 422
    for _n in range(2):
        assert office.post(page, {"reason": "补上"}).status_code == 302

    items = MakeupItem.objects.filter(done_at=None)
    assert {item.person_id for item in items} == theirs
    assert {item.offered_session_id for item in items} == {one.session_id for one in found.offers}
    assert SignUp.objects.filter(cancelled_at=None, person_id__in=theirs).count() == len(theirs)
    told = Delivery.objects.filter(notice__kind="makeup")
    assert {one.person_id for one in told} == theirs
    owed = activities.owed(
        district.lin.id, by=district.actor("office"), season_id=district.season.id
    )
    assert owed[0].session_id in {one.session_id for one in found.offers}
    with pytest.raises(Invalid):
        sought(district)


def test_where_no_seat_is_left_a_new_session_is_held_for_exactly_those_who_are_sent(district):
    full(district)
    row = sought(district)
    [offer] = seats.seating(row).offers

    for _n in range(2):
        accepted(district, row)

    new = Session.objects.get(plan_line__startswith="repair:")
    assert (offer.session_id, new.type, new.state) == (None, "makeup", "published")
    assert new.host_id == district.own.node.id
    sent = len(district.own.people)
    assert activities.sizes_of([new.id]) == {new.id: sent}
    assert MakeupItem.objects.filter(offered_session=new).count() == sent


@pytest.mark.parametrize("what", ["topic", "hall", "minutes"])
def test_a_seat_is_refused_where_its_session_is_held_otherwise_at_the_same_hour(district, what):
    row = sought(district)
    [offer] = seats.seating(row).offers
    assert offer.session_id is not None
    joined = Session.objects.filter(id=offer.session_id)
    if what == "topic":
        joined.get().topics.create(topic=district.topics[1], minutes=30)
    if what == "hall":
        joined.update(place=district.own.place.id)
        Place.objects.filter(id=district.own.place.id).update(capacity=1)
    if what == "minutes":
        joined.update(ends_at=F("ends_at") + timedelta(hours=4))

    with pytest.raises(Conflict, match=offer.title):
        accepted(district, row)

    assert not MakeupItem.objects.exists()


@pytest.mark.parametrize("what", ["seats", "lecturer", "people"])
def test_a_new_session_is_refused_where_its_hall_or_lecturer_is_no_longer_what_it_was(
    district, what
):
    full(district)
    row = sought(district)
    [offer] = seats.seating(row).offers
    if what == "seats":
        Place.objects.filter(id=offer.to.venue).update(capacity=2)
    if what == "lecturer":
        LecturerProfile.objects.filter(id=offer.to.lecturer).update(active=False)
    if what == "people":
        times = {"starts_at": offer.starts_at, "ends_at": offer.starts_at + timedelta(hours=1)}
        meeting = make_session(district.season, district.own.branch, place=None, **times)
        meeting.topics.update(topic=district.topics[1])

    names = {"seats": offer.hall, "lecturer": offer.lecturer}
    with pytest.raises(Conflict, match=names.get(what, district.own.branch.short_name)):
        accepted(district, row)

    assert not Session.objects.filter(plan_line__startswith="repair:").exists()


def test_a_seat_is_refused_where_its_session_has_changed_and_spared_where_it_is_needed_no_more(
    district,
):
    row = sought(district)
    [offer] = seats.seating(row).offers
    assert offer.session_id is not None
    joined = Session.objects.filter(id=offer.session_id)

    joined.update(capacity=1)
    with pytest.raises(Conflict):
        accepted(district, row)
    joined.update(capacity=None, ends_at=F("ends_at") + timedelta(days=1))
    joined.update(starts_at=F("starts_at") + timedelta(days=1))
    with pytest.raises(Conflict):
        accepted(district, row)
    assert not MakeupItem.objects.exists()

    row = sought(district)
    other = district.towns["刘桥镇"].session
    mine = {"branch_id": district.own.branch.id, "created_at": clock.now()}
    SignUp.objects.create(session=other, person=district.lin, **mine)
    accepted(district, row)
    row.refresh_from_db()
    assert (row.about["sent"], row.about["spared"]) == (len(district.own.people) - 1, 1)
    assert not MakeupItem.objects.filter(person=district.lin).exists()


def test_a_session_that_falls_through_keeps_seats_for_those_who_were_sent_there(district):
    own, row = district.own, sought(district)
    [offer] = seats.seating(row).offers
    accepted(district, row)
    there = Session.objects.get(id=str(offer.session_id))
    assert there.place_id is not None
    Place.objects.filter(id=there.place_id).update(closed_on=clock.today())
    Place.objects.exclude(id=own.place.id).update(capacity=3)

    [move] = repairing.moves(sought(district))

    assert move.now is not None
    assert move.to is not None
    assert move.to.venue == str(own.place.id)


def test_who_finds_no_seat_is_named_with_why(district):
    full(district)
    row = sought(district, makeups=0)

    [left] = seats.seating(row).left
    page = district.client("office").get(
        reverse("planning:repair", args=[row.id]), {"who": left.key}
    )

    assert len(left.people) == len(district.own.people)
    assert "新开场次已到上限 0 场" in left.why
    assert left.why in page.content.decode()
    assert district.lin.name in page.content.decode()


def test_no_seats_are_sought_for_too_many_at_once_nor_for_those_nobody_can_place(
    district, monkeypatch
):
    full(district)
    monkeypatch.setattr(seating, "MOST_PEOPLE", 4)
    with pytest.raises(Invalid, match="人数太多"):
        sought(district)
    monkeypatch.setattr(seating, "MOST_PEOPLE", 99)
    Organisation.objects.update(latitude=None, longitude=None)
    Place.objects.filter(id=district.own.place.id).update(latitude=None)
    with pytest.raises(Invalid, match="地图位置"):
        sought(district)


def test_the_list_of_who_missed_a_topic_leads_to_a_repair_for_it_alone(district):
    own, office, topic = district.own, district.client("office"), district.topics[0]
    names = f"{reverse('coverage:names')}?what=not-met&topic={topic.id}&in={own.node.id}"
    way = f"{reverse('planning:new_repair')}?topic={topic.id}"

    listed = office.get(names).content.decode()
    page = office.get(f"{way}&unit={district.district.id}").content.decode()
    asked = {"unit": str(own.node.id), "topic": str(district.topics[1].id), "makeups": "0"}
    found = office.post(reverse("planning:new_repair"), asked)

    assert f"{way.replace('&', '&amp;')}&amp;unit={own.node.id}" in listed
    assert own.branch.short_name in page
    assert f"{len(own.people)} 人" in page
    assert "新开场次已到上限 0 场" in office.get(found.url).content.decode()


def test_whoever_a_unit_above_invites_has_a_session_ahead(district):
    own, topic = district.own, district.topics[0]
    node = organisations.node(own.node.id)
    start = clock.now() + timedelta(days=3)
    Session.objects.filter(id=own.session.id).update(
        host=district.district.id, starts_at=start, ends_at=start + timedelta(hours=1)
    )
    assert missed(district.season.id, node, [], [], topic_id=topic.id) == []

    own.session.parts.update(quota=1)
    [one] = missed(district.season.id, node, [], [], topic_id=topic.id)
    assert one.people == len(own.people)


@pytest.mark.parametrize("days_ago", [0, 1])
def test_once_no_teaching_day_is_left_nothing_past_is_proposed_and_the_cause_is_said(
    district, days_ago
):
    full(district)
    Season.objects.filter(id=district.season.id).update(
        ends_on=clock.today() - timedelta(days=days_ago)
    )
    elsewhere = Session.objects.exclude(id=district.own.session.id)
    start = clock.now() + timedelta(hours=3) - timedelta(days=days_ago)
    elsewhere.update(starts_at=start, ends_at=start + timedelta(hours=1))

    found = seats.seating(sought(district))

    assert found.offers == ()
    assert all("没有可上课的日子" in one.why for one in found.left)
    assert found.without >= len(district.own.people)


def test_a_topic_that_nobody_has_to_learn_is_missed_only_where_it_is_asked_for(district):
    topic = district.topics[0]
    Topic.objects.filter(season=district.season).update(required=False)
    node = organisations.node(district.own.node.id)

    assert missed(district.season.id, node, [], []) == []
    assert missed(district.season.id, node, [], [], topic_id=topic.id) != []


def test_a_repair_that_is_sought_once_more_is_sought_as_before(district):
    topic, office = district.topics[0], district.client("office")
    row = sought(district, topic_id=topic.id, makeups=2)
    Run.objects.filter(id=row.id).update(plan=None)

    page = office.get(reverse("planning:repair", args=[row.id])).content.decode()

    assert f'name="topic" value="{topic.id}"' in page
    assert 'name="makeups" value="2"' in page
