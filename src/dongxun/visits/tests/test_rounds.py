from datetime import time, timedelta

import pytest

from dongxun.access.contracts import LinkDead
from dongxun.access.services.phones import find_link
from dongxun.activities.attendance import makeup
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid, NotFound
from dongxun.kernel.ids import new_id
from dongxun.people.tests.make import make_person
from dongxun.seasons import api as seasons
from dongxun.seasons.tests.make import make_participation
from dongxun.visits import queries, services
from dongxun.visits.contracts import Guest, RoundDraft, RoundKind, RoundOver, SheetLine, TopicPart
from dongxun.visits.models import Claim, Pair, Round, Stop
from dongxun.visits.services.homes import HomeDraft
from dongxun.visits.tests.make import World, make_round

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("tests")


@pytest.fixture
def world():
    return World()


def order(world):
    found = Stop.objects.filter(round=world.round).exclude(state="dropped").order_by("order")
    return [stop.person.name if stop.person else stop.guest for stop in found]


def owed(world, by=None):
    by = by or world.zhou
    node = world.tree["平潮镇"]
    rules = seasons.rules(world.season.id)
    homes = queries.owed_homes(by=by, rules=rules, interval=node.interval)
    return [(home.person.name, home.has_visitor, len(home.topics)) for home in homes]


def test_whoever_learns_at_home_and_has_not_met_a_topic_is_owed_a_visit(world):
    lonely = make_person("陈三", branch=world.tree["平潮镇支部"])
    make_participation(world.season, lonely, mode="home", reason="mobility")
    assert owed(world) == [("陈三", False, 2), ("冯二", True, 2), ("郑十", True, 2)]
    assert owed(world, by=world.organiser("五接镇")) == []


def test_who_has_something_to_make_up_and_no_session_for_it_is_owed_too(world):
    together = make_person("赵五", branch=world.tree["平潮镇支部"])
    make_participation(world.season, together)
    owing = makeup.Owing(world.season.id, world.topic, (together.id,))
    makeup.open_makeup(by=SYSTEM, owing=owing)
    assert ("赵五", False, 1) in owed(world)


def test_opening_a_round_twice_is_one_round(world):
    draft = RoundDraft(
        id=new_id(),
        season_id=world.season.id,
        organisation_id=world.tree["平潮镇"].id,
        title="下午线",
        day=clock.today() + timedelta(days=1),
        topics=(TopicPart(world.topic, 10),),
        person_ids=(world.zheng.id,),
    )
    assert services.open_round(by=world.zhou, draft=draft) == draft.id
    assert services.open_round(by=world.zhou, draft=draft) == draft.id
    assert Stop.objects.filter(round_id=draft.id).count() == 1


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"person_ids": ()}, "people"),
        ({"day": clock.today() - timedelta(days=1)}, "day"),
        ({"title": " "}, "title"),
        ({"topics": ()}, "topics"),
        ({"topics": (TopicPart(new_id(), 9),)}, "topics"),
        ({"starts_at": time(11), "ends_at": time(9)}, "ends_at"),
        ({"lesson_audio": "https://elsewhere.example/a.mp3"}, "audio"),
    ],
)
def test_a_round_that_cannot_be_is_refused_at_its_place(world, given, where):
    person = make_person("陈三", branch=world.tree["平潮镇支部"])
    with pytest.raises(Invalid) as refusal:
        make_round(world.season, world.tree["平潮镇"], [person], by=world.zhou, **given)
    assert refusal.value.where == where


def test_nobody_is_on_two_rounds_of_one_day(world):
    with pytest.raises(Invalid) as refusal:
        make_round(world.season, world.tree["平潮镇"], [world.zheng], by=world.zhou)
    assert "郑十" in str(refusal.value)


def test_people_of_another_town_cannot_be_put_on_a_round(world):
    with pytest.raises(NotFound):
        services.add_stops(by=world.zhou, round_id=world.round.id, person_ids=[world.wu.id])


def test_the_order_changes_by_one_place_and_stays_inside(world):
    stop = world.stop(world.feng)
    services.move_stop(by=world.zhou, stop_id=stop.id, up=True)
    assert order(world) == ["冯二", "郑十"]
    services.move_stop(by=world.zhou, stop_id=stop.id, up=True)
    assert order(world) == ["冯二", "郑十"]
    services.move_stop(by=world.zhou, stop_id=stop.id, up=False)
    assert order(world) == ["郑十", "冯二"]


def test_a_condolence_round_visits_people_who_are_on_no_roster(world):
    guests = (Guest("困难户甲", "河东组 2 号", "hardship"),)
    row = make_round(
        world.season,
        world.tree["平潮镇"],
        [],
        by=world.zhou,
        kind=RoundKind.CONDOLENCE,
        topics=(),
        guests=guests,
        goods="米 1 袋",
    )
    [stop] = row.stops.all()
    assert (stop.guest, stop.goods, stop.target) == ("困难户甲", "米 1 袋", "hardship")
    assert "河东" not in stop.guest_address


