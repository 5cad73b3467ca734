"""A branch larger than every hall in reach learns in study groups."""

import pytest
from django.db.models import Count
from django.urls import reverse

from dongxun.activities.sessions.expected import expected
from dongxun.kernel.models import AuditEntry
from dongxun.kernel.outbox import deliver_all
from dongxun.organisations import api as organisations
from dongxun.organisations.models import Place
from dongxun.people import api as people
from dongxun.planning import proposal as reading
from dongxun.planning.services.grouping import formed
from dongxun.planning.services.placing import place_newcomers
from dongxun.planning.snapshots import published
from dongxun.planning.tests.make import accept, finish, make_run, planned, ready
from dongxun.seasons import api as seasons
from dongxun.seasons.models import Cohort
from tests.cast import SYSTEM

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


def test_whoever_moves_into_a_branch_of_study_groups_is_expected_with_the_smallest(district):
    sessions = list(own_sessions(district, planned(district, within_km=1)))
    branch = district.own.branch.id
    newcomer = district.foreign.people[0].id

    people.transfer(by=SYSTEM, person_id=newcomer, branch_id=branch)
    deliver_all()

    cohorts = Cohort.objects.filter(organisation_id=branch).annotate(n=Count("people"))
    [mine] = [one for one in cohorts if newcomer in seasons.cohort_people(one.id)]
    assert mine.n - 1 == min(one.n - (one == mine) for one in cohorts)
    assert [one.id for one in sessions if newcomer in expected(one)] == [
        one.id for one in sessions if one.cohort_id == mine.id
    ]
    place_newcomers(district.season.id, [newcomer])
    assert sum(newcomer in seasons.cohort_people(one.id) for one in cohorts) == 1


def test_whoever_comes_before_the_first_session_of_the_groups_is_there_is_in_one_of_them(
    district, monkeypatch
):
    branch, newcomer = district.own.branch.id, district.foreign.people[0].id

    def formed_and_joined(*args, **values):
        cohorts = formed(*args, **values)
        people.transfer(by=SYSTEM, person_id=newcomer, branch_id=branch)
        deliver_all()  # no group has a session ahead yet
        return cohorts

    monkeypatch.setattr("dongxun.planning.services.accepting.formed", formed_and_joined)
    sessions = own_sessions(district, planned(district, within_km=1))

    groups = {one.cohort_id for one in sessions}
    assert sum(newcomer in seasons.cohort_people(one) for one in groups) == 1


def test_newcomers_who_come_together_change_each_group_once_and_even_them_out(district):
    own_sessions(district, planned(district, within_km=1))
    branch = district.own.branch.id
    newcomers = [one.id for one in district.foreign.people[:3]]
    for one in newcomers:
        people.transfer(by=SYSTEM, person_id=one, branch_id=branch)
    deliver_all()
    for one in Cohort.objects.filter(organisation_id=branch):
        seasons.change_cohort(by=SYSTEM, cohort_id=one.id, remove=newcomers)
    before = AuditEntry.objects.filter(action="seasons.change_cohort").count()

    placed = place_newcomers(district.season.id, newcomers)

    sizes = Cohort.objects.filter(organisation_id=branch).annotate(n=Count("people"))
    changed = AuditEntry.objects.filter(action="seasons.change_cohort").count() - before
    assert (placed, changed) == (len(newcomers), len(sizes))
    assert max(one.n for one in sizes) - min(one.n for one in sizes) <= 1


def test_whoever_is_taken_out_by_hand_is_named_on_the_groups_page_with_the_way_back(district):
    own_sessions(district, planned(district, within_km=1))
    desk = district.client("office")
    cohort, other = Cohort.objects.filter(organisation_id=district.own.branch.id).order_by("name")
    person = cohort.people.order_by("id").first()
    url = reverse("seasons:cohort", args=[other.id])
    assert "不在任何学习组" not in desk.get(url).content.decode()

    desk.post(reverse("seasons:take_out_people", args=[cohort.id]), {"person": [person.id]})
    page = desk.get(url).content.decode()

    assert f"{person.name}不在本支部的任何学习组" in page
    found = desk.get(f"{url}?look=1&q={person.name}").content.decode()
    assert f'value="{person.id}" checked' in found
