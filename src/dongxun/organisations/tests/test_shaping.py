from io import StringIO

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from dongxun.kernel.actors import Actor, ActorKind, Grant, Role
from dongxun.kernel.errors import Conflict, DomainError, NotAllowed
from dongxun.kernel.models import Event
from dongxun.organisations import api
from dongxun.organisations.contracts import Level
from dongxun.organisations.models import Organisation, TreeVersion
from dongxun.organisations.services.kinds import save_kind
from dongxun.organisations.tests.make import SYSTEM, make_district, make_organisation
from dongxun.organisations.tests.test_tree import nested

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["create", "create", "move", "close"]),
        st.integers(0, 30),
        st.integers(0, 30),
    ),
    max_size=25,
)


class TestAnySequence(TestCase):
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(STEPS)
    def test_of_creating_moving_and_closing_leaves_intervals_nested_and_apart(self, steps):
        nodes = [make_organisation("顶", type_code="district")]
        for step, first, second in steps:
            one, other = nodes[first % len(nodes)], nodes[second % len(nodes)]
            try:
                if step == "create":
                    nodes.append(make_organisation(under=one, type_code="town"))
                elif step == "move":
                    api.move_organisation(by=SYSTEM, organisation_id=one.id, parent_id=other.id)
                else:
                    api.close_organisation(by=SYSTEM, organisation_id=one.id)
            except DomainError:
                pass
        assert nested()
        depths: dict[object, int] = dict(Organisation.objects.values_list("id", "depth"))
        for row in Organisation.objects.exclude(parent=None):
            assert depths[row.id] == depths[row.parent_id] + 1


@pytest.mark.django_db
def test_a_move_is_told_and_numbers_only_its_own_rows():
    found = make_district()
    before = dict(Organisation.objects.values_list("id", "lft"))
    api.move_organisation(
        by=SYSTEM, organisation_id=found["平潮镇"].id, parent_id=found["五接镇"].id
    )
    after = dict(Organisation.objects.values_list("id", "lft"))
    assert sum(before[key] != after[key] for key in before) == 3
    assert TreeVersion.objects.get().number == 1
    [event] = Event.objects.filter(name="OrganisationMoved")
    assert event.payload["parent_id"] == str(found["五接镇"].id)


@pytest.mark.django_db
def test_a_unit_is_not_taken_away_from_a_place_that_one_does_not_manage():
    found = make_district()
    towns = [found["平潮镇"], found["五接镇"]]
    grants = tuple(Grant(Role.ORGANISER, town.id, town.interval) for town in towns)
    both = Actor(ActorKind.ACCOUNT, grants=grants)
    with pytest.raises(NotAllowed):
        api.move_organisation(by=both, organisation_id=towns[0].id, parent_id=towns[1].id)
    village = api.node_named("平潮村")
    api.move_organisation(by=both, organisation_id=village.id, parent_id=towns[1].id)
    api.close_organisation(by=SYSTEM, organisation_id=towns[0].id)
    with pytest.raises(Conflict):
        api.move_organisation(by=both, organisation_id=village.id, parent_id=towns[0].id)


@pytest.mark.django_db
def test_an_organisation_with_open_ones_below_cannot_be_closed():
    found = make_district()
    with pytest.raises(Conflict):
        api.close_organisation(by=SYSTEM, organisation_id=found["平潮镇"].id)
    for _ in range(2):
        api.close_organisation(by=SYSTEM, organisation_id=found["平潮镇支部"].id)
    assert found["平潮镇支部"].id not in {n.id for n in api.subtree(found["平潮镇"].interval)}


@pytest.mark.django_db
def test_correcting_a_name_keeps_the_place_and_refuses_a_namesake():
    found = make_district()
    node = api.update_organisation(
        by=SYSTEM, organisation_id=found["平潮镇"].id, changes={"name": "平潮街道"}
    )
    assert (node.name, node.interval) == ("平潮街道", found["平潮镇"].interval)
    with pytest.raises(Conflict):
        api.update_organisation(
            by=SYSTEM, organisation_id=found["平潮镇"].id, changes={"name": "五接镇"}
        )
    secretary = Actor(
        ActorKind.ACCOUNT,
        grants=(Grant(Role.SECRETARY, node.id, node.interval),),
    )
    with pytest.raises(NotAllowed):
        api.update_organisation(by=secretary, organisation_id=node.id, changes={"name": "x"})


@pytest.mark.django_db
def test_the_divisions_of_a_district_load_once():
    call_command("import_divisions", "320612", verbosity=0, stdout=StringIO())
    assert api.load_divisions(by=SYSTEM, under="320612") == 0
    assert Organisation.objects.filter(type_id__in=["town", "street", "farm"]).count() == 17
    villages = Organisation.objects.filter(type_id__in=["village", "community"])
    assert villages.count() == 278
    assert villages.get(code="320612001228").short_name == "港北村"
    assert villages.get(code="320612002001").short_name == "机场新村社区"
    assert nested()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("town", Level.TOWN),
        ("farm", Level.TOWN),
        ("university", Level.OTHER),
        ("community", Level.VILLAGE),
        ("enterprise", Level.OTHER),
        ("joint_branch", Level.BRANCH),
        (44, Level.TOWN),
        (45, Level.OTHER),
        (52, Level.VILLAGE),
    ],
)
def test_a_kind_that_the_office_made_is_what_its_rank_says(code, level):
    top = make_organisation("通州区", type_code="district")
    if isinstance(code, int):
        code = save_kind(by=SYSTEM, name_zh="开发区", rank=code)
    made = make_organisation("某处", under=top, type_code=code)
    assert made.level is level
    assert [one.level for one in api.subtree(top.interval)] == [Level.OTHER, level]


@pytest.mark.django_db
def test_search_finds_by_name_and_by_initials_inside_the_subtree_only():
    found = make_district()
    assert [n.name for n in api.search("pc", by=SYSTEM)] == ["平潮镇", "平潮村", "平潮村党支部"]
    both = {node.name for node in api.search("农业", by=SYSTEM)}
    assert both == {"区农业农村局", "农业农村局机关党支部"}
    town = found["五接镇"]
    stranger = Actor(ActorKind.ACCOUNT, grants=(Grant(Role.ORGANISER, town.id, town.interval),))
    assert api.search("pc", by=stranger) == []
