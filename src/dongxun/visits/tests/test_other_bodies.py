import pytest
from django.test import Client

from dongxun.access.tests.make import come_in, make_account
from dongxun.kernel import sync
from dongxun.kernel.actors import Role
from dongxun.kernel.errors import NotFound
from dongxun.kernel.ids import new_id
from dongxun.kernel.models import SyncItem, SyncVariant
from dongxun.visits import queries, services
from dongxun.visits.models import Claim
from dongxun.visits.tests.make import World

pytestmark = pytest.mark.django_db
DISPUTES = "/console/visits/disputes/"


@pytest.fixture
def world():
    return World()


def body(world, minutes, /, **more):
    said = world.visited(world.zheng, minutes=minutes, after=minutes)
    return {
        "stop": str(said.stop_id),
        "outcome": "done",
        "occurred_at": said.occurred_at.isoformat(),
        "minutes": minutes,
        "topics": [{"topic": str(world.topic), "minutes": minutes}],
    } | more


def send(world, *bodies, key=None):
    key = key or new_id()
    items = [sync.Item(key, "visit_done", one) for one in bodies]
    found = sync.receive(items, by=world.visitor)
    return [(answer.answer.value, answer.reason) for answer in found]


def two(world, **more):
    """Send one record twice with different content; return its id."""
    key = new_id()
    send(world, body(world, 12), key=key)
    assert send(world, body(world, 45, **more), key=key) == [("conflict", "same_id_other_body")]
    return key


def test_a_second_body_under_one_id_is_kept_and_counts_for_nothing(world):
    key = two(world)
    assert SyncItem.objects.get(id=key).body["minutes"] == 12
    assert SyncVariant.objects.get(item_id=key).body["minutes"] == 45
    assert world.facts(world.zheng) == [(720, "home")]


def test_sent_again_and_again_it_is_kept_once_and_each_other_one_too(world):
    key = two(world)
    for minutes in (45, 45, 50):
        send(world, body(world, minutes), key=key)
    assert sorted(row.body["minutes"] for row in SyncVariant.objects.all()) == [45, 50]


def test_two_bodies_in_one_upload_leave_the_first_stored(world):
    found = send(world, body(world, 12), body(world, 45))
    assert found == [("stored", ""), ("conflict", "same_id_other_body")]
    assert world.facts(world.zheng) == [(720, "home")]
    assert SyncVariant.objects.count() == 1


def test_a_person_who_takes_the_second_sees_two_records_that_differ(world):
    two(world)
    [pair] = queries.two_bodies(by=world.zhou)
    assert ("12" in pair.first, "45" in pair.second) == (True, True)
    services.settle_other(by=world.zhou, other_id=pair.other.id, take=True)
    assert queries.two_bodies(by=world.zhou) == []
    assert (Claim.objects.count(), world.stop(world.zheng).disputed) == (2, True)
    assert world.facts(world.zheng) == [(720, "home")]
    with pytest.raises(NotFound):
        services.settle_other(by=world.zhou, other_id=pair.other.id, take=True)


def test_a_person_who_leaves_the_first_deletes_nothing(world):
    two(world)
    [pair] = queries.two_bodies(by=world.zhou)
    services.settle_other(by=world.zhou, other_id=pair.other.id, take=False)
    assert queries.two_bodies(by=world.zhou) == []
    assert (Claim.objects.count(), SyncVariant.objects.count()) == (1, 1)


def test_a_second_body_that_cannot_be_taken_stays_to_be_looked_at(world):
    two(world, minutes="viele")
    [pair] = queries.two_bodies(by=world.zhou)
    with pytest.raises(services.OtherRefused):
        services.settle_other(by=world.zhou, other_id=pair.other.id, take=True)
    assert len(queries.two_bodies(by=world.zhou)) == 1


def test_nobody_of_another_town_sees_or_settles_it(world):
    two(world)
    [pair] = queries.two_bodies(by=world.zhou)
    other = world.organiser("五接镇")
    assert queries.two_bodies(by=other) == []
    with pytest.raises(NotFound):
        services.settle_other(by=other, other_id=pair.other.id, take=True)


def test_the_page_shows_both_bodies_and_takes_a_decision(world):
    two(world, words="后来又改了")
    desk = come_in(Client(), make_account(Role.ORGANISER, world.tree["平潮镇"]))
    page = desk.get(DISPUTES).content.decode()
    assert all(word in page for word in ("12 分钟", "45 分钟", "后来又改了"))
    assert "1 份记录对不上" in desk.get("/console/visits/").content.decode()
    [pair] = queries.two_bodies(by=world.zhou)
    assert desk.post(DISPUTES, {"other": str(pair.other.id), "take": "1"}).status_code == 302
    assert "记录对不上" in desk.get(DISPUTES).content.decode()
    assert Claim.objects.count() == 2
