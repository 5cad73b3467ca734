"""通州区: real towns and villages, invented branches and agencies, zones, ties, places."""

import csv
from collections.abc import Iterator
from datetime import date, time, timedelta
from pathlib import Path
from random import Random

from dongxun.kernel import clock
from dongxun.organisations import api as organisations
from dongxun.organisations.api import NodeDraft
from dongxun.organisations.contracts import (
    Node,
    PairingKind,
    PlaceDraft,
    PlaceId,
    PlaceType,
    Point,
    StopDraft,
    Tier,
    ZoneDraft,
    ZoneKind,
)
from dongxun.web.demo import words
from dongxun.web.demo.world import SYSTEM, Town, Unit, World

POINTS = Path(__file__).parent / "data" / "town_points.csv"
INVENTED_POINTS = {
    "金新街道": (32.107, 121.074),
    "川姜镇": (31.9623, 121.0481),
    "环本农场": (32.19, 121.42),
}
AGENCIES = "320612-jg"
PEOPLE, SMALL_PEOPLE = 48_260, 300
IN_AGENCIES = 0.085
ORDINALS = ("第一", "第二", "第三")


def build(world: World) -> None:
    """Write the tree; leave towns and units in ``world``."""
    organisations.load_divisions(by=SYSTEM, under=words.DISTRICT)
    world.district = organisations.node_named(words.DISTRICT)
    points = _points()
    tree = organisations.subtree(world.district.interval)
    named = {node.short_name: node for node in tree if node.depth == world.district.depth + 1}
    villages: dict[object, list[Node]] = {}
    for node in tree:
        if node.type_code in {"village", "community"}:
            villages.setdefault(node.parent_id, []).append(node)
    chosen = ("平潮镇",) if world.small else words.TOWNS
    dice = world.dice("tree")
    for name in chosen:
        town = Town(name, named[name], points[name])
        own = villages[town.node.id][: 5 if world.small else None]
        town.units = [Unit(node, name, dice.randint(120, 260)) for node in own]
        world.towns.append(town)
    agencies = _found(world, dice)
    world.towns.append(agencies)
    _share_out(world)
    _branches(world)
    for name, node in named.items():
        organisations.update_organisation(
            by=SYSTEM,
            organisation_id=node.id,
            changes={"latitude": points[name][0], "longitude": points[name][1]},
        )
    _tiers(world, dice)


def _points() -> dict[str, Point]:
    with POINTS.open(encoding="utf-8", newline="") as lines:
        found = {
            row["name"]: (float(row["latitude"]), float(row["longitude"]))
            for row in csv.DictReader(lines)
        }
    return found | INVENTED_POINTS


def _found(world: World, dice: Random) -> Town:
    """Write the agencies below one group; return them as if they were a town."""
    zones = words.JOINT_ZONES.values()
    agencies = [name for zone in zones for name in (zone[:1] if world.small else zone)]
    centre = (32.085, 121.07)
    group = NodeDraft(
        code=AGENCIES,
        name="区级机关",
        type_code="agency_group",
        parent=words.DISTRICT,
        point=centre,
    )
    drafts = [
        NodeDraft(
            code=f"{AGENCIES}-{number:02d}",
            name=f"区{name}",
            type_code="agency",
            parent=AGENCIES,
            point=_near(centre, dice, 0.01),
        )
        for number, name in enumerate(agencies, start=1)
    ]
    ids = organisations.found(by=SYSTEM, drafts=[group, *drafts])
    nodes = organisations.nodes(ids.values())
    town = Town("", nodes[ids[AGENCIES]], centre)
    town.units = [Unit(nodes[ids[d.code]], "", dice.randint(40, 120)) for d in drafts]
    return town


