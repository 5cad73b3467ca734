"""What several pages of seasons need."""

from typing import TypeVar
from uuid import UUID

from django.forms import Form
from django.utils.translation import gettext as _

from dongxun.kernel.actors import Actor
from dongxun.kernel.http import Request
from dongxun.organisations import api as organisations
from dongxun.seasons import api
from dongxun.seasons.contracts import SeasonCard, SeasonClosed, SeasonState
from dongxun.seasons.forms.shared import ask_why

AnyForm = TypeVar("AnyForm", bound=Form)


def season_of(request: Request) -> SeasonCard:
    """Return the season that a page speaks of (404: there is none)."""
    return api.season_asked(request.GET.get("season"), by=request.actor)


def managed(request: Request, season_id: UUID) -> SeasonCard:
    """Return a season whose pages offer to change it.

    Raises:
        NotFound: absent or hidden.
        SeasonClosed: it can be read, not changed.
    """
    season = api.season(season_id, by=request.actor)
    if season.state == SeasonState.CLOSED:
        raise SeasonClosed
    return season


def asking_why(form: AnyForm, season: SeasonCard) -> AnyForm:
    """Return a form that asks for the reason only of a season that runs."""
    ask_why(form, running=season.state == SeasonState.RUNNING)
    return form


def units_of(actor: Actor, season: SeasonCard, chosen: UUID | None = None) -> list[tuple[str, str]]:
    """Return organisations to choose from: one's own, those below, those taking part."""
    parts = [p.organisation_id for p in api.taking_part(season.id) if actor.reaches(p.interval.lft)]
    more = organisations.nodes([*parts, chosen] if chosen else parts)
    return organisations.choices(organisations.own_units(actor, *more.values()))


def saved() -> str:
    """Return what a small form says when it is done."""
    return _("Saved.")
