"""A route as a drawing: points brought onto a small sheet, no boundary and no base map."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians

WIDTH, HEIGHT, EDGE = 358, 214, 30


@dataclass(frozen=True, slots=True)
class Dot:
    """Where a stop stands on the sheet."""

    x: float
    y: float


def dots(points: Sequence[tuple[float, float] | None]) -> list[Dot | None]:
    """Return where points (latitude, longitude) stand; homes without one stay without.

    One scale for both directions, north up. Fewer than two points draw nothing.
    """
    known = [point for point in points if point is not None]
    if len(known) < 2:
        return [None for _ in points]
    middle = sum(lat for lat, _lon in known) / len(known)
    narrow = cos(radians(middle))
    xs = [lon * narrow for _lat, lon in known]
    ys = [lat for lat, _lon in known]
    wide, high = max(xs) - min(xs), max(ys) - min(ys)
    scale = min(
        (WIDTH - 2 * EDGE) / wide if wide else float("inf"),
        (HEIGHT - 2 * EDGE) / high if high else float("inf"),
    )
    scale = 0.0 if scale == float("inf") else scale
    left, top = (WIDTH - wide * scale) / 2, (HEIGHT - high * scale) / 2
    return [
        None
        if point is None
        else Dot(
            round(left + (point[1] * narrow - min(xs)) * scale, 1),
            round(top + (max(ys) - point[0]) * scale, 1),
        )
        for point in points
    ]
