"""就近就便: sessions open to all, by town, and by distance from a place that somebody names."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.core.paginator import Page, Paginator

from dongxun.activities.contracts import SessionState
from dongxun.activities.models import Session
from dongxun.activities.sessions.listing import as_card, rows_for_cards
from dongxun.activities.sessions.shapes import SessionCard
from dongxun.kernel import clock
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Level, Node, Point

DAYS_AHEAD = 30
PER_PAGE = 30
TOWNS = frozenset({Level.TOWN, Level.AGENCY})
REACHES = (3, 5, 10, 20)
"""Kilometres to choose from."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A town or place to measure from."""

    id: UUID
    name: str
    at: Point


@dataclass(frozen=True, slots=True)
class Near:
    """A session and how far away it is held; None where that is not known, or it is online."""

    card: SessionCard
    km: float | None


@dataclass(frozen=True, slots=True)
class _Open:
    """What is needed of every open session before a page of them is drawn."""

    id: UUID
    town_id: UUID | None
    km: float | None


class OpenSessions:
    """The open sessions of the coming weeks; town, spot and distance narrow and sort them."""

    def __init__(
        self, *, town_id: UUID | None = None, near: UUID | None = None, km: int | None = None
    ) -> None:
        now = clock.now()
        rows = list(
            Session.objects.filter(
                open_to_all=True,
                state=SessionState.PUBLISHED,
                ends_at__gte=now,
                starts_at__lte=now + timedelta(days=DAYS_AHEAD),
            )
            .order_by("starts_at", "id")
            .values_list("id", "host_id", "place_id", "went_online_reason")
        )
        hosts = {row[1] for row in rows}
        towns = _towns(hosts)
        self.towns: dict[UUID, Node] = {
            node.id: node for node in sorted(towns.values(), key=lambda node: node.interval.lft)
        }
        self.town = self.towns.get(town_id) if town_id else None
        self.spots = _spots(self.towns.values())
        self.near = next((spot for spot in self.spots if spot.id == near), None)
        self.km = km if self.near else None
        points = _points(rows) if self.near else {}
        found = [
            _Open(key, towns[host].id if host in towns else None, self._far(points.get(key)))
            for key, host, _place, _online in rows
        ]
        self._found = self._wanted(found)

    def _far(self, point: Point | None) -> float | None:
        if self.near is None or point is None:
            return None
        return organisations.distance_km(self.near.at, point)

    def _wanted(self, found: Iterable[_Open]) -> list[_Open]:
        """Return what was asked for, nearest first, then soonest."""
        here = [
            one
            for one in found
            if (self.town is None or one.town_id == self.town.id)
            and (self.km is None or (one.km is not None and one.km <= self.km))
        ]
        return sorted(here, key=lambda one: (one.km is None, one.km or 0))

    def page(self, number: int) -> Page[Near]:
        """Return one page, drawn in full."""
        pages = Paginator(self._found, PER_PAGE)
        page = pages.get_page(number)
        wanted: list[_Open] = list(page.object_list)
        rows = rows_for_cards(Session.objects.filter(id__in=[one.id for one in wanted]))
        cards = {row.id: as_card(row) for row in rows}
        lines = [Near(cards[one.id], one.km) for one in wanted if one.id in cards]
        return Page(lines, page.number, pages)  # type: ignore[arg-type]


def _towns(host_ids: Collection[UUID]) -> dict[UUID, Node]:
    """Return the town of each host; two queries for any number."""
    paths = organisations.paths(host_ids)
    nodes = organisations.nodes({key for path in paths.values() for key in path})
    found: dict[UUID, Node] = {}
    for host_id, path in paths.items():
        above = (nodes[key] for key in path if key in nodes)
        town = next((node for node in above if node.level in TOWNS), None)
        if town is not None:
            found[host_id] = town
    return found


def _spots(towns_of_hosts: Iterable[Node]) -> list[Spot]:
    """Return what can be measured from: all towns of these towns' districts, public stations."""
    tops = {town.parent_id for town in towns_of_hosts if town.parent_id}
    towns = [node for node in organisations.with_children(tops) if node.level in TOWNS]
    points = organisations.points_of([node.id for node in towns])
    found = [Spot(node.id, node.short_name, points[node.id]) for node in towns if node.id in points]
    return found + [
        Spot(site.id, site.name, (site.latitude, site.longitude))
        for site in organisations.stations()
        if site.latitude is not None and site.longitude is not None
    ]


def _points(rows: Sequence[tuple[UUID, UUID, UUID | None, str]]) -> dict[UUID, Point]:
    """Return where sessions are held: their place, else their host; what is online nowhere."""
    there = [row for row in rows if not row[3]]
    sites = organisations.sites({place for _key, _host, place, _online in there if place})
    hosts = organisations.points_of({host for _key, host, _place, _online in there})
    found: dict[UUID, Point] = {}
    for key, host_id, place_id, _online in there:
        site = sites.get(place_id) if place_id else None
        if site is not None and site.latitude is not None and site.longitude is not None:
            found[key] = (site.latitude, site.longitude)
        elif host_id in hosts:
            found[key] = hosts[host_id]
    return found
