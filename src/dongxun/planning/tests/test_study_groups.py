"""A branch larger than every hall in reach learns in study groups."""

import pytest
from django.urls import reverse

from dongxun.activities.sessions.expected import expected
from dongxun.organisations import api as organisations
from dongxun.organisations.models import Place
from dongxun.planning import proposal as reading
from dongxun.planning.snapshots import published
from dongxun.planning.tests.make import accept, finish, make_run, planned, ready
from dongxun.seasons import api as seasons
from dongxun.seasons.models import Cohort

pytestmark = pytest.mark.django_db
SEATS = 3


@pytest.fixture
def district(cast):
    """Return the district; the hall of one town holds fewer than its branch."""
    Place.objects.filter(id=ready(cast).own.place.id).update(capacity=SEATS)
    assert SEATS < len(cast.own.people) <= 2 * SEATS
    return cast


def own_sessions(district, row):
    """Return the accepted sessions of the split branch."""
    return accept(district, row).filter(host=district.own.branch.id)


def test_a_branch_larger_than_every_hall_is_split_into_groups_and_the_page_says_so(district):
    row = planned(district, within_km=1)
    own, people = district.own, len(district.own.people)
    page = district.client("office").get(reverse("planning:run", args=[row.id]))

    found = reading.proposal(row, by=district.actor("office"))
    groups = [unit for unit in found.problem.units if own.branch.short_name in unit.name]
    assert sorted(unit.members for unit in groups) == [people - SEATS, SEATS]
    assert {line.group for line in found.lines if line.units == (own.branch.id,)} == {1, 2}
    assert len({line.key for line in found.lines}) == len(found.lines)
    assert "分学习组上课" in page.content.decode()
    assert f"{own.branch.short_name}第 1 组" in page.content.decode()


def test_accepted_groups_are_cohorts_whose_sessions_expect_their_own_people_only(district):
    sessions = list(own_sessions(district, planned(district, within_km=1)))

    cohorts = Cohort.objects.filter(organisation=district.own.branch.id).order_by("name")
    people = [set(cohort.people.values_list("id", flat=True)) for cohort in cohorts]
    assert sorted(map(len, people)) == [len(district.own.people) - SEATS, SEATS]
    assert not people[0] & people[1]
    assert {one.cohort_id for one in sessions} == {cohort.id for cohort in cohorts}
    for one in sessions:
        assert set(expected(one)) == set(one.cohort.people.values_list("id", flat=True))


def test_planned_again_groups_keep_their_people_and_their_sessions(district):
    before = list(own_sessions(district, planned(district, within_km=1)))
    people = {cohort.id: seasons.cohort_people(cohort.id) for cohort in Cohort.objects.all()}

    again = list(own_sessions(district, finish(make_run(district, within_km=1))))

    assert [one.id for one in again] == [one.id for one in before]
    assert people == {key: seasons.cohort_people(key) for key in people}


def test_a_repair_takes_each_group_by_its_own_size(district):
    sessions = own_sessions(district, planned(district, within_km=1))

    node = organisations.node(district.district.id)
    problem = published.take(district.season.id, node, by=district.actor("office")).problem

    sizes = [unit.members for unit in problem.season.units]
    assert len(district.own.people) - SEATS in sizes
    assert len(problem.published.cohorts) >= len({one.cohort_id for one in sessions}) + 1
