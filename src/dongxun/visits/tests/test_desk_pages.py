from datetime import time, timedelta

import pytest
from django.test import Client

from dongxun.access.tests.make import come_in, make_account
from dongxun.coverage import api as coverage
from dongxun.kernel import clock, sync
from dongxun.kernel.actors import Actor, Role
from dongxun.kernel.ids import new_id
from dongxun.people.tests.make import make_person
from dongxun.visits import queries, services
from dongxun.visits.models import Photo, Round, Stop, Visitor
from dongxun.visits.services.homes import HomeDraft
from dongxun.visits.tests.make import World, make_round
from tests.cast import SYSTEM

pytestmark = pytest.mark.django_db
DESK = "/console/visits/"


@pytest.fixture
def world():
    return World()


@pytest.fixture
def desk(world):
    account = make_account(Role.ORGANISER, world.tree["平潮镇"], name="平潮组织办")
    return come_in(Client(), account)


def typed(world, **more):
    return {
        "id": str(new_id()),
        "title": "下午线",
        "kind": "study",
        "day": str(clock.today()),
        "topics": [str(world.topic)],
        "minutes": "12",
        "people": [],
    } | more


def test_the_desk_says_how_many_homes_nobody_goes_to(world, desk):
    Visitor.objects.all().delete()
    page = desk.get(DESK).content.decode()
    assert "还有 2 户没人去" in page
    assert "金北村 上午线" in page


def test_a_round_is_opened_for_those_chosen(world, desk):
    Round.objects.get().stops.all().delete()
    answer = desk.post(DESK, typed(world, people=[str(world.zheng.id)]))
    row = Round.objects.get(title="下午线")
    assert answer.headers["Location"] == f"/console/visits/{row.id}/"
    assert row.topics.get().minutes == 12


def test_a_round_held_before_is_entered_from_paper_and_counts(world, desk):
    Round.objects.get().stops.all().delete()
    held = clock.today() - timedelta(days=3)
    typed_in = typed(world, day=str(held), people=[str(world.zheng.id)])
    refused = desk.post(DESK, typed_in)
    assert (refused.status_code, "从纸上补录" in refused.content.decode()) == (422, True)
    for day in (clock.today() + timedelta(days=1), clock.today() - timedelta(days=120)):
        assert desk.post(DESK, typed_in | {"paper": "on", "day": str(day)}).status_code == 422
    answer = desk.post(DESK, typed_in | {"paper": "on"})
    row = Round.objects.get(title="下午线")
    assert answer.headers["Location"] == f"/console/visits/{row.id}/sheet/"
    stop = row.stops.get()
    names = ("outcome", "at", "minutes", "signed")
    line = dict(zip(names, ("done", "09:30", "12", "thumb"), strict=True))
    fields = {f"{stop.id}-{name}": value for name, value in line.items()}
    assert desk.post(answer.headers["Location"], fields).status_code == 302
    assert world.facts(world.zheng) == [(720, "home")]
    assert Stop.objects.get(id=stop.id).began_at == clock.moment(held, time(9, 30))


def test_a_round_is_opened_to_a_member_owed_nothing_and_to_people_on_no_roster(world, desk):
    typed_in = typed(
        world,
        kind="condolence",
        topics=[],
        others="钱一诺\n",
        guests="困难户甲 河东组 2 号\n\n困难户乙，河西组",
    )
    answer = desk.post(DESK, typed_in)
    row = Round.objects.get(title="下午线")
    assert answer.headers["Location"] == f"/console/visits/{row.id}/"
    stops = row.stops.order_by("order")
    assert [stop.person.name if stop.person else stop.guest for stop in stops] == [
        "钱一诺",
        "困难户甲",
        "困难户乙",
    ]
    more = {"into": str(row.id), "guests": "困难户丙", "others": "冯二"}
    Stop.objects.filter(round=world.round, person=world.feng).delete()
    assert desk.post(DESK, typed(world, **more)).status_code == 302
    assert row.stops.count() == 5


def test_a_name_that_nobody_or_several_have_is_refused_with_what_was_typed(world, desk):
    make_person("钱一诺", branch=world.tree["平潮镇支部"])
    several = desk.post(DESK, typed(world, others="钱一诺", guests="困难户甲 河东组"))
    assert several.status_code == 422
    page = several.content.decode()
    assert "有几位叫钱一诺" in page
    assert "困难户甲 河东组" in page
    nobody = desk.post(DESK, typed(world, others="吴思远"))
    assert (nobody.status_code, Round.objects.count()) == (422, 1)
    assert "这里没有叫“吴思远”的人" in nobody.content.decode()
    here = world.tree["平潮镇支部"]
    for name in ("何七", "何八"):
        make_person(name, branch=here)
    both = f"何七（{here.short_name}）、何八"
    assert desk.post(DESK, typed(world, others=both)).status_code == 302


