from datetime import UTC, datetime

import pytest

from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict
from dongxun.kernel.ids import derived_id, new_id
from dongxun.kernel.models import Event
from dongxun.ledger import api
from dongxun.ledger.contracts import FactKind, Mode, NewFact
from dongxun.ledger.models import Entry
from dongxun.organisations.tests.make import make_district
from dongxun.people.tests.make import make_person

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("tests")
EIGHT = datetime(2027, 1, 20, 0, 0, tzinfo=UTC)


def make_fact(person, *, seconds=3600, season_id=None, cause="a"):
    return NewFact(
        id=derived_id(EIGHT, "tests", person.id, cause),
        kind=FactKind.ATTENDED,
        person_id=person.id,
        branch_id=person.branch_id,
        season_id=season_id or derived_id(EIGHT, "season"),
        topic_id=None,
        seconds=seconds,
        mode=Mode.GROUP,
        format="hall",
        occurred_at=EIGHT,
        object_kind="session",
        object_id=derived_id(EIGHT, "session"),
        source="tests",
    )


def live(person, fact):
    return list(api.live_facts(fact.season_id, [person.id]))


def test_a_fact_recorded_twice_stands_once_and_is_announced_once():
    lin = make_person(branch=make_district()["平潮镇支部"])
    fact = make_fact(lin)

    assert api.record([fact], by=SYSTEM) == 1
    assert api.record([fact], by=SYSTEM) == 0

    assert [row.pk for row in live(lin, fact)] == [fact.id]
    assert Event.objects.filter(name="FactsRecorded").count() == 1


def test_another_fact_under_a_known_id_is_refused_and_writes_nothing():
    lin = make_person(branch=make_district()["平潮镇支部"])
    api.record([make_fact(lin)], by=SYSTEM)

    with pytest.raises(Conflict):
        api.record([make_fact(lin, cause="b"), make_fact(lin, seconds=1)], by=SYSTEM)

    assert Entry.objects.count() == 1


def test_a_voided_fact_is_struck_out_but_its_line_stays():
    lin = make_person(branch=make_district()["平潮镇支部"])
    fact = make_fact(lin)
    api.record([fact], by=SYSTEM)

    assert api.void([fact.id], by=SYSTEM, reason="entered for the wrong person") == 1
    assert api.void([fact.id, new_id()], by=SYSTEM, reason="again") == 0

    assert live(lin, fact) == []
    assert Entry.objects.count() == 2
