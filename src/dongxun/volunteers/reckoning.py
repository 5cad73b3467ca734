"""How presence becomes hours, and where a roster has holes. Pure: values in, values out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

HOUR = Decimal(3600)
TENTH = Decimal("0.1")
MOST_WAY = 600
"""Minutes that somebody can have been on the way, there and back."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What a turn is worth; ``share`` is the signed part of what was planned."""

    hours: Decimal
    share: Decimal
    is_enough: bool


def count(
    planned: tuple[datetime, datetime],
    signed: tuple[datetime, datetime],
    *,
    least_share: Decimal,
    travel_minutes: int = 0,
) -> Counted:
    """Return the hours of a turn: the signed part inside the planned time, without travel.

    Rounded once, to a tenth of an hour, half up. Below the least share nothing counts.

    Source: product.md C5: travel excluded, counts from 60 % of the activity.
    """
    begin, end = max(planned[0], signed[0]), min(planned[1], signed[1])
    whole = Decimal((planned[1] - planned[0]).total_seconds())
    inside = Decimal(max((end - begin).total_seconds(), 0)) - 60 * travel_minutes
    inside = max(inside, Decimal(0))
    is_enough = inside > 0 and inside >= whole * least_share
    hours = (inside / HOUR).quantize(TENTH, ROUND_HALF_UP) if is_enough else Decimal(0)
    return Counted(hours, inside / whole, is_enough)


Stretch = tuple[datetime, datetime]


def holes(day: Stretch, covered: Iterable[Stretch]) -> list[Stretch]:
    """Return the parts of ``day`` that no stretch covers, in order."""
    found, at = [], day[0]
    for begin, end in sorted(covered):
        if begin > at:
            found.append((at, min(begin, day[1])))
        at = max(at, end)
        if at >= day[1]:
            break
    if at < day[1]:
        found.append((at, day[1]))
    return [(begin, end) for begin, end in found if begin < end]


def doubles(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Return the parts that two or more stretches cover, joined where they touch."""
    edges: list[tuple[datetime, int]] = []
    for begin, end in stretches:
        edges += [(begin, 1), (end, -1)]
    found: list[Stretch] = []
    depth, since = 0, None
    for at, step in sorted(edges):
        before, depth = depth, depth + step
        if before < 2 <= depth:
            since = at
        elif depth < 2 <= before and since is not None and since < at:
            if found and found[-1][1] == since:
                since = found.pop()[0]
            found.append((since, at))
    return found


def shifts_of(day_start: datetime, offsets: Sequence[timedelta]) -> list[Stretch]:
    """Return the shifts that begin on a day: each lasts until the next, the last into tomorrow."""
    begins = sorted(offsets)
    ends = [*begins[1:], begins[0] + timedelta(days=1)]
    return [(day_start + begin, day_start + end) for begin, end in zip(begins, ends, strict=True)]


def offset_of(start: str) -> timedelta | None:
    """Return how long after midnight a shift begins that is written as 08:00; None for no time."""
    try:
        hours, minutes = map(int, start.split(":"))
    except ValueError:
        return None
    if not (0 <= hours < 24 and 0 <= minutes < 60):
        return None
    return timedelta(hours=hours, minutes=minutes)
