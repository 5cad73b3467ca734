"""A synthetic district, version 1. Its distributions are documented in docs/reference/planner.md.

Everything is drawn from one ``random.Random(seed)``, in the order in which it stands here; another
order would be another version. Wishes, if any, have a stream of their own.
"""

import random
from dataclasses import replace
from datetime import date

from dongxun_planner.calendar import teaching_days
from dongxun_planner.season.problems import Lecturer, SeasonProblem, Unit, Venue
from dongxun_planner.zoning.check import km

VERSION = 1
TOPICS = 7
EAST_KM, NORTH_KM = 55.0, 42.0
LATITUDE, LONGITUDE = 31.9, 120.9
LARGEST = 150
REACH_KM = 10.0


def district(
    seed: int, *, size: float = 1.0, tightness: float = 0.93, wishes: float = 0.0
) -> SeasonProblem:
    """Return a season of a district.

    Args:
        size: 1 is a whole district: 270 villages, 56 agencies, 300 halls, 150 lecturers.
        tightness: sessions wanted by a plan of the usual halls, to sessions lecturers can hold;
            above 1 some cannot be held.
        wishes: share of the half-days of a week in which each lecturer would rather not teach.
    """
    dice = random.Random(seed)
    towns = [_point(dice) for _ in range(max(1, round(14 * min(1.0, size))))]
    units = _units(dice, towns, round(270 * size), round(56 * size))
    members = sum(unit.members for unit in units)
    topics = tuple(f"topic-{k + 1}" for k in range(TOPICS))
    venues = _venues(dice, units, towns, round(300 * size))
    days = teaching_days(date(2026, 12, 1), date(2027, 3, 5))[:60]
    lecturers = _lecturers(dice, towns, topics, len(days), members, tightness)
    return SeasonProblem(
        kind="season",
        topics=topics,
        days=days,
        units=units,
        venues=venues if size >= 1 else (*venues, *_missing(units, venues)),
        lecturers=_wishing(random.Random(f"wishes {seed}"), lecturers, days, wishes),
    )


def _point(dice: random.Random) -> tuple[float, float]:
    return dice.uniform(0, EAST_KM), dice.uniform(0, NORTH_KM)


def _near(dice: random.Random, town: tuple[float, float], km: float) -> tuple[float, float]:
    east = min(max(dice.gauss(town[0], km), 0), EAST_KM)
    return east, min(max(dice.gauss(town[1], km), 0), NORTH_KM)


def _place(point: tuple[float, float]) -> tuple[float, float]:
    """Return latitude and longitude of a point in km."""
    return round(LATITUDE + point[1] / 111.19, 5), round(LONGITUDE + point[0] / 94.4, 5)


def _units(
    dice: random.Random, towns: list[tuple[float, float]], villages: int, agencies: int
) -> tuple[Unit, ...]:
    units: list[Unit] = []
    for k in range(villages + agencies):
        is_village = k < villages
        town = dice.choice(towns) if is_village else towns[0]
        point = _near(dice, town, 4.0 if is_village else 2.0)
        total = max(12, round(dice.lognormvariate(4.8 if is_village else 4.9, 0.55)))
        day = dice.randrange(5)
        groups = -(-total // LARGEST)
        for g in range(groups):
            share = total // groups + (g < total % groups)
            name = f"{'village' if is_village else 'agency'}-{k + 1}"
            place = _place(point)
            units.append(Unit(f"{name}-{g + 1}" if groups > 1 else name, *place, share, day))
    return tuple(units)


def _venues(
    dice: random.Random, units: tuple[Unit, ...], towns: list[tuple[float, float]], count: int
) -> tuple[Venue, ...]:
    """Halls stand where units are; each town has a large one."""
    venues = []
    for k in range(count + len(towns)):
        if k < count:
            unit = dice.choice(units)
            place = unit.latitude, unit.longitude
            seats = dice.choice((60, 80, 100, 120, 150, 150, 200, 200, 300))
        else:
            place, seats = _place(towns[k - count]), dice.choice((400, 500, 600))
        cost = round(60 + 0.8 * seats * dice.uniform(0.8, 1.2))
        venues.append(Venue(f"hall-{k + 1}", *place, seats, float(cost)))
    return tuple(venues)


def _missing(units: tuple[Unit, ...], venues: tuple[Venue, ...]) -> list[Venue]:
    """Return a hall for each unit of a small district that no hall in reach has seats for.

    Nothing is drawn for it, and a district of size 1 or more stays as it always was.
    """
    found: list[Venue] = []
    for unit in units:
        near = (
            venue.seats >= unit.members and km(unit, venue) <= REACH_KM
            for venue in (*venues, *found)
        )
        if not any(near):
            name = f"hall-{len(venues) + len(found) + 1}"
            cost = float(round(60 + 0.8 * LARGEST))
            found.append(Venue(name, unit.latitude, unit.longitude, LARGEST, cost))
    return found


def _lecturers(  # noqa: PLR0917 - one draw after the other
    dice: random.Random,
    towns: list[tuple[float, float]],
    topics: tuple[str, ...],
    days: int,
    members: int,
    tightness: float,
) -> tuple[Lecturer, ...]:
    """Lecturers until their loads reach the sessions wanted, less tightness; all topics in turn."""
    wanted = members / 215 * len(topics) / tightness
    lecturers: list[Lecturer] = []
    total = 0
    while total < wanted:
        k = len(lecturers)
        point = _near(dice, dice.choice(towns), 3.0)
        others = dice.sample(topics, dice.choice((0, 0, 1, 2)))
        mine = tuple(dict.fromkeys((topics[k % len(topics)], *others)))
        free = tuple(slot for slot in range(2 * days) if dice.random() < 0.45)
        load = dice.randint(6, 12)
        total += load
        lecturers.append(Lecturer(f"lecturer-{k + 1}", *_place(point), mine, free, load))
    return tuple(lecturers)


def _wishing(
    dice: random.Random, lecturers: tuple[Lecturer, ...], days: tuple[str, ...], share: float
) -> tuple[Lecturer, ...]:
    """Return lecturers who would rather not teach in so many half-days of every week."""
    found = []
    for one in lecturers:
        parts = {(day, half) for day in range(5) for half in range(2) if dice.random() < share}
        week = [date.fromisoformat(day).weekday() for day in days]
        slots = tuple(slot for slot in one.free if (week[slot // 2], slot % 2) in parts)
        found.append(replace(one, rather_not=slots))
    return tuple(found)
