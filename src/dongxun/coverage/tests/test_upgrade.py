from importlib import import_module

import pytest
from django.apps import apps

from dongxun.coverage import services
from dongxun.coverage.models import PersonStanding
from dongxun.coverage.tasks import keep_up
from dongxun.coverage.tests.make import House
from dongxun.organisations.models import Organisation
from dongxun.people.contracts import Category
from dongxun.people.models import Person
from dongxun.seasons.contracts import SeasonState
from dongxun.seasons.models import Participation, Season

pytestmark = pytest.mark.django_db


def upgrade():
    """Let everybody be «full», as the new columns began, and mend it as the migrations do.

    That the tables themselves come out the same by every way, tests/house/test_migrations.py shows.
    """
    Participation.objects.update(category=Category.FULL)
    PersonStanding.objects.update(category=Category.FULL)
    seasons = import_module("dongxun.seasons.migrations.0005_categories_as_people_are")
    coverage = import_module("dongxun.coverage.migrations.0006_recount_other_categories")
    seasons.follow_people(apps, None)
    coverage.recount(apps, None)


def categories(model, season):
    return sorted(model.objects.filter(season_id=season.id).values_list("category", flat=True))


def test_a_database_from_before_categories_measures_each_by_their_own_and_no_closed_season():
    closed = House()
    Organisation.objects.filter(parent=None).update(name="海门区")
    house = House()
    full, new, head = house.member(), house.member(), house.member()
    house.credit(full, new, head)
    past = closed.member()
    closed.credit(past, closed.member())
    Person.objects.filter(id__in=[new.id, past.id]).update(category=Category.PROBATIONARY)
    Person.objects.filter(id=head.id).update(is_secretary=True)
    Season.objects.filter(id=closed.season.id).update(state=SeasonState.CLOSED)
    assert categories(PersonStanding, house.season) == ["full", "full", "full"]

    upgrade()
    assert categories(Participation, house.season) == ["full", "probationary", "secretary"]
    assert categories(Participation, closed.season) == ["full", "full"]
    assert services.rebuilds_due() == [house.season.id]
    while keep_up():
        pass
    assert categories(PersonStanding, house.season) == ["full", "probationary", "secretary"]
    assert services.rebuilds_due() == []
