from datetime import timedelta

import pytest
from django.test import Client

from dongxun.access.tests.make import come_in
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, ActorKind, Grant, Role
from dongxun.kernel.errors import NotFound
from dongxun.kernel.ids import new_id
from dongxun.notices.models import Delivery, Notice
from dongxun.organisations import api as organisations
from dongxun.people.models import Person
from dongxun.volunteers import api
from dongxun.volunteers.services.gaps import tell_gaps
from dongxun.volunteers.tests.make import SYSTEM, make_post, make_shift

pytestmark = pytest.mark.django_db


@pytest.fixture
def village(cast):
    """The village of 平潮's branch."""
    above = organisations.ancestors(cast.own.branch.id)
    return next((node for node in above if node.type_code == "village"), cast.own.branch)


@pytest.fixture
def post(cast, village):
    """A post of the village that is staffed by day only: shifts from 8 to 20 with nobody."""
    made = make_post(cast.season, village, starts=["08:00"], needed=2)
    make_shift(made, clock.moment(clock.today()) + timedelta(hours=8), 12)
    return made


@pytest.fixture
def chosen(cast):
    """The only secretary that the roster of 平潮's branch names."""
    person = cast.own.people[0]
    Person.objects.filter(branch_id=cast.own.branch.id).update(is_secretary=False)
    Person.objects.filter(id=person.id).update(is_secretary=True)
    return person


def secretary(town):
    grants = (Grant(Role.SECRETARY, town.branch.id, town.branch.interval),)
    return Actor(ActorKind.ACCOUNT, new_id(), "支书", grants)


def near(cast, town=None):
    town = town or cast.own
    found = api.gaps_near(cast.season.id, town.branch.id, by=secretary(town))
    return [(clock.local(gap.starts_at).hour, gap.missing) for gap in found]


def test_a_secretary_sees_shifts_without_people_and_hours_without_a_shift(cast, post):
    assert near(cast) == [(8, 2), (20, 0)]


def test_another_villages_secretary_sees_nothing_of_it(cast, post):
    assert near(cast, cast.foreign) == []
    with pytest.raises(NotFound):
        api.gaps_near(cast.season.id, cast.own.branch.id, by=secretary(cast.foreign))


def test_a_gap_that_is_filled_is_none_any_more(cast, post):
    for person in cast.own.people[:2]:
        api.take_shift(by=SYSTEM, shift_id=post.shifts.get().id, person_id=person.id)
    assert near(cast) == [(20, 0)]


def test_the_branchs_page_names_post_and_time(cast, post):
    page = come_in(Client(), cast.own.secretary).get("/branch/").content.decode()
    assert post.name in page
    assert "差 2 人" in page
    other = come_in(Client(), cast.foreign.secretary).get("/branch/").content.decode()
    assert post.name not in other


def test_the_secretary_is_told_once_and_the_word_is_taken_back_when_all_is_staffed(
    cast, post, chosen
):
    tell_gaps()
    tell_gaps()
    [told] = Delivery.objects.filter(notice__kind="volunteers.gap")
    assert (told.person_id, told.branch_id) == (chosen.id, cast.own.branch.id)
    assert "差 2 人" in told.notice.body
    api.add_shift(
        by=SYSTEM,
        post_id=post.id,
        starts_at=clock.moment(clock.today()) + timedelta(hours=20),
        ends_at=clock.moment(clock.today()) + timedelta(hours=44),
        needed=1,
    )
    post.shifts.update(needed=0)
    tell_gaps()
    assert Notice.objects.get(kind="volunteers.gap").withdrawn_at is not None


def test_a_post_of_a_town_is_the_offices_and_no_branch_is_told(cast, chosen):
    make_post(cast.season, cast.own.node)
    tell_gaps()
    assert not Notice.objects.filter(kind="volunteers.gap").exists()
