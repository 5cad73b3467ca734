"""Organisations × topics: covered of expected, beside the plan."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from functools import cache as once
from typing import Any, NamedTuple
from uuid import UUID

from django.core.cache import cache
from django.db.models import QuerySet

from dongxun.coverage import plan
from dongxun.coverage.contracts import (
    SEASON_ROW,
    Column,
    Figure,
    Grid,
    Kind,
    Numbers,
    Row,
    What,
)
from dongxun.coverage.definitions import definition, definitions
from dongxun.coverage.models import SnapshotCell
from dongxun.coverage.queries.numbers import Book, Moment, book, moment
from dongxun.kernel import asked
from dongxun.kernel.actors import Actor, Interval
from dongxun.kernel.errors import NotFound
from dongxun.kernel.lately import lately
from dongxun.kernel.rules import allows
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonRules, ZoneRow

_FROZEN_KEPT_S = 3600


class Member(NamedTuple):
    """A row to be: its own id, its group, its name, and the organisations it sums up.

    ``less`` are organisations inside ``keys`` that another zone cuts out.
    """

    key: UUID
    group: str
    name: str
    keys: tuple[UUID, ...]
    less: tuple[UUID, ...] = ()


def grid(
    *,
    by: Actor,
    season_id: UUID,
    node: Node | UUID | None,
    kind: Kind = Kind.CHILDREN,
    as_of: date | None = None,
    rules: SeasonRules | None = None,
    below: Sequence[Node] | None = None,
) -> Grid:
    """Return the grid of an organisation, divided by children or by zones.

    Rows without anybody expected are left out and named as missing. Where no
    zone of ``kind`` lies below the organisation, its children are shown; a branch,
    which has none, is its own only row. One or two queries, a few more once a
    minute for the zones.

    Args:
        node: None is what a zone lead sees, the organisations of the zone.
        rules: the season's, where they are known already; ``below`` what stands right
            below ``node``, likewise.

    Raises:
        NotFound: the organisation is absent or hidden.
        NothingFrozen: no earlier day was kept.
    """
    at = moment(season_id, as_of)
    rules = rules or seasons.rules(season_id)
    if node is None:
        return _led(by, rules, at, plan.columns(rules.topics, at.day))
    return _of_node(rules, visible_node(node, by=by), at, kind, below)


def grid_at(season_id: UUID, node: Node, at: Moment, kind: Kind = Kind.CHILDREN) -> Grid:
    """Return the grid of an organisation at a moment; whoever calls has asked who may see it."""
    return _of_node(seasons.rules(season_id), node, at, kind)


def _of_node(
    rules: SeasonRules, node: Node, at: Moment, kind: Kind, below: Sequence[Node] | None = None
) -> Grid:
    season_id = rules.id
    shown = plan.columns(rules.topics, at.day)
    members, closed = _members(season_id, node, kind), set[UUID]()
    if not members:
        kind = Kind.CHILDREN
        children = organisations.children(node.id, ever=True) if below is None else below
        closed = {child.id for child in children if child.closed}
        members = [Member(child.id, "", child.short_name, (child.id,)) for child in children]
    members = members or [Member(node.id, "", node.short_name, (node.id,))]
    wanted = {node.id, *(key for member in members for key in (*member.keys, *member.less))}
    numbers = book(season_id, wanted, at)
    rows = [_row(rules, shown, numbers, m, is_zone=kind is Kind.JOINT) for m in members]
    rows = [row for row in rows if row.season.eligible or row.id not in closed]
    total = _row(rules, shown, numbers, Member(node.id, "", node.short_name, (node.id,)))
    return _grid(rules, at, shown, rows, total, kind=kind)


def _grid(
    rules: SeasonRules,
    at: Moment,
    shown: tuple[Column, ...],
    rows: Sequence[Row],
    total: Row,
    *,
    kind: Kind = Kind.CHILDREN,
) -> Grid:
    return Grid(
        season_id=rules.id,
        node_id=total.id,
        node_name=total.name,
        kind=kind,
        columns=shown,
        rows=tuple(row for row in rows if row.season.eligible),
        total=total,
        as_of=at.day,
        taken_at=at.taken_at,
        definition_version=at.definition_version or definition("completion").version,
        missing=tuple(row.name for row in rows if not row.season.eligible),
        wordings=rules.wordings,
    )


def visible_node(node: Node | UUID, *, by: Actor) -> Node:
    """Return an organisation whose numbers the actor may see.

    Raises:
        NotFound: absent or hidden.
    """
    found = node if isinstance(node, Node) else organisations.node(node)
    if not allows("coverage.see_counts", by, found):
        raise NotFound
    return found


def _led(by: Actor, rules: SeasonRules, at: Moment, shown: tuple[Column, ...]) -> Grid:
    led = list(organisations.nodes(by.zone_organisations).values())
    if not led:
        raise NotFound
    led.sort(key=lambda node: node.interval.lft)
    summed = _sums_led(rules.id, by.zone_organisations)
    keys, less = summed or (outermost([(node.id, node.interval) for node in led]), ())
    numbers = book(rules.id, {*by.zone_organisations, *keys, *less}, at)
    rows = [
        _row(rules, shown, numbers, Member(node.id, "", node.short_name, (node.id,)))
        for node in led
    ]
    total = _row(rules, shown, numbers, Member(led[0].id, "", "", keys, less), is_zone=True)
    return _grid(rules, at, shown, rows, total)


def _sums_led(
    season_id: UUID, led: Collection[UUID]
) -> tuple[tuple[UUID, ...], tuple[UUID, ...]] | None:
    """Return what the one zone of the season with these members adds and takes away; None without."""
    for zone in zones(season_id):
        if {key for key, _span in zone.members} == led:
            return sums_of([one for one in zones(season_id) if one.kind == zone.kind])[zone.id]
    return None


def outermost(places: Sequence[tuple[UUID, Interval]]) -> tuple[UUID, ...]:
    """Return the places that lie in no other one, so that nobody is counted twice."""
    return tuple(
        key
        for key, interval in places
        if not any(interval.lft in other and key != one for one, other in places)
    )


def _row(
    rules: SeasonRules,
    shown: tuple[Column, ...],
    numbers: Book,
    member: Member,
    *,
    is_zone: bool = False,
) -> Row:
    """Return one row; a zone's people are those of all its members, each counted once."""
    return plan.row(
        member.key,
        member.name,
        numbers.of(member.keys, SEASON_ROW, less=member.less),
        [numbers.of(member.keys, column.topic.id, less=member.less) for column in shown],
        shown,
        behind_points=rules.parameters.behind_points,
        group=member.group,
        is_zone=is_zone,
    )


