"""Whom an organisation may ask: people below it, and those of its own town."""

from uuid import UUID

from django.db.models import Q

from dongxun.kernel.actors import ORGANISERS, Actor, Interval
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Level
from dongxun.people.contracts import BranchOf

TOWNS = frozenset({Level.TOWN, Level.AGENCY})


def near(branch_id: UUID) -> Interval:
    """Return the town or agency of a branch; without one, what stands right above it."""
    path = organisations.ancestors(branch_id)
    towns = [node for node in path if node.level in TOWNS or node.type_code == "university"]
    return (towns or path[-2:-1] or path)[-1].interval


def offered(home: BranchOf, field: str = "organisation") -> Q:
    """Return the condition on what people of a branch are offered."""
    town = near(home.branch_id)
    inside = Q(**{f"{field}__lft__gte": town.lft, f"{field}__lft__lte": town.rgt})
    above = Q(**{f"{field}__lft__lte": home.lft, f"{field}__rgt__gte": home.lft})
    return inside | above


def arranged(by: Actor, field: str = "organisation") -> Q:
    """Return the condition on what the actor arranges."""
    if by.is_system:
        return Q()
    return organisations.within(by.intervals(ORGANISERS), f"{field}__lft")
