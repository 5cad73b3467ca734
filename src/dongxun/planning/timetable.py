"""A season plan day by day: the sessions of one week in rows of halls, lecturers or zones; a sketch."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.organisations import api as organisations
from dongxun.planning import mapping
from dongxun.planning.contracts import Line
from dongxun.planning.proposal import Proposal
from dongxun.seasons import api as seasons

HALL, LECTURER, ZONE = "hall", "lecturer", "zone"
MOST_DRAWN: Final = 24
MOST_IN_CELL: Final = 4


@dataclass(frozen=True, slots=True)
class Slip:
    """A session in a cell: when, what, and what its row does not say already."""

    line: Line
    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class Cell:
    """The sessions of a row on a day; ``more`` are not shown."""

    day: date
    slips: tuple[Slip, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Row:
    """A hall, a lecturer or a zone, with a cell for each day."""

    name: str
    sessions: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Days:
    """One week of a plan; ``weeks`` are the Mondays of all."""

    by: str
    monday: date
    days: tuple[date, ...]
    rows: tuple[Row, ...]
    weeks: tuple[date, ...]


class Timetable:
    """A proposal by day."""

    def __init__(self, found: Proposal, *, by: Actor) -> None:
        self.found, self._actor = found, by
        self.zones = _zones(found, by)
        self._at = [(line, clock.local(line.starts_at)) for line in found.lines]

    def week(self, rows: str, monday: date | None) -> Days | None:
        """Return a week, the first where it is not one of the plan's; None where nothing is held."""
        weeks = sorted({at.date() - timedelta(days=at.weekday()) for _line, at in self._at})
        if not weeks:
            return None
        first = monday if monday in weeks else weeks[0]
        kind = rows if rows in {HALL, LECTURER, ZONE} else HALL
        mine = [(line, at) for line, at in self._at if 0 <= (at.date() - first).days < 7]
        last = max([4, *(at.weekday() for _line, at in mine)])
        days = tuple(first + timedelta(days=n) for n in range(last + 1))
        return Days(kind, first, days, tuple(self._rows(kind, mine, days)), tuple(weeks))

    def _rows(
        self, kind: str, mine: Sequence[tuple[Line, datetime]], days: Sequence[date]
    ) -> Iterable[Row]:
        cells: dict[str, dict[date, list[Slip]]] = defaultdict(lambda: defaultdict(list))
        for line, at in mine:
            said = [line.topic, *([] if kind == LECTURER else [line.lecturer])]
            said += [] if kind == HALL else [line.venue]
            for name in self._names(kind, line):
                cells[name][at.date()].append(Slip(line, at, "，".join(said)))
        order = {name: n for n, name in enumerate(dict.fromkeys(self.zones.values()))}
        for name in sorted(cells, key=lambda name: (order.get(name, len(order)), name)):
            row = cells[name]
            yield Row(
                name,
                sum(map(len, row.values())),
                tuple(
                    Cell(day, tuple(row[day][:MOST_IN_CELL]), max(0, len(row[day]) - MOST_IN_CELL))
                    for day in days
                ),
            )

    def _names(self, kind: str, line: Line) -> list[str]:
        if kind == HALL:
            return [line.venue]
        if kind == LECTURER:
            return [line.lecturer]
        return list(dict.fromkeys(self.zones.get(row, _("In no zone")) for row in line.rows))

    def legend(self) -> list[str]:
        """Return the zones of the sketch by their number, from 1 on; none where nobody is in one."""
        named = list(dict.fromkeys(self.zones.values()))
        outside = any(row not in self.zones for line in self.found.lines for row in line.rows)
        return [*named, _("In no zone")] if named and outside else named

    def sketch(self) -> mapping.Diagram | None:
        """Return where units lie with their sessions, numbered by zone; or halls; None where too many."""
        held = Counter(row for line in self.found.lines for row in line.rows)
        numbers = {name: n for n, name in enumerate(dict.fromkeys(self.zones.values()), start=1)}
        names: dict[str, str] = self.found.run.about["rows"]
        points = organisations.points_of([UUID(key) for key in names if held[key]])
        at = {str(key): point for key, point in points.items()}
        zone_of = {key: numbers.get(self.zones.get(key, ""), len(numbers) + 1) for key in at}
        if not 1 < len(at) <= MOST_DRAWN:
            return self._halls()
        said = {key: f"{mapping.short(names[key])} {held[key]}" for key in at}
        return mapping.diagram(mapping.places(at), said, (), zone_of)

    def _halls(self) -> mapping.Diagram | None:
        held = Counter(str(line.at.venue_id) for line in self.found.lines)
        halls = [hall for hall in self.found.problem.venues if held[hall.id]]
        if not 1 < len(halls) <= MOST_DRAWN:
            return None
        at = {hall.id: (hall.latitude, hall.longitude) for hall in halls}
        said = {hall.id: f"{hall.name[:4]} {held[hall.id]}" for hall in halls}
        return mapping.diagram(mapping.places(at), said, (), dict.fromkeys(at, 1))


def _zones(found: Proposal, by: Actor) -> dict[str, str]:
    """Return the zone of each unit of the timeline, in the zones' order; those in none are left out."""
    frame = seasons.frame(found.run.season_id, by=by)
    keys = (frame.geo_zones_id, frame.joint_zones_id)
    chosen = [view for view in (*frame.geo_sets, *frame.joint_sets) if view.id in keys]
    nodes = organisations.nodes(UUID(key) for key in found.run.about["rows"] if key)
    return {
        str(node.id): zone.name
        for view in chosen
        for zone in view.zones
        for node in nodes.values()
        if any(node.interval.lft in part for part in zone.intervals)
    }
