"""One week of sessions as a grid: a row a venue, or a row a unit where venues are many."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from dongxun.activities.sessions.shapes import SessionCard
from dongxun.kernel import clock
from dongxun.seasons.contracts import TakingPart, ZoneRow

CLASH, LECTURER = "clash", "lecturer"
MOST_VENUES = 14
"""Past so many venues the rows are units, and each leads to its own venues."""
MOST_SLIPS = 3
"""So many sessions of a unit stand in one cell; the rest are a number."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader wants to see of the week; empty strings for everything."""

    zone: str = ""
    unit: str = ""
    only: str = ""

    def query(self) -> dict[str, str]:
        """Return it as an address carries it."""
        found = {"zone": self.zone, "unit": self.unit, "only": self.only}
        return {name: value for name, value in found.items() if value}


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter with the number of sessions behind it."""

    label: str
    count: int
    asked: Asked
    is_current: bool
    is_bad: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """The sessions of one row and day; ``more`` of them are not shown."""

    cards: Sequence[SessionCard]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A venue, or a unit that leads to its venues."""

    name: str
    cells: Sequence[Cell]
    count: int
    asked: Asked | None = None


@dataclass(frozen=True, slots=True)
class Week:
    """The chosen sessions, the rows that hold them, and the filters above."""

    cards: Sequence[SessionCard]
    rows: Sequence[Row]
    by_unit: bool
    choices: Sequence[Choice]
    unit: str = ""
    marks: Sequence[Choice] = field(default=())


def week(
    cards: Sequence[SessionCard],
    days: Sequence[date],
    zones: Sequence[ZoneRow],
    parts: Sequence[TakingPart],
    asked: Asked,
) -> Week:
    """Return what of a week's sessions was asked for; an unknown zone or unit asks for nothing."""
    zone = next((zone for zone in zones if str(zone.id) == asked.zone), None)
    unit = next((part for part in parts if str(part.organisation_id) == asked.unit), None)
    known = Asked(str(zone.id) if zone and not unit else "", asked.unit if unit else "", asked.only)
    here = [
        card
        for card in cards
        if (unit is None or card.host_lft in unit.interval)
        and (zone is None or unit is not None or _in_zone(card, zone))
    ]
    chosen = [card for card in here if _is_marked(card, asked.only)]
    by_unit = bool(parts) and unit is None and len({card.place for card in chosen}) > MOST_VENUES
    return Week(
        cards=chosen,
        rows=_units(chosen, days, zones, parts, known) if by_unit else _venues(chosen, days),
        by_unit=by_unit,
        choices=_choices(cards, zones, known),
        unit=unit.short_name if unit else "",
        marks=_marks(here, known),
    )


def is_asked_for(card: SessionCard, mark: str) -> bool:
    """Return whether a session carries a mark: a clash, or nobody to teach."""
    return bool(card.clashes) if mark == CLASH else card.lecturer_missing


def _is_marked(card: SessionCard, only: str) -> bool:
    return only not in (CLASH, LECTURER) or is_asked_for(card, only)


def _in_zone(card: SessionCard, zone: ZoneRow) -> bool:
    return any(card.host_lft in interval for interval in zone.intervals)


def _choices(cards: Sequence[SessionCard], zones: Sequence[ZoneRow], now: Asked) -> list[Choice]:
    counts = [(zone, sum(_in_zone(card, zone) for card in cards)) for zone in zones]
    there = [(zone, n) for zone, n in counts if n]
    if len(there) < 2:
        return []
    whole = Choice(_("All"), len(cards), Asked(only=now.only), not now.zone and not now.unit)
    return [
        whole,
        *(
            Choice(zone.name, n, Asked(zone=str(zone.id), only=now.only), str(zone.id) == now.zone)
            for zone, n in there
        ),
    ]


def _marks(cards: Sequence[SessionCard], now: Asked) -> list[Choice]:
    words = {CLASH: _("In a clash"), LECTURER: _("No lecturer yet")}
    found = []
    for mark, label in words.items():
        n = sum(is_asked_for(card, mark) for card in cards)
        is_current = now.only == mark
        if n or is_current:
            asked = Asked(now.zone, now.unit, "" if is_current else mark)
            found.append(Choice(label, n, asked, is_current, is_bad=True))
    return found


def _by_day(cards: Iterable[SessionCard], days: Sequence[date]) -> list[list[SessionCard]]:
    held: dict[date, list[SessionCard]] = {day: [] for day in days}
    for card in cards:
        held.setdefault(clock.day_of(card.starts_at), []).append(card)
    return [held[day] for day in days]


def _venues(cards: Sequence[SessionCard], days: Sequence[date]) -> list[Row]:
    rows: dict[str, list[SessionCard]] = {}
    for card in cards:
        rows.setdefault(card.place or _("No place yet"), []).append(card)
    return [
        Row(name, [Cell(of_day) for of_day in _by_day(held, days)], len(held))
        for name, held in sorted(rows.items(), key=lambda row: (-len(row[1]), row[0]))
    ]


def _units(
    cards: Sequence[SessionCard],
    days: Sequence[date],
    zones: Sequence[ZoneRow],
    parts: Sequence[TakingPart],
    now: Asked,
) -> list[Row]:
    """Return a row a town, the agencies of a zone in one row, and the district's own first.

    Inside a zone every agency has its row.
    """
    names = {zone.id: zone.name for zone in zones}
    held: dict[tuple[str, Asked], list[SessionCard]] = {}
    own = []
    for card in cards:
        part = next((part for part in parts if card.host_lft in part.interval), None)
        if part is None:
            own.append(card)
            continue
        zone_id = None if part.geo_zone_id or now.zone else part.joint_zone_id
        if zone_id in names:
            key = (names[zone_id], Asked(zone=str(zone_id), only=now.only))
        else:
            key = (part.short_name, Asked(unit=str(part.organisation_id), only=now.only))
        held.setdefault(key, []).append(card)
    order = [part.short_name for part in parts] + [zone.name for zone in zones]
    rows = [
        _folded(name, found, days, asked)
        for (name, asked), found in sorted(held.items(), key=lambda row: order.index(row[0][0]))
    ]
    return [_folded(_("District"), own, days, None), *rows] if own else rows


def _folded(
    name: str, held: Sequence[SessionCard], days: Sequence[date], asked: Asked | None
) -> Row:
    """Return a row that shows what needs somebody first; without an address it shows all."""
    cells = []
    for of_day in _by_day(held, days):
        most = MOST_SLIPS if asked else len(of_day)
        first = sorted(of_day, key=lambda c: not (c.clashes or c.lecturer_missing))[:most]
        shown = [card for card in of_day if card in first]
        cells.append(Cell(shown, len(of_day) - len(shown)))
    return Row(name, cells, len(held), asked)


def totals(cards: Iterable[SessionCard]) -> Counter[str]:
    """Return how many there are, how many clash, and how many lack a lecturer."""
    found: Counter[str] = Counter()
    for card in cards:
        found["total"] += 1
        found["clashing"] += bool(card.clashes)
        found["no_lecturer"] += card.lecturer_missing
    return found