def test_splitting_and_joining_keeps_every_home_once(world):
    stop = world.stop(world.feng)
    new = new_id()
    for _press in range(2):
        services.split_round(by=world.zhou, round_id=world.round.id, stop_ids=[stop.id], new=new)
    assert order(world) == ["郑十"]
    services.merge_rounds(by=world.zhou, round_id=new, into_id=world.round.id)
    assert order(world) == ["郑十", "冯二"]
    assert Round.objects.get(id=new).state == "cancelled"
    with pytest.raises(Invalid):
        services.split_round(by=world.zhou, round_id=world.round.id, stop_ids=[])


def test_a_home_where_somebody_was_stays_on_the_round(world):
    services.drop_stop(by=world.zhou, stop_id=world.stop(world.feng).id)
    world.take(world.visited(world.zheng))
    with pytest.raises(Invalid):
        services.drop_stop(by=world.zhou, stop_id=world.stop(world.zheng).id)
    assert order(world) == ["郑十"]


def test_a_round_is_called_off_with_a_reason_and_its_links_stop(world):
    link = services.link_for(by=world.zhou, visitor_id=world.visitor_id)
    with pytest.raises(Invalid):
        services.cancel_round(by=world.zhou, round_id=world.round.id, reason=" ")
    services.cancel_round(by=world.zhou, round_id=world.round.id, reason="大雪")
    with pytest.raises(LinkDead):
        find_link(link.code, None)
    assert world.take(world.visited(world.zheng)) == [("rejected", "round_cancelled")]
    with pytest.raises(RoundOver):
        services.add_stops(by=world.zhou, round_id=world.round.id, person_ids=[world.qian.id])


def test_a_closed_round_still_takes_what_a_phone_holds(world):
    services.close_round(by=world.zhou, round_id=world.round.id)
    assert world.take(world.visited(world.zheng)) == [("stored", "")]


def test_a_new_link_stops_the_earlier_one(world):
    first = services.link_for(by=world.zhou, visitor_id=world.visitor_id)
    services.link_for(by=world.zhou, visitor_id=world.visitor_id)
    with pytest.raises(LinkDead):
        find_link(first.code, None)


def test_who_is_visited_does_not_visit_on_the_same_round(world):
    with pytest.raises(Invalid):
        services.add_visitor(by=world.zhou, round_id=world.round.id, person_id=world.zheng.id)


def test_a_pair_is_made_once_and_shows_on_the_next_round(world):
    for _press in range(2):
        pair_id = services.save_pair(
            by=world.zhou,
            season_id=world.season.id,
            elder_id=world.zheng.id,
            young_id=world.qian.id,
        )
    assert Pair.objects.count() == 1
    day = clock.today() + timedelta(days=1)
    row = make_round(world.season, world.tree["平潮镇"], [world.zheng], by=world.zhou, day=day)
    assert row.stops.get().pair_id == pair_id
    services.end_pair(by=world.zhou, pair_id=pair_id)
    assert Pair.objects.get().until == clock.today()


@pytest.mark.parametrize(("latitude", "longitude"), [(32.0, None), (99.0, 120.0), (32.0, 999.0)])
def test_a_home_is_nowhere_or_somewhere(world, latitude, longitude):
    draft = HomeDraft("说话慢一点", latitude, longitude)
    with pytest.raises(Invalid):
        services.save_home(by=world.zhou, person_id=world.zheng.id, draft=draft)


def line(world, person, **overrides):
    values = {"outcome": "done", "minutes": 15, "at": clock.local(clock.now()).time()}
    return SheetLine(world.stop(person).id, **(values | overrides))


def test_a_sheet_entered_twice_is_entered_once_and_corrected_it_counts_anew(world):
    with clock.frozen(world.round.opened_at + timedelta(minutes=40)):
        lines = [line(world, world.zheng), SheetLine(world.stop(world.feng).id)]
        for _press in range(2):
            services.enter_sheet(by=world.zhou, round_id=world.round.id, lines=lines)
        assert (Claim.objects.count(), world.facts(world.zheng)) == (1, [(900, "home")])
        done = services.enter_sheet(
            by=world.zhou, round_id=world.round.id, lines=[line(world, world.zheng, minutes=30)]
        )
    assert (done.written, done.same) == (1, 0)
    assert world.facts(world.zheng) == [(1800, "home")]
    assert not world.stop(world.zheng).disputed


def test_a_line_that_cannot_be_is_refused_at_its_place(world):
    lines = [line(world, world.zheng, minutes=0)]
    with pytest.raises(Invalid) as refusal:
        services.enter_sheet(by=world.zhou, round_id=world.round.id, lines=lines)
    [(where, _words)] = refusal.value.details
    assert where == f"minutes_{lines[0].stop_id}"
    assert Claim.objects.count() == 0
