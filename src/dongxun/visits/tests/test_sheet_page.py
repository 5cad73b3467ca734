"""The sheet of a round on the page: clerks and phones write at the same doors."""

from datetime import time, timedelta

import pytest
from django.test import Client

from dongxun.access.tests.make import come_in, make_account
from dongxun.kernel import clock
from dongxun.kernel.actors import Role
from dongxun.ledger.models import Fact
from dongxun.visits.contracts import Outcome, Source
from dongxun.visits.models import Claim
from dongxun.visits.tests.make import World
from dongxun.visits.views.sheet import FIELDS

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    with clock.frozen(clock.moment(clock.today(), time(10, 0, 33))):
        yield World()


class Desk:
    """A clerk with the sheet open: ``save`` posts every row, changed or not, as a browser does."""

    def __init__(self, world):
        self.world = world
        self.url = f"/console/visits/{world.round.id}/sheet/"
        account = make_account(Role.ORGANISER, world.tree["平潮镇"])
        self.client = come_in(Client(), account)
        self.read(self.client.get(self.url))

    def read(self, page):
        self.was = page.context["was"]
        self.rows = {
            f"{stop.id}-{name}": form[name].value() or ""
            for stop, form, _heard in page.context["lines"]
            for name in FIELDS
        }
        return page

    def save(self, person, **typed):
        key = self.world.stop(person).id
        changed = {f"{key}-{name}": value for name, value in typed.items()}
        answer = self.client.post(self.url, {"was": self.was, **self.rows, **changed})
        if answer.status_code == 422:
            self.read(answer)
        return answer


def paper(world):
    return Claim.objects.filter(stop__round=world.round, source=Source.PAPER).count()


def nobody_home(world, person, **more):
    more |= {"outcome": Outcome.ABSENT, "minutes": 0, "topics": ()}
    return world.visited(person, **more)


def test_a_line_left_alone_takes_nothing_of_a_phone_back(world):
    world.take(nobody_home(world, world.zheng, after=5))
    desk = Desk(world)
    world.take(world.visited(world.zheng, minutes=15, after=30))
    assert desk.save(world.feng, outcome="absent").status_code == 302
    stop = world.stop(world.zheng)
    assert (stop.state, stop.generation, world.facts(world.zheng)) == ("done", 0, [(900, "home")])
    assert (world.stop(world.feng).state, paper(world)) == ("absent", 1)


def test_a_line_changed_here_and_by_a_phone_is_asked_about_once(world):
    desk = Desk(world)
    world.take(world.visited(world.zheng, minutes=15))
    asked = desk.save(world.zheng, outcome="absent")
    assert (asked.status_code, "15 分" in asked.content.decode(), paper(world)) == (422, True, 0)
    assert desk.save(world.zheng).status_code == 302
    assert (world.stop(world.zheng).state, world.facts(world.zheng)) == ("absent", [])


def test_a_visit_of_a_phone_stays_to_the_second_when_its_signature_is_entered(world):
    said = world.visited(world.zheng, minutes=12, after=20, words="想要老花镜")
    world.take(said, world.visited(world.feng))
    desk = Desk(world)
    assert desk.save(world.zheng, signed="thumb").status_code == 302
    stop = world.stop(world.zheng)
    assert (stop.signed, stop.began_at, stop.done_at) == (
        "thumb",
        said.started_at,
        said.occurred_at,
    )
    assert (stop.words, paper(world)) == ("想要老花镜", 1)
    assert Fact.objects.filter(voided_by=None).count() == 2


def test_a_start_put_right_shows_and_is_written_once(world):
    world.take(world.visited(world.zheng, minutes=12, after=20))
    later = clock.local(world.round.opened_at + timedelta(minutes=15)).time()
    at = f"{later:%H:%M}"
    with clock.frozen(world.round.opened_at + timedelta(hours=2)):
        for _twice in range(2):
            desk = Desk(world)
            assert desk.save(world.zheng, at=at).status_code == 302
    began = clock.local(world.stop(world.zheng).began_at).time()
    assert (began, paper(world)) == (time(later.hour, later.minute), 1)


def test_words_of_the_sheet_stand_beside_those_of_phones_and_are_put_right(world):
    world.take(world.visited(world.zheng, words="长" * 900))
    world.take(world.visited(world.zheng, words="想学手机\n怕摔", after=30))
    heard = "长" * 900 + "\n想学手机\n怕摔"
    assert Desk(world).save(world.zheng, words="想要老花竟").status_code == 302
    desk = Desk(world)
    assert desk.rows[f"{world.stop(world.zheng).id}-words"] == "想要老花竟"
    assert desk.save(world.zheng, words="想要老花镜").status_code == 302
    assert sorted(world.stop(world.zheng).words.splitlines()) == sorted(
        [*heard.splitlines(), "想要老花镜"]
    )


def test_what_is_typed_without_an_end_is_not_dropped(world):
    answer = Desk(world).save(world.zheng, minutes="15", words="想学种植")
    assert (answer.status_code, "想学种植" in answer.content.decode()) == (422, True)
