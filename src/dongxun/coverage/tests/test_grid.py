from datetime import date, timedelta
from decimal import Decimal
from itertools import product

import pytest

from dongxun.coverage import api, days, services
from dongxun.coverage.contracts import Kind, What
from dongxun.coverage.plan import plan_share
from dongxun.coverage.queries.numbers import NothingFrozen
from dongxun.coverage.tests.make import SYSTEM, TOPIC_A, House, make_topic
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, ActorKind, Grant, Role
from dongxun.kernel.errors import Conflict, NotFound
from dongxun.kernel.ids import new_id
from dongxun.ledger.contracts import FactKind, Mode
from dongxun.organisations import api as organisations
from dongxun.organisations.models import Organisation, Zone, ZoneMember, ZoneSet
from dongxun.organisations.tests.make import make_organisation
from dongxun.seasons.contracts import StudyMode

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    return House()


def organiser(node, role=Role.ORGANISER):
    return Actor(ActorKind.ACCOUNT, id=new_id(), grants=(Grant(role, node.id, node.interval),))


def seen(house, by=SYSTEM, node="district", **more):
    return api.grid(by=by, season_id=house.season.id, node=house.tree[node].id, **more)


def make_zones(house, kind, **members):
    zone_set = ZoneSet.objects.create(
        root_id=house.tree["district"].id, kind=kind, name="片区", valid_from=date(2020, 1, 1)
    )
    for order, (name, units) in enumerate(members.items()):
        zone = Zone.objects.create(zone_set=zone_set, name=name, order=order)
        for organisation in units:
            ZoneMember.objects.create(
                zone_set=zone_set, zone=zone, organisation_id=house.tree[organisation].id
            )
            house.season.organisations.get_or_create(organisation_id=house.tree[organisation].id)
    setattr(house.season, f"{kind}_zones", zone_set)
    house.season.save()


@pytest.mark.parametrize(
    ("day", "share"),
    [
        (date(2026, 12, 1), "0"),
        (date(2027, 1, 1), "47.5"),
        (date(2027, 2, 1), "95"),
        (date(2027, 3, 1), "95"),
    ],
)
def test_the_plan_line_rises_evenly_to_its_target(day, share):
    assert plan_share(make_topic(TOPIC_A), day) == Decimal(share)


def test_a_grid_has_a_row_for_each_child_with_people_and_a_total(house):
    lin, wu = house.member(), house.member("五接镇支部")
    house.credit(lin, wu)
    house.attend(lin)

    found = seen(house)

    assert [(row.name, row.topics[0].met, row.met, row.due) for row in found.rows] == [
        ("平潮镇", 1, 1, 2),
        ("五接镇", 0, 0, 2),
    ]
    assert (found.total.met, found.total.due, found.opened) == (1, 4, 2)
    assert found.missing == ("区农业农村局",)


def test_a_branch_is_its_own_only_row(house):
    house.attend(house.member())
    found = seen(house, node="平潮镇支部")
    assert [(row.met, row.due) for row in found.rows] == [(1, 2)]


def test_a_closed_unit_is_shown_while_people_count_there_and_never_missed(house):
    lin = house.member()
    house.credit(lin)
    branch = house.tree["平潮镇支部"]
    with pytest.raises(Conflict, match="1"):
        organisations.close_organisation(by=SYSTEM, organisation_id=branch.id)
    Organisation.objects.filter(id=branch.id).update(closed_on=clock.today())

    found = seen(house, node="平潮镇支部")
    above = api.grid(
        by=SYSTEM,
        season_id=house.season.id,
        node=organisations.node(branch.id).parent_id,
    )

    assert found.total.season.eligible == 1
    assert [row.season.eligible for row in above.rows] == [1]
    assert above.missing == ()


def test_a_grid_by_zone_sums_the_members_of_each(house):
    for branch in ("平潮镇支部", "五接镇支部", "农业支部"):
        house.attend(house.member(branch))
    make_zones(house, "joint", 第一联创区=["平潮镇", "五接镇"], 第二联创区=["农业支部"])

    found = seen(house, kind=Kind.JOINT)

    assert [(row.name, row.season.eligible, row.topics[0].met) for row in found.rows] == [
        ("第一联创区", 2, 2),
        ("第二联创区", 1, 1),
    ]


