"""Where a need may be received: units of the season, by what somebody typed."""

from uuid import UUID

from django.db.models import Q

from dongxun.kernel.errors import Invalid
from dongxun.needs.contracts import NoSeason
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.seasons import api as seasons


def reach_in(*root_ids: UUID) -> Q:
    """Return the condition on organisations of seasons' parts of the tree."""
    roots = organisations.nodes(root_ids).values()
    return organisations.within([root.interval for root in roots]) & Q(external=False)


def reach_of_day() -> Q | None:
    """Return the condition on organisations of any season of today; None when there is none."""
    found = seasons.seasons_of_day()
    return reach_in(*(one.root_id for one in found)) if found else None


def unit_meant(words: str) -> Node:
    """Return the unit of a season of today that somebody meant.

    Raises:
        NoSeason: there is none.
        Invalid: no such unit, or several; located at ``organisation``.
    """
    reach = reach_of_day()
    if reach is None:
        raise NoSeason
    try:
        return organisations.named(words, reach)
    except organisations.NoUnit as error:
        raise Invalid(details=[("organisation", str(error))]) from error
