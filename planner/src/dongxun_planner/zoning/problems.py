"""Zoning problems and their plans, as immutable values."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from dongxun_planner.places import EARTH_KM
from dongxun_planner.wire import (
    LARGEST,
    Amount,
    Count,
    Latitude,
    Longitude,
    Positive,
    Share,
    twice,
)

Pair = tuple[str, str]


@dataclass(frozen=True)
class Town:
    """A town: where it is, how many learn there, and what kinds of things it has to give."""

    id: str
    latitude: Latitude
    longitude: Longitude
    members: Count
    resources: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True)
class TownProblem:
    """Divide towns into contiguous, balanced, complementary zones.

    A zone costs, in person-km: its members' way to its median town + ``balance_km`` for each
    member above or below the mean + ``lack_km`` for each member of a mean zone and each kind of
    resource that some town has and the zone has not; rounded to whole person-km.
    Without ``neighbours`` the Gabriel graph of the towns' points says who borders whom.
    """

    kind: Literal["towns"]
    towns: tuple[Town, ...]
    zones: Positive
    tolerance: Share = 0.25
    neighbours: tuple[Pair, ...] | None = None
    together: tuple[Pair, ...] = ()
    apart: tuple[Pair, ...] = ()
    balance_km: Amount = 1.0
    lack_km: Amount = 1.0
    alternatives: Count = 10
    version: Literal[1] = 1

    def complaints(self) -> Iterator[str]:
        """Say what clashes."""
        ids = {town.id for town in self.towns}
        yield from twice("town", [town.id for town in self.towns])
        for what in ("neighbours", "together", "apart"):
            for pair in getattr(self, what) or ():
                yield from (f"{what}: {name} is no town here" for name in pair if name not in ids)
                if pair[0] == pair[1]:
                    yield f"{what}: {pair[0]} stands with itself"
        both = {frozenset(pair) for pair in self.together} & {frozenset(p) for p in self.apart}
        for pair in sorted(map(sorted, both)):
            yield f"{pair[0]} and {pair[1]}: asked to be together and apart"
        if (most := self._most()) > LARGEST:
            yield f"towns: with these members and prices zones may cost {most:.2g}, over {LARGEST:g}"

    def _most(self) -> float:
        """Return what no division costs more than: a plan's costs are read and proven up to a limit."""
        kinds = len({kind for town in self.towns for kind in town.resources})
        spans = [
            max((getattr(town, axis) for town in self.towns), default=0.0)
            - min((getattr(town, axis) for town in self.towns), default=0.0)
            for axis in ("latitude", "longitude")
        ]
        farthest = min(sum(map(math.radians, spans)), math.pi) * EARTH_KM
        people = sum(town.members for town in self.towns)
        return people * (farthest + 2 * self.balance_km + kinds * self.lack_km)

    @property
    def mean(self) -> float:
        """Return the members of a zone if all were alike."""
        return sum(town.members for town in self.towns) / self.zones


@dataclass(frozen=True)
class TownMap:
    """One division into zones, and what it costs."""

    zones: tuple[tuple[str, ...], ...]
    cost: float


@dataclass(frozen=True)
class TownPlan:
    """The best division and the next best, in order of cost."""

    zones: tuple[tuple[str, ...], ...]
    next_best: tuple[TownMap, ...] = ()
    kind: Literal["towns"] = "towns"
    version: Literal[1] = 1


@dataclass(frozen=True)
class Agency:
    """An agency or an enterprise's branch: where, how many, what it can."""

    id: str
    latitude: Latitude
    longitude: Longitude
    skills: tuple[str, ...] = ()
    may_lead: bool = True
    name: str = ""


@dataclass(frozen=True)
class AgencyProblem:
    """Gather agencies into joint areas, each around a lead, each with as many skills as it can.

    Cost in metres: the way of each agency to its lead + ``lack_km`` for each skill that some
    agency has and an area has not.
    """

    kind: Literal["agencies"]
    agencies: tuple[Agency, ...]
    areas: Positive
    least: Count = 0
    most: Positive = 1_000_000
    together: tuple[Pair, ...] = ()
    apart: tuple[Pair, ...] = ()
    lack_km: Amount = 5.0
    version: Literal[1] = 1

    def complaints(self) -> Iterator[str]:
        """Say what clashes."""
        ids = {agency.id for agency in self.agencies}
        yield from twice("agency", [agency.id for agency in self.agencies])
        for pair in (*self.together, *self.apart):
            yield from (f"{name}: is no agency here" for name in pair if name not in ids)
            if pair[0] == pair[1]:
                yield f"{pair[0]}: stands with itself"
        if self.least > self.most:
            yield f"an area needs at least {self.least} agencies and at most {self.most}"


