"""The order of a new round: from the start to the nearest home, from there to the nearest next."""

from collections.abc import Sequence

from dongxun.organisations.api import distance_km
from dongxun.organisations.contracts import Point


def nearest_first(points: Sequence[Point | None], start: Point | None) -> list[int]:
    """Return the places of ``points`` in the order of the way.

    Without a start the first known point begins. Homes as near as each other keep their
    order; those without a point come last, as they were.
    """
    left = [number for number, point in enumerate(points) if point is not None]
    way: list[int] = []
    at = start
    while left:
        here = at or points[left[0]]
        nearest = min(left, key=lambda number: (_km(here, points[number]), number))
        left.remove(nearest)
        way.append(nearest)
        at = points[nearest]
    return [*way, *(number for number, point in enumerate(points) if point is None)]


def _km(one: Point | None, other: Point | None) -> float:
    """Return a distance to the metre, so that homes of one point stay in their order."""
    return round(distance_km(one, other), 3) if one and other else 0.0
