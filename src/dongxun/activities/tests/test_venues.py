"""A main venue and its sub-venues: one session, each with its own roll."""

from datetime import timedelta

import pytest
from django.urls import reverse

from dongxun.activities.attendance import claims
from dongxun.activities.attendance import expected as rolls
from dongxun.activities.attendance.contracts import Presence, RollState
from dongxun.activities.contracts import Method, SessionState
from dongxun.activities.models import Session
from dongxun.activities.own.agenda import ahead, session_page
from dongxun.activities.own.shapes import Way
from dongxun.activities.sessions import changes, planning, venues
from dongxun.activities.sessions.counting import sessions_held
from dongxun.activities.sessions.expected import expected, expected_sizes
from dongxun.activities.sessions.rows import plan_of
from dongxun.activities.tests.make import make_session
from dongxun.activities.tests.plan import make_plan, organiser
from dongxun.coverage import api as coverage
from dongxun.kernel import clock, outbox
from dongxun.kernel.actors import Actor, ActorKind
from dongxun.kernel.errors import Conflict, Invalid
from dongxun.kernel.ids import new_id
from dongxun.notices.models import Notice
from dongxun.organisations.tests.make import SYSTEM, make_district
from dongxun.people.tests.make import make_person
from dongxun.seasons.tests.make import make_participation, make_season

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def season(district):
    return make_season(district["district"])


@pytest.fixture
def lin(district, season):
    return expected_member(season, district["平潮镇支部"], "林小满")


@pytest.fixture
def wu(district, season):
    return expected_member(season, district["五接镇支部"], "吴思远")


def expected_member(season, branch, name):
    person = make_person(name, branch=branch)
    make_participation(season, person)
    return person


def main_session(district, season, **changes_):
    plan = make_plan(season, district["district"], title="全区动员会", **changes_)
    session_id = planning.save_session(by=SYSTEM, plan=plan)
    planning.publish_session(by=SYSTEM, session_id=session_id)
    return Session.objects.get(id=session_id)


def of_phone(person):
    return Actor(ActorKind.DEVICE, persons=(person.id,), owned=frozenset({person.id}))


def open_sub(main, host, by=SYSTEM, **more):
    values = {"place_text": "五接分会场"} | more
    sub_id = venues.add_sub_venue(by=by, session_id=main.id, host_id=host.id, **values)
    return Session.objects.get(id=sub_id)


def steps(client, cast, **when):
    """Walk the step list to its last page; return the address of that."""
    topic = cast.season.topics.order_by("number")[0]
    what = {"title": "全镇动员会", "type": "lecture", "format": "hall", f"topic_{topic.id}": "60"}
    first = client.post(reverse("activities:new"), what)
    assert first.status_code == 302, words(first)
    tomorrow = str(clock.today() + timedelta(days=1))
    times = {"day": tomorrow, "start": "09:00", "end": "11:00", "place_text": "大礼堂"}
    second = client.post(first["Location"], times | when)
    if second.status_code != 302:
        return second
    client.post(second["Location"], {"steps": ""})
    people_url = second["Location"].replace("teachers", "people")
    done = client.post(people_url, {"host_id": str(cast.own.node.id), "audience": "all"})
    return done["Location"]


def words(response):
    return str(response.content.decode())


def come(session, *people):
    items = [Presence(new_id(), p.id, Method.ROLL, session.starts_at) for p in people]
    with clock.frozen(session.starts_at + timedelta(minutes=5)):
        claims.claim_presence(by=SYSTEM, session_id=session.id, items=items)


def test_a_sub_venue_takes_its_people_over_from_the_main_one(district, season, lin, wu):
    main = main_session(district, season)
    assert set(expected(main)) == {lin.id, wu.id}
    sub = open_sub(main, district["五接镇"])
    again = open_sub(main, district["五接镇"])
    assert (again.id, sub.main_session_id, sub.credit_minutes) == (sub.id, main.id, 60)
    assert (sub.state, sub.starts_at) == (SessionState.PUBLISHED, main.starts_at)
    assert set(expected(main)) == {lin.id}
    assert set(expected(sub)) == {wu.id}
    assert expected_sizes([main, sub]) == {main.id: 1, sub.id: 1}
    assert [row.person.id for row in rolls.roll(sub, by=SYSTEM)] == [wu.id]


