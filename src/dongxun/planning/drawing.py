"""How a search went as a drawing: the best plan's cost and the bound over time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT, MARGIN = 640, 200, 12


@dataclass(frozen=True, slots=True)
class Chart:
    """Two stepped lines in a box; empty while nothing is known."""

    cost: str
    bound: str
    width: int = WIDTH
    height: int = HEIGHT


def chart(steps: Sequence[Sequence[Any]]) -> Chart | None:
    """Return the lines of a search; None while there is but one moment to draw, or nothing."""
    values = [value for _at, *pair in steps for value in pair if value is not None]
    told = {at for at, *pair in steps if any(value is not None for value in pair)}
    if len(told) < 2:
        return None
    plans = [pair[0] for _at, *pair in steps if pair[0] is not None]
    high = max(values) if not plans else min(max(plans), min(plans) * 1.5)
    low = min([value for value in values if value >= 0.5 * min(plans or values)] or values)
    if high <= low:
        high, low = low + 1, low - 1
    seconds = max(float(steps[-1][0]), 0.1)

    def line(index: int) -> str:
        points: list[str] = []
        last = 0.0
        for step in steps:
            if step[index] is None:
                continue
            x = MARGIN + (WIDTH - 2 * MARGIN) * step[0] / seconds
            y = (high - min(max(step[index], low), high)) / (high - low)
            y = MARGIN + (HEIGHT - 2 * MARGIN) * y
            points += [f"{x:.1f},{last:.1f}"] if points else []
            points.append(f"{x:.1f},{y:.1f}")
            last = y
        return " ".join([*points, f"{WIDTH - MARGIN},{last:.1f}"] if points else [])

    return Chart(line(1), line(2))
