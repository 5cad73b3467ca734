import ast
import inspect
from datetime import timedelta

import pytest
from django.db import transaction

from dongxun.kernel.actors import Actor, ActorKind, Grant, Role
from dongxun.kernel.errors import Conflict
from dongxun.kernel.ids import new_id
from dongxun.kernel.models import Event
from dongxun.ledger import api, queries, services
from dongxun.ledger.models import Entry, Fact, Void
from dongxun.ledger.tests.make import EIGHT, make_fact
from dongxun.organisations.tests.make import make_district
from dongxun.people.tests.make import make_person

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("tests")


@pytest.fixture
def tree():
    return make_district()


@pytest.fixture
def lin(tree):
    return make_person(branch=tree["平潮镇支部"])


def organiser(node):
    grant = Grant(Role.ORGANISER, node.id, node.interval)
    return Actor(ActorKind.ACCOUNT, id=new_id(), grants=(grant,))


def live(person, fact):
    return list(api.live_of(fact.season_id, [person.id]))


def test_a_fact_recorded_twice_stands_once_and_is_announced_once(lin):
    fact = make_fact(lin)

    assert api.record([fact], by=SYSTEM) == 1
    assert api.record([fact], by=SYSTEM) == 0

    assert [row.id for row in live(lin, fact)] == [fact.id]
    [event] = Event.objects.filter(name="FactsRecorded")
    assert event.payload == {"season_id": str(fact.season_id), "person_ids": [str(lin.id)]}


@pytest.mark.parametrize(
    "change",
    [
        {"seconds": 1},
        {"mode": "home"},
        {"format": "day"},
        {"occurred_at": EIGHT + timedelta(minutes=1)},
        {"object_id": new_id()},
    ],
)
def test_another_fact_under_a_known_id_is_refused_and_writes_nothing(lin, change):
    api.record([make_fact(lin)], by=SYSTEM)

    with pytest.raises(Conflict), transaction.atomic():
        api.record([make_fact(lin, cause="b"), make_fact(lin, **change)], by=SYSTEM)

    assert (Entry.objects.count(), Fact.objects.count()) == (1, 1)


def test_recording_known_and_new_facts_together_writes_only_the_new(lin):
    first, second = make_fact(lin), make_fact(lin, cause="b")
    api.record([first], by=SYSTEM)

    assert api.record([first, second], by=SYSTEM) == 1

    assert {row.id for row in live(lin, first)} == {first.id, second.id}


def test_one_check_in_costs_three_statements(lin, django_assert_num_queries):
    with django_assert_num_queries(3):
        api.record([make_fact(lin)], by=SYSTEM)


def test_a_history_is_announced_by_at_most_a_thousand_people_at_a_time(tree, monkeypatch):
    monkeypatch.setattr(services, "PEOPLE_AN_EVENT", 2)
    people = [make_person(branch=tree["平潮镇支部"]) for _ in range(5)]
    facts = [make_fact(person, cause=cause) for person in people for cause in "ab"]

    assert api.record_many(iter(facts), by=SYSTEM) == 10
    assert api.record_many(iter(facts), by=SYSTEM) == 0

    told = [event.payload["person_ids"] for event in Event.objects.order_by("id")]
    assert sorted(map(len, told)) == [1, 2, 2]
    assert {person_id for part in told for person_id in part} == {str(p.id) for p in people}


def test_a_quiet_history_is_not_announced(lin):
    api.record_many([make_fact(lin)], by=SYSTEM, quiet=True)

    assert not Event.objects.exists()


def test_a_voided_fact_is_struck_out_but_its_line_stays(lin):
    fact = make_fact(lin)
    api.record([fact], by=SYSTEM)

    assert api.void([fact.id], by=SYSTEM, reason="entered for the wrong person") == 1
    assert api.void([fact.id, new_id()], by=SYSTEM, reason="again") == 0

    assert live(lin, fact) == []
    assert Entry.objects.count() == 2
    assert Void.objects.get().reason == "entered for the wrong person"
    assert Event.objects.filter(name="FactsVoided").count() == 1


def test_a_struck_fact_sent_again_stays_struck(lin):
    fact = make_fact(lin)
    api.record([fact], by=SYSTEM)
    api.void([fact.id], by=SYSTEM, reason="wrong")

    assert api.record([fact], by=SYSTEM) == 0

    assert live(lin, fact) == []


def test_facts_of_a_merged_duplicate_are_read_as_the_survivors(tree, lin):
    double = make_person(branch=tree["五接镇支部"], merged_into=lin)
    fact = make_fact(double)
    api.record([fact], by=SYSTEM)

    assert [(row.id, row.person_id) for row in live(lin, fact)] == [(fact.id, lin.id)]
    assert [row.id for row in api.facts_of(lin.id, by=organiser(tree["平潮镇"]))] == [fact.id]


def test_organisers_and_phones_see_only_the_facts_of_their_people(tree, lin):
    fact = make_fact(lin)
    api.record([fact], by=SYSTEM)
    phone = Actor(ActorKind.DEVICE, id=new_id(), persons=(lin.id,))
    other = Actor(ActorKind.DEVICE, id=new_id(), persons=(new_id(),))

    seen = {
        name: len(api.facts_of(lin.id, by=actor, season_id=fact.season_id))
        for name, actor in {
            "system": SYSTEM,
            "own town": organiser(tree["平潮镇"]),
            "other town": organiser(tree["五接镇"]),
            "own phone": phone,
            "other phone": other,
            "public": Actor.public(),
        }.items()
    }

    assert seen == {
        "system": 1,
        "own town": 1,
        "other town": 0,
        "own phone": 1,
        "other phone": 0,
        "public": 0,
    }


def test_the_book_has_no_code_that_updates_or_deletes():
    forbidden = {"delete", "save", "bulk_update", "update_or_create", "overwrite", "add_up"}
    for module in (services, queries):
        calls = {
            node.func.attr
            for node in ast.walk(ast.parse(inspect.getsource(module)))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        }
        assert not calls & forbidden
