"""Zones proposed with their figures side by side, and accepted as a set the season points to."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.urls import reverse

from dongxun.kernel import clock, jobs
from dongxun.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from dongxun.organisations import api as organisations
from dongxun.organisations.models import Place, ZoneSet
from dongxun.organisations.tests.make import make_organisation
from dongxun.planning import mapping, why_zones
from dongxun.planning.division import Divisions
from dongxun.planning.models import Run
from dongxun.planning.neighbours import Names
from dongxun.planning.services import dividing
from dongxun.planning.services.dividing import Chosen
from dongxun.planning.tests.make import ask_zones, divided, towns_of
from dongxun.seasons import api as seasons
from dongxun.seasons.models import Season
from dongxun_planner.zoning.problems import Town, TownProblem

pytestmark = pytest.mark.django_db


def choice(**overrides):
    given = {
        "index": 0,
        "name": "两个片区",
        "valid_from": clock.today(),
        "named": {},
        "reason": "人数悬殊",
    }
    return Chosen(**given | overrides)


def accept(cast, row, **overrides):
    return dividing.accept_zones(by=cast.actor("office"), run_id=row.id, chosen=choice(**overrides))


def text(answer):
    return answer.content.decode()


def test_the_worker_proves_the_best_division_and_lists_the_next_best(cast):
    row = ask_zones(cast)

    jobs.run(row.job_id)

    row.refresh_from_db()
    found = Divisions(row)
    assert row.outcome["status"] == "optimal"
    assert row.outcome["bound"] == found.found[0].cost
    assert [one.cost for one in found.found] == sorted(one.cost for one in found.found)
    assert len(found.found) > 1
    assert all(len(one.zones) == 2 for one in found.found)


def test_figures_of_a_zone_are_those_of_its_units_and_say_what_it_lacks(cast):
    Place.objects.filter(id=cast.own.place.id).update(type="classroom")

    zones = Divisions(divided(cast)).found[0].zones
    [zone] = [zone for zone in zones if str(cast.own.node.id) in zone.units]

    mine = [town for town in towns_of(cast) if str(town.node.id) in zone.units]
    assert zone.people == sum(len(town.people) for town in mine)
    assert (zone.branches, zone.venues, zone.lecturers) == (len(mine),) * 3
    assert [one.name for one in zones] == ["西片", "第 2 片区"]
    assert zone.name == "西片"
    assert (zone.has, zone.kinds) == (len({town is cast.own for town in mine}), 2)
    assert ("会堂" in "".join(zone.lacks)) == (len(mine) == 1)


def test_an_accepted_division_is_a_new_dated_set_and_the_old_one_stays(cast):
    row, old = divided(cast), cast.zone_set
    before = organisations.zones_of_set(old.id)
    lead = UUID(Divisions(row).found[0].zones[1].units[0])

    accept(cast, row, named={1: ("西片", None), 2: ("东片", lead)})
    accept(cast, row, name="又一次")

    season = Season.objects.get(id=cast.season.id)
    new = ZoneSet.objects.exclude(id=old.id).get()
    assert (season.geo_zones_id, new.name, new.valid_from) == (new.id, "两个片区", clock.today())
    assert [(zone.name, zone.lead_id) for zone in organisations.zones_of_set(new.id)] == [
        ("西片", None),
        ("东片", lead),
    ]
    assert organisations.zones_of_set(old.id) == before
    assert "人数悬殊" in {
        version.reason for version in seasons.versions(season.id, by=cast.actor("office"))
    }


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"reason": " "}, Invalid),
        ({"index": 9}, Invalid),
        ({"valid_from": clock.today() + timedelta(days=900)}, Invalid),
        ({"named": {1: ("一", UUID(int=1))}}, Invalid),
        ({"named": {1: ("一", None), 2: ("一", None)}}, Invalid),
    ],
)
def test_what_cannot_be_accepted_changes_nothing(cast, given, refusal):
    row = divided(cast)

    with pytest.raises(refusal):
        accept(cast, row, **given)

    assert ZoneSet.objects.count() == 1


def test_a_division_of_what_changed_meanwhile_is_asked_for_again(cast):
    row, other = divided(cast), divided(cast)
    accept(cast, row)

    with pytest.raises(Conflict):
        accept(cast, other)


def test_units_that_joined_since_are_named_and_no_division_without_them_is_accepted(cast):
    row = divided(cast)
    make_organisation("三余镇", under=cast.district, type_code="town")

    with pytest.raises(Conflict, match="三余镇"):
        accept(cast, row)


def test_organisers_of_a_town_divide_nothing(cast):
    with pytest.raises((NotAllowed, NotFound)):
        ask_zones(cast, by=cast.actor("organiser"))


@pytest.mark.parametrize(
    ("given", "where", "words"),
    [
        ({"zones": 9}, "zones", "平潮镇"),
        ({"unit_ids": ()}, "units", "选"),
        ({"tolerance": 5, "zones": 4}, "tolerance", "平潮镇"),
        ({"neighbours": ()}, "neighbours", "平潮镇"),
    ],
)
def test_what_no_division_can_help_is_said_with_names(cast, given, where, words):
    with pytest.raises(Invalid) as refusal:
        ask_zones(cast, **given)

    [(field, said), *_rest] = refusal.value.details
    assert (field, words in str(said)) == (where, True)


def test_a_unit_without_a_point_and_one_out_of_reach_are_named(cast):
    towns = tuple(
        Town(f"t{n}", 32.0, 121 + n / 10, 100 - 80 * (n == 3), name=f"镇{n}") for n in range(4)
    )
    problem = TownProblem("towns", towns, 2, 0.25, neighbours=(("t0", "t1"), ("t1", "t2")))
    [(where, words)] = why_zones.undividable(problem, placed(cast, 4))
    [(_at, bare)] = why_zones.undividable(problem, [*placed(cast, 3), placed(cast, 1, at=None)[0]])

    assert where == "neighbours"
    assert "镇3" in str(words)
    assert "平潮镇" in str(bare)


def placed(cast, count, at=(32.0, 121.0)):
    from dongxun.planning.snapshots.zones import Offered

    return [Offered(cast.own.node, "", at)] * count


def test_names_of_units_are_told_apart_and_what_a_line_lacks_is_said(cast):
    one, two, other = [organisations.node(town.node.id) for town in towns_of(cast)][:3]
    one = replace(one, name="东 镇", short_name="东")
    two = replace(two, name="东镇", short_name="东")
    names = Names([one, two, other])

    assert names.pairs(f"{other.short_name}：东 镇 东镇") == (
        [(other.id, one.id), (other.id, two.id)],
        [],
    )
    assert [names.labels[key.id] for key in (one, two)] == ["东 镇", "东镇"]
    for line, words in (
        (f"{other.name}：东", "东 镇、东镇"),
        ("：东镇", "冒号"),
        ("天上镇", "天上镇"),
    ):
        told, [wrong] = names.pairs(line)
        assert (told, words in wrong) == ([], True)


def test_the_office_asks_looks_chooses_and_accepts_on_pages(cast):
    office = cast.client("office")
    divided(cast)
    Run.objects.all().delete()
    assert reverse("planning:new_zones") in text(office.get(reverse("organisations:zone_sets")))
    shown = text(office.get(reverse("planning:new_zones")))
    units = [str(town.node.id) for town in towns_of(cast)]
    typed = {"zones": "2", "tolerance": "100", "units": units, "neighbours": ""}
    bad = office.post(reverse("planning:new_zones"), typed | {"neighbours": "平潮镇：天上镇"})
    asked = office.post(reverse("planning:new_zones"), typed)
    waiting = text(office.get(asked.url))
    jobs.run_waiting()
    page = text(office.get(f"{asked.url}?map=1"))
    reason = {
        "name": "两片",
        "valid_from": "2026-01-01",
        "name_1": "甲",
        "name_2": "乙",
        "map": "1",
    }
    bare = office.post(asked.url, reason)
    done = office.post(asked.url, reason | {"reason": "人数悬殊"})

    assert "西片" in shown
    assert (bad.status_code, "第 1 行" in text(bad), "天上镇" in text(bad)) == (422, True, True)
    assert "排队中" in waiting
    assert "与今天一样" not in page
    assert "并排" in page
    assert (bare.status_code, 'value="甲"' in text(bare)) == (422, True)
    assert done.status_code == 302
    assert "人数悬殊" in text(office.get(done.url))
    assert Run.objects.get().outcome["chosen"] == 1


def test_a_search_that_proved_there_is_none_says_what_would_do(cast):
    row = ask_zones(cast)
    outcome = {"status": "infeasible", "parts": {"tolerance_percent": 40.0}}
    Run.objects.filter(id=row.id).update(state="done", outcome=outcome)

    page = text(cast.client("office").get(reverse("planning:zones", args=[row.id])))

    assert "40%" in page
    assert f"{reverse('planning:new_zones')}?base={row.id}&amp;tolerance=40" in page
    proven = {"status": "infeasible", "parts": {"none_at_percent": 100.0}}
    assert "100%" in why_zones.ended_without(proven, row.settings)[0]
    assert "没有算出" in why_zones.ended_without({"status": "infeasible"}, row.settings)[0]
    assert why_zones.ended_without({"status": "none_found"}, row.settings)[1] is None


def test_a_division_that_is_not_proven_is_called_the_best_found_and_shows_its_gap(cast):
    row = divided(cast)
    path = reverse("planning:zones", args=[row.id])
    proven = text(cast.client("office").get(path))
    outcome = row.outcome | {"status": "feasible", "bound": row.outcome["cost"] / 1.25}
    Run.objects.filter(id=row.id).update(outcome=outcome)

    page = text(cast.client("office").get(path))

    assert ("最优的划分" in proven, "最优的划分" in page) == (True, False)
    assert "25.0%" in page
    assert "找到的最好划分" in page


def test_points_on_the_map_keep_apart_and_in_the_picture():
    points = {str(n): (32.0 + n / 10_000, 121.0) for n in range(5)} | {"far": (33.0, 122.0)}

    at, height = mapping.places(points)

    assert all(0 < x < mapping.WIDTH and 0 < y < height for x, y in at.values())
    close = [at[str(n)] for n in range(5)]
    assert all(
        (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 > 35**2
        for n, a in enumerate(close)
        for b in close[n + 1 :]
    )
    assert mapping.places({})[0] == {}
