"""Which seasons there are, and what belongs to one."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from dongxun.kernel import asked, clock
from dongxun.kernel.actors import Actor, Role
from dongxun.kernel.errors import NotFound
from dongxun.kernel.ids import read_id
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.rules import allows
from dongxun.seasons.contracts import SeasonCard, SeasonId, SeasonState
from dongxun.seasons.models import Season

_ALL_ROLES = tuple(Role)
_LOOKED_AT = 20
_OF_ALL = 400
"""A province has some hundred districts; each keeps a few years."""


class _Card(NamedTuple):
    """What is read of a season to speak of it, under the names of its columns."""

    id: UUID
    name: str
    root_id: UUID
    root__lft: int
    starts_on: date
    ends_on: date
    state: str
    definition_version: int


def _every() -> QuerySet[Season, Any]:
    rows = Season.objects.order_by("-starts_on", "-id")
    return rows.values_list(*_Card._fields)[:_OF_ALL]


def _around(firsts: tuple[int, ...], lasts: tuple[int, ...]) -> QuerySet[Season, Any]:
    rows = Season.objects.filter(_touching(zip(firsts, lasts, strict=True)))
    return rows.order_by("-starts_on", "-id").values_list(*_Card._fields)[:_LOOKED_AT]


def _over(lft: int) -> QuerySet[Season, Any]:
    rows = Season.objects.filter(root__lft__lte=lft, root__rgt__gte=lft)
    return rows.order_by("-starts_on", "-id").values_list(*_Card._fields)[:_LOOKED_AT]


def _touching(intervals: Iterable[tuple[int, int]]) -> Q:
    """Return the condition that a season's root holds, or lies in, one of ``intervals``."""
    condition = Q(pk__in=[])
    for lft, rgt in intervals:
        condition |= Q(root__lft__lte=lft, root__rgt__gte=lft)
        condition |= Q(root__lft__gte=lft, root__lft__lte=rgt)
    return condition


def _visible(by: Actor) -> QuerySet[Season]:
    """Return seasons whose root holds, or lies in, one of the actor's subtrees."""
    rows = Season.objects.select_related("root")
    if by.is_system:
        return rows
    return rows.filter(_touching((one.lft, one.rgt) for one in by.intervals(_ALL_ROLES)))


def as_card(season: Season) -> SeasonCard:
    """Return the shape that may cross the door; wants ``root`` selected."""
    return SeasonCard(
        id=SeasonId(season.id),
        name=season.name,
        root_id=season.root_id,
        root_lft=season.root.lft,
        starts_on=season.starts_on,
        ends_on=season.ends_on,
        state=season.state,
        definition_version=season.definition_version,
    )


def seasons(*, by: Actor) -> list[SeasonCard]:
    """Return the seasons the actor can see, newest first."""
    return [as_card(row) for row in _visible(by).order_by("-starts_on", "-id")]


def season_row(season_id: UUID, *, by: Actor) -> Season:
    """Return a season's row for this room.

    Raises:
        NotFound: absent or hidden.
    """
    return wanted_row(_visible(by).filter(id=season_id))


def season(season_id: UUID, *, by: Actor) -> SeasonCard:
    """Return one season.

    Raises:
        NotFound: absent or hidden.
    """
    return as_card(season_row(season_id, by=by))


def current_season(by: Actor) -> SeasonCard | None:
    """Return the season a page should speak of: running now, else the next, else the last."""
    if by.is_system:
        return _to_speak_of(asked.rows(_every))
    own = by.intervals(_ALL_ROLES)
    if not own:
        return None
    ends = tuple(one.lft for one in own), tuple(one.rgt for one in own)
    return _to_speak_of(asked.rows(_around, *ends))


def season_asked(wanted: str | None, *, by: Actor) -> SeasonCard:
    """Return the season whose id an address holds, else the one a page should speak of.

    Raises:
        NotFound: it is absent or hidden, or there is none for this actor.
    """
    if season_id := read_id(wanted):
        return season(season_id, by=by)
    found = current_season(by)
    if found is None:
        raise NotFound
    return found


def season_at(lft: int, *, on: date | None = None) -> SeasonCard | None:
    """Return the season that an organisation at ``lft`` is part of, chosen in the same way.

    Args:
        on: the day of what came late; the season of that day, open or closed by now, goes first.
    """
    found = asked.rows(_over, lft)
    rows = map(_Card._make, found)
    then = [row for row in rows if on is not None and row.starts_on <= on <= row.ends_on]
    begun = [row for row in then if row.state != SeasonState.DRAFT]
    begun.sort(key=lambda row: row.state != SeasonState.RUNNING)
    return _card(begun[0]) if begun else _to_speak_of(found)


def _to_speak_of(visible: list[tuple[Any, ...]]) -> SeasonCard | None:
    today = clock.today()
    rows = [_Card._make(row) for row in visible]
    running = [r for r in rows if r.state == SeasonState.RUNNING]
    now = [r for r in running if r.starts_on <= today <= r.ends_on]
    coming = [r for r in rows if r.state == SeasonState.DRAFT and r.ends_on >= today]
    for found in (now, running, coming, rows):
        if found:
            return _card(found[0])
    return None


def _card(row: _Card) -> SeasonCard:
    return SeasonCard(SeasonId(row.id), *row[1:])


def seasons_of_day() -> list[SeasonCard]:
    """Return what pages for everybody speak of: of each part of the tree with seasons, one."""
    rows: dict[UUID, list[tuple[Any, ...]]] = {}
    for row in asked.rows(_every):
        rows.setdefault(_Card._make(row).root_id, []).append(row)
    return [card for group in rows.values() if (card := _to_speak_of(group))]


def season_of_topic(topic_id: UUID) -> SeasonCard:
    """Return the season of a topic, for pages that everybody may open.

    Raises:
        NotFound: absent, or of a draft that nobody speaks of yet.
    """
    found = as_card(wanted_row(Season.objects.select_related("root").filter(topics=topic_id)))
    if found.state == SeasonState.DRAFT and found not in seasons_of_day():
        raise NotFound
    return found


def closed_at(season_id: UUID) -> datetime | None:
    """Return when a season was closed; None while it is not."""
    return Season.objects.filter(id=season_id).values_list("closed_at", flat=True).first()


def may_manage(season_id: UUID, *, by: Actor) -> bool:
    """Return whether the actor may change the season; hidden seasons never."""
    try:
        row = season_row(season_id, by=by)
    except NotFound:
        return False
    return row.state != SeasonState.CLOSED and allows("seasons.manage", by, row)