def test_on_the_phone_a_session_stands_once_at_the_venue_where_one_is_expected(
    district, season, lin, wu
):
    main = main_session(district, season)
    sub = open_sub(main, district["五接镇"])
    own = make_session(season, district["平潮镇支部"], title="支部自己的课")

    def places(person):
        return [one.id for one in ahead(person.id, by=SYSTEM, season_id=season.id)]

    assert (set(places(lin)), places(wu)) == ({main.id, own.id}, [sub.id])
    [at_main] = session_page(main.id, by=of_phone(wu)).people
    assert at_main.ahead.way == Way.OPEN
    changes.cancel_session(by=SYSTEM, session_id=sub.id, reason="停电")
    assert places(wu) == [main.id]


def test_only_who_now_goes_elsewhere_is_told(district, season, lin, wu):
    main = main_session(district, season)
    sub = open_sub(main, district["五接镇"])
    [notice] = Notice.objects.filter(object_id=sub.id)
    assert notice.kind == "session_moved"
    assert "五接分会场" in notice.body
    assert [d.person_id for d in notice.deliveries.all()] == [wu.id]


def test_when_a_sub_venue_is_called_off_its_people_go_back(district, season, lin, wu):
    main = main_session(district, season)
    sub = open_sub(main, district["五接镇"])
    changes.cancel_session(by=SYSTEM, session_id=sub.id, reason="停电")
    assert set(expected(main)) == {lin.id, wu.id}


def test_sub_venues_are_moved_and_called_off_with_the_main_one(district, season, lin, wu):
    main = main_session(district, season)
    sub = open_sub(main, district["五接镇"])
    later = timedelta(days=1)
    changes.move_session(
        by=SYSTEM,
        session_id=main.id,
        starts_at=main.starts_at + later,
        ends_at=main.ends_at + later,
        reason="让会场",
    )
    sub.refresh_from_db()
    assert (sub.starts_at, sub.place_text) == (main.starts_at + later, "五接分会场")
    changes.cancel_session(by=SYSTEM, session_id=main.id, reason="大雪")
    sub.refresh_from_db()
    assert sub.state == SessionState.CANCELLED
    kinds = set(Notice.objects.filter(object_id=sub.id).values_list("kind", flat=True))
    assert kinds == {"session_moved", "session_cancelled"}


def test_a_change_in_steps_reaches_the_sub_venues(district, season, lin, wu):
    main = main_session(district, season)
    sub = open_sub(main, district["五接镇"])
    topic = season.topics.order_by("number")[1]
    values = {name: getattr(plan_of(main), name) for name in plan_of(main).__slots__}
    wanted = type(plan_of(main))(**(values | {"topics": ((topic.id, 40),), "title": "动员大会"}))
    planning.save_session(by=SYSTEM, plan=wanted, session_id=main.id)
    sub.refresh_from_db()
    assert (sub.title, sub.credit_minutes) == ("动员大会", 40)


def test_a_draft_is_published_with_its_sub_venues(district, season, lin, wu):
    plan = make_plan(season, district["district"])
    main_id = planning.save_session(by=SYSTEM, plan=plan)
    sub = open_sub(Session.objects.get(id=main_id), district["五接镇"])
    assert sub.state == SessionState.DRAFT
    assert planning.publish_session(by=SYSTEM, session_id=main_id) == 2
    sub.refresh_from_db()
    assert sub.state == SessionState.PUBLISHED


def test_a_person_at_two_venues_counts_and_learns_once(district, season, lin, wu):
    main = main_session(district, season)
    sub = open_sub(main, district["五接镇"])
    come(sub, wu)
    come(main, lin, wu)
    found = venues.venues(sub, by=SYSTEM)
    assert [(v.expected, v.present) for v in found.rows] == [(1, 2), (1, 1)]
    assert (found.expected, found.present) == (2, 2)
    with clock.frozen(main.ends_at + timedelta(minutes=1)):
        held = sessions_held(season.id, {"全区": [district["district"].interval]})["全区"]
        outbox.deliver_all()
        standing = coverage.standing_of(wu.id, season_id=season.id, by=SYSTEM)
    assert (held.sessions, held.person_times) == (1, 2)
    assert standing.topics[0].seconds == 3600


