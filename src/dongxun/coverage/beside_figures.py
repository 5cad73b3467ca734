"""What rooms above count of a unit, shown beside the three coverages and never added to them.

A room registers, when its app is ready, who counts::

    coverage.count_beside(solved_of)
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from dongxun.coverage.contracts import Definition
from dongxun.kernel.actors import Actor, Interval
from dongxun.kernel.together import Question, side_by_side
from dongxun.seasons.contracts import SeasonCard


@dataclass(frozen=True, slots=True)
class Share:
    """``part`` of ``whole``; ``href`` opens the names behind, empty for whoever may not."""

    part: int
    whole: int
    href: str = ""


@dataclass(frozen=True, slots=True)
class Besides:
    """One figure of several units, by the id of the unit; units without it are left out."""

    definition: Definition
    shares: Mapping[UUID, Share]


Units = Mapping[UUID, Interval]
Counter = Callable[[SeasonCard, Units, Actor], Question[list[Besides]]]
_counters: list[Counter] = []


def count_beside(counter: Counter) -> None:
    """Let a room above count; twice is once."""
    if counter not in _counters:
        _counters.append(counter)


def beside_figures(season: SeasonCard, units: Units, *, by: Actor) -> Question[list[Besides]]:
    """Return what the rooms above count of these units, as it stands now."""
    found = yield from side_by_side(*(counter(season, units, by) for counter in _counters))
    return [one for figures in found for one in figures]


def sums_within(units: Units, rows: Mapping[int, tuple[int, ...]]) -> dict[UUID, tuple[int, ...]]:
    """Return the sums of each unit's subtree; ``rows`` are counted by position in the tree."""
    found: dict[UUID, tuple[int, ...]] = {}
    for key, interval in units.items():
        inside = [counts for lft, counts in rows.items() if lft in interval]
        found[key] = tuple(map(sum, zip(*inside, strict=True)))
    return found
