"""Units and their zones as a diagram of points: where they lie to each other, no borders."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

WIDTH, EDGE = 420, 36
LOW, HIGH = 260, 460
APART: Final = 54.0
"""How far two points are kept from each other, for their names."""
ROUNDS: Final = 120
LOOKS: Final = 6
SHAPES: Final = (
    "M0-13A13 13 0 1 1 0 13A13 13 0 1 1 0-13Z",
    "M-12-12H12V12H-12Z",
    "M0-17L17 0L0 17L-17 0Z",
    "M0-17L16 12H-16Z",
    "M-8-14H8L16 0L8 14H-8L-16 0Z",
    "M-15-8L0-16L15-8V8L0 16L-15 8Z",
)
"""One outline for each look of a zone, around its middle."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A unit on the diagram; ``look`` counts from 1 and comes again after ``LOOKS`` zones."""

    x: float
    y: float
    name: str
    zone: int

    @property
    def look(self) -> int:
        """Return which look the zone has."""
        return look_of(self.zone)

    @property
    def shape(self) -> str:
        """Return the outline of its mark."""
        return SHAPES[self.look - 1]


@dataclass(frozen=True, slots=True)
class Line:
    """Two neighbours; ``look`` is that of the zone both are in, 0 where they are in two."""

    x1: float
    y1: float
    x2: float
    y2: float
    look: int


@dataclass(frozen=True, slots=True)
class Diagram:
    """What is drawn, in units of the picture."""

    width: int
    height: int
    spots: tuple[Spot, ...]
    lines: tuple[Line, ...]


def look_of(zone: int) -> int:
    """Return the look of a zone by its number from 1 on."""
    return (zone - 1) % LOOKS + 1


def short(name: str) -> str:
    """Return a unit's name without its kind, as it stands beside a point."""
    cut = name.removesuffix("街道").removesuffix("镇").removesuffix("乡")
    return cut if len(cut) > 1 else name


def places(points: Mapping[str, tuple[float, float]]) -> tuple[dict[str, tuple[float, float]], int]:
    """Return where units of (latitude, longitude) stand in the picture, and its height."""
    if not points:
        return {}, LOW
    middle = sum(lat for lat, _lon in points.values()) / len(points)
    shrink = math.cos(math.radians(middle))
    flat = {key: (lon * shrink, -lat) for key, (lat, lon) in points.items()}
    left, top = (min(at[k] for at in flat.values()) for k in (0, 1))
    wide, high = (max(at[k] for at in flat.values()) - low for k, low in ((0, left), (1, top)))
    height = round(
        min(max((WIDTH - 2 * EDGE) * (high / wide if wide else 1) + 2 * EDGE, LOW), HIGH)
    )
    scale = min(
        (WIDTH - 2 * EDGE) / wide if wide else math.inf,
        (height - 2 * EDGE) / high if high else math.inf,
    )
    scale = scale if math.isfinite(scale) else 0.0
    room = (WIDTH - scale * wide) / 2, (height - scale * high) / 2
    found = {
        key: ((x - left) * scale + room[0], (y - top) * scale + room[1])
        for key, (x, y) in flat.items()
    }
    return _spread(found, height), height


def _spread(found: dict[str, tuple[float, float]], height: int) -> dict[str, tuple[float, float]]:
    """Push points apart that would stand on each other's names; who lies west stays west."""
    keys = sorted(found)
    at = {key: [*found[key]] for key in keys}
    for _round in range(ROUNDS):
        for n, a in enumerate(keys):
            for b in keys[n + 1 :]:
                dx, dy = at[b][0] - at[a][0], at[b][1] - at[a][1]
                far = math.hypot(dx, dy)
                if far >= APART:
                    continue
                push = (APART - far) / 2
                ux, uy = (dx / far, dy / far) if far else (1.0, 0.0)
                for key, sign in ((a, -1), (b, 1)):
                    at[key][0] = min(max(at[key][0] + sign * push * ux, EDGE), WIDTH - EDGE)
                    at[key][1] = min(max(at[key][1] + sign * push * uy, EDGE), height - EDGE)
    return {key: (round(x, 1), round(y, 1)) for key, (x, y) in at.items()}


def diagram(
    found: tuple[Mapping[str, tuple[float, float]], int],
    names: Mapping[str, str],
    pairs: Iterable[Sequence[str]],
    zone_of: Mapping[str, int],
) -> Diagram:
    """Return the picture of one division; ``found`` is what :func:`places` said."""
    at, height = found
    lines = []
    for a, b in pairs:
        one = zone_of.get(a)
        same = one is not None and one == zone_of.get(b)
        lines.append(Line(*at[a], *at[b], look_of(one) if same and one else 0))
    lines.sort(key=lambda line: bool(line.look))
    spots = tuple(Spot(*at[key], short(names[key]), zone_of[key]) for key in at if key in zone_of)
    return Diagram(WIDTH, height, spots, tuple(lines))
