"""What several pages of sessions need."""

from datetime import date
from uuid import UUID

from django.forms import BaseForm

from dongxun.kernel.errors import DomainError, NotFound
from dongxun.kernel.http import Request
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonCard


def season_of(request: Request) -> SeasonCard:
    """Return the season of ``?season=``, else the one a page should speak of.

    Raises:
        NotFound: there is none for this actor.
    """
    wanted = read_id(request.GET.get("season"))
    if wanted:
        return seasons.season(wanted, by=request.actor)
    found = seasons.current_season(request.actor)
    if found is None:
        raise NotFound
    return found


def read_id(text: str | None) -> UUID | None:
    """Return an id from an address, None when it is none."""
    try:
        return UUID(text or "")
    except ValueError:
        return None


def read_day(text: str | None, default: date) -> date:
    """Return a day from an address, the default when it is none."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return default


def put_error(form: BaseForm, error: DomainError) -> None:
    """Write a refusal beside the field it is about, else above the form.

    ``topics.3`` belongs to the field ``topics`` when there is no closer one.
    """
    rows = error.details or ((error.where, error.message),)
    for where, words in rows:
        spot = where if where in form.fields else where.split(".")[0]
        form.add_error(spot if spot in form.fields else None, str(words))
