from datetime import timedelta

import pytest
from django.core.management import call_command

from dongxun.coverage import services
from dongxun.coverage.models import Cell, PersonStanding, TopicStanding
from dongxun.coverage.tasks import keep_up
from dongxun.coverage.tests.make import SYSTEM, House
from dongxun.kernel import clock
from dongxun.kernel.events import announce
from dongxun.kernel.models import Event
from dongxun.kernel.outbox import deliver_all
from dongxun.ledger import api as ledger
from dongxun.ledger.contracts import FactKind, Mode
from dongxun.organisations import api as organisations
from dongxun.seasons.contracts import StudyMode
from dongxun.seasons.models import Participation

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    return House()


def test_a_check_in_shows_at_every_level_above_and_nowhere_else(house):
    lin, _wu = house.member(), house.member("五接镇支部")
    house.credit(lin, _wu)

    house.attend(lin)

    assert [house.count(name, "met", 0) for name in ("平潮镇支部", "平潮镇", "district")] == [
        1,
        1,
        1,
    ]
    assert house.count("五接镇", "met", 0) == 0
    assert (house.count("district", "eligible"), house.count("district", "s_untrained", 0)) == (
        2,
        1,
    )


def test_a_repeated_event_changes_nothing(house):
    lin = house.member()
    house.attend(lin)
    before = house.cells()

    announce("FactsRecorded", season_id=str(house.season.id), person_ids=[str(lin.id)])
    deliver_all()

    assert house.credit(lin) == 0
    assert house.cells() == before


def test_a_voided_fact_is_taken_back_everywhere(house):
    lin = house.member()
    [fact] = house.attend(lin)

    ledger.void([fact.id], by=SYSTEM, reason="wrong person")
    deliver_all()

    assert house.count("district", "reached") == 0
    assert not TopicStanding.objects.exists()
    assert house.count("district", "s_untrained") == 1


def test_a_transfer_moves_the_denominator_and_takes_the_credit_along(house):
    lin = house.member()
    house.attend(lin)
    part = Participation.objects.get(person=lin)
    part.valid_to = clock.today()
    part.save()
    part.pk, part.valid_from, part.valid_to = None, clock.today(), None
    part.branch_id = house.tree["五接镇支部"].id
    part._state.adding = True
    part.save()

    house.credit(lin)

    assert (house.count("平潮镇", "eligible"), house.count("五接镇", "eligible")) == (0, 1)
    assert house.count("五接镇", "met", 0) == 1
    assert not Cell.objects.filter(organisation_id=house.tree["平潮镇"].id).exists()


def test_who_no_longer_has_a_part_leaves_no_trace(house):
    lin = house.member()
    house.attend(lin)
    Participation.objects.all().delete()

    house.credit(lin)

    assert not PersonStanding.objects.exists()
    assert house.cells() == {}


def test_a_survivor_takes_over_the_facts_of_the_duplicate(house):
    lin, double = house.member(), house.member()
    house.credit(lin, double)
    house.attend(double)
    type(lin).objects.filter(id=double.id).update(merged_into=lin)
    Participation.objects.filter(person=double).delete()

    announce("PersonMerged", kept_id=str(lin.id), merged_id=str(double.id))
    deliver_all()

    assert [row.person_id for row in PersonStanding.objects.filter(rigor=False)] == [lin.id]
    assert (house.count("district", "eligible"), house.count("district", "met", 0)) == (1, 1)


def test_a_moved_organisation_takes_its_counters_to_the_new_parent(house):
    lin = house.member()
    house.attend(lin)
    [village] = organisations.children(house.tree["平潮镇"].id)

    organisations.move_organisation(
        by=SYSTEM, organisation_id=village.id, parent_id=house.tree["五接镇"].id
    )
    deliver_all()

    assert (house.count("平潮镇", "eligible"), house.count("五接镇", "met", 0)) == (0, 1)
    assert house.count("district", "met", 0) == 1


def test_a_changed_requirement_is_applied_by_the_worker(house):
    lin = house.member()
    house.attend(lin)
    house.topics[0].minutes = 90
    house.topics[0].save()
    house.season.definition_version += 1
    house.season.save()
    announce("RequirementChanged", season_id=str(house.season.id))

    deliver_all()
    while keep_up():
        deliver_all()

    assert (house.count("district", "met", 0), house.count("district", "started", 0)) == (0, 1)


def a_mixed_season(house):
    people = [
        house.member(branch, mode)
        for branch in ("平潮镇支部", "五接镇支部", "农业支部")
        for mode in StudyMode
    ]
    house.attend(*people[:7])
    house.attend(*people[2:5], topic=1, cause="b", mode=Mode.ONLINE, object_kind="lesson")
    house.attend(people[1], kind=FactKind.PASSED, seconds=0, mode=Mode.NONE, cause="c")
    until = clock.today() + timedelta(days=3)
    leave = {"kind": FactKind.ON_LEAVE, "seconds": 0, "mode": Mode.NONE, "until": until}
    house.attend(people[8], cause="d", **leave)
    house.credit(*people)
    return people


def test_a_rebuild_from_nothing_gives_the_same_rows_to_the_byte(house, monkeypatch):
    monkeypatch.setattr(services, "PEOPLE_A_STEP", 2)
    people = a_mixed_season(house)
    cells = house.cells()
    kept = list(PersonStanding.objects.order_by("person_id").values_list("person_id", "state"))

    services.forget(house.season.id)
    services.rebuild(by=SYSTEM, season_id=house.season.id)

    assert house.cells() == cells
    assert len(kept) == len(people)
    again = PersonStanding.objects.order_by("person_id").values_list("person_id", "state")
    assert list(again) == kept
    assert services.rebuild(by=SYSTEM, season_id=house.season.id) == 0


def test_a_rebuild_repairs_what_was_damaged_and_says_how_much(house, capsys):
    a_mixed_season(house)
    cells = house.cells()
    Cell.objects.filter(organisation_id=house.tree["平潮镇"].id).update(met=99)
    PersonStanding.objects.filter(branch_id=house.tree["农业支部"].id).update(rigor=True)

    call_command("rebuild_coverage", str(house.season.id))

    assert house.cells() == cells
    assert "3 counters were wrong" in capsys.readouterr().out


def test_standings_that_changed_are_announced_once(house):
    lin = house.member()
    house.credit(lin)
    Event.objects.all().delete()

    ledger.record([house.fact(lin)], by=SYSTEM)
    house.credit(lin)
    house.credit(lin)

    [event] = Event.objects.filter(name="StandingChanged")
    assert event.payload == {"season_id": str(house.season.id), "person_ids": [str(lin.id)]}


def test_crediting_one_person_takes_few_queries(house, django_assert_max_num_queries):
    lin = house.member()
    house.credit(lin)
    ledger.record([house.fact(lin)], by=SYSTEM)

    with django_assert_max_num_queries(15):
        house.credit(lin)
