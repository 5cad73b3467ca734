"""Two desks accept two plans of one unit at the same moment."""

from django.db import transaction

from dongxun.kernel import clock, jobs
from dongxun.kernel.errors import Conflict
from dongxun.organisations.models import Place
from dongxun.planning import solving
from dongxun.planning.models import Run
from dongxun.planning.services import accepting, repairing
from dongxun.planning.tests.make import planned, publish_towns, ready
from tests.at_once import PATIENCE_S, beside, holds_up, two_writers


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
