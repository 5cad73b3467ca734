"""What several pages need."""

from dongxun.kernel.http import Request
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonCard

REFUSABLE = frozenset({403, 409, 422})
"""Refusals that a page says itself; absent and hidden things stay 404."""


def season_of(request: Request) -> SeasonCard:
    """Return the season that a page speaks of (404: there is none)."""
    return seasons.season_asked(request.GET.get("season"), by=request.actor)
