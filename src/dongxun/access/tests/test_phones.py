from datetime import timedelta

import pytest
from django.test import Client, TestCase
from django.urls import reverse

from dongxun.access import api, phones
from dongxun.access.contracts import LinkDead, LinkPurpose
from dongxun.access.models import Device, DevicePerson, PersonalLink
from dongxun.access.services import phones as services
from dongxun.access.tests.make import actor_of, carry_phone, make_account
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, ActorKind, Role
from dongxun.kernel.errors import NotAllowed, NotFound
from dongxun.kernel.outbox import deliver_all
from dongxun.organisations.tests.make import make_district
from dongxun.people import api as people
from dongxun.people.tests.make import make_person

pytestmark = pytest.mark.django_db
PUBLIC = Actor.public()


@pytest.fixture
def place():
    return make_district()


@pytest.fixture
def lin(place):
    return make_person("林小满", branch=place["平潮镇支部"])


@pytest.fixture
def zhou(place):
    return actor_of(make_account(Role.SECRETARY, place["平潮镇支部"], name="周明远"))


def later(days=60):
    return clock.now() + timedelta(days=days)


def seen_by(client):
    return client.get("/no-such-page/").wsgi_request.actor


def link_for(lin, zhou):
    return api.issue_link(by=zhou, purpose=LinkPurpose.MEMBER, person_id=lin.id, expires_at=later())


def test_a_phone_speaks_for_a_person_until_the_season_ends(client, lin):
    carry_phone(client, lin)
    assert seen_by(client).persons == (lin.id,)
    assert seen_by(client).owned == frozenset()
    with clock.frozen(later(61)):
        assert seen_by(client).persons == ()


def test_the_actor_of_a_phone_costs_one_query(client, lin, place):
    carry_phone(client, lin)
    carry_phone(client, make_person("外婆", branch=place["平潮镇支部"]))
    with TestCase().assertNumQueries(1):
        assert len(seen_by(client).persons) == 2


def test_the_token_is_stored_as_a_hash_only(client, lin):
    token = carry_phone(client, lin)
    assert token.raw not in Device.objects.get().token_hash


def test_a_cookie_that_we_did_not_sign_costs_no_query(client):
    client.cookies[phones.cookie_name()] = "made-up:by-somebody"
    with TestCase().assertNumQueries(0):
        assert seen_by(client).kind == ActorKind.PUBLIC


def test_remembering_twice_keeps_one_row_and_never_lowers_the_level(lin):
    token = api.remember_person(by=PUBLIC, device=None, person_id=lin.id, level=2, until=later())
    device = Device.objects.get(id=token.device_id)
    again = api.remember_person(by=PUBLIC, device=device, person_id=lin.id, level=1, until=later())
    assert (again.device_id, again.raw) == (token.device_id, "")
    assert DevicePerson.objects.get().level == 2


def test_looking_at_a_link_binds_nothing_and_pressing_binds_it_to_this_phone(client, lin, zhou):
    link = link_for(lin, zhou)
    page = client.get(link.path)
    assert "只能在这部手机上用" in page.content.decode()
    assert "林小满" not in page.content.decode()
    assert PersonalLink.objects.get().device_id is None
    assert client.post(link.path).status_code == 302
    assert seen_by(client).owned == {lin.id}


def test_a_link_opened_elsewhere_stopped_out_of_date_or_made_up_reads_alike(client, lin, zhou):
    other = Client()
    opened = link_for(lin, zhou)
    other.post(opened.path)
    bodies = {client.get(opened.path).content, client.post(opened.path).content}
    stopped = link_for(lin, zhou)
    api.revoke_member_access(by=zhou, person_id=lin.id)
    bodies |= {client.get(stopped.path).content, client.get("/l/ABCDEFGH12345678/").content}
    late = link_for(lin, zhou)
    with clock.frozen(later(90)):
        bodies.add(client.get(late.path).content)
    assert len({strip(body) for body in bodies}) == 1


def strip(body):
    import re

    return re.sub(
        r'[0-9a-f]{12}|content="[^"]*"|value="[^"]*"|nonce="[^"]*"|/l/[^"]*', "", body.decode()
    )


def test_a_link_opens_again_on_its_own_phone(client, lin, zhou):
    link = link_for(lin, zhou)
    client.post(link.path)
    assert client.get(link.path).status_code == 302


def test_a_new_link_stops_the_old_one_and_the_phone_that_had_opened_it(client, lin, zhou):
    client.post(link_for(lin, zhou).path)
    fresh = link_for(lin, zhou)
    assert seen_by(client).persons == ()
    phone = Client()
    phone.post(fresh.path)
    assert seen_by(phone).owned == {lin.id}


def test_a_secretary_hands_out_no_link_for_another_branch(zhou, place):
    wu = make_person("吴思远", branch=place["五接镇支部"])
    with pytest.raises(NotFound):
        link_for(wu, zhou)


def test_a_helper_link_is_for_one_session_and_several_helpers_have_their_own(client, zhou, place):
    session_id = place["district"].id
    made = [
        api.issue_link(
            by=zhou,
            purpose=LinkPurpose.HELPER,
            object_id=session_id,
            organisation_id=place["平潮镇支部"].id,
            expires_at=later(1),
        )
        for _ in range(2)
    ]
    client.post(made[0].path)
    Client().post(made[1].path)
    assert seen_by(client).has_link("helper", session_id)
    assert not seen_by(client).has_link("lecturer", session_id)
    assert seen_by(client).kind == ActorKind.LINK


def test_a_helper_link_needs_an_organiser_of_that_place(zhou, place):
    with pytest.raises(NotAllowed):
        api.issue_link(
            by=zhou,
            purpose=LinkPurpose.HELPER,
            object_id=place["district"].id,
            organisation_id=place["五接镇"].id,
            expires_at=later(1),
        )


def test_two_phones_at_once_cannot_both_bind_a_link(lin, zhou):
    link = link_for(lin, zhou)
    services.open_link(by=PUBLIC, code=link.code, device=None)
    with pytest.raises(LinkDead):
        services.open_link(by=PUBLIC, code=link.code, device=None)


def test_a_phone_can_forget_its_own_people_and_no_others(client, lin, place):
    carry_phone(client, lin)
    wu = make_person("吴思远", branch=place["五接镇支部"])
    with pytest.raises(NotFound):
        api.forget_person(by=seen_by(client), person_id=wu.id)
    api.forget_person(by=seen_by(client), person_id=lin.id)
    assert seen_by(client).persons == ()


def test_a_phone_follows_a_merge(client, lin, place):
    double = make_person("林小满", branch=place["平潮镇支部"])
    carry_phone(client, double)
    people.merge_people(by=Actor.system("tests"), survivor_id=lin.id, duplicate_id=double.id)
    deliver_all()
    assert seen_by(client).persons == (lin.id,)


def test_codes_can_be_typed_in_small_letters(client, lin, zhou):
    link = link_for(lin, zhou)
    assert client.get(reverse("access:open_link", args=[link.code.lower()])).status_code == 200