@dataclass(frozen=True)
class Area:
    """A lead and all agencies of its area, the lead among them."""

    lead: str
    agencies: tuple[str, ...]


@dataclass(frozen=True)
class AgencyPlan:
    """The joint areas."""

    areas: tuple[Area, ...]
    kind: Literal["agencies"] = "agencies"
    version: Literal[1] = 1


@dataclass(frozen=True)
class Village:
    """A village and how many of it come."""

    id: str
    latitude: Latitude
    longitude: Longitude
    members: Count = 1
    name: str = ""


@dataclass(frozen=True)
class Hub:
    """A hall that may become a hub; without a capacity it holds everybody."""

    id: str
    latitude: Latitude
    longitude: Longitude
    capacity: Count | None = None
    cost: Amount = 0.0
    name: str = ""


@dataclass(frozen=True)
class HubProblem:
    """Open at most ``open`` hubs and send each village to one of them.

    Cost: members × metres + the hubs' own costs. ``distances_m`` (villages × hubs) replaces the
    distance as the crow flies; ``within_km`` forbids longer ways; ``weighted`` false counts each
    village once.
    """

    kind: Literal["hubs"]
    villages: tuple[Village, ...]
    hubs: tuple[Hub, ...]
    open: Positive
    within_km: Amount | None = None
    weighted: bool = True
    pinned: tuple[Pair, ...] = ()
    distances_m: tuple[tuple[Count, ...], ...] | None = None
    version: Literal[1] = 1

    def complaints(self) -> Iterator[str]:
        """Say what clashes."""
        villages, hubs = {v.id for v in self.villages}, {h.id for h in self.hubs}
        yield from twice("village", [v.id for v in self.villages])
        yield from twice("hub", [h.id for h in self.hubs])
        yield from twice("pinned village", [pair[0] for pair in self.pinned])
        for village, hub in self.pinned:
            if village not in villages or hub not in hubs:
                yield f"pinned {village} to {hub}: one of the two is not here"
        table = self.distances_m
        if table is not None and [len(row) for row in table] != [len(hubs)] * len(villages):
            yield f"distances_m: must have {len(villages)} rows of {len(hubs)}"


@dataclass(frozen=True)
class HubPlan:
    """Village → hub."""

    hub_of: dict[str, str]
    kind: Literal["hubs"] = "hubs"
    version: Literal[1] = 1


@dataclass(frozen=True)
class Enterprise:
    """An enterprise, how many villages it takes, and what it has to offer."""

    id: str
    latitude: Latitude
    longitude: Longitude
    takes: Count = 1
    offers: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True)
class Seeker:
    """A village that looks for an enterprise, and what it would like."""

    id: str
    latitude: Latitude
    longitude: Longitude
    wishes: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True)
class PairingProblem:
    """Pair each village with an enterprise, as many as can be.

    Cost in metres: the way of each pair + ``unmet_km`` for each wish of the village that the
    enterprise does not meet + ``alone_km`` for each village left alone.
    """

    kind: Literal["pairing"]
    villages: tuple[Seeker, ...]
    enterprises: tuple[Enterprise, ...]
    within_km: Amount | None = None
    unmet_km: Amount = 5.0
    alone_km: Amount = 1000.0
    pinned: tuple[Pair, ...] = ()
    version: Literal[1] = 1

    def complaints(self) -> Iterator[str]:
        """Say what clashes."""
        villages, enterprises = {v.id for v in self.villages}, {e.id for e in self.enterprises}
        yield from twice("village", [v.id for v in self.villages])
        yield from twice("enterprise", [e.id for e in self.enterprises])
        yield from twice("pinned village", [pair[0] for pair in self.pinned])
        for village, enterprise in self.pinned:
            if village not in villages or enterprise not in enterprises:
                yield f"pinned {village} with {enterprise}: one of the two is not here"


@dataclass(frozen=True)
class PairingPlan:
    """Village → enterprise; who is left alone; which pairs would rather have each other."""

    partner_of: dict[str, str]
    alone: tuple[str, ...] = ()
    envious: tuple[Pair, ...] = ()
    kind: Literal["pairing"] = "pairing"
    version: Literal[1] = 1
