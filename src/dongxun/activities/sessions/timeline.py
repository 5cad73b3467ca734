"""The season as rows of bars: a row for the district and one for each zone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from django.utils.dateformat import format as write
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from dongxun.activities.sessions.shapes import SessionCard
from dongxun.kernel import clock
from dongxun.kernel.calendar import festivals
from dongxun.seasons.contracts import SeasonRules, ZoneRow

GROUP, LIVE, FIELD = "group", "live", "field"
IN_A_HALL = frozenset(
    {"lecture", "party_lecture", "kick_off", "discussion", "quiz", "workshop", "makeup", "film"}
)
GAP_DAYS = 10
LABEL_SHARE = 1.9
"""Percent of the width that one Chinese character of a label takes, about."""
LANE = 46


@dataclass(frozen=True, slots=True)
class Bar:
    """Sessions of one kind, close together, of one zone; positions in percent."""

    kind: str
    label: str
    left: float
    width: float
    lane: int
    is_done: bool
    lacks_lecturer: bool
    clashes: bool
    first: date
    last: date
    ids: tuple[UUID, ...]
    title: str

    @property
    def top(self) -> int:
        """Return where the label's line begins, in pixels."""
        return self.lane * LANE


@dataclass(frozen=True, slots=True)
class Row:
    """One zone's bars; ``key`` selects it."""

    key: str
    name: str
    note: str
    bars: tuple[Bar, ...]
    lanes: int
    count: int
    starts_kind: bool = False

    @property
    def height(self) -> int:
        """Return the row's height in pixels."""
        return self.lanes * LANE + 12


@dataclass(frozen=True, slots=True)
class Mark:
    """A line or a shade over the timeline: month, week, festival, today."""

    label: str
    left: float
    width: float = 0
    is_now: bool = False


@dataclass(frozen=True, slots=True)
class Scale:
    """The days of a season as a line from 0 to 100 percent."""

    first: date
    last: date

    def at(self, day: date) -> float:
        """Return where a day begins, in percent, never outside the line."""
        share = (day - self.first).days / ((self.last - self.first).days + 1)
        return round(min(max(share, 0), 1) * 100, 3)

    def span(self, first: date, last: date) -> tuple[float, float]:
        """Return left and width of the days from first to last."""
        left = self.at(first)
        return left, round(self.at(last + timedelta(days=1)) - left, 3)


def kind_of(card: SessionCard) -> str:
    """Return which of three kinds of bar a session belongs to."""
    if card.is_online or card.type == "group_viewing":
        return LIVE
    return GROUP if card.type in IN_A_HALL else FIELD


def kind_words(kind: str) -> str:
    """Return a kind of bar in words."""
    return {GROUP: _("study together"), LIVE: _("live"), FIELD: _("on site")}[kind]


def rows(rules: SeasonRules, zones: Sequence[ZoneRow], cards: Iterable[SessionCard]) -> list[Row]:
    """Return the whole district first, then a row a zone; a session stands in each zone it joins.

    A session hosted outside all zones, or by the root, is the district's own.
    """
    every = list(cards)
    scale = Scale(rules.starts_on, rules.ends_on)
    placed: dict[UUID, list[SessionCard]] = {zone.id: [] for zone in zones}
    own: list[SessionCard] = []
    for card in every:
        homes = [z.id for z in zones if any(card.host_lft in i for i in z.intervals)]
        for zone_id in homes:
            placed[zone_id].append(card)
        if not homes:
            own.append(card)
    found = [_row("all", _("District"), _("online, whole district"), own, scale)]
    before = ""
    for zone in zones:
        names = [part.short_name for part in zone.organisations]
        note = " ".join(name.removesuffix("镇").removesuffix("街道") for name in names[:3])
        if len(names) > 3:
            note = _("%(names)s and others, %(n)d") % {"names": note, "n": len(names)}
        row = _row(str(zone.id), zone.name, note, placed[zone.id], scale)
        found.append(replace(row, starts_kind=zone.kind != before))
        before = zone.kind
    return found


def _row(key: str, name: str, note: str, cards: Sequence[SessionCard], scale: Scale) -> Row:
    bars = _lanes([_bar(group, scale) for group in _groups(cards)])
    lanes = max((bar.lane for bar in bars), default=0) + 1
    return Row(key, name, note, tuple(bars), lanes, len(cards))


