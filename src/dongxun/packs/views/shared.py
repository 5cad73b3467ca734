"""What several pages of packs need."""

from django.urls import reverse
from django.utils.translation import gettext as _

from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import DomainError
from dongxun.kernel.http import Request
from dongxun.organisations import api as organisations
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonCard, SeasonState

Choices = list[tuple[str, str]]


def season_of(request: Request) -> SeasonCard | None:
    """Return the season the pages speak of; None while there is none."""
    return seasons.current_season(request.actor)


def is_open(season: SeasonCard) -> bool:
    """Whether anything is still written in this season."""
    return season.state != SeasonState.CLOSED


def words_of(error: DomainError) -> str:
    """Return what a refusal says, its first detail if it has any."""
    return str(error.details[0][1] if error.details else error)


def units(by: Actor) -> Choices:
    """Return the units whose packs ``by`` may look after: the own ones and those below them."""
    return organisations.choices(organisations.own_units(by))


def places(by: Actor) -> Choices:
    """Return the places of the actor's subtrees, where a store may be."""
    own = organisations.ids_within(by.intervals())
    inside = None if by.is_system else set(own)
    return [
        (str(site.id), f"{site.organisation_name} {site.name}")
        for site in organisations.sites_for(by)
        if inside is None or site.organisation_id in inside
    ]


def tabs(here: str) -> list[tuple[str, str, bool]]:
    """Return the pages of this room as segments."""
    names = {
        "overview": _("Packs"),
        "stock": _("Stock"),
        "leaflets": _("Leaflets"),
        "donations": _("Donations"),
    }
    return [(label, reverse(f"packs:{key}"), key == here) for key, label in names.items()]
