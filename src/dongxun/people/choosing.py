"""Finding people to put into a group: by filters, or by a list of names."""

from collections.abc import Collection
from uuid import UUID

from dongxun.kernel.actors import Actor, Interval
from dongxun.organisations import api as organisations
from dongxun.people import queries
from dongxun.people.contracts import Card
from dongxun.people.listing import Wanted, people


def chosen_ids(interval: Interval, wanted: Wanted, *, by: Actor) -> list[UUID]:
    """Return who of a subtree counts and fits, by branch and roster order."""
    found = people(interval, wanted, by=by).filter(queries.ELIGIBLE)
    return list(found.values_list("id", flat=True))


def named(names: Collection[str], interval: Interval, *, by: Actor) -> dict[str, list[Card]]:
    """Return who of a subtree has each of these names, by branch; names of nobody are left out."""
    rows = queries.rows(by).filter(
        queries.ELIGIBLE, organisations.within([interval], "branch__lft"), name__in=list(names)
    )
    found: dict[str, list[Card]] = {}
    for person in rows.order_by("branch__lft", "order", "id"):
        found.setdefault(person.name, []).append(queries.as_card(person))
    return found
