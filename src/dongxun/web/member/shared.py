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
    known = people.names(request.actor.persons)
    asked = request.GET.get("person", "")
    for person_id in request.actor.persons:
        if person_id in known and asked in {"", str(person_id)}:
            return known[person_id], _switch(request, list(known.values()), person_id)
    raise NotFound


def _switch(request: Request, cards: list[Card], chosen: UUID) -> list[tuple[str, str, bool]]:
    if len(cards) < 2:
        return []
    return [(c.name, f"{request.path}?person={c.id}", c.id == chosen) for c in cards]


def posted_person(request: Request) -> UUID:
    """Return the person that a form of this phone names.

    Raises:
        NotFound: none, or nobody of this phone.
    """
    for person_id in request.actor.persons:
        if str(person_id) == request.POST.get("person", ""):
            return person_id
    raise NotFound
