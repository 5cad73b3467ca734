"""What several pages of this room need."""

from dongxun.kernel.http import Request
from dongxun.organisations import api as organisations
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonCard

A_PAGE = 30


def season_of(request: Request) -> SeasonCard:
    """Return the season that a page speaks of (404: there is none)."""
    return seasons.season_asked(request.GET.get("season"), by=request.actor)


def units(request: Request) -> list[tuple[str, str]]:
    """Return the units that the actor organises, to choose from."""
    return organisations.choices(organisations.own_units(request.actor))
