from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse

from dongxun.access.models import Account
from dongxun.access.tests.make import come_in, make_account
from dongxun.activities.tests.make import make_session
from dongxun.activities.tests.test_claims import World
from dongxun.kernel import clock
from dongxun.kernel.actors import Role

pytestmark = pytest.mark.django_db
ITSELF = {"X-Asked-By-Itself": "1"}


@pytest.fixture
def later():
    """Return how to let minutes go by; afterwards it is as late as before."""
    start = clock.now()
    yield lambda minutes: clock.run_from(start + timedelta(minutes=minutes))
    clock.run_from(start)


def test_a_screen_at_the_door_goes_on_after_the_account_that_put_it_up_was_left_alone(later):
    world = World()
    account = make_account(Role.OFFICE, world.tree["district"])
    office = come_in(Client(), account)
    page = office.get(reverse("activities:screen", args=[world.session.id])).content.decode()
    live = unquote(page.split('hx-get="')[1].split('"')[0])
    codes = unquote(page.split('dx-screen data-url="')[1].split('"')[0])

    for minutes in (10, 20, 40):
        later(minutes)
        assert office.get(live, headers=ITSELF).status_code == 200
        assert office.get(codes, headers=ITSELF).status_code == 200

    assert "/sign-in/" in office.get("/console/").headers["Location"]
    other = make_session(world.season, world.tree["平潮镇"])
    elsewhere = live.replace(str(world.session.id), str(other.id))
    assert office.get(elsewhere, headers=ITSELF).status_code in {302, 401, 403}
    later(60 * 24)
    assert office.get(live, headers=ITSELF).status_code in {302, 401, 403}


def test_the_pass_of_a_screen_ends_with_the_account(later):
    world = World()
    account = make_account(Role.OFFICE, world.tree["district"])
    office = come_in(Client(), account)
    page = office.get(reverse("activities:screen", args=[world.session.id])).content.decode()
    live = unquote(page.split('hx-get="')[1].split('"')[0])
    assert Client().get(live).status_code == 200
    Account.objects.update(is_active=False)
    assert Client().get(live).status_code in {302, 401, 403}
