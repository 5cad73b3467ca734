"""What the pages of exchanges share."""

from collections.abc import Iterable
from uuid import UUID

from dongxun.exchanges.models import Gap, Outcome, Pledge
from dongxun.kernel.actors import Actor
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonCard


def season_of(by: Actor) -> SeasonCard:
    """Return the season spoken of (404: there is none yet)."""
    return seasons.season_asked("", by=by)


def linked(by: Actor, *lists: Iterable[Gap | Pledge | Outcome]) -> set[UUID]:
    """Return who is named in these rows and has a page that the actor may open."""
    members = (row.member for rows in lists for row in rows)
    return {one.id for one in members if one is not None and by.reaches(one.branch.lft)}
