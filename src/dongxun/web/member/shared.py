"""What the pages of a member share: whose page it is, and the switch between people."""

from uuid import UUID

from dongxun.kernel.errors import NotFound
from dongxun.kernel.http import Request
from dongxun.people import api as people
from dongxun.people.contracts import Card


def person_of(request: Request) -> tuple[Card, list[tuple[str, str, bool]]]:
    """Return whom the page speaks of (``?person=``, else the first) and the switch, if any.

    Raises:
        NotFound: the phone does not speak for that person.
    """
    chosen, cards = people.spoken_for(request.GET.get("person", ""), by=request.actor)
    switch = [(card.name, f"{request.path}?person={card.id}", card == chosen) for card in cards]
    return chosen, switch if len(cards) > 1 else []


def posted_person(request: Request) -> UUID:
    """Return the person that a form of this phone names.

    Raises:
        NotFound: none, or nobody of this phone.
    """
    for person_id in request.actor.persons:
        if str(person_id) == request.POST.get("person", ""):
            return person_id
    raise NotFound