def _members(season_id: UUID, node: Node, kind: Kind) -> list[Member]:
    """Return the rows by zones; none where no zone of the kind lies below the organisation."""
    if kind is Kind.CHILDREN:
        return []
    found: list[Member] = []
    own = [zone for zone in zones(season_id) if zone.kind == kind.value and zone.organisations]
    sums = sums_of(own, node) if kind is Kind.JOINT else {}
    for zone in own:
        inside = [
            part
            for part in zone.organisations
            if part.interval.lft in node.interval and part.organisation_id != node.id
        ]
        if kind is Kind.GEO:
            found += [
                Member(part.organisation_id, zone.name, part.short_name, (part.organisation_id,))
                for part in inside
            ]
        elif zone.id in sums:
            found.append(Member(zone.id, "", zone.name, *sums[zone.id]))
    return found


def sums_of(
    rows: Sequence[ZoneRow], node: Node | None = None
) -> dict[UUID, tuple[tuple[UUID, ...], tuple[UUID, ...]]]:
    """Return by zone of one kind the organisations it adds and those it takes away again.

    Each person counts once, in the zone of the nearest member above (ADR 0012).

    Args:
        node: only what lies below it, and itself; nothing where no member does.
    """
    places = [(span, key, zone.id) for zone in rows for key, span in zone.members]
    if node is not None:
        above = [one for one in places if node.interval.lft in one[0]]
        places = [one for one in places if one[0].lft in node.interval and one[1] != node.id]
        if not places:
            return {}
        if above:
            nearest = max(above, key=lambda one: one[0].lft)
            places.append((node.interval, node.id, nearest[2]))
    adds: dict[UUID, list[UUID]] = {zone.id: [] for zone in rows}
    takes: dict[UUID, list[UUID]] = {zone.id: [] for zone in rows}
    for span, key, zone_id in places:
        holding = [one for one in places if span.lft in one[0] and one[1] != key]
        outer = max(holding, key=lambda one: one[0].lft)[2] if holding else None
        if outer == zone_id:
            continue
        adds[zone_id].append(key)
        if outer is not None:
            takes[outer].append(key)
    return {key: (tuple(adds[key]), tuple(takes[key])) for key in adds if adds[key]}


