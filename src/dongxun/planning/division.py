"""Divisions into zones as people read them: figures side by side, and what changes from today."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from django.utils.translation import gettext as _

from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import PlaceType
from dongxun.planning.models import Run
from dongxun.planning.snapshots.zones import PLACE
from dongxun_planner.wire import read
from dongxun_planner.zoning.check import check_towns
from dongxun_planner.zoning.problems import TownPlan, TownProblem

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ZoneFigures:
    """One zone: its units, and what they have together.

    ``has`` of ``kinds`` kinds of places and lecturers are there, ``lacks`` are the others in
    words; ``km`` is the mean way of a member to the zone's middle unit. ``keep`` are its units
    that were in the zone of this name before.
    """

    number: int
    name: str
    lead: str
    units: Names
    unit_names: Names
    people: int
    branches: int
    venues: int
    lecturers: int
    has: int
    kinds: int
    lacks: Names
    km: float


@dataclass(frozen=True, slots=True)
class Division:
    """A way to divide; ``index`` 0 is the best, None what stands today."""

    index: int | None
    cost: float
    more: float
    zones: tuple[ZoneFigures, ...]
    changed: Names

    def span(self, what: str) -> tuple[int, int]:
        """Return the fewest and the most of something that a zone has."""
        values = [
            len(zone.units) if what == "units" else getattr(zone, what) for zone in self.zones
        ]
        return min(values), max(values)

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Return the figures of the table that go from a least to a most, in its order."""
        return [self.span(what) for what in ("people", "units", "branches", "venues", "lecturers")]

    @property
    def least(self) -> ZoneFigures:
        """Return the zone that has the fewest kinds of what can be shared."""
        return min(self.zones, key=lambda zone: zone.has)

    @property
    def km(self) -> float:
        """Return the mean way of a member to the middle of their zone."""
        people = sum(zone.people for zone in self.zones)
        return sum(zone.km * zone.people for zone in self.zones) / people if people else 0.0

    @property
    def zone_of(self) -> dict[str, int]:
        """Return the number of each unit's zone."""
        return {unit: zone.number for zone in self.zones for unit in zone.units}


class Divisions:
    """All that a search of zones found, beside what stands today."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.problem = read(TownProblem, run.problem)
        self.units: dict[str, dict[str, Any]] = run.about["units"]
        self._towns = {town.id: town for town in self.problem.towns}
        self._today: list[dict[str, Any]] = run.about["today"]
        self._was = {unit: zone["name"] for zone in self._today for unit in zone["units"]}
        self._kinds = sorted({kind for town in self.problem.towns for kind in town.resources})
        plan = read(TownPlan, run.plan) if run.plan else None
        found = [(plan.zones, run.outcome["cost"])] if plan else []
        found += [(other.zones, other.cost) for other in plan.next_best] if plan else []
        best = found[0][1] if found else 0.0
        self.found = [
            self._division(number, zones, cost, best) for number, (zones, cost) in enumerate(found)
        ]
        self.today = self._of_today(best)

    @property
    def left_out(self) -> list[str]:
        """Units that stand in a zone today and would stand in none."""
        return [name for zone in self._today for name in zone["others"]]

    def _of_today(self, best: float) -> Division | None:
        """Return today's division of the same units, where each of them is in a zone."""
        zones = tuple(tuple(zone["units"]) for zone in self._today if zone["units"])
        if sum(map(len, zones)) != len(self._towns):
            return None
        return self._division(None, zones, check_towns(self.problem, TownPlan(zones)).cost, best)

    def _division(
        self, index: int | None, zones: Sequence[Names], cost: float, best: float
    ) -> Division:
        named = [*self._named(zones)]
        figures = tuple(
            self._figures(number, zone, name, lead)
            for number, (zone, name, lead) in enumerate(named, start=1)
        )
        changed = tuple(
            self.units[unit]["name"]
            for zone, name, _lead in named
            for unit in zone
            if self._was and self._was.get(unit) != name
        )
        more = 100 * (cost - best) / best if best else 0.0
        return Division(index, cost, more, figures, changed)

    def _named(self, zones: Sequence[Names]) -> Iterator[tuple[Names, str, str]]:
        """Yield zones with name and lead: those of the zone of today most of its people are in.

        In today's order, then from west to east.
        """
        left = dict(enumerate(zones))
        overlaps = Counter(
            {
                (i, k): sum(1 + self.units[u]["people"] for u in zone if u in set(old["units"]))
                for i, zone in left.items()
                for k, old in enumerate(self._today)
            }
        )
        name_of: dict[int, int] = {}
        for (i, k), shared in overlaps.most_common():
            if shared and i not in name_of and k not in name_of.values():
                name_of[i] = k
        order = sorted(left, key=lambda i: (name_of.get(i, len(self._today)), self._west(left[i])))
        taken = {old["name"] for old in self._today}
        for number, i in enumerate(order, start=1):
            old = self._today[name_of[i]] if i in name_of else None
            lead = old["lead"] if old and old["lead"] in left[i] else ""
            names = (_("Zone %(n)d") % {"n": n} for n in count(number))
            name = old["name"] if old else next(one for one in names if one not in taken)
            taken.add(name)
            yield left[i], name, lead

    def _west(self, zone: Names) -> float:
        return sum(self._towns[unit].longitude for unit in zone) / len(zone)

    def _figures(self, number: int, zone: Names, name: str, lead: str) -> ZoneFigures:
        mine = [self.units[unit] for unit in zone]
        has = {kind for unit in mine for kind in unit["kinds"]}
        lacks = [kind for kind in self._kinds if kind not in has]
        people = sum(unit["people"] for unit in mine)
        return ZoneFigures(
            number=number,
            name=name,
            lead=lead,
            units=zone,
            unit_names=tuple(unit["name"] for unit in mine),
            people=people,
            branches=sum(unit["branches"] for unit in mine),
            venues=sum(unit["venues"] for unit in mine),
            lecturers=sum(unit["lecturers"] for unit in mine),
            has=len(self._kinds) - len(lacks),
            kinds=len(self._kinds),
            lacks=tuple(self._words(lacks)),
            km=self._way(zone) / people if people else 0.0,
        )

    def _way(self, zone: Names) -> float:
        """Return the person-km of a zone's members to its middle unit."""
        towns = [self._towns[unit] for unit in zone]
        return min(
            sum(
                town.members
                * organisations.distance_km(
                    (town.latitude, town.longitude), (middle.latitude, middle.longitude)
                )
                for town in towns
            )
            for middle in towns
        )

    def _words(self, kinds: Iterable[str]) -> Iterator[str]:
        return kind_words(kinds, self.run.about["topics"])


def kind_words(kinds: Iterable[str], topics: Mapping[str, str]) -> Iterator[str]:
    """Yield kinds of places and lecturers in words; ``topics`` are names by id."""
    for kind in kinds:
        what, _colon, key = kind.partition(":")
        if f"{what}:" == PLACE:
            yield str(PlaceType(key).label)
        else:
            yield _("lecturer of %(topic)s") % {"topic": topics.get(key, "")}
