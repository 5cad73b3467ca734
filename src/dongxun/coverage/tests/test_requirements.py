"""What categories owe, from the season's table to the figures and the person's own page."""

from datetime import timedelta
from decimal import Decimal

import pytest

from dongxun.coverage import api, services
from dongxun.coverage.models import PersonStanding
from dongxun.coverage.tests.make import NINE, SYSTEM, House
from dongxun.kernel.outbox import deliver_all
from dongxun.organisations import api as organisations
from dongxun.people import api as people
from dongxun.people.contracts import Details
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import RequirementLine
from dongxun.seasons.models import Topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    found = House()
    Topic.objects.filter(id=found.topics[1].id).update(required=False)
    lines = [RequirementLine("secretary", Decimal(2), Decimal(56))]
    seasons.set_requirements(by=SYSTEM, season_id=found.season.id, lines=lines, reason="书记加学")
    deliver_all()
    return found


def rebuilt(house) -> None:
    while services.rebuild_step(house.season.id) is None:
        continue


def test_a_member_who_becomes_secretary_owes_more_and_the_figure_follows(house):
    lin, zhou = house.member(), house.member()
    house.attend(lin, zhou)
    assert house.count("district", "rigor") == 2

    people.update_person(by=SYSTEM, person_id=zhou.id, details=Details(is_secretary=True))
    deliver_all()

    assert house.count("district", "rigor") == 1
    found = api.standing_of(zhou.id, by=SYSTEM, season_id=house.season.id)
    assert (found.season_hours, found.year_hours, found.hours) == (2, 56, 1)
    assert api.standing_of(lin.id, by=SYSTEM, season_id=house.season.id).season_hours == 1
    house.attend(zhou, cause="b", occurred_at=NINE + timedelta(hours=3))
    assert house.count("district", "rigor") == 2


def test_changed_hours_recompute_everybody_and_a_rebuild_finds_nothing_wrong(house):
    lin = house.member()
    house.attend(lin)
    assert house.count("平潮镇", "met") == 1

    lines = [RequirementLine("full", Decimal(3), Decimal(32))]
    seasons.set_requirements(by=SYSTEM, season_id=house.season.id, lines=lines, reason="加学")
    deliver_all()
    rebuilt(house)

    assert house.count("平潮镇", "met") == 0
    assert services.reconcile(house.season.id) == 0


def test_lists_for_workbooks_say_whose_hours_each_owes(house):
    zhou = house.member()
    people.update_person(by=SYSTEM, person_id=zhou.id, details=Details(is_secretary=True))
    deliver_all()
    whole = organisations.node(house.season.root_id).interval

    rows = list(api.stands(house.season.id, whole, by=SYSTEM))

    assert [row.owing for row in rows] == ["secretary"]
    assert PersonStanding.objects.get(person=zhou).category == "secretary"


def test_people_with_a_topic_open_are_counted_apart_from_what_is_being_made_up(house):
    lin, zhou, _nobody = house.member(), house.member(), house.member()
    house.attend(lin, topic=0)
    house.attend(zhou, topic=0)
    house.attend(zhou, topic=1)
    house.credit(lin, zhou, _nobody)
    whole = organisations.node(house.season.root_id).interval
    first, second = (topic.id for topic in house.topics)

    def open_of(topics, apart):
        return api.still_open(house.season.id, whole, topics, by=SYSTEM, apart=apart)

    assert open_of([], {}) == 0
    assert open_of([first], {}) == 1
    assert open_of([first, second], {}) == 2
    assert open_of([first, second], {lin.id: {second}}) == 1
    assert open_of([first, second], {lin.id: {first}, zhou.id: {second}}) == 2
