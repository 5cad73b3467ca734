"""Which seasons there are, and what belongs to one."""

from uuid import UUID

from django.db.models import Q, QuerySet

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, Role
from dongxun.kernel.errors import NotFound
from dongxun.kernel.rules import allows
from dongxun.seasons.contracts import SeasonCard, SeasonId, SeasonState
from dongxun.seasons.models import Season

_ALL_ROLES = tuple(Role)


def _visible(by: Actor) -> QuerySet[Season]:
    """Return seasons whose root holds, or lies in, one of the actor's subtrees."""
    rows = Season.objects.select_related("root")
    if by.is_system:
        return rows
    condition = Q(pk__in=[])
    for interval in by.intervals(_ALL_ROLES):
        condition |= Q(root__lft__lte=interval.lft, root__rgt__gte=interval.lft)
        condition |= Q(root__lft__gte=interval.lft, root__lft__lte=interval.rgt)
    return rows.filter(condition)


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
    row = _visible(by).filter(id=season_id).first()
    if row is None:
        raise NotFound
    return row


def season(season_id: UUID, *, by: Actor) -> SeasonCard:
    """Return one season.

    Raises:
        NotFound: absent or hidden.
    """
    return as_card(season_row(season_id, by=by))


def current_season(by: Actor) -> SeasonCard | None:
    """Return the season a page should speak of: running now, else the next, else the last."""
    today = clock.today()
    rows = list(_visible(by).order_by("-starts_on", "-id")[:20])
    running = [r for r in rows if r.state == SeasonState.RUNNING]
    now = [r for r in running if r.starts_on <= today <= r.ends_on]
    coming = [r for r in rows if r.state == SeasonState.DRAFT and r.ends_on >= today]
    for found in (now, running, coming, rows):
        if found:
            return as_card(found[0])
    return None


def season_of_day() -> SeasonCard | None:
    """Return the running season of today for people without an account."""
    return current_season(Actor.system("season_of_day"))


def may_manage(season_id: UUID, *, by: Actor) -> bool:
    """Return whether the actor may change the season; hidden seasons never."""
    try:
        row = season_row(season_id, by=by)
    except NotFound:
        return False
    return row.state != SeasonState.CLOSED and allows("seasons.manage", by, row)
