"""Joint zones, hubs and pairs as people read them: who belongs to whom, how far, what they share."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Point
from dongxun.planning import mapping
from dongxun.planning.contracts import RunKind
from dongxun.planning.division import kind_words
from dongxun.planning.models import Run
from dongxun_planner.wire import read
from dongxun_planner.zoning.problems import (
    AgencyPlan,
    AgencyProblem,
    HubPlan,
    HubProblem,
    PairingPlan,
    PairingProblem,
)

MOST_DRAWN: Final = 24
"""More names cannot be read on a sketch."""


@dataclass(frozen=True, slots=True)
class Member:
    """Who belongs to a group, and how far from its head."""

    id: str
    name: str
    km: float
    people: int


@dataclass(frozen=True, slots=True)
class Group:
    """A head (the agency that leads, a hall, an enterprise) and who belongs to it.

    ``kinds`` are what they have together, in words; ``lacks`` what others have and they have not.
    """

    number: int
    id: str
    name: str
    members: tuple[Member, ...]
    kinds: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    seats: int | None = None

    @property
    def people(self) -> int:
        """Return how many people belong to it."""
        return sum(member.people for member in self.members)

    @property
    def km(self) -> float:
        """Return the mean way of a member of the group."""
        return sum(member.km for member in self.members) / len(self.members)

    @property
    def farthest(self) -> float:
        """Return the longest way."""
        return max(member.km for member in self.members)


class Gathered:
    """All that a search of joint zones, hubs or pairs found."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.units: dict[str, dict[str, Any]] = run.about["units"]
        self.bare: list[str] = run.about["bare"]
        self.alone: list[str] = []
        self.envious: list[str] = []
        self.at: dict[str, Point] = {}
        self.names: dict[str, str] = {}
        readers = {RunKind.AREAS: self._areas, RunKind.HUBS: self._hubs, RunKind.PAIRS: self._pairs}
        self.groups = readers[RunKind(run.kind)]()

    @property
    def members(self) -> int:
        """Return how many belong to a group."""
        return sum(len(group.members) for group in self.groups)

    @property
    def left_out(self) -> list[str]:
        """Return the season's agencies that stand in no joint zone of it: not chosen, or not placed."""
        if self.run.kind != RunKind.AREAS:
            return []
        placed = {one.id for group in self.groups for one in group.members}
        others = [name for key, name in self.names.items() if key not in placed]
        return [*others, *self.run.about.get("others", {}).values(), *self.bare]

    @property
    def drawn(self) -> mapping.Diagram | None:
        """Return the sketch; None where there are too many names for one."""
        zone_of = {one.id: group.number for group in self.groups for one in group.members}
        heads = {group.id: group.number for group in self.groups}
        if not 1 < len(zone_of | heads) <= MOST_DRAWN:
            return None
        ways = [(g.id, one.id) for g in self.groups for one in g.members if one.id != g.id]
        points = {key: self.at[key] for key in zone_of | heads}
        names = {key: self.names[key] if key in heads else "" for key in points}
        return mapping.diagram(mapping.places(points), names, ways, zone_of | heads)

    def _know(self, *things: Any) -> None:
        for each in things:
            self.at[each.id] = (each.latitude, each.longitude)
            self.names[each.id] = each.name or each.id

    def _member(self, key: str, head: str) -> Member:
        km = organisations.distance_km(self.at[key], self.at[head])
        return Member(key, self.names[key], km, self.units[key]["people"])

    def _near(self, keys: Iterable[str], head: str) -> tuple[Member, ...]:
        found = [self._member(key, head) for key in keys]
        return tuple(sorted(found, key=lambda one: (one.km, one.name)))

    def _kinds(self, keys: Iterable[str]) -> set[str]:
        return {kind for key in keys for kind in self.units.get(key, {}).get("kinds", ())}

    def _words(self, kinds: Iterable[str]) -> tuple[str, ...]:
        return tuple(kind_words(sorted(kinds), self.run.about["topics"]))

    def _areas(self) -> list[Group]:
        problem = read(AgencyProblem, self.run.problem)
        plan = read(AgencyPlan, self.run.plan)
        self._know(*problem.agencies)
        every = {skill for agency in problem.agencies for skill in agency.skills}
        areas = sorted(plan.areas, key=lambda area: (self.at[area.lead][1], area.lead))
        return [
            Group(
                number,
                area.lead,
                self.names[area.lead],
                self._near(area.agencies, area.lead),
                self._words(self._kinds(area.agencies)),
                self._words(every - self._kinds(area.agencies)),
            )
            for number, area in enumerate(areas, start=1)
        ]

    def _hubs(self) -> list[Group]:
        problem = read(HubProblem, self.run.problem)
        plan = read(HubPlan, self.run.plan)
        self._know(*problem.villages, *problem.hubs)
        seats = {hub.id: hub.capacity for hub in problem.hubs}
        groups = _turned(plan.hub_of)
        order = sorted(groups, key=lambda key: (self.at[key][1], key))
        return [
            Group(n, key, self.names[key], self._near(groups[key], key), seats=seats[key])
            for n, key in enumerate(order, start=1)
        ]

    def _pairs(self) -> list[Group]:
        problem = read(PairingProblem, self.run.problem)
        plan = read(PairingPlan, self.run.plan)
        self._know(*problem.villages, *problem.enterprises)
        wishes = {one.id: set(one.wishes) for one in problem.villages}
        offers = {one.id: set(one.offers) for one in problem.enterprises}
        groups = _turned(plan.partner_of)
        self.alone = [self.names[key] for key in plan.alone]
        self.envious = [
            _("%(village)s with %(firm)s") % {"village": self.names[a], "firm": self.names[b]}
            for a, b in plan.envious
        ]
        order = sorted(groups, key=lambda key: (self.names[key], key))
        return [
            Group(
                n,
                key,
                self.names[key],
                self._near(groups[key], key),
                self._words({w for one in groups[key] for w in wishes[one] & offers[key]}),
            )
            for n, key in enumerate(order, start=1)
        ]

    def table(self) -> Iterator[Sequence[Any]]:
        """Yield the rows of a workbook: group, member, km, people."""
        for group in self.groups:
            for one in group.members:
                yield group.name, one.name, round(one.km, 2), one.people


def _turned(head_of: dict[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, head in head_of.items():
        found.setdefault(head, []).append(key)
    return found