def zones(season_id: UUID) -> list[ZoneRow]:
    """Return the season's zones, remembered for a minute: they change a few times a year."""
    return lately("coverage.zones", season_id, count=lambda: list(seasons.zones(season_id)))


def earlier(now: Grid, *, days: int) -> Row | None:
    """Return a grid's total as frozen that many days before; None when nothing was kept.

    What was found is remembered for a while: frozen counters do not change.
    """
    day = now.as_of - timedelta(days=days)
    most = len(now.columns) + 1
    key = f"coverage.earlier:{now.season_id}:{day}:{now.total.id}:{most}"
    found = cache.get(key) or asked.rows(_frozen(most), now.season_id, day, now.total.id)
    if not found:
        return None
    cache.set(key, found, _FROZEN_KEPT_S)
    day = found[0][0]
    kept = {row[1]: Numbers._make(row[2:]) for row in found if row[0] == day}
    shown = plan.columns([column.topic for column in now.columns], day)
    topics = [kept.get(column.topic.id, Numbers()) for column in shown]
    season = kept.get(SEASON_ROW, Numbers())
    return plan.row(now.total.id, "", season, topics, shown, behind_points=0)


@once
def _frozen(most: int) -> asked.Build:
    """Return the query of one organisation's frozen counters, the latest first."""

    def of(season_id: UUID, day: date, organisation_id: UUID) -> QuerySet[SnapshotCell, Any]:
        rows = SnapshotCell.objects.filter(
            snapshot__season_id=season_id, snapshot__as_of__lte=day, organisation_id=organisation_id
        ).order_by("-snapshot__as_of")
        return rows.values_list("snapshot__as_of", "topic_id", *Numbers._fields)[:most]

    return of


def figures(found: Grid) -> list[Figure]:
    """Return the three coverages of people and 专题完成率, each with its two lists of names."""
    total, season = found.total, found.total.season
    words = {row.key: row for row in definitions(found.wordings)}
    rows = [
        ("reached", season.reached, season.eligible, What.REACHED, What.NOT_REACHED),
        ("rigor", season.rigor, season.eligible, What.MET, What.NOT_MET),
        ("effect", season.effect, season.eligible, What.EFFECT, What.NOT_EFFECT),
        ("completion", total.met, total.due, What.ELIGIBLE, What.NOT_MET),
    ]
    return [
        Figure(
            key=key,
            name=words[key].name,
            part=part,
            whole=whole,
            definition=words[key],
            what=what,
            rest=rest,
        )
        for key, part, whole, what, rest in rows
    ]


def zone_count(season_id: UUID, kind: Kind, interval: Interval, *, members: bool = False) -> int:
    """Return how many zones of a kind (or members of them) lie in a subtree."""
    inside = [
        [part for part in zone.organisations if part.interval.lft in interval]
        for zone in zones(season_id)
        if zone.kind == kind.value
    ]
    return sum(map(len, inside)) if members else sum(map(bool, inside))