def _share_out(world: World) -> None:
    """Bring the wanted sizes to the sum that the demo is to have."""
    everybody = SMALL_PEOPLE if world.small else PEOPLE
    for towns, wanted in (
        (world.towns[:-1], round(everybody * (1 - IN_AGENCIES))),
        (world.towns[-1:], round(everybody * IN_AGENCIES)),
    ):
        units = [unit for town in towns for unit in town.units]
        before, done, given = sum(unit.size for unit in units), 0, 0
        for unit in units:
            done += unit.size
            unit.size, given = round(wanted * done / before) - given, round(wanted * done / before)


def _branches(world: World) -> None:
    drafts = [draft for town in world.towns for draft in _drafts_of(town)]
    ids = organisations.found(by=SYSTEM, drafts=drafts)
    nodes = organisations.nodes(ids.values())
    below: dict[object, list[Node]] = {}
    for draft in drafts:
        node = nodes[ids[draft.code]]
        below.setdefault(node.parent_id, []).append(node)
    fresh = organisations.nodes(
        [unit.node.id for town in world.towns for unit in town.units]
        + [town.node.id for town in world.towns]
        + [world.district.id]
    )
    world.district = fresh[world.district.id]
    for town in world.towns:
        town.node = fresh[town.node.id]
        for unit in town.units:
            unit.node, unit.branches = fresh[unit.node.id], below[unit.node.id]


def _drafts_of(town: Town) -> Iterator[NodeDraft]:
    codes = organisations.codes_of([unit.node.id for unit in town.units])
    for unit in town.units:
        count = 1 if unit.size < 70 else 2 if unit.size < 220 else 3
        for number, ordinal in enumerate(ORDINALS[:count] if count > 1 else ("",), start=1):
            name = f"{unit.node.short_name}{ordinal}党支部"
            yield NodeDraft(
                code=f"{codes[unit.node.id]}-z{number}",
                name=name,
                type_code="branch",
                parent=codes[unit.node.id],
            )


def _tiers(world: World, dice: Random) -> None:
    """示范, 提升, 培育: one village in five, three, one."""
    for town in world.towns[:-1]:
        for unit in town.units:
            tier = dice.choices((Tier.MODEL, Tier.IMPROVING, Tier.NURTURING), (2, 5, 3))[0]
            point = _near(town.point, dice, 0.03)
            organisations.update_organisation(
                by=SYSTEM,
                organisation_id=unit.node.id,
                changes={"tier": tier, "latitude": point[0], "longitude": point[1]},
            )


def _near(point: Point, dice: Random, spread: float) -> Point:
    return (
        round(point[0] + dice.uniform(-spread, spread), 5),
        round(point[1] + dice.uniform(-spread, spread), 5),
    )


def zones_and_ties(world: World) -> None:
    """Divide into 片区 and 联创区; pair towns, agencies, villages; found an alliance."""
    by_name = {town.name: town.node for town in world.towns}
    first = date(world.today.year - 1, 9, 1)
    geo = [
        ZoneDraft(zone, tuple(by_name[n].id for n in names if n in by_name), by_name[names[0]].id)
        for zone, names in words.GEO_ZONES.items()
        if names[0] in by_name
    ]
    world.geo_zones_id = organisations.save_zone_set(
        by=SYSTEM,
        root_id=world.district.id,
        kind=ZoneKind.GEO,
        name="五个片区",
        valid_from=first,
        zones=geo,
    )
    agencies = {unit.node.name.removeprefix("区"): unit.node for unit in world.agencies.units}
    joint = [
        ZoneDraft(
            zone, tuple(agencies[n].id for n in names if n in agencies), agencies[names[0]].id
        )
        for zone, names in words.JOINT_ZONES.items()
    ]
    world.joint_zones_id = organisations.save_zone_set(
        by=SYSTEM,
        root_id=world.district.id,
        kind=ZoneKind.JOINT,
        name="六个党建联创区",
        valid_from=first,
        zones=joint,
    )
    _ties(world, first)