def test_a_village_counts_in_its_own_zone_where_its_town_is_in_another(house):
    # the whole district takes part: the zones come from the tree
    house.tree["镇机关支部"] = make_organisation(under=house.tree["平潮镇"])
    for branch in ("平潮镇支部", "五接镇支部", "镇机关支部"):
        house.attend(house.member(branch))
    make_zones(house, "joint", 甲=["平潮镇"], 乙=["五接镇", "平潮镇支部"])
    house.season.organisations.exclude(organisation_id=house.tree["district"].id).delete()

    found = seen(house, kind=Kind.JOINT)

    assert [(row.name, row.season.eligible) for row in found.rows] == [("甲", 1), ("乙", 2)]
    within = seen(house, node="平潮镇", kind=Kind.JOINT)
    assert [(row.name, row.season.eligible) for row in within.rows] == [("甲", 1), ("乙", 1)]
    for row in found.rows:
        about = {"season_id": house.season.id, "place_id": row.id, "what": What.ELIGIBLE}
        _place, page = api.names(by=SYSTEM, **about)
        assert len(page.object_list) == page.paginator.count == row.season.eligible
    town = house.tree["平潮镇"]
    lead = Actor(
        ActorKind.ACCOUNT,
        id=new_id(),
        grants=(Grant(Role.ZONE_LEAD, town.id, town.interval),),
        zone_organisations=frozenset({town.id}),
    )
    assert api.grid(by=lead, season_id=house.season.id, node=None).total.season.eligible == 1


def test_the_names_of_a_zone_follow_a_member_that_has_just_moved(house):
    house.attend(house.member())
    branch = house.tree["平潮镇支部"]
    make_zones(house, "joint", 甲=["平潮镇支部"])
    [row] = seen(house, kind=Kind.JOINT).rows

    organisations.move_organisation(
        by=SYSTEM, organisation_id=branch.id, parent_id=house.tree["五接镇"].id
    )

    about = {"season_id": house.season.id, "place_id": row.id, "what": What.ELIGIBLE}
    assert len(api.names(by=SYSTEM, **about)[1].object_list) == 1


def test_towns_are_grouped_by_their_geographic_zone(house):
    for branch in ("平潮镇支部", "五接镇支部"):
        house.attend(house.member(branch))
    make_zones(house, "geo", 东片=["五接镇"], 西片=["平潮镇"])

    assert [(row.group, row.name) for row in seen(house, kind=Kind.GEO).rows] == [
        ("东片", "五接镇"),
        ("西片", "平潮镇"),
    ]


@pytest.mark.parametrize("kind", [Kind.GEO, Kind.JOINT])
def test_a_town_of_a_zone_is_divided_by_what_lies_below_it(house, kind):
    lin = house.member()
    house.credit(lin)
    make_zones(house, kind, 西片=["平潮镇"])
    below = [row.name for row in seen(house, node="平潮镇").rows]
    assert below
    assert [row.name for row in seen(house, node="平潮镇", kind=kind).rows] == below


def test_a_row_eight_points_below_its_plan_is_behind(house):
    lin = house.member()
    house.credit(lin)

    [row] = seen(house).rows

    assert row.behind
    assert row.gap == -row.plan
    assert seen(house).behind == (row,)


def test_a_grid_costs_the_same_whatever_it_holds(house, django_assert_num_queries):
    house.credit(*[house.member(b) for b in ("平潮镇支部", "五接镇支部", "农业支部")])

    with django_assert_num_queries(4):
        seen(house, node="district")


def test_an_earlier_day_is_shown_as_it_was_known_then(house):
    lin, wu = house.member(), house.member()
    house.credit(lin, wu)
    house.attend(lin)
    yesterday = clock.today() - timedelta(days=1)
    days.freeze(by=SYSTEM, season_id=house.season.id, as_of=yesterday)
    house.attend(wu)

    then = seen(house, as_of=yesterday)

    assert (then.total.topics[0].met, then.as_of) == (1, yesterday)
    assert seen(house).total.topics[0].met == 2
    with pytest.raises(NothingFrozen):
        seen(house, as_of=yesterday - timedelta(days=1))


def test_last_weeks_total_is_found_for_comparison(house):
    lin = house.member()
    house.attend(lin)
    days.freeze(by=SYSTEM, season_id=house.season.id, as_of=clock.today() - timedelta(days=8))

    before = api.earlier(seen(house), days=7)

    assert before is not None
    assert (before.met, before.due) == (1, 2)
    assert api.earlier(seen(house), days=30) is None


def test_organisers_see_their_own_subtree_and_zone_leads_the_counts_of_the_zone(house):
    house.credit(house.member(), house.member("五接镇支部"))
    town = house.tree["平潮镇"]
    lead = Actor(
        ActorKind.ACCOUNT,
        id=new_id(),
        grants=(Grant(Role.ZONE_LEAD, town.id, town.interval),),
        zone_organisations=frozenset({town.id, house.tree["五接镇"].id}),
    )

    assert seen(house, by=organiser(town), node="平潮镇").total.season.eligible == 1
    for node in ("district", "五接镇"):
        with pytest.raises(NotFound):
            seen(house, by=organiser(town), node=node)
    led = api.grid(by=lead, season_id=house.season.id, node=None)
    assert [row.name for row in led.rows] == ["平潮镇", "五接镇"]
    assert led.total.season.eligible == 2
    with pytest.raises(NotFound):
        names(house, What.ELIGIBLE, by=lead, place="平潮镇")


