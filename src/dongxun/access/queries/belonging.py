"""To which branches a phone belongs: those of the people it speaks for."""

from dongxun.kernel.actors import Actor
from dongxun.kernel.passed import Belonging
from dongxun.people import api as people


def of_people(by: Actor) -> Belonging:
    """Return the branches of a phone's people; their names where all are of one branch."""
    homes = people.branches_of(by.persons)
    units = tuple(dict.fromkeys(one.branch_id for one in homes.values()))
    cards = people.names(by.persons) if len(units) == 1 else {}
    return Belonging(units, "、".join(card.name for card in cards.values()))
