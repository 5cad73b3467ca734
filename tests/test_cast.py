"""The cast is what its page says."""

import pytest

from dongxun.kernel.actors import ActorKind
from dongxun.people import api as people
from tests.cast import ROLES, Cast


def seen(cast: Cast, role: str):
    return cast.client(role).get("/no-such-page/").wsgi_request.actor  # type: ignore[attr-defined]


@pytest.mark.parametrize("role", ROLES)
def test_everybody_comes_in_as_who_they_are(cast: Cast, role: str):
    actor = seen(cast, role)
    if role in cast.accounts:
        assert (actor.kind, actor.id) == (ActorKind.ACCOUNT, cast.accounts[role].id)
    elif role in {"phone", "member"}:
        assert actor.persons == (cast.lin.id,)
        assert bool(actor.owned) is (role == "member")
    elif role == "public":
        assert actor.kind == ActorKind.PUBLIC
    else:
        assert len(actor.linked(role)) == 1


def test_the_secretary_sees_lin_and_not_wu(cast: Cast):
    zhou = cast.actor("secretary")
    found = people.cards([cast.lin.id, cast.wu.id, cast.outside.id], by=zhou)
    assert list(found) == [cast.lin.id]


def test_the_office_sees_the_district_and_not_the_next(cast: Cast):
    found = people.cards([cast.lin.id, cast.wu.id, cast.outside.id], by=cast.actor("office"))
    assert set(found) == {cast.lin.id, cast.wu.id}


def test_the_zone_lead_knows_two_towns_and_nobody_by_name(cast: Cast):
    lead = cast.actor("zone_lead")
    assert lead.zone_organisations == {cast.own.node.id, cast.foreign.node.id}
    assert people.cards([cast.lin.id, cast.wu.id], by=lead) == {}
