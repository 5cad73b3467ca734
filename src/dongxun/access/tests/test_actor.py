from datetime import timedelta

import pytest
from django.test import Client, TestCase

from dongxun.access import sessions
from dongxun.access.models import Account, GrantRow
from dongxun.access.queries.actors import holding_now
from dongxun.access.tests.make import PASSWORD, actor_of, come_in, give, make_account
from dongxun.kernel import clock
from dongxun.kernel.actors import Role
from dongxun.organisations.contracts import ZoneKind
from dongxun.organisations.models import Zone, ZoneMember, ZoneSet
from dongxun.organisations.tests.make import make_district

pytestmark = pytest.mark.django_db


def seen_by(client: Client):
    response = client.post("/sign-out/does-not-exist/")
    return response.wsgi_request.actor  # type: ignore[attr-defined]


def test_grants_of_today_are_joined_to_their_subtree():
    found = make_district()
    account = make_account(Role.ORGANISER, found["平潮镇"])
    [grant] = actor_of(account).grants
    assert (grant.role, grant.interval) == (Role.ORGANISER, found["平潮镇"].interval)


def test_grants_not_yet_or_no_longer_valid_count_for_nothing():
    found = make_district()
    account = make_account(Role.ORGANISER, found["平潮镇"])
    today = clock.today()
    GrantRow.objects.update(valid_to=today)
    give(account, Role.SECRETARY, found["平潮镇支部"])
    GrantRow.objects.filter(role=Role.SECRETARY).update(valid_from=today + timedelta(days=1))
    assert actor_of(account).grants == ()


def test_the_actor_of_an_account_costs_two_queries_with_its_session(client):
    found = make_district()
    account = make_account(Role.ORGANISER, found["平潮镇"])
    give(account, Role.SECRETARY, found["平潮镇支部"])
    come_in(client, account)
    with TestCase().assertNumQueries(2):
        assert len(seen_by(client).grants) == 2


def test_without_cookies_the_actor_is_the_public_and_costs_nothing(client):
    with TestCase().assertNumQueries(0):
        assert seen_by(client).kind == "public"


def test_a_disabled_account_is_out_at_once(client):
    found = make_district()
    account = make_account(Role.ORGANISER, found["平潮镇"])
    come_in(client, account)
    Account.objects.update(is_active=False)
    assert not seen_by(client).is_account


def test_a_raised_epoch_ends_every_session(client):
    found = make_district()
    account = make_account(Role.ORGANISER, found["平潮镇"])
    come_in(client, account)
    Account.objects.update(epoch=2)
    assert not seen_by(client).is_account
    assert sessions.KEY not in client.session


@pytest.mark.parametrize(
    ("role", "minutes", "still_in"),
    [
        (Role.OFFICE, 29, True),
        (Role.OFFICE, 31, False),
        (Role.AUDIT_ADMIN, 31, False),
        (Role.SECRETARY, 31, True),
        (Role.SECRETARY, 241, False),
    ],
)
def test_a_session_without_use_ends_sooner_for_whoever_may_do_more(client, role, minutes, still_in):
    found = make_district()
    come_in(client, make_account(role, found["district"]))
    with clock.frozen(clock.now() + timedelta(minutes=minutes)):
        assert seen_by(client).is_account is still_in


def test_a_session_in_use_still_ends_after_twelve_hours(client):
    found = make_district()
    come_in(client, make_account(Role.SECRETARY, found["平潮镇支部"]))
    start = clock.now()
    for hours in (3, 6, 9, 11.9):
        with clock.frozen(start + timedelta(hours=hours)):
            assert seen_by(client).is_account
    with clock.frozen(start + timedelta(hours=12, minutes=1)):
        assert not seen_by(client).is_account


def test_a_role_that_needs_a_second_step_gets_nothing_without_it(client):
    found = make_district()
    come_in(client, make_account(Role.OFFICE, found["district"]), second_factor=False)
    assert not seen_by(client).is_account


def test_signing_in_opens_a_fresh_session_and_remembers_the_browser(client):
    found = make_district()
    account = make_account(Role.SECRETARY, found["平潮镇支部"], username="pingchao01")
    client.get("/sign-out/does-not-exist/")
    answer = client.post("/sign-in/", {"username": " PingChao01 ", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert seen_by(client).id == account.id
    assert "dxk" in client.cookies


def test_the_office_goes_on_to_bind_an_app_before_anything_else(client):
    found = make_district()
    make_account(Role.OFFICE, found["district"], username="office01")
    answer = client.post("/sign-in/", {"username": "office01", "password": PASSWORD})
    assert answer["Location"] == "/sign-in/app/"
    assert not seen_by(client).is_account


def test_signing_out_leaves_nothing_behind(client):
    found = make_district()
    come_in(client, make_account(Role.SECRETARY, found["平潮镇支部"]))
    client.post("/sign-out/")
    assert not seen_by(client).is_account


def test_a_zone_lead_knows_the_organisations_of_the_latest_zones_it_leads():
    found = make_district()
    today = clock.today()
    for days, member in ((400, "五接镇"), (10, "平潮镇"), (-10, "五接镇")):
        begun = ZoneSet.objects.create(
            root_id=found["district"].id,
            kind=ZoneKind.GEO,
            name=f"{days}",
            valid_from=today - timedelta(days=days),
        )
        zone = Zone.objects.create(zone_set=begun, name="西片", lead_id=found["平潮镇"].id)
        ZoneMember.objects.create(zone_set=begun, zone=zone, organisation_id=found[member].id)
    lead = actor_of(make_account(Role.ZONE_LEAD, found["平潮镇"]))
    assert lead.zone_organisations == {found["平潮镇"].id}


def test_long_jobs_ask_what_their_account_may_do_by_then():
    found = make_district()
    account = make_account(Role.ORGANISER, found["平潮镇"])
    before = actor_of(account)
    assert holding_now(before) == before
    GrantRow.objects.update(valid_to=clock.today())
    assert holding_now(before).grants == ()
    Account.objects.update(is_active=False)
    assert holding_now(before) is None