def test_the_roll_says_who_is_at_another_venue(district, season, lin, wu):
    main = main_session(district, season, place_text="区会议中心")
    sub = open_sub(main, district["五接镇"])
    come(main, wu)
    [row] = rolls.roll(sub, by=SYSTEM)
    assert (row.state, row.reason) == (RollState.OTHER, "区会议中心")


def test_a_sub_venue_needs_another_host_and_a_place(district, season):
    main = main_session(district, season)
    with pytest.raises(Invalid) as refusal:
        open_sub(main, district["district"], place_text="")
    assert [where for where, _words in refusal.value.details] == ["host_id", "place_id"]
    sub = open_sub(main, district["五接镇"])
    with pytest.raises(Conflict):
        open_sub(sub, district["平潮镇"])


def test_each_venue_is_opened_by_its_own_people_only(district, season, lin, wu):
    main = main_session(district, season)
    sub = open_sub(main, district["五接镇"])
    other = open_sub(main, district["平潮镇"], place_text="平潮分会场")
    found = venues.venues(sub, by=organiser(district["五接镇"]))
    assert {v.id for v in found.rows if v.is_open} == {main.id, sub.id}
    assert other.id in {v.id for v in found.rows}


def test_the_session_page_adds_and_counts_venues(cast):
    plan = make_plan(cast.season, cast.district, title="全区动员会", place_text="区会议中心")
    main_id = planning.save_session(by=SYSTEM, plan=plan)
    client = cast.client("office")
    url = reverse("activities:add_venue", args=[main_id])
    refused = client.post(url, {"venue-host_id": str(cast.own.node.id), "venue-place_text": ""})
    assert refused.status_code == 422
    assert "写明在哪里办" in refused.content.decode()
    client.post(url, {"venue-host_id": str(cast.own.node.id), "venue-place_text": "镇文化礼堂"})
    page = client.get(reverse("activities:session", args=[main_id])).content.decode()
    assert "镇文化礼堂" in page
    assert "主会场" in page
    sub = Session.objects.get(main_session=main_id)
    assert "分会场" in client.get(reverse("activities:session", args=[sub.id])).content.decode()


def test_the_step_list_opens_sub_venues_with_the_session(cast):
    client = cast.client("organiser")
    check = steps(
        client,
        cast,
        venue_host_1=str(cast.own.branch.id),
        venue_room_1="村部二楼",
        venue_seats_1="40",
    )
    page = words(client.get(check))
    assert "村部二楼" in page

    assert client.post(check, {"then": "publish"}).status_code == 302

    sub = Session.objects.get(main_session__isnull=False)
    assert (sub.host_id, sub.place_text, sub.capacity) == (cast.own.branch.id, "村部二楼", 40)
    assert sub.state == SessionState.PUBLISHED
    assert sub.main_session.title == "全镇动员会"


def test_a_row_of_a_sub_venue_is_asked_for_what_is_missing_and_keeps_what_was_typed(cast):
    client = cast.client("organiser")

    page = steps(client, cast, venue_room_1="村部二楼", venue_host_2=str(cast.own.branch.id))

    assert page.status_code == 422
    assert "选谁来办分会场" in words(page)
    assert "写明在哪里办" in words(page)
    assert "村部二楼" in words(page)


def test_a_sub_venue_that_does_not_fit_leads_back_to_its_step_and_saves_nothing(cast):
    client = cast.client("organiser")
    before = Session.objects.count()
    check = steps(client, cast, venue_host_1=str(cast.own.node.id), venue_room_1="二楼")

    refused = client.post(check, {"then": "publish"})

    assert refused.status_code == 422
    assert check.replace("check", "when") in words(refused)
    assert Session.objects.count() == before


def test_a_session_goes_online_with_its_sub_venues(district, season, lin, wu):
    main = main_session(district, season)
    sub = open_sub(main, district["五接镇"])
    url = "https://live.example/1"

    for _ in range(2):
        changes.go_online(by=SYSTEM, session_id=main.id, url=url, reason="大雪")

    sub.refresh_from_db()
    assert (sub.online_url, sub.went_online_reason) == (url, "大雪")
    told = Notice.objects.filter(kind="session_online")
    assert {notice.object_id for notice in told} == {main.id, sub.id}
