"""Two desks accept two plans of one unit at the same moment, or write one while people come."""

import pytest
from django.db import transaction

from dongxun.kernel import clock, jobs
from dongxun.kernel.errors import Conflict
from dongxun.kernel.outbox import deliver_all
from dongxun.organisations import api as organisations
from dongxun.organisations.models import Place
from dongxun.people import api as people
from dongxun.planning import solving
from dongxun.planning.models import Run
from dongxun.planning.services import accepting, dividing, gathering, grouping, repairing
from dongxun.planning.services.placing import place_newcomers
from dongxun.planning.tests import gather
from dongxun.planning.tests.make import accept, divided, planned, publish_towns, ready
from dongxun.seasons import api as seasons
from dongxun.seasons.models import Cohort
from tests.at_once import PATIENCE_S, beside, holds_up, two_writers
from tests.cast import SYSTEM


@two_writers
def test_of_two_plans_accepted_at_once_one_is_written(cast):
    one, other = planned(ready(cast)), planned(ready(cast))
    given = {"by": cast.actor("office"), "reason": "今冬课表", "publish": True}
    with transaction.atomic():
        accepting.accept_season(run_id=one.id, **given)
        thread, raised = beside(lambda: accepting.accept_season(run_id=other.id, **given))
        assert holds_up(thread)
    thread.join(PATIENCE_S)
    jobs.run_waiting()

    assert [type(error) for error in raised] == [Conflict]
    assert list(Run.objects.exclude(accepted_at=None).values_list("id", flat=True)) == [one.id]


@two_writers
def test_of_two_repairs_accepted_at_once_one_is_written(cast, monkeypatch):
    monkeypatch.setattr(repairing, "LIMITS", solving.Limits(300.0, grace=300.0))
    publish_towns(cast)
    Place.objects.filter(id=cast.own.place.id).update(closed_on=clock.today())
    unit = {"season_id": cast.season.id, "organisation_id": cast.district.id}
    given = {"by": cast.actor("office"), "reason": "换场地"}
    one, other = (repairing.ask_repair(by=given["by"], **unit) for _n in range(2))
    with transaction.atomic():
        repairing.accept_repair(run_id=one.id, **given)
        thread, raised = beside(lambda: repairing.accept_repair(run_id=other.id, **given))
        assert holds_up(thread)
    thread.join(PATIENCE_S)

    assert [type(error) for error in raised] == [Conflict]
    assert list(Run.objects.exclude(accepted_at=None).values_list("id", flat=True)) == [one.id]


@two_writers
@pytest.mark.parametrize("kind", ["zones", "areas"])
def test_of_two_divisions_accepted_at_once_one_is_written(cast, kind):
    find, write = {
        "zones": (divided, dividing.accept_zones),
        "areas": (gather.areas, gathering.accept_areas),
    }[kind]
    one, other = find(cast), find(cast)
    named = {1: ("甲", None), 2: ("乙", None)}
    given = {
        "by": cast.actor("office"),
        "chosen": dividing.Chosen(0, "分区", clock.today(), named, "人数悬殊"),
    }
    with transaction.atomic():
        write(run_id=one.id, **given)
        thread, raised = beside(lambda: write(run_id=other.id, **given))
        assert holds_up(thread)
    thread.join(PATIENCE_S)

    assert [type(error) for error in raised] == [Conflict]
    assert list(Run.objects.exclude(accepted_at=None).values_list("id", flat=True)) == [one.id]


@two_writers
def test_whoever_comes_while_study_groups_are_written_is_in_one_of_them(cast):
    Place.objects.filter(id=ready(cast).own.place.id).update(capacity=3)
    row, by = planned(cast, within_km=1), cast.actor("office")
    accept(cast, row)
    newcomer = cast.foreign.people[0].id
    people.transfer(by=SYSTEM, person_id=newcomer, branch_id=cast.own.branch.id)
    deliver_all()
    groups = Cohort.objects.filter(organisation_id=cast.own.branch.id)
    for one in groups:
        seasons.change_cohort(by=SYSTEM, cohort_id=one.id, remove=[newcomer])
    with transaction.atomic():
        organisations.hold(cast.season.root_id)
        thread, raised = beside(lambda: grouping.formed(row, by=by))
        assert holds_up(thread)
        assert place_newcomers(cast.season.id, [newcomer]) == 1
    thread.join(PATIENCE_S)

    assert (len(groups), raised) == (2, [])
    assert sum(newcomer in seasons.cohort_people(one.id) for one in groups) == 1