def _groups(cards: Sequence[SessionCard]) -> list[list[SessionCard]]:
    """Return runs of one kind with no long gap, past and coming apart."""
    runs: dict[tuple[str, bool], list[list[SessionCard]]] = {}
    now = clock.now()
    for card in sorted(cards, key=lambda c: c.starts_at):
        of_kind = runs.setdefault((kind_of(card), card.ends_at < now), [])
        last = of_kind[-1][-1] if of_kind else None
        if last and (card.starts_at - last.starts_at).days <= GAP_DAYS:
            of_kind[-1].append(card)
        else:
            of_kind.append([card])
    return sorted(
        (run for of_kind in runs.values() for run in of_kind), key=lambda run: run[0].starts_at
    )


def _bar(cards: Sequence[SessionCard], scale: Scale) -> Bar:
    first = clock.day_of(cards[0].starts_at)
    last = max(clock.day_of(card.ends_at) for card in cards)
    left, width = scale.span(first, last)
    kind, titles = kind_of(cards[0]), {card.title for card in cards}
    name = cards[0].title[:8].partition("・")[0] if len(titles) == 1 else kind_words(kind)
    n = len(cards)
    if n > 1:
        words = ngettext("%(name)s, %(n)d session", "%(name)s, %(n)d sessions", n)
        name = words % {"name": name, "n": n}
    return Bar(
        kind=kind,
        label=name,
        left=left,
        width=max(width, 1.0),
        lane=0,
        is_done=cards[-1].ends_at < clock.now(),
        lacks_lecturer=any(c.lecturer_missing for c in cards),
        clashes=any(c.clashes and c.ends_at > clock.now() for c in cards),
        first=first,
        last=last,
        ids=tuple(card.id for card in cards),
        title=cards[0].title,
    )


def _lanes(bars: Iterable[Bar]) -> list[Bar]:
    """Place bars so that no label runs into the next one."""
    ends: list[float] = []
    placed = []
    for bar in bars:
        letters = len(bar.label) + 2 + 3 * bar.clashes + 4 * (bar.lacks_lecturer)
        right = bar.left + max(bar.width, letters * LABEL_SHARE) + 0.5
        lane = next((n for n, end in enumerate(ends) if end <= bar.left), len(ends))
        ends[lane : lane + 1] = [right]
        placed.append(replace(bar, lane=lane))
    return placed


def months(scale: Scale) -> list[Mark]:
    """Return the months of the season with their widths."""
    found, day = [], scale.first
    while day <= scale.last:
        following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        left, width = scale.span(day, min(following - timedelta(days=1), scale.last))
        found.append(Mark(write(day, pgettext("format of a month", "F")), left, width))
        day = following
    return found


def weeks(scale: Scale) -> list[Mark]:
    """Return the weeks of the season by their first day."""
    found, day, today = [], scale.first, clock.today()
    while day <= scale.last:
        now = day <= today < day + timedelta(days=7)
        found.append(Mark(str(day.day), scale.at(day), is_now=now))
        day += timedelta(days=7)
    return found


def shades(scale: Scale) -> list[Mark]:
    """Return the festivals inside the season."""
    return [
        Mark(name, *scale.span(max(first, scale.first), min(last, scale.last)))
        for name, first, last in festivals(scale.first, scale.last)
    ]


def now_line(scale: Scale) -> float | None:
    """Return where today stands, None outside the season."""
    today = clock.today()
    return scale.at(today) if scale.first <= today <= scale.last else None


def tiles(
    points: Sequence[tuple[UUID, float, float]], columns: int = 5
) -> dict[UUID, tuple[int, int]]:
    """Return a (column, row) for each (id, latitude, longitude): near neighbours stay near.

    A tile diagram shows relative position only, never borders.
    """
    if not points:
        return {}
    depth = -(-len(points) // columns) + 1
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    west, east = min(p[2] for p in points), max(p[2] for p in points)
    free = {(c, r) for c in range(columns) for r in range(depth)}
    found: dict[UUID, tuple[int, int]] = {}
    for key, lat, lon in sorted(points, key=lambda p: (-p[1], p[2])):
        x = (lon - west) / ((east - west) or 1) * (columns - 1)
        y = (north - lat) / ((north - south) or 1) * (depth - 1)
        best = min(free, key=lambda cell: ((cell[0] - x) ** 2 + (cell[1] - y) ** 2, cell))
        free.discard(best)
        found[key] = best
    return found
