"""Homes that wait for a visit as a problem of rounds: ways in minutes, days of visitors.

Where a home lies is kept only as minutes from the unit's own point, without a name: who lives
there is an id, looked up each time for whoever may read it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from math import cos, hypot, radians
from typing import Any, Final
from uuid import UUID

from dongxun.kernel.actors import Actor
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node, Point
from dongxun.planning.contracts import RoundSettings
from dongxun.seasons.contracts import SeasonRules
from dongxun.visits import api as visits
from dongxun_planner.visits.problems import RoundProblem, Stop

MOST_HOMES: Final = 150
"""More are planned in a second search: the list begins with those nobody goes to."""
KM: Final = 111.195
DETOUR: Final = 1.3
"""How much longer a road is than the way of a bird."""
SCALE: Final = 10
LEFT_OUT: Final = 1000.0
"""Minutes that leaving a home out counts: no way is ever so long."""
NO_POINT, FAR, FULL = "point", "far", "full"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A problem, and what its pages say besides, as JSON."""

    problem: RoundProblem
    about: dict[str, Any]


def minutes_between(begins: time, ends: time) -> int:
    """Return the minutes of a working day."""
    day = date(2000, 1, 1)
    return round((datetime.combine(day, ends) - datetime.combine(day, begins)).total_seconds() / 60)


def take(*, by: Actor, rules: SeasonRules, node: Node, asked: RoundSettings) -> Waiting:
    """Freeze who is owed a topic at home and on no round yet, and who could go when."""
    owed = visits.owed_homes(by=by, rules=rules, interval=node.interval, topic_id=asked.topic_id)
    visitors = {who for who, _day in asked.goes}
    alone = (one.person.id for one in owed if one.round_id is None)
    homes = [key for key in alone if key not in visitors]
    points = visits.home_points(homes[:MOST_HOMES])
    depot = organisations.points_of([node.id]).get(node.id) or _middle([*points.values()])
    at = {key: _minutes(point, depot, asked.kmh) for key, point in points.items()}
    whole = minutes_between(asked.begins, asked.ends)
    unplaced = [(key, NO_POINT) for key in homes[:MOST_HOMES] if key not in at]
    near = [key for key in homes if key in at and 2 * hypot(*at[key]) + asked.minutes <= whole]
    unplaced += [(key, FAR) for key in homes if key in at and key not in set(near)]
    problem = RoundProblem(
        stops=(
            Stop(0.0, 0.0, 0, 0, whole * SCALE, 0),
            *(Stop(*at[key], 1, 0, whole * SCALE, asked.minutes * SCALE) for key in near),
        ),
        vehicles=len(asked.goes),
        capacity=asked.most,
        scale=SCALE,
        is_cut=False,
        penalty=LEFT_OUT,
    )
    about = {
        "people": [str(key) for key in near],
        "unplaced": [[str(key), why] for key, why in unplaced],
        "waiting": len(homes),
        "later": max(0, len(homes) - MOST_HOMES),
        "goes": [[str(who), day.isoformat()] for who, day in sorted(asked.goes, key=_day_of)],
    }
    return Waiting(problem, about)


def _day_of(one: tuple[UUID, date]) -> date:
    return one[1]


def _middle(points: Sequence[Point]) -> Point:
    if not points:
        return (0.0, 0.0)
    return sum(p[0] for p in points) / len(points), sum(p[1] for p in points) / len(points)


def _minutes(point: Point, depot: Point, kmh: float) -> tuple[float, float]:
    """Return how many minutes east and south of the depot a point lies."""
    each = 60 / kmh * DETOUR * KM
    east = (point[1] - depot[1]) * cos(radians(depot[0])) * each
    return round(east, 1), round((depot[0] - point[0]) * each, 1)


def settings_of(asked: RoundSettings) -> Mapping[str, Any]:
    """Return what was asked for, as JSON."""
    return {
        "topic_id": str(asked.topic_id),
        "goes": [[str(who), day.isoformat()] for who, day in asked.goes],
        "begins": f"{asked.begins:%H:%M}",
        "ends": f"{asked.ends:%H:%M}",
        "minutes": asked.minutes,
        "most": asked.most,
        "kmh": asked.kmh,
        "seconds": asked.seconds,
        "seed": asked.seed,
    }
