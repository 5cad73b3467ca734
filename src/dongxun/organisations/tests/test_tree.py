import pytest
from django.test import TestCase

from dongxun.kernel.actors import Actor, ActorKind, Grant, Role
from dongxun.kernel.errors import Conflict, NotAllowed
from dongxun.organisations import api, tree
from dongxun.organisations.models import Organisation
from dongxun.organisations.tests.make import SYSTEM, make_district, make_organisation

pytestmark = pytest.mark.django_db


def nested() -> bool:
    rows = list(Organisation.objects.order_by("lft"))
    by_id = {row.id: row for row in rows}
    inside = all(
        by_id[row.parent_id].lft < row.lft and row.rgt <= by_id[row.parent_id].rgt
        for row in rows
        if row.parent_id
    )
    apart = all(
        a.rgt < b.lft for a in rows for b in rows if a.parent_id == b.parent_id and a.lft < b.lft
    )
    return inside and apart


def test_a_subtree_is_one_range():
    found = make_district()
    names = [node.name for node in api.subtree(found["平潮镇"].interval)]
    assert names == ["平潮镇", "平潮村", "平潮村党支部"]


def test_many_children_stay_nested_and_a_full_node_is_numbered_anew():
    top = make_organisation("区", type_code="district")
    for _ in range(60):
        last = make_organisation(under=top)
    for _ in range(5):
        last = make_organisation(under=last)
    assert nested()


def test_moving_a_town_takes_its_branches_along():
    found = make_district()
    api.move_organisation(
        by=SYSTEM, organisation_id=found["平潮镇"].id, parent_id=found["五接镇"].id
    )
    five = api.node(found["五接镇"].id)
    assert "平潮村党支部" in [node.name for node in api.subtree(five.interval)]
    assert nested()


def test_a_node_cannot_be_moved_under_itself():
    found = make_district()
    with pytest.raises(Conflict):
        api.move_organisation(
            by=SYSTEM, organisation_id=found["平潮镇"].id, parent_id=found["平潮镇支部"].id
        )


def test_an_organiser_of_one_town_cannot_add_to_another():
    found = make_district()
    town = found["平潮镇"]
    organiser = Actor(ActorKind.ACCOUNT, grants=(Grant(Role.ORGANISER, town.id, town.interval),))
    with pytest.raises(NotAllowed):
        api.create_organisation(
            by=organiser, name="x", type_code="branch", parent_id=found["五接镇"].id
        )


@pytest.mark.parametrize(
    ("role", "names"), [("organiser", ["平潮镇", "平潮村"]), ("zone_lead", [])]
)
def test_the_units_on_offer_are_the_own_ones_and_those_right_below(role, names):
    town = make_district()["平潮镇"]
    somebody = Actor(ActorKind.ACCOUNT, grants=(Grant(Role(role), town.id, town.interval),))
    assert [node.name for node in api.own_units(somebody)] == names


def test_renumbering_changes_no_order():
    make_district()
    before = [row.name for row in Organisation.objects.order_by("lft")]
    tree.renumber()
    assert [row.name for row in Organisation.objects.order_by("lft")] == before


def test_a_path_costs_one_query():
    found = make_district()
    with TestCase().assertNumQueries(1):
        assert len(api.ancestors(found["平潮镇支部"].id)) == 4