def _ties(world: World, since: date) -> None:
    towns, agencies = world.towns[:-1], world.agencies.units
    outside = [organisations.add_external(by=SYSTEM, name=name) for name in words.OUTSIDE]
    pairs = [
        (PairingKind.TOWN_TOWN, a.node.id, b.node.id, "互派讲师，每季互办一课。")
        for a, b in zip(towns[::2], towns[1::2], strict=False)
    ]
    pairs += [
        (PairingKind.AGENCY_AGENCY, a.node.id, b.node.id, "支部共建，同上一堂课。")
        for a, b in zip(agencies[::4], agencies[1::4], strict=False)
    ]
    villages = [unit.node for town in towns for unit in town.units[1:3]]
    firms = [organisations.add_external(by=SYSTEM, name=name) for name in words.FIRMS]
    pairs += [
        (PairingKind.VILLAGE_ENTERPRISE, village.id, firm.id, "车间课堂开到企业，岗位信息送到村。")
        for village, firm in zip(villages, firms, strict=False)
    ]
    pairs += [(PairingKind.UNIVERSITY_TOWN, towns[0].node.id, outside[-1].id, "讲师进实践所。")]
    for kind, one, other, agreement in pairs:
        organisations.save_pairing(
            by=SYSTEM, kind=kind, one_id=one, other_id=other, since=since, agreement=agreement
        )
    organisations.save_alliance(
        by=SYSTEM,
        owner_id=towns[-1].node.id,
        name="沿江冬训联盟",
        member_ids=[towns[-1].node.id, *(node.id for node in outside[:3])],
        since=since,
        purpose="课程互送、场地互用、同看一场文艺宣讲。",
    )
    organisations.save_alliance(
        by=SYSTEM,
        owner_id=agencies[0].node.id,
        name="机关讲师团联盟",
        member_ids=[*(unit.node.id for unit in agencies[:3]), outside[-1].id],
        since=since,
        purpose="机关出课，高校出人，镇村点单。",
    )


def places(world: World) -> None:
    """Open halls, stations, farm libraries, and a vehicle with its stops of this week."""
    dice = world.dice("places")
    for town in world.towns:
        name = town.node.short_name
        kind = PlaceType.HALL if town.name else PlaceType.CENTER
        hall = f"{name}文化中心" if town.name else "区文明实践中心报告厅"
        town.hall_id = _place(town.node, hall, kind, town.point, dice.choice((300, 420, 600)))
        if town.name:
            _place(town.node, f"{name}新时代文明实践所", PlaceType.INSTITUTE, town.point, 120)
        for number, unit in enumerate(town.units):
            short = unit.node.short_name
            point = _near(town.point, dice, 0.03)
            if not town.name:
                unit.hall_id = _place(unit.node, f"{short}会议室", PlaceType.CLASSROOM, point, 150)
                continue
            unit.hall_id = _place(unit.node, f"{short}文明实践站", PlaceType.STATION, point, 260)
            if number % 3 == 0:
                _place(unit.node, f"{short}农家书屋", PlaceType.FARM_LIBRARY, point, 40)
    world.vehicle_id = organisations.save_place(
        by=SYSTEM,
        draft=PlaceDraft(
            organisation_id=world.district.id,
            name="文明实践流动车",
            type=PlaceType.VEHICLE,
            facilities=("投影", "音响", "阅读"),
            stops=tuple(_stops(world)),
        ),
    )


def _place(owner: Node, name: str, kind: PlaceType, point: Point, seats: int) -> PlaceId:
    return organisations.save_place(
        by=SYSTEM,
        draft=PlaceDraft(
            organisation_id=owner.id,
            name=name,
            type=kind,
            point=point,
            capacity=seats,
            hours="周一至周五 8:30—17:30",
            facilities=("饮水", "投影", "无障碍"),
        ),
    )


def _stops(world: World) -> Iterator[StopDraft]:
    towns = world.towns[:-1]
    for number in range(14):
        town = towns[number % len(towns)]
        day = world.today + timedelta(days=number - 3)
        yield StopDraft(
            name=f"{town.node.short_name}集市",
            starts_at=clock.moment(day, time(9, 0)),
            ends_at=clock.moment(day, time(11, 0)),
            point=town.point,
        )
