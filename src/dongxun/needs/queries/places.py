"""Where a need may be received: units of the season, by what somebody typed."""

from uuid import UUID

from django.db.models import Q

from dongxun.kernel.errors import Invalid
from dongxun.needs.contracts import NoSeason
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.seasons import api as seasons


def reach_in(root_id: UUID) -> Q:
    """Return the condition on organisations of a season's part of the tree."""
    return organisations.within([organisations.node(root_id).interval]) & Q(external=False)


def unit_meant(words: str) -> Node:
    """Return the unit of today's season that somebody meant.

    Raises:
        NoSeason: there is none.
        Invalid: no such unit, or several; located at ``organisation``.
    """
    season = seasons.season_of_day()
    if season is None:
        raise NoSeason
    try:
        return organisations.named(words, reach_in(season.root_id))
    except organisations.NoUnit as error:
        raise Invalid(details=[("organisation", str(error))]) from error