def names(house, what, *, by=SYSTEM, place="district", topic=None, **more):
    topic_id = None if topic is None else house.topics[topic].id
    _place, page = api.names(
        by=by,
        season_id=house.season.id,
        place_id=house.tree[place].id,
        what=what,
        topic_id=topic_id,
        **more,
    )
    return page


@pytest.fixture
def mixed(house):
    """Return a house with six people, each in another state of the first topic."""
    people = {
        "group": house.member(),
        "makeup": house.member(),
        "home": house.member(mode=StudyMode.HOME),
        "online": house.member(mode=StudyMode.FLOATING),
        "leave": house.member("五接镇支部"),
        "untrained": house.member("五接镇支部"),
    }
    house.credit(*people.values())
    house.attend(people["group"])
    for name in ("makeup", "home", "online"):
        house.attend(people[name], mode=Mode.ONLINE, object_kind="lesson", format="hall")
    until = clock.today() + timedelta(days=3)
    leave = {"kind": FactKind.ON_LEAVE, "seconds": 0, "mode": Mode.NONE, "until": until}
    house.attend(people["leave"], **leave)
    house.attend(people["untrained"], seconds=600)
    house.attend(people["group"], kind=FactKind.PASSED, seconds=0, mode=Mode.NONE, cause="q")
    house.people = people
    return house


def test_every_number_opens_exactly_its_names(mixed):
    live = [what for what in What if what not in {What.LATE, What.STRUCK}]
    for what, topic, place in product(live, (0, None), ("district", "平潮镇", "五接镇")):
        page = names(mixed, what, place=place, topic=topic)
        found = {name.person_id for name in page}

        assert len(found) == len(page.object_list) == page.paginator.count, (what, topic, place)


def test_the_names_behind_a_state_are_those_people(mixed):
    found = {
        what.value: [name.name for name in names(mixed, what, topic=0)]
        for what in (What.GROUP, What.MAKEUP, What.HOME, What.ONLINE, What.LEAVE, What.UNTRAINED)
    }

    assert found == {state: [person.name] for state, person in mixed.people.items()}


def test_not_met_reads_half_done_or_not_begun_while_the_season_runs(mixed):
    mixed.topics[0].due_on = clock.today()
    mixed.topics[0].save()
    mixed.season.definition_version += 1
    mixed.season.save()
    services.rebuild(by=SYSTEM, season_id=mixed.season.id)

    [half] = names(mixed, What.STARTED, topic=0)

    assert (str(half.words), half.seconds) == ("学了一半", 600)


def test_a_name_can_be_looked_for_and_long_lists_come_in_pages(mixed):
    wanted = mixed.people["home"].name

    assert [row.name for row in names(mixed, What.ELIGIBLE, q=wanted)] == [wanted]
    assert not names(mixed, What.ELIGIBLE, q="没有这个人").object_list
    assert names(mixed, What.ELIGIBLE, page=9).number == 1


def test_names_are_for_organisers_of_the_subtree(mixed):
    town = mixed.tree["平潮镇"]

    assert len(names(mixed, What.ELIGIBLE, by=organiser(town), place="平潮镇")) == 4
    for place in ("district", "五接镇"):
        with pytest.raises(NotFound):
            names(mixed, What.ELIGIBLE, by=organiser(town), place=place)


def test_the_three_coverages_carry_their_definition_and_their_names(mixed):
    found = {row.key: (row.part, row.whole) for row in api.figures(seen(mixed))}

    assert found == {"reached": (5, 6), "rigor": (0, 6), "effect": (1, 6), "completion": (4, 12)}


def test_people_see_where_they_stand_and_nobody_else_does(mixed):
    lin = mixed.people["untrained"]
    phone = Actor(ActorKind.DEVICE, id=new_id(), persons=(lin.id,))

    own = api.standing_of(lin.id, by=phone, season_id=mixed.season.id)

    assert own is not None
    assert [(topic.seconds, topic.met) for topic in own.topics] == [(600, False), (0, False)]
    assert str(own.hours) == "0.17"
    other = organiser(mixed.tree["平潮镇"])
    assert api.standing_of(lin.id, by=other, season_id=mixed.season.id) is None
