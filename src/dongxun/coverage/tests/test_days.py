from datetime import timedelta

import pytest

from dongxun.coverage import days
from dongxun.coverage.models import Snapshot, SnapshotCell
from dongxun.coverage.tasks import keep_up
from dongxun.coverage.tests.make import SYSTEM, House
from dongxun.kernel import clock
from dongxun.kernel.outbox import deliver_all
from dongxun.ledger.contracts import FactKind, Mode
from dongxun.seasons import api as seasons

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    return House()


def work():
    while keep_up():
        deliver_all()


def test_the_turn_of_the_day_ends_a_leave_whose_window_has_closed(house):
    lin = house.member()
    until = clock.today() + timedelta(days=2)
    leave = {"kind": FactKind.ON_LEAVE, "seconds": 0, "mode": Mode.NONE, "until": until}
    house.attend(lin, **leave)
    assert house.count("district", "s_leave", 0) == 1

    for later, expected in ((2, 1), (3, 0)):
        with clock.frozen(clock.now() + timedelta(days=later)):
            work()
            assert house.count("district", "s_leave", 0) == expected


def test_a_closed_season_is_kept_as_it_closed_and_turned_until_nothing_is_open(house):
    lin = house.member()
    until = clock.today() + timedelta(days=2)
    leave = {"kind": FactKind.ON_LEAVE, "seconds": 0, "mode": Mode.NONE, "until": until}
    house.attend(lin, **leave)
    work()
    closed_on = clock.today()
    seasons.close_season(by=SYSTEM, season_id=house.season.id)

    for later in (1, 2, 3, 4, 5):
        with clock.frozen(clock.now() + timedelta(days=later)):
            work()

    assert house.count("district", "s_leave", 0) == 0
    kept = Snapshot.objects.filter(as_of__gte=closed_on).order_by("as_of")
    counts = SnapshotCell.objects.filter(
        organisation_id=house.tree["district"].id, topic_id=house.topics[0].id
    )
    assert [((one.as_of - closed_on).days, counts.get(snapshot=one).s_leave) for one in kept] == [
        (0, 1),
        (3, 0),
    ]


def test_a_part_that_begins_tomorrow_counts_from_tomorrow(house):
    lin = house.member()
    house.season.participations.update(valid_from=clock.today() + timedelta(days=1))
    house.credit(lin)
    assert house.count("district", "eligible") == 0

    with clock.frozen(clock.now() + timedelta(days=1)):
        work()
        assert house.count("district", "eligible") == 1


def test_each_day_is_frozen_once_as_it_was_known_then(house):
    lin, wu = house.member(), house.member()
    house.credit(lin, wu)
    house.attend(lin)
    tomorrow = clock.now() + timedelta(days=1)

    with clock.frozen(tomorrow):
        work()
        house.attend(wu)
        work()
        assert not days.freeze(
            by=SYSTEM, season_id=house.season.id, as_of=clock.today() - timedelta(days=1)
        )

    snapshot = Snapshot.objects.get(as_of=clock.today())
    frozen = SnapshotCell.objects.filter(
        snapshot=snapshot,
        organisation_id=house.tree["district"].id,
        topic_id=house.topics[0].id,
    )
    assert frozen.get().met == 1
    assert house.count("district", "met", 0) == 2


def test_a_turned_day_is_not_turned_again(house):
    lin = house.member()
    house.credit(lin)
    work()

    assert keep_up() == 0
    assert days.roll_day(by=SYSTEM, season_id=house.season.id) == 0
