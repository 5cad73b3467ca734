"""What several pages need."""

from dongxun.kernel.http import Request
from dongxun.people import api as people
from dongxun.people.contracts import Card
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonCard

REFUSABLE = frozenset({403, 409, 422})
"""Refusals that a page says itself; absent and hidden things stay 404."""


def season_of(request: Request) -> SeasonCard:
    """Return the season that a page speaks of (404: there is none)."""
    return seasons.season_asked(request.GET.get("season"), by=request.actor)


def person_of(request: Request) -> tuple[Card, list[tuple[str, str, bool]]]:
    """Return whom a phone's page speaks of, and the choice when there are several.

    Raises:
        NotFound: the phone does not speak for that person.
    """
    chosen, cards = people.spoken_for(
        request.GET.get("person", "") or request.POST.get("person", ""), by=request.actor
    )
    switch = [(card.name, f"{request.path}?person={card.id}", card == chosen) for card in cards]
    return chosen, switch if len(cards) > 1 else []
