"""What every write of this room asks first."""

from uuid import UUID

from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotAllowed, NotFound
from dongxun.kernel.rules import require
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonCard, SeasonClosed, SeasonState


def managed(organisation_id: UUID, *, by: Actor) -> Node:
    """Return a unit whose packs ``by`` looks after.

    Raises:
        NotFound: absent or elsewhere; both read alike.
    """
    node = organisations.node(organisation_id)
    try:
        require("packs.manage", by, node.interval.lft)
    except NotAllowed as error:
        raise NotFound from error
    return node


def open_season(season_id: UUID, *, by: Actor) -> SeasonCard:
    """Return a season that is still written to.

    Raises:
        NotFound, SeasonClosed.
    """
    season = seasons.season(season_id, by=by)
    if season.state == SeasonState.CLOSED:
        raise SeasonClosed
    return season


def managed_place(place_id: UUID, *, by: Actor) -> UUID:
    """Return a place in the actor's own subtree, where its store may be.

    Raises:
        NotFound: absent or elsewhere.
    """
    site = organisations.sites([place_id]).get(place_id)
    if site is None:
        raise NotFound
    managed(site.organisation_id, by=by)
    return place_id
