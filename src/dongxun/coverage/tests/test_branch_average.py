"""The mean of a branch, as its members' phones show it."""

from decimal import Decimal

import pytest

from dongxun.coverage import api as coverage
from dongxun.coverage.models import PersonStanding
from dongxun.coverage.queries.people import FEW
from dongxun.organisations.tests.make import SYSTEM, make_district
from dongxun.people.tests.make import make_person
from dongxun.seasons.tests.make import make_participation, make_season

pytestmark = pytest.mark.django_db


def test_a_branch_below_ten_people_shows_no_mean():
    district = make_district()
    season = make_season(district["district"])
    branch = district["平潮镇支部"]
    for number in range(FEW):
        assert coverage.branch_average(branch.id, season_id=season.id) is None
        make_participation(season, make_person(f"某{number}", branch=branch))
        coverage.rebuild(by=SYSTEM, season_id=season.id)
    assert coverage.branch_average(branch.id, season_id=season.id) == (FEW, Decimal("0.0"))


def test_the_mean_counts_topics_met_by_people_who_count():
    district = make_district()
    season = make_season(district["district"])
    branch = district["平潮镇支部"]
    for number in range(FEW):
        make_participation(season, make_person(f"某{number}", branch=branch))
    coverage.rebuild(by=SYSTEM, season_id=season.id)
    some = PersonStanding.objects.values_list("id", flat=True)[:7]
    PersonStanding.objects.filter(id__in=list(some)).update(met_topics=2)
    assert coverage.branch_average(branch.id, season_id=season.id) == (FEW, Decimal("1.4"))