def test_whoever_goes_is_found_by_name(world, desk):
    he = make_person("何七", branch=world.tree["平潮镇支部"])
    page = f"/console/visits/{world.round.id}/do/"
    refused = desk.post(page, {"what": "send", "visitor": "", "named": "何八"})
    assert refused.status_code == 422
    assert desk.post(page, {"what": "send", "visitor": "", "named": "何七"}).status_code == 302
    assert Visitor.objects.filter(round=world.round, person=he).exists()


def test_whoever_is_sent_on_a_second_round_at_the_same_time_is_named(world, desk):
    town, act = world.tree["平潮镇"], {"what": "send", "visitor": f"p{world.qian.id}"}
    Round.objects.filter(id=world.round.id).update(starts_at=time(9), ends_at=time(11))
    said = []
    for begins in (time(10), time(11)):
        hours = {"starts_at": begins, "ends_at": time(12)}
        elder = make_person("何七", branch=world.tree["平潮镇支部"])
        other = make_round(world.season, town, [elder], by=SYSTEM, **hours)
        page = desk.post(f"/console/visits/{other.id}/do/", act, follow=True).content.decode()
        Visitor.objects.filter(round=other).delete()
        said.append("钱一诺同一时间还有另一条路线" in page)

    assert said == [True, False]


def test_with_nobody_chosen_what_was_typed_stays(world, desk):
    answer = desk.post(DESK, typed(world))
    assert answer.status_code == 422
    assert "下午线" in answer.content.decode()
    assert "至少选一户" in answer.content.decode()


def test_the_round_shows_a_link_once_and_can_be_sent_and_called_off(world, desk):
    page = f"/console/visits/{world.round.id}/"
    shown = desk.post(f"/console/visits/visitors/{world.visitor_id}/", {"what": "link"})
    assert "/l/" in shown.content.decode()
    assert "/l/" not in desk.get(page).content.decode()
    refused = desk.post(f"{page}do/", {"what": "cancel", "reason": ""})
    assert refused.status_code == 422
    assert desk.post(f"{page}do/", {"what": "cancel", "reason": "大雪"}).status_code == 302
    assert "大雪" in desk.get(page).content.decode()


def test_a_link_that_a_phone_has_opened_is_made_anew_only_when_that_is_said_again(world, desk):
    page = f"/console/visits/visitors/{world.visitor_id}/"
    link = services.link_for(by=world.zhou, visitor_id=world.visitor_id)
    phone = Client()
    phone.post(link.path)
    asked = desk.post(page, {"what": "link"}).content.decode()
    assert ("已经在手机上打开" in asked, "/l/" in asked) == (True, False)
    assert phone.get("/v/data/").status_code == 200
    assert "/l/" in desk.post(page, {"what": "again"}).content.decode()
    assert phone.get("/v/data/").status_code == 404


def test_every_round_before_can_be_reached(world, desk):
    for n in range(12):
        more = {"title": f"旧线{n}", "day": clock.today() + timedelta(days=n + 1)}
        make_round(world.season, world.tree["平潮镇"], [world.qian], by=world.zhou, **more)
    Round.objects.filter(title__startswith="旧线").update(state="closed")
    pages = [desk.get(DESK, {"before": n}).content.decode() for n in (1, 2)]
    found = [{n for n in range(12) if f"<b>旧线{n}</b>" in page} for page in pages]
    assert ([len(some) for some in found], found[0] | found[1]) == ([10, 2], set(range(12)))


def test_who_lacks_five_of_sixty_minutes_is_said_so_wherever_one_plans_or_goes(world, desk):
    coverage.rebuild(by=Actor.system("tests"), season_id=world.season.id)
    world.take(world.visited(world.zheng, minutes=55))
    coverage.rebuild(by=Actor.system("tests"), season_id=world.season.id)
    Stop.objects.filter(person=world.zheng).update(state="absent")
    topic = world.season.topics.get(id=world.topic).short_name
    lacks = [f"{topic}（5 分）", f"{topic}（60 分）"]
    for page in (DESK, f"/console/visits/{world.round.id}/"):
        shown = desk.get(page).content.decode()
        assert [words in shown for words in lacks] == [True, True], page
    phone = Client()
    phone.post(services.link_for(by=world.zhou, visitor_id=world.visitor_id).path)
    stops = phone.get("/v/data/").json()["rounds"][0]["stops"]
    assert [stop["owed"] for stop in stops] == lacks
    _head, lines = queries.paper_round(world.round.id, by=world.zhou)
    assert [line.owed[0].minutes for line in lines] == [5, 60]


