"""What every figure means: for everybody to read, its words for the training office to change."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from dongxun.access import api as access
from dongxun.coverage import api
from dongxun.coverage.forms import WordingForm
from dongxun.kernel.actors import Role
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_id
from dongxun.kit.forms import BOTH, DONE, attempt, sent
from dongxun.people import api as people
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonCard, SeasonClosed, SeasonState


@require_GET
def definitions(request: Request) -> HttpResponse:
    """Print what every figure means; for everybody. ``season`` another than today's."""
    season, others = _seasons(request)
    rules = seasons.rules(season.id) if season else None
    context = {
        "definitions": api.definitions(rules.wordings if rules else ()),
        "season": season,
        "seasons": others,
        "may": season is not None and seasons.may_manage(season.id, by=request.actor),
    }
    return render(request, "coverage/definitions.html", context)


def _seasons(request: Request) -> tuple[SeasonCard | None, list[SeasonCard]]:
    """Return the season whose words are shown, and those to choose from where there are several.

    Of several districts, whoever is of none chooses; until then the usual words stand.
    """
    wanted, actor = read_id(request.GET.get("season")), request.actor
    if actor.is_account:
        found = seasons.season(wanted, by=actor) if wanted else seasons.current_season(actor)
        return found, []
    offered = seasons.seasons_of_day()
    chosen = [one for one in offered if one.id == wanted] or offered
    if not wanted and (own := next(iter(people.cards(actor.persons, by=actor).values()), None)):
        return seasons.season_at(own.branch_lft), []
    return (chosen[0] if len(chosen) == 1 else None), offered if len(offered) > 1 else []


@access.holding(Role.OFFICE)
@require_http_methods(BOTH)
def wording(request: Request, season_id: UUID, key: str) -> HttpResponse:
    """Change the words of one definition; ``back`` gives it the usual ones again."""
    season = seasons.season(season_id, by=request.actor)
    usual, rules = api.usual_words(key), seasons.rules(season_id)
    if season.state == SeasonState.CLOSED:
        raise SeasonClosed
    form = WordingForm(sent(request), usual=usual, own=api.own_words(key, rules))
    is_back = "back" in request.POST
    status = attempt(
        form,
        lambda: api.word_definition(
            by=request.actor,
            season_id=season_id,
            key=key,
            words={} if is_back else form.cleaned_data,
        ),
    )
    if status == DONE:
        messages.success(request, _("Saved. Pages and papers say it so from now on."))
        return redirect(f"{reverse('coverage:definitions')}?season={season_id}#{key}")
    context = {"form": form, "season": season, "definition": api.definition(key)}
    return render(request, "coverage/wording.html", context, status=status)