def test_a_dispute_is_shown_and_decided(world, desk):
    first, second = world.visited(world.zheng), world.visited(world.zheng, minutes=30, after=40)
    world.take(first, second)
    at = {"taken_at": clock.now(), "begun_at": clock.now(), "whole_at": clock.now()}
    photos = [
        Photo.objects.create(id=new_id(), stop_id=first.stop_id, consent=True, size=9, **at)
        for _phone in range(2)
    ]
    page = desk.get(f"{DESK}disputes/").content.decode()
    assert "1 户的记录对不上" in page
    assert all(f"/console/visits/photos/{one.id}/" in page for one in photos)
    desk.post(f"{DESK}disputes/", {"stop": str(first.stop_id), "claim": str(second.id)})
    assert world.facts(world.zheng) == [(1800, "home")]
    assert "没有对不上的记录" in desk.get(f"{DESK}disputes/").content.decode()


def test_a_refused_record_is_shown_to_its_desk_until_somebody_has_seen_it(world, desk):
    body = {
        "stop": str(world.stop(world.zheng).id),
        "outcome": "done",
        "minutes": 999,
        "words": "想要老花镜",
        "occurred_at": clock.now().isoformat(),
    }
    item = sync.Item(new_id(), "visit_done", body)
    nonsense = sync.Item(new_id(), "visit_done", {"stop": body["stop"]})
    second = sync.Item(new_id(), "visit_done", body | {"minutes": 998, "words": "又填一份"})
    sync.receive([item, second, nonsense], by=world.visitor)
    address = f"{DESK}disputes/"
    page = desk.get(address).content.decode()
    assert "想要老花镜" in page
    assert "分钟数不对。" in page
    assert f"r{nonsense.id}" not in page
    elsewhere = make_account(Role.ORGANISER, world.tree["五接镇"], name="五接组织办")
    other = come_in(Client(), elsewhere)
    assert other.post(address, {"seen": str(item.id)}).status_code == 404
    both = {"seen": [str(item.id), str(second.id)]}
    assert page.count("看过了") == 1
    assert desk.post(address, both).status_code == 302
    page = desk.get(address).content.decode()
    assert [words in page for words in ("想要老花镜", "又填一份")] == [False, False]
    assert desk.post(address, both).status_code == 404


def test_a_paper_sheet_is_entered_before_noon_and_bad_lines_are_marked(world, desk):
    page, key = f"/console/visits/{world.round.id}/sheet/", world.stop(world.zheng).id
    bad = desk.post(
        page, {f"{key}-outcome": "done", f"{key}-minutes": "", f"{key}-words": "想学种植"}
    )
    assert bad.status_code == 422
    assert "想学种植" in bad.content.decode()
    good = desk.post(page, {f"{key}-outcome": "absent"})
    assert good.status_code == 302
    assert world.stop(world.zheng).state == "absent"


def test_a_note_on_behaviour_is_sealed(world, desk):
    page = f"/console/visits/homes/{world.zheng.id}/"
    assert desk.post(page, {"note": "说话慢一点"}).status_code == 302
    assert "说话慢一点" in desk.get(page).content.decode()
    from dongxun.visits.models import Home

    assert "说话" not in Home.objects.get().note


def test_when_to_come_stays_as_it_was_ticked(world, desk):
    page = f"/console/visits/homes/{world.zheng.id}/"
    late = {"opens": "14:00", "closes": "16:00", "weekdays": ["2", "4"], "language": "dialect"}

    backwards = desk.post(page, late | {"closes": "13:00"})
    desk.post(page, late | {"two": "on"})

    shown = desk.get(page).context["form"].initial
    assert backwards.status_code == 422
    assert {name: shown[name] for name in ("weekdays", "language", "two")} == {
        "weekdays": ["2", "4"],
        "language": "dialect",
        "two": True,
    }


def test_the_lists_cost_the_same_for_one_home_and_for_three(
    world, desk, django_assert_max_num_queries
):
    with django_assert_max_num_queries(40):
        desk.get(DESK)
    for n, person in enumerate((world.zheng, world.feng)):
        draft = HomeDraft(latitude=32.0 + n / 100, longitude=120.9)
        services.save_home(by=world.zhou, person_id=person.id, draft=draft)
    with django_assert_max_num_queries(30):
        page = desk.get(f"/console/visits/{world.round.id}/").content.decode()
    assert page.count('class="spot') == 2
